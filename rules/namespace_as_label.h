// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "policy/verdict/known_pods.h"
#include "rules/selectors.h"

namespace cnplint::rules {

/// What a peer asks of a label of pods that is named as if it were the namespace; none where it
/// does not, or where some workload has such a label.
inline std::optional<policy::Condition> namespace_as_label(const policy::KnownPods& pods,
                                                           const PodPeer& peer) {
  constexpr std::array<std::string_view, 3> kKeys{"namespace", "ns", "namespace-name"};
  const auto asks = [&](const policy::Condition& each) {
    return std::ranges::find(kKeys, each.key) != kKeys.end();
  };
  if (std::ranges::none_of(peer.meaning, asks)) return std::nullopt;
  policy::Conditions written = peer.of_network_policy()
                                   ? policy::conditions(peer.where.get("podSelector"), "k8s")
                                   : policy::conditions(peer.where);
  for (policy::Condition& each : written) {
    if (!is_of_kubernetes(each) || each.op != policy::Condition::Op::in ||
        each.values.size() != 1 || std::ranges::find(kKeys, each.key) == kKeys.end())
      continue;
    policy::Condition any = each;
    any.op = policy::Condition::Op::exists;
    any.values.clear();
    if (pods.none_selected({any})) return std::move(each);
  }
  return std::nullopt;
}

}  // namespace cnplint::rules
