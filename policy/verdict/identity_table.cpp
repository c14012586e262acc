// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/identity_table.h"

#include <algorithm>

#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

void add_group(const CidrGroup& group, std::vector<Label>& labels) {
  const auto add = [&](std::string key, std::string value) {
    if (std::ranges::none_of(labels, [&](const Label& each) {
          return each.source == "cidrgroup" && each.key == key;
        }))
      labels.push_back({"cidrgroup", std::move(key), std::move(value)});
  };
  add("io.cilium.policy.cidrgroupname/" + group.name, "");
  for (const auto& [key, value] : group.labels) {
    add(key, value);
    add(key + "+" + value, "");
  }
}

/// The labels that an address gets beside those it is given (A5.1, A5.2).
Identity external_identity(const Endpoint& endpoint, const Environment& environment,
                           const Surroundings& surroundings) {
  std::vector<Label> labels = endpoint.labels;
  if (endpoint.address) {
    labels.push_back({"reserved", std::string(world_label(endpoint.address->v6, environment)), {}});
    for (const CidrGroup& group : surroundings.cidr_groups)
      if (std::ranges::any_of(group.cidrs, [&](const Prefix& prefix) {
            return prefix.contains(*endpoint.address);
          }))
        add_group(group, labels);
    std::ranges::sort(labels);
    labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  }
  Identity identity = Identity::of_labels(std::move(labels));
  if (endpoint.address) identity.cidr = Prefix{*endpoint.address, endpoint.address->bits()};
  for (const std::string& name : endpoint.dns_names)
    identity.dns_names.push_back(canonical_dns_name(name));
  return identity;
}

Identity peer_identity(const Endpoint& endpoint, const Environment& environment,
                       const Surroundings& surroundings) {
  if (endpoint.kind == EndpointKind::external)
    return external_identity(endpoint, environment, surroundings);
  std::vector<Label> labels = endpoint.labels;
  // Peers do not see the node's own labels, except its cluster.
  if (endpoint.kind == EndpointKind::host)
    std::erase_if(labels, [](const Label& label) {
      return label.source == "k8s" && label.key != kClusterLabel;
    });
  return Identity::of_labels(std::move(labels));
}

std::string pair_text(std::string_view key, std::string_view value) {
  return std::string(key).append(1, '\0').append(value);
}

/// Whether only identities with a label of the condition's key and one of its values can meet it.
bool needs_a_label(const Condition& condition) {
  return condition.op == Condition::Op::in && !condition.prefix && !condition.names &&
         condition.source != "cidrgroup";
}

}  // namespace

IdentityTable::IdentityTable(const std::vector<Endpoint>& endpoints, const Environment& environment,
                             const Surroundings& surroundings) {
  for (const Endpoint& endpoint : endpoints) {
    subjects_.push_back(Identity::of_labels(endpoint.labels));
    peers_.push_back(peer_identity(endpoint, environment, surroundings));
    const auto index = static_cast<std::uint32_t>(peers_.size() - 1);
    for (const Label& label : peers_.back().labels)
      having_[pair_text(label.key, label.value)].push_back(index);
  }
}

BitSet IdentityTable::select(const Conditions& conditions) {
  BitSet result(size(), true);
  for (const Condition& each : conditions) result.keep(select_one(each));
  return result;
}

const BitSet& IdentityTable::select_one(const Condition& condition) {
  const auto [found, added] = known_.try_emplace(condition.text(), size());
  if (!added) return found->second;
  BitSet& selected = found->second;
  const auto try_one = [&](std::size_t i) {
    if (condition.matches(peers_[i])) selected.add(i);
  };
  if (needs_a_label(condition)) {
    for (const std::string& value : condition.values)
      if (const auto having = having_.find(pair_text(condition.key, value));
          having != having_.end())
        for (const std::uint32_t i : having->second) try_one(i);
  } else {
    for (std::size_t i = 0; i < size(); ++i) try_one(i);
  }
  return selected;
}

}  // namespace cnplint::policy
