// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/claim_universe.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace cnplint::tests {

using policy::Direction;
using policy::Endpoint;
using policy::EndpointKind;

ClaimUniverse::ClaimUniverse(std::shared_ptr<const policy::RuleBase> base,
                             std::vector<Endpoint> endpoints)
    : base_(std::move(base)), engine_(base_, std::move(endpoints)) {
  find_subjects();
  find_peers();
}

void ClaimUniverse::find_subjects() {
  using Key = std::tuple<std::vector<std::uint32_t>, std::vector<std::uint32_t>,
                         std::vector<policy::NamedPort>, EndpointKind>;
  std::set<Key> known;
  for (std::uint32_t i = 0; i < engine_.endpoints().size(); ++i) {
    if (!policy::is_local(endpoint(i).kind)) continue;
    const auto rules = [&](Direction direction) {
      const auto all = engine_.rules_of_subject(direction, i);
      return std::vector<std::uint32_t>(all.begin(), all.end());
    };
    if (known
            .emplace(rules(Direction::ingress), rules(Direction::egress), endpoint(i).named_ports,
                     endpoint(i).kind)
            .second)
      subjects_.push_back(i);
  }
}

void ClaimUniverse::find_peers() {
  std::vector<std::vector<std::uint32_t>> selected(engine_.endpoints().size());
  const auto count = static_cast<std::uint32_t>(engine_.rule_base().selectors.size());
  for (std::uint32_t selector = 0; selector < count; ++selector)
    for (const std::uint32_t peer : engine_.peers_of_selector(selector))
      selected[peer].push_back(selector);
  using Key = std::tuple<std::vector<std::uint32_t>, std::vector<policy::NamedPort>, EndpointKind>;
  std::set<Key> known;
  for (std::uint32_t i = 0; i < selected.size(); ++i)
    if (known.emplace(selected[i], endpoint(i).named_ports, endpoint(i).kind).second)
      peers_.push_back(i);
}

}  // namespace cnplint::tests
