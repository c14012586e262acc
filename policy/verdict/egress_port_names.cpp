// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/egress_port_names.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>

namespace cnplint::policy {
namespace {

constexpr Release kOfEachPod{20};

}  // namespace

EgressPortNames::EgressPortNames(const RuleBase& base, const std::vector<Endpoint>& endpoints,
                                 const Environment& environment, const Surroundings& surroundings)
    : of_cluster_(environment.cilium < kOfEachPod) {
  std::set<std::string> names;
  for (const PolicyRule& rule : base.rules)
    if (rule.direction == Direction::egress)
      for (const PortFilter& port : rule.ports)
        if (!port.name.empty()) names.insert(port.name);
  names_.assign(names.begin(), names.end());
  if (names_.empty() || !of_cluster_) return;
  std::map<std::pair<std::string, std::uint8_t>, std::set<std::uint16_t>> numbers;
  const auto add = [&](const NamedPort& port) {
    if (names.contains(port.name)) numbers[{port.name, port.protocol}].insert(port.port);
  };
  std::ranges::for_each(surroundings.named_ports, add);
  for (const Endpoint& endpoint : endpoints)
    if (is_pod(endpoint.kind)) std::ranges::for_each(endpoint.named_ports, add);
  for (const auto& [key, ports] : numbers)
    if (ports.size() == 1) cluster_.push_back({key.first, *ports.begin(), key.second});
}

std::vector<NamedPort> EgressPortNames::of(const Endpoint& destination) const {
  if (names_.empty()) return {};
  if (of_cluster_) return is_pod(destination.kind) ? cluster_ : std::vector<NamedPort>();
  return destination.named_ports;
}

}  // namespace cnplint::policy
