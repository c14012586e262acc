// SPDX-License-Identifier: Apache-2.0
//
// What becomes of connections where one set of policies takes the place of another.
//
// Only what a change can reach is decided: endpoints that a policy selects which is not in both
// sets, against the pods that are known, entities, the edges of every CIDR, a name for every
// pattern, and a witness for every selector.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/inventory.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

enum class ChangeOfVerdict : std::uint8_t {
  opened,          ///< it passes now, and did not
  closed,          ///< it passed, and does not now
  requests,        ///< it passes, and the proxy judges other requests of it
  authentication,  ///< it passes, and asks for another authentication
};
std::string_view change_name(ChangeOfVerdict change);

/// One direction of connections that changes.
struct VerdictChange {
  ChangeOfVerdict change = ChangeOfVerdict::opened;
  Direction direction = Direction::ingress;
  std::string subject;  ///< whose policy decides: `shop/cart`, or its labels
  std::string peer;     ///< the other end
  std::uint8_t protocol = 0;
  std::uint16_t first = 0;  ///< ports, or ICMP types
  std::uint16_t last = 0;

  friend auto operator<=>(const VerdictChange&, const VerdictChange&) = default;
};
/// `opens ingress of shop/cart from shop/web on 8080/TCP`.
std::string described(const VerdictChange& change);

/// An endpoint that is known, and what people call it.
struct NamedEndpoint {
  Endpoint endpoint;
  std::string name;
};

/// Every direction of every connection of those that stand for all others, in order.
std::vector<VerdictChange> verdict_changes(const std::shared_ptr<const RuleBase>& before,
                                           const std::shared_ptr<const RuleBase>& after,
                                           const std::vector<NamedEndpoint>& pods);

/// The workloads of manifests as endpoints, by their subjects.
std::vector<NamedEndpoint> named_endpoints(const Inventory& inventory,
                                           const Environment& environment);

}  // namespace cnplint::policy
