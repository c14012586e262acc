// SPDX-License-Identifier: Apache-2.0
//
// What becomes of connections where one state of a cluster takes the place of another: its
// policies, and the workloads, namespaces and Services that they are about.
//
// Only what a change can reach is decided: endpoints that a policy selects which is not in both
// states, against the pods that are known, entities, the edges of every CIDR, a name for every
// pattern, and a witness for every selector.
#pragma once

#include <compare>
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
  opened,           ///< it passes now, and did not
  closed,           ///< it passed, and does not now
  requests,         ///< it passes, and the proxy judges other requests of it
  authentication,   ///< it passes, and asks for another authentication
  default_deny,     ///< what no rule allows is denied from now on, and rules allow all that passed
  no_default_deny,  ///< the other way around
};
std::string_view change_name(ChangeOfVerdict change);

/// Ports of a protocol, or ICMP types: all from the first to the last.
struct PortSpan {
  std::uint8_t protocol = 0;
  std::uint16_t first = 0;
  std::uint16_t last = 0;

  friend auto operator<=>(const PortSpan&, const PortSpan&) = default;
};

/// One direction of connections that changes.
struct VerdictChange {
  ChangeOfVerdict change = ChangeOfVerdict::opened;
  Direction direction = Direction::ingress;
  std::vector<std::string> subjects;  ///< whose policies decide: `Deployment/shop/cart`, or labels
  std::vector<std::string> peers;     ///< the other ends
  bool everybody = false;             ///< the other ends are all but `peers`
  std::vector<PortSpan> ports;        ///< in order; of default deny none, and no peers
  NodeRef before;  ///< the rule that decided, of a policy of the old state; none where none did
  NodeRef after;   ///< the same in the new one
};
/// `opens ingress of Deployment/shop/cart from Deployment/shop/web on 8080/TCP`.
std::string described(const VerdictChange& change);

/// An endpoint that is known, and what people call it.
struct NamedEndpoint {
  Endpoint endpoint;
  std::string name;
};

/// A state of a cluster.
struct ClusterState {
  std::shared_ptr<const RuleBase> rules;
  std::vector<NamedEndpoint> pods;
};

/// Which pods that no workload makes are asked about.
enum class ImaginedPods : std::uint8_t {
  all,     ///< one for every selector: whoever may come
  lonely,  ///< one for each selector that selects none of the workloads
};

/// Every direction of every connection of those that stand for all others, in as few changes as say
/// it, in order. Where only lonely pods are imagined, changes of default deny that change no
/// connection are among them.
std::vector<VerdictChange> verdict_changes(const ClusterState& before, const ClusterState& after,
                                           ImaginedPods imagined = ImaginedPods::all);

/// The workloads of manifests as endpoints, by their subjects.
std::vector<NamedEndpoint> named_endpoints(const Inventory& inventory,
                                           const Environment& environment);

}  // namespace cnplint::policy
