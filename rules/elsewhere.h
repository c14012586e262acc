// SPDX-License-Identifier: Apache-2.0
//
// Peers that name no namespace and so mean the policy's own, while what they are meant for is in
// another one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/cluster_facts.h"
#include "policy/model/dns_server.h"
#include "policy/verdict/known_pods.h"
#include "rules/selectors.h"

namespace cnplint::rules {

/// Whether a peer names no namespace, so that Cilium adds that of its policy (A3.4, A6).
inline bool means_own_namespace(const PodPeer& peer) {
  if (peer.policy.clusterwide()) return false;
  if (peer.of_network_policy()) return !policy::is_stored(peer.where.get("namespaceSelector"));
  return std::ranges::none_of(policy::conditions(peer.where), [](const policy::Condition& each) {
    return each.source == "reserved" || policy::is_namespace_key(each.key);
  });
}

/// What a peer asks for apart from where it is.
inline policy::Conditions without_namespace(policy::Conditions conditions) {
  std::erase_if(conditions, [](const policy::Condition& each) { return is_namespace_name(each); });
  return conditions;
}

/// Whether conditions ask for some label, other than those of the place.
inline bool asks_for_label(const policy::Conditions& conditions) {
  return std::ranges::any_of(conditions, [](const policy::Condition& each) {
    return is_of_kubernetes(each) && is_positive(each) && !is_namespace_name(each) &&
           each.key != policy::kClusterLabel;
  });
}

/// Where somebody is whom a peer without a namespace was meant for.
struct Elsewhere {
  std::string ns;
  std::string who;                   ///< a workload, or what is known to be there
  std::optional<std::uint32_t> pod;  ///< the workload
};

/// Where DNS servers are that a peer asks for, by what such servers look like in every cluster.
inline std::optional<Elsewhere> dns_servers_elsewhere(const lint::ClusterContext& context,
                                                      const PodPeer& peer) {
  const std::string_view own = peer.policy.effective_namespace();
  const auto among = [&](const std::vector<std::string>& namespaces) {
    return std::ranges::find(namespaces, own) != namespaces.end();
  };
  if (among(context.cluster.environment.dns) || among(context.cluster.seen_dns) ||
      own.find("dns") != std::string_view::npos)
    return std::nullopt;
  for (const policy::DnsServerLabel& label : policy::dns_server_labels())
    for (const policy::Condition& each : peer.meaning)
      if (label.ns != own && is_of_kubernetes(each) && each.key == label.key &&
          each.op == policy::Condition::Op::in && each.values.size() == 1 &&
          each.values.front() == label.value)
        return Elsewhere{std::string(label.ns), "the DNS server of the cluster", {}};
  return std::nullopt;
}

/// Where those are that a peer without a namespace fits, while no workload of the policy's own
/// namespace does.
inline std::optional<Elsewhere> only_elsewhere(const lint::ClusterContext& context,
                                               const PodPeer& peer) {
  if (!means_own_namespace(peer) || !asks_for_label(peer.meaning) || has_placeholder(peer.meaning))
    return std::nullopt;
  if (!context.pods.none_selected(peer.meaning) || !context.pods.none_selected(peer.meaning, true))
    return std::nullopt;
  const policy::Conditions anywhere = without_namespace(peer.meaning);
  if (const auto pod = context.pods.first_selected(anywhere)) {
    const policy::Workload& workload = context.pods.workload(*pod);
    if (policy::has_placeholder(workload.ns)) return std::nullopt;
    return Elsewhere{std::string(workload.ns), workload.subject, pod};
  }
  return dns_servers_elsewhere(context, peer);
}

}  // namespace cnplint::rules
