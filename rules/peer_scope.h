// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>

#include "policy/model/label.h"
#include "policy/model/policy.h"
#include "policy/verdict/selector.h"

namespace cnplint::rules {

/// Where the pods are that a peer selects, as far as its selector says.
enum class PeerScope : std::uint8_t {
  own_namespace,  ///< that of the policy
  some,           ///< in namespaces that are named or selected, or that labels of pods narrow down
  whole_cluster,  ///< every pod of every namespace
};

/// The scope of an item of fromEndpoints or toEndpoints (facts N7 to N10).
inline PeerScope scope_of_endpoints(const policy::Policy& policy, policy::NodeRef peer) {
  using Op = policy::Condition::Op;
  const policy::Conditions conditions = policy::conditions(peer);
  const bool reserved =
      std::ranges::any_of(conditions, [](const auto& each) { return each.source == "reserved"; });
  if (reserved) return PeerScope::some;
  const bool placed = std::ranges::any_of(
      conditions, [](const auto& each) { return policy::is_namespace_key(each.key); });
  const bool is_own = std::ranges::any_of(conditions, [&](const policy::Condition& each) {
    return each.op == Op::in && each.values.size() == 1 &&
           each.values.front() == policy.effective_namespace() &&
           policy::is_namespace_name_key(each.key);
  });
  if (!policy.clusterwide() && (!placed || is_own)) return PeerScope::own_namespace;
  const bool everywhere = std::ranges::all_of(conditions, [](const policy::Condition& each) {
    return each.op == Op::exists && policy::is_namespace_name_key(each.key);
  });
  return everywhere ? PeerScope::whole_cluster : PeerScope::some;
}

/// The scope of a peer of a NetworkPolicy that is no ipBlock.
inline PeerScope scope_of_network_policy_peer(const policy::Policy& policy, policy::NodeRef peer) {
  const policy::NodeRef namespaces = peer.get("namespaceSelector");
  if (!policy::is_stored(namespaces)) return PeerScope::own_namespace;
  const policy::NodeRef pods = peer.get("podSelector");
  const bool every_pod = !policy::is_stored(pods) || policy::matches_everything(pods);
  if (policy::matches_everything(namespaces))
    return every_pod ? PeerScope::whole_cluster : PeerScope::some;
  const policy::NodeRef name = namespaces.get("matchLabels").get("kubernetes.io/metadata.name");
  return name.text() == policy.effective_namespace() && !name.text().empty()
             ? PeerScope::own_namespace
             : PeerScope::some;
}

/// The scope of a peer that selects pods; `some` of every other one.
inline PeerScope scope_of(const policy::Policy& policy, policy::PeerKind kind,
                          policy::NodeRef peer) {
  if (kind == policy::PeerKind::endpoints && peer.is_mapping())
    return scope_of_endpoints(policy, peer);
  if (kind == policy::PeerKind::network_policy && !policy::is_stored(peer.get("ipBlock")))
    return scope_of_network_policy_peer(policy, peer);
  return PeerScope::some;
}

}  // namespace cnplint::rules
