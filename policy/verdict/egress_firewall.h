// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// The rule of an EgressFirewall or EgressNetworkPolicy that decides a connection.
struct FirewallMatch {
  std::uint32_t policy = 0;  ///< index of the policies that were given
  bool allowed = true;
  NodeRef rule;
};

/// What rules of OpenShift egress policies name outside of the cluster.
struct FirewallDestinations {
  std::vector<Prefix> prefixes;
  std::vector<std::string> names;
};
FirewallDestinations firewall_destinations(const PolicyList& policies);

/// The OpenShift egress policies of a set (facts/openshift.md): rules in order, the first match
/// decides, no match allows.
class EgressFirewalls {
 public:
  /// The policies must outlive the result.
  EgressFirewalls(const PolicyList& policies, const Environment& environment);

  /// The first rule that matches; none where no policy covers the source, where the destination is
  /// a pod, and where no rule matches. `to` is the identity that peers see of the destination.
  [[nodiscard]] std::optional<FirewallMatch> match(const Endpoint& from, const Endpoint& to,
                                                   const Identity& to_identity,
                                                   const Connection& connection) const;

  /// The ports at which the first match of a source may change with the port.
  [[nodiscard]] std::vector<std::uint16_t> port_steps(const Endpoint& from) const;

 private:
  struct Object {
    std::uint32_t policy;
    std::string ns;
    const Spec* spec;
  };
  std::vector<Object> objects_;
  Environment environment_;
};

}  // namespace cnplint::policy
