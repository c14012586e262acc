// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/identity_table.h"

#include <algorithm>
#include <numeric>

#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

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
  Identity identity = Identity::of_labels(std::move(labels));
  // Nodes have no label of the world, so that a prefix of length 0 leaves them out all the same.
  const bool node =
      endpoint.kind == EndpointKind::host || endpoint.kind == EndpointKind::remote_node;
  if (environment.cidr_matches_nodes && node && endpoint.address)
    identity.cidr = Prefix{*endpoint.address, endpoint.address->bits()};
  return identity;
}

std::string pair_text(std::string_view key, std::string_view value) {
  return std::string(key).append(1, '\0').append(value);
}

/// The order of addresses: those of a prefix stand together, from its first one on.
auto order_of(const Address& address) { return std::pair(address.v6, address.bytes); }

}  // namespace

IdentityTable::IdentityTable(const std::vector<Endpoint>& endpoints, const Environment& environment,
                             const Surroundings& surroundings) {
  for (const Endpoint& endpoint : endpoints) {
    peers_.push_back(peer_identity(endpoint, environment, surroundings));
    const auto index = static_cast<std::uint32_t>(peers_.size() - 1);
    for (const Label& label : peers_.back().labels)
      having_[pair_text(label.key, label.value)].push_back(index);
    if (peers_.back().cidr) by_address_.push_back(index);
    for (const std::string& name : peers_.back().dns_names) having_name_[name].push_back(index);
    if (std::ranges::find(peers_.back().labels, "fqdn", &Label::source) !=
        peers_.back().labels.end())
      having_fqdn_label_.push_back(index);
  }
  std::ranges::sort(by_address_, {}, [&](std::uint32_t i) { return order_of(address(i)); });
}

IndexSet IdentityTable::select(const Conditions& conditions) {
  std::vector<const IndexSet*> sets;
  for (const Condition& each : conditions) sets.push_back(&select_one(each));
  std::vector<std::uint32_t> members;
  if (sets.empty()) {
    members.resize(size());
    std::iota(members.begin(), members.end(), 0U);
    return {std::move(members), size()};
  }
  // The members of the smallest are tried on the others.
  std::ranges::sort(sets, {}, &IndexSet::size);
  sets.front()->each([&](std::uint32_t i) {
    if (std::ranges::all_of(sets, [&](const IndexSet* set) { return set->has(i); }))
      members.push_back(i);
  });
  return {std::move(members), size()};
}

std::optional<std::vector<std::uint32_t>> IdentityTable::candidates(
    const Condition& condition) const {
  if (condition.op != Op::in && condition.op != Op::exists) return std::nullopt;
  std::vector<std::uint32_t> result;
  const auto add = [&](const auto& index, const std::string& key) {
    if (const auto found = index.find(key); found != index.end())
      result.insert(result.end(), found->second.begin(), found->second.end());
  };
  if (condition.prefix) {
    const auto first =
        std::ranges::lower_bound(by_address_, order_of(condition.prefix->first()), {},
                                 [&](std::uint32_t i) { return order_of(address(i)); });
    for (auto at = first; at != by_address_.end() && condition.prefix->contains(address(*at)); ++at)
      result.push_back(*at);
    return result;
  }
  if (condition.names) {
    const std::string_view name = condition.names->only_name();
    if (name.empty()) return std::nullopt;
    result = having_fqdn_label_;
    add(having_name_, std::string(name));
    return result;
  }
  if (condition.op != Op::in || condition.source == "cidrgroup") return std::nullopt;
  for (const std::string& value : condition.values) add(having_, pair_text(condition.key, value));
  return result;
}

const IndexSet& IdentityTable::select_one(const Condition& condition) {
  const auto [found, added] = known_.try_emplace(condition.text());
  if (!added) return found->second;
  std::vector<std::uint32_t> selected;
  const auto try_one = [&](std::uint32_t i) {
    if (condition.matches(peers_[i])) selected.push_back(i);
  };
  if (auto few = candidates(condition)) {
    std::ranges::sort(*few);
    few->erase(std::unique(few->begin(), few->end()), few->end());
    std::ranges::for_each(*few, try_one);
  } else {
    for (std::uint32_t i = 0; i < size(); ++i) try_one(i);
  }
  found->second = IndexSet(std::move(selected), size());
  return found->second;
}

}  // namespace cnplint::policy
