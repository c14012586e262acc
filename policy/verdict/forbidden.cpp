// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/forbidden.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>
#include <tuple>
#include <utility>

#include "policy/verdict/compared_peers.h"
#include "policy/verdict/evaluator.h"
#include "policy/verdict/peer_names.h"
#include "policy/verdict/two_states.h"
#include "policy/verdict/witness_endpoints.h"

namespace cnplint::policy {
namespace {

/// What manifests say of workloads, by subject.
using Workloads = std::map<std::string, DescribedEnd>;
Workloads described_workloads(const Inventory& inventory) {
  Workloads all;
  for (const Workload& each : inventory.workloads)
    all.emplace(each.subject, DescribedEnd{std::string(each.subject),
                                           {},
                                           labels_of(each.labels),
                                           labels_of_namespace(each.ns, inventory),
                                           std::string(each.ns)});
  return all;
}

/// The namespaces that a selector is about, as far as it says.
std::set<std::string> namespaces_of(const EndSelector& selector, const Inventory& inventory) {
  if (!selector.ns.empty()) return {selector.ns};
  std::set<std::string> names;
  if (selector.namespace_labels.empty()) return names;
  for (const NamespaceManifest& each : inventory.namespaces) {
    DescribedEnd end;
    end.ns = each.name;
    end.namespace_labels = labels_of(each.labels);
    EndSelector only;
    only.namespace_labels = selector.namespace_labels;
    if (only.selects(end)) names.insert(end.ns);
  }
  return names;
}

/// A pod for every selector of a namespace in which it selects no workload: who may come is meant
/// as well.
void add_imagined(const EndSelector& selector, const Inventory& inventory,
                  const Workloads& workloads, ClusterState& state) {
  for (const EndSelector& each : selector.any) add_imagined(each, inventory, workloads, state);
  if (!selector.entity.empty() || !selector.name.empty() || !selector.any.empty()) return;
  for (const std::string& ns : namespaces_of(selector, inventory)) {
    if (std::ranges::any_of(workloads, [&](const auto& each) {
          return each.second.ns == ns && selector.selects(each.second);
        }))
      continue;
    PodFacts pod;
    pod.ns = ns;
    pod.labels = selector.labels;
    pod.namespace_labels = labels_of_namespace(ns, inventory);
    for (const auto& label : selector.namespace_labels)
      if (std::ranges::find(pod.namespace_labels, label) == pod.namespace_labels.end())
        pod.namespace_labels.push_back(label);
    const Environment& environment = state.rules->environment;
    pod.cluster = environment.cluster;
    Endpoint endpoint;
    endpoint.kind = EndpointKind::pod;
    endpoint.labels = identity_labels(pod, environment.labels, environment.cilium);
    std::string name = ns + "/";
    for (const auto& [key, value] : selector.labels)
      name += (name.ends_with('/') ? "" : ",") + key + "=" + value;
    if (selector.labels.empty()) name += "any pod";
    if (std::ranges::find(state.pods, name, &NamedEndpoint::name) == state.pods.end())
      state.pods.push_back({std::move(endpoint), name});
  }
}

/// Looks for them.
class Search {
 public:
  /// What manifests say in either state.
  Search(const std::array<Workloads, 2>& workloads, const TwoStates& states)
      : states_(states),
        evaluators_{Evaluator(world(0).base, world(0).endpoints),
                    Evaluator(world(1).base, world(1).endpoints)} {
    const OutsideNames outside(
        std::array<const RuleBase*, 2>{world(0).base.get(), world(1).base.get()});
    for (const std::size_t side : {0, 1})
      for (std::uint32_t i = 0; i < states.names().size(); ++i)
        ends_.at(side).push_back(describe(side, i, outside, workloads.at(side)));
    // OpenShift's policies are about all pods of a namespace.
    const bool firewalls = std::ranges::any_of(states.worlds(), [](const World& each) {
      return std::ranges::any_of(each.changed, [&](std::uint32_t policy) {
        return is_firewall(each.base->policies[policy].kind);
      });
    });
    const auto all = static_cast<std::uint32_t>(states.names().size());
    subjects_.resize(firewalls ? all - states.subjects() : states.subjects());
    std::iota(subjects_.begin(), subjects_.end(), firewalls ? states.subjects() : 0U);
  }

  void look_for(const Forbidden& forbidden) {
    forbidden_ = &forbidden;
    for (const std::size_t side : {0, 1}) {
      from_.at(side) = selected(side, forbidden.from);
      to_.at(side) = selected(side, forbidden.to);
    }
    const auto all = static_cast<std::uint32_t>(ends_[1].size());
    for (const std::uint32_t subject : subjects_)
      for (std::uint32_t peer = states_.subjects(); peer < all; ++peer) {
        if (ends_[1][subject].name == ends_[1][peer].name) continue;
        if (is_meant(1, subject, peer)) ask(subject, peer);
        if (is_meant(1, peer, subject)) ask(peer, subject);
      }
  }

  std::vector<ForbiddenOpening> found() {
    std::vector<ForbiddenOpening> all;
    for (auto& [key, from] : found_) {
      ForbiddenOpening& opening = all.emplace_back();
      std::tie(opening.forbidden, opening.to, opening.ports, std::ignore) = key;
      std::tie(opening.egress, opening.ingress) = rules_.at(std::get<3>(key));
      opening.from.assign(from.begin(), from.end());
      join_families(opening.from);
    }
    return all;
  }

 private:
  /// By what is forbidden, the destination, the ports and where the rules are.
  using Key = std::tuple<const Forbidden*, std::string, std::vector<PortSpan>, std::string>;

  [[nodiscard]] const World& world(std::size_t side) const { return states_.worlds().at(side); }

  [[nodiscard]] DescribedEnd describe(std::size_t side, std::uint32_t index,
                                      const OutsideNames& outside,
                                      const Workloads& workloads) const {
    const Endpoint& facts = world(side).endpoints[index];
    const std::string& name = states_.names()[index];
    if (const auto known = workloads.find(name); known != workloads.end()) {
      DescribedEnd end = known->second;
      end.facts = facts;
      return end;
    }
    const bool is_outside = facts.address || !facts.dns_names.empty();
    return described_by_identity(!name.empty() ? name
                                 : is_outside  ? outside.of(facts)
                                               : name_of_endpoint(facts),
                                 facts);
  }

  /// Which ends of a state a selector selects.
  [[nodiscard]] std::vector<bool> selected(std::size_t side, const EndSelector& selector) const {
    std::vector<bool> result;
    for (std::uint32_t i = 0; i < ends_.at(side).size(); ++i)
      result.push_back(states_.is_in(side, i) && selector.selects(ends_.at(side)[i]));
    return result;
  }

  /// Whether a state has a connection that is forbidden.
  [[nodiscard]] bool is_meant(std::size_t side, std::uint32_t from, std::uint32_t to) const {
    return from_.at(side)[from] && to_.at(side)[to];
  }

  void ask(std::uint32_t from, std::uint32_t to) {
    std::map<std::string, std::vector<PortSpan>> opened;
    for (const std::uint8_t protocol : kAskedProtocols)
      each_span(steps(from, to, protocol), protocol, [&](PortSpan span) {
        const Connection asked{from, to, protocol, span.first};
        const bool passed = is_meant(0, from, to) && evaluators_[0].passes(asked);
        if (!is_forbidden(span) || passed || !passes_by_policy(asked)) return;
        std::vector<PortSpan>& spans = opened[rules_of(asked)];
        if (!spans.empty() && spans.back().protocol == protocol &&
            spans.back().last + 1 == span.first)
          spans.back().last = span.last;
        else
          spans.push_back(span);
      });
    for (auto& [rules, spans] : opened)
      found_[{forbidden_, ends_[1][to].name, std::move(spans), rules}].insert(ends_[1][from].name);
  }

  /// Where verdicts may change, and the ports that are forbidden.
  [[nodiscard]] std::set<std::uint16_t> steps(std::uint32_t from, std::uint32_t to,
                                              std::uint8_t protocol) const {
    std::set<std::uint16_t> all{0};
    for (const Evaluator& each : evaluators_) {
      for (const auto some : {each.engine().port_steps(Direction::egress, from, protocol),
                              each.engine().port_steps(Direction::ingress, to, protocol)})
        all.insert(some.begin(), some.end());
      for (const std::uint16_t step : each.firewall_steps(from)) all.insert(step);
    }
    for (const Port& port : forbidden_->ports) {
      if (port.protocol != protocol) continue;
      all.insert(port.number);
      if (port.number < UINT16_MAX) all.insert(static_cast<std::uint16_t>(port.number + 1));
    }
    return all;
  }

  [[nodiscard]] bool is_forbidden(const PortSpan& span) const {
    return forbidden_->ports.empty() ||
           std::ranges::any_of(forbidden_->ports, [&](const Port& port) {
             return port.protocol == span.protocol && port.number == span.first;
           });
  }

  /// Whether a connection passes in the new state, and not only because the host always may.
  [[nodiscard]] bool passes_by_policy(const Connection& asked) const {
    return evaluators_[1].passes(asked) &&
           evaluators_[1].engine().decide(Direction::ingress, asked).synthetic !=
               Synthetic::allow_localhost;
  }

  /// The rules that let a connection pass in the new state, by where they are.
  std::string rules_of(const Connection& asked) {
    std::pair<NodeRef, NodeRef> rules;
    std::string key;
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const Decision& decision = evaluators_[1].engine().decide(direction, asked);
      NodeRef& rule = direction == Direction::egress ? rules.first : rules.second;
      if (!decision.rules.empty()) rule = world(1).base->rules[decision.rules.front()].where;
      if (const auto firewall = evaluators_[1].firewall(asked);
          !rule && firewall && direction == Direction::egress)
        rule = firewall->rule;
      key += (rule ? rule.range().place() : std::string()) + "\n";
    }
    rules_.emplace(key, rules);
    return key;
  }

  const TwoStates& states_;
  std::array<Evaluator, 2> evaluators_;
  std::array<std::vector<DescribedEnd>, 2> ends_;
  std::vector<std::uint32_t> subjects_;
  const Forbidden* forbidden_ = nullptr;
  std::array<std::vector<bool>, 2> from_;  ///< which ends are meant, in either state
  std::array<std::vector<bool>, 2> to_;
  std::map<Key, std::set<std::string>> found_;
  std::map<std::string, std::pair<NodeRef, NodeRef>> rules_;
};

}  // namespace

std::vector<ForbiddenOpening> forbidden_openings(const KnownState& before, const KnownState& after,
                                                 const std::vector<Forbidden>& forbidden) {
  if (forbidden.empty()) return {};
  const std::array<Workloads, 2> workloads{described_workloads(*before.inventory),
                                           described_workloads(*after.inventory)};
  std::array<ClusterState, 2> sides{before.state, after.state};
  for (const Forbidden& each : forbidden)
    for (const EndSelector* selector : {&each.from, &each.to})
      for (ClusterState& side : sides)
        add_imagined(*selector, *after.inventory, workloads[1], side);
  const TwoStates states(sides[0], sides[1], ImaginedPods::lonely);
  if (states.are_same()) return {};
  Search search(workloads, states);
  for (const Forbidden& each : forbidden) search.look_for(each);
  return search.found();
}

bool selects_somebody(const EndSelector& selector, const Inventory& inventory,
                      const Environment& environment) {
  if (!selector.entity.empty()) return true;
  for (const auto& [name, end] : described_workloads(inventory))
    if (selector.selects(end)) return true;
  return std::ranges::any_of(usual_entities(environment), [&](const Endpoint& each) {
    return selector.selects(described_by_identity(name_of_endpoint(each), each));
  });
}

}  // namespace cnplint::policy
