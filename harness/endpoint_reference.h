// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "harness/policy_test_file.h"

namespace cnplint::harness {

/// What forms of endpoint the command line takes.
inline constexpr std::string_view kEndpointForms =
    "NAMESPACE/NAME, Kind/NAMESPACE/NAME, NAMESPACE/key=value,..., ip:ADDRESS, fqdn:NAME or "
    "entity:NAME";

/// An endpoint as the command line names it.
struct EndpointReference {
  TestEndpoint endpoint;
  std::string port;  ///< what stands behind the last colon; empty where there is none
};

/// Reads a reference, with a port behind a colon where `with_port` is set: `shop/cart:7070/TCP`,
/// `ip:[2001:db8::1]:443/TCP`.
base::Result<EndpointReference> read_reference(std::string_view text, bool with_port,
                                               const policy::Inventory& inventory,
                                               const policy::Environment& environment);

}  // namespace cnplint::harness
