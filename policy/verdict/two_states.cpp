// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/two_states.h"

#include <algorithm>
#include <map>
#include <utility>

#include "policy/verdict/changed_policies.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/witness_endpoints.h"

namespace cnplint::policy {
namespace {

bool differ(const Endpoint& a, const Endpoint& b) {
  return a.kind != b.kind || a.labels != b.labels || a.named_ports != b.named_ports;
}

}  // namespace

TwoStates::TwoStates(const ClusterState& before, const ClusterState& after, ImaginedPods imagined)
    : imagined_(imagined) {
  worlds_[0].base = before.rules;
  worlds_[1].base = after.rules;
  pair_pods(before.pods, after.pods);
  if (before.rules->environment == after.rules->environment) {
    auto changed = changed_policies(*before.rules, *after.rules);
    for (const std::size_t side : {0, 1}) worlds_.at(side).changed = std::move(changed.at(side));
  } else {
    other_environment_ = true;
    for (World& world : worlds_)
      for (std::uint32_t i = 0; i < world.base->policies.size(); ++i) world.changed.insert(i);
  }
  for (World& world : worlds_) add_policies_about_changed_pods(world);
  if (are_same()) return;
  find_subjects();
  find_peers();
}

bool TwoStates::are_same() const {
  return !other_environment_ && worlds_[0].changed.empty() && worlds_[1].changed.empty() &&
         std::ranges::none_of(pods_, [](const Pod& pod) {
           return pod.differs || pod.present != std::array{true, true};
         });
}

void TwoStates::pair_pods(const std::vector<NamedEndpoint>& before,
                          const std::vector<NamedEndpoint>& after) {
  std::map<std::string_view, std::vector<const NamedEndpoint*>> old;
  for (const NamedEndpoint& each : before) old[each.name].push_back(&each);
  for (auto& [name, all] : old) std::ranges::reverse(all);
  for (const NamedEndpoint& each : after) {
    auto found = old.find(each.name);
    const Endpoint* was = &each.endpoint;
    bool known = false;
    if (found != old.end() && !found->second.empty()) {
      was = &found->second.back()->endpoint;
      found->second.pop_back();
      known = true;
    }
    pods_.push_back({{was, &each.endpoint}, each.name, differ(*was, each.endpoint), {known, true}});
  }
  for (const NamedEndpoint& each : before)
    if (const auto& left = old[each.name]; std::ranges::find(left, &each) != left.end())
      pods_.push_back({{&each.endpoint, &each.endpoint}, each.name, false, {true, false}});
}

/// Where a workload has other labels or ports, rules that are about it mean something else. Nodes
/// are let in by their pods whatever rules say: a workload that goes into the network of its node,
/// or leaves it, is a change to all of them.
void TwoStates::add_policies_about_changed_pods(World& world) const {
  if (std::ranges::any_of(pods_,
                          [](const Pod& pod) { return pod.ends[0]->kind != pod.ends[1]->kind; }))
    for (std::uint32_t i = 0; i < world.base->policies.size(); ++i) world.changed.insert(i);
  if (std::ranges::any_of(pods_, [](const Pod& pod) {
        return pod.ends[0]->named_ports != pod.ends[1]->named_ports;
      }))
    for (const PolicyRule& rule : world.base->rules)
      if (std::ranges::any_of(rule.ports,
                              [](const PortFilter& port) { return !port.name.empty(); }))
        world.changed.insert(rule.policy);
  std::vector<std::pair<Identity, Identity>> changed;
  for (const Pod& pod : pods_)
    if (pod.differs)
      changed.emplace_back(Identity::of_labels(pod.ends[0]->labels),
                           Identity::of_labels(pod.ends[1]->labels));
  if (changed.empty()) return;
  std::vector<bool> affected;
  for (const Conditions& selector : world.base->selectors)
    affected.push_back(std::ranges::any_of(changed, [&](const auto& pair) {
      return matches(selector, pair.first) != matches(selector, pair.second);
    }));
  for (const PolicyRule& rule : world.base->rules)
    if (std::ranges::any_of(rule.peers, [&](std::uint32_t peer) { return affected[peer]; }))
      world.changed.insert(rule.policy);
}

void TwoStates::add_endpoint(const Endpoint& before, const Endpoint& after, std::string_view name,
                             std::array<bool, 2> present) {
  for (const std::size_t side : {0, 1}) present_.at(side).push_back(present.at(side));
  worlds_[0].endpoints.push_back(before);
  worlds_[1].endpoints.push_back(after);
  names_.emplace_back(name);
}

/// The pods of workloads that selectors are tried on; none where pods are imagined for all.
std::vector<Identity> TwoStates::pods_of(std::size_t side) const {
  std::vector<Identity> pods;
  if (imagined_ == ImaginedPods::lonely)
    for (const Pod& pod : pods_)
      if (is_pod(pod.ends.at(side)->kind))
        pods.push_back(Identity::of_labels(pod.ends.at(side)->labels));
  return pods;
}

std::vector<Endpoint> TwoStates::witnesses_of_changed() const {
  std::vector<Endpoint> result;
  for (const std::size_t side : {0, 1}) {
    const World& world = worlds_.at(side);
    const std::vector<Identity> pods = pods_of(side);
    for (const Subject& subject : world.base->subjects) {
      if (!world.changed.contains(subject.policy)) continue;
      if (!subject.node && selects_any(subject.selector, pods)) continue;
      for (const Identity& each : witnesses(subject, world.base->environment)) {
        Endpoint endpoint;
        endpoint.labels = each.labels;
        endpoint.kind = subject.node ? EndpointKind::host
                                     : kind_of_labels(each.labels, world.base->environment.cluster);
        result.push_back(std::move(endpoint));
      }
    }
  }
  return result;
}

/// Endpoints that a changed policy selects, and all policies that select one of them.
void TwoStates::find_subjects() {
  const std::array<SubjectIndex, 2> indices{SubjectIndex(*worlds_[0].base),
                                            SubjectIndex(*worlds_[1].base)};
  std::array<std::set<std::uint32_t>, 2> related;
  const auto look_at = [&](const Pod& pod) {
    std::array<std::vector<std::uint32_t>, 2> selecting;
    bool touched = pod.differs || other_environment_ || pod.present != std::array{true, true};
    for (const std::size_t side : {0, 1}) {
      const Endpoint& endpoint = *pod.ends.at(side);
      selecting.at(side) = indices.at(side).selecting(Identity::of_labels(endpoint.labels),
                                                      endpoint.kind == EndpointKind::host);
      for (const std::uint32_t each : selecting.at(side))
        touched |= worlds_.at(side).changed.contains(worlds_.at(side).base->subjects[each].policy);
    }
    if (!touched) return;
    for (const std::size_t side : {0, 1})
      for (const std::uint32_t each : selecting.at(side))
        related.at(side).insert(worlds_.at(side).base->subjects[each].policy);
    add_endpoint(*pod.ends[0], *pod.ends[1], pod.name, pod.present);
  };
  for (const Pod& pod : pods_) look_at(pod);
  // Who has no identity yet matters to nobody who reads about workloads.
  for (const Endpoint& each : usual_entities(worlds_[1].base->environment))
    if (imagined_ == ImaginedPods::all || each.kind != EndpointKind::init)
      look_at({{&each, &each}, {}, false});
  for (const Endpoint& each : witnesses_of_changed()) look_at({{&each, &each}, {}, false});
  subjects_ = static_cast<std::uint32_t>(names_.size());
  for (const std::size_t side : {0, 1}) {
    World& world = worlds_.at(side);
    for (std::uint32_t i = 0; i < world.base->policies.size(); ++i)
      if (related.at(side).contains(i) || is_changed_firewall(world, i)) {
        world.related.push_back(world.base->policies[i]);
        world.is_changed.push_back(world.changed.contains(i));
      }
    world.rules = translate(world.related, world.base->environment, world.base->surroundings);
  }
}

/// Firewalls of one namespace are asked in order: with one that changes come the others.
bool TwoStates::is_changed_firewall(const World& world, std::uint32_t index) const {
  const Policy& policy = world.base->policies[index];
  if (!is_firewall(policy.kind)) return false;
  for (const World& each : worlds_)
    for (const std::uint32_t changed : each.changed)
      if (is_firewall(each.base->policies[changed].kind) &&
          each.base->policies[changed].effective_namespace() == policy.effective_namespace())
        return true;
  return false;
}

void TwoStates::find_peers() {
  for (const Pod& pod : pods_) add_endpoint(*pod.ends[0], *pod.ends[1], pod.name, pod.present);
  for (const Endpoint& each : usual_entities(worlds_[1].base->environment))
    add_endpoint(each, each);
  for (const std::size_t side : {0, 1}) {
    const World& world = worlds_.at(side);
    for (const Endpoint& each : edge_addresses(*world.rules)) add_endpoint(each, each);
    for (const Endpoint& each : witnesses_beside(*world.rules, pods_of(side)))
      add_endpoint(each, each);
    for (const Endpoint& each : firewall_edges(world.related, world.base->environment))
      add_endpoint(each, each);
  }
}

}  // namespace cnplint::policy
