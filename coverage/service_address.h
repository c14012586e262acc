// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

#include "flows/capture.h"
#include "policy/model/inventory.h"

namespace cnplint::coverage {

/// Which destinations of a capture are addresses of Services. Cilium translates them before policy
/// sees the packet (fact A5.4), so that no rule for such an address ever has an effect; Hubble
/// calls them the world where it looks before.
class ServiceAddresses {
 public:
  /// The inventory must outlive it.
  ServiceAddresses(const policy::Inventory& inventory, const flows::Capture& capture);

  /// `namespace/name` of the Service that a connection goes to: by what Hubble says, by an address
  /// of the manifests, by its name where the manifests have that Service. Empty where it is none.
  [[nodiscard]] std::string service_of(const flows::CapturedConnection& connection,
                                       const flows::CapturedEndpoint& to) const;

  /// Why a destination that service_of() does not know is likely an address of a Service all the
  /// same: it has the name of one, lies beside others, or in a range that is usual for them. Empty
  /// where it is not, or has a name of the outside.
  [[nodiscard]] std::string likely(const flows::CapturedConnection& connection,
                                   const flows::CapturedEndpoint& to) const;

  /// The manifest of `namespace/name`; null where there is none.
  [[nodiscard]] const policy::ServiceManifest* named(const std::string& service) const;

 private:
  std::unordered_map<std::string, const policy::ServiceManifest*> by_name_;
  std::unordered_map<std::string, const policy::ServiceManifest*> by_address_;
  std::set<std::string> beside_;  ///< keys of prefixes with addresses of Services
};

/// `namespace/name` of `name.namespace.svc`, with or without the cluster's domain; else empty.
std::string service_of_name(std::string_view name);

}  // namespace cnplint::coverage
