// SPDX-License-Identifier: Apache-2.0
#include "rules/half_open.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model/label.h"
#include "policy/verdict/impossible_key.h"
#include "policy/verdict/rule_cover.h"
#include "policy/verdict/subject_index.h"
#include "rules/cover.h"
#include "rules/other_end.h"
#include "rules/pods_asked_for.h"

namespace cnplint::rules::half_open {
namespace {

using policy::Conditions;
using policy::Endpoint;
using policy::Identity;
using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;
using policy::Subject;

/// Finds candidates.
class Search {
 public:
  explicit Search(const lint::ClusterContext& context) : context_(context), base_(*context.rules) {
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i)
      by_namespace_[base_.subjects[i].ns].push_back(i);
  }

  void look_at(const Subject& subject, std::uint32_t index, std::vector<Candidate>& found) {
    const PolicyRule& rule = base_.rules[index];
    constexpr std::size_t kMostPeers = 100;
    for (std::uint32_t peer = 0; peer < std::min(rule.peers.size(), kMostPeers); ++peer) {
      const Conditions& selector = base_.selectors[rule.peers[peer]];
      const FarEnd& far = far_end(rule.peers[peer]);
      if (!far.is_of_pods) continue;
      if (near_of_ != &subject) near_ = end_of(subject.selector);
      near_of_ = &subject;
      if (!near_) return;
      if (far.end)
        look_at_end(subject, {index, peer, {}, false, {}, {}, {}}, *far.end, selector, found);
      look_at_each(subject, index, peer, found);
    }
  }

 private:
  /// The other end of a peer.
  struct FarEnd {
    bool is_of_pods = false;  ///< that there may be
    std::optional<End> end;
  };

  /// @param candidate all that is known before
  void look_at_end(const Subject& subject, Candidate candidate, const End& far,
                   const Conditions& selector, std::vector<Candidate>& found) const {
    const PolicyRule& rule = base_.rules[candidate.rule];
    const auto refusing = refusal(rule, *near_, far);
    if (!refusing) return;
    candidate.near = *near_;
    candidate.far = far;
    candidate.refusing = *refusing;
    candidate.sure = refusing->denied
                         ? is_sure_to_be_denied(rule, subject.selector, selector, refusing->rule)
                         : is_sure(rule, subject.selector, selector);
    found.push_back(std::move(candidate));
  }

  /// The pods of each value apart, where a peer lists several for a label.
  void look_at_each(const Subject& subject, std::uint32_t rule, std::uint32_t peer,
                    std::vector<Candidate>& found) {
    constexpr std::size_t kMostValues = 16;
    const Conditions& selector = base_.selectors[base_.rules[rule].peers[peer]];
    const auto list = std::ranges::find_if(selector, [](const policy::Condition& each) {
      return each.op == policy::Condition::Op::in && each.values.size() > 1 &&
             each.values.size() <= kMostValues && !policy::is_namespace_key(each.key) &&
             std::ranges::none_of(each.values, policy::has_placeholder);
    });
    if (list == selector.end()) return;
    for (const std::string& value : list->values) {
      if (looked_at_values_ == kMostLookedAt) return;
      ++looked_at_values_;
      Conditions one = selector;
      one[static_cast<std::size_t>(list - selector.begin())].values = {value};
      if (const auto far = end_of(one))
        look_at_end(subject, {rule, peer, {}, false, list->key + ": " + value, {}, {}}, *far, one,
                    found);
    }
  }

  /// The pods that a selector selects; none where they are too many, or nobody can say.
  [[nodiscard]] std::optional<End> end_of(const Conditions& selector) const {
    constexpr std::size_t kMost = 16;
    End end;
    const std::vector<std::uint32_t> known = context_.pods.selected(selector);
    end.known = context_.pods.of_selector(selector);
    for (const std::uint32_t pod : known) {
      if (!policy::matches(selector, context_.pods.identity(pod))) return std::nullopt;
      Endpoint endpoint = context_.pods.endpoint(pod);
      const bool is_new = std::ranges::none_of(end.pods, [&](const Endpoint& each) {
        return each.labels == endpoint.labels && each.named_ports == endpoint.named_ports;
      });
      if (!is_new) continue;
      if (end.pods.size() == kMost) return std::nullopt;
      end.pods.push_back(std::move(endpoint));
      end.identities.push_back(context_.pods.identity(pod));
    }
    if (!known.empty()) {
      end.name = context_.pods.workload(known.front()).subject;
      return end;
    }
    if (end.known == policy::Knowledge::complete || !names_pods(selector)) return std::nullopt;
    end.known = policy::Knowledge::none;
    Subject asked;
    asked.selector = selector;
    for (const Identity& each : policy::witnesses(asked, base_.environment))
      if (policy::matches(selector, each) && end.pods.size() < kMost && is_local_pod(each)) {
        end.pods.push_back({policy::EndpointKind::pod, each.labels, {}, {}, {}});
        end.identities.push_back(each);
      }
    return end.pods.empty() ? std::nullopt : std::optional(std::move(end));
  }

  /// Pods of another cluster of the mesh have policies that nobody knows here.
  [[nodiscard]] bool is_local_pod(const Identity& identity) const {
    return policy::kind_of_labels(identity.labels, base_.environment.cluster) ==
           policy::EndpointKind::pod;
  }

  const FarEnd& far_end(std::uint32_t selector) {
    const auto [known, added] = ends_.try_emplace(selector);
    if (!added) return known->second;
    const Conditions& asked = base_.selectors[selector];
    if (is_of_pods(asked) && !asks_for_impossible(asked, policy::Bearer::peer, base_.environment))
      known->second = {true, end_of(asked)};
    return known->second;
  }

  /// A rule that refuses each pod of the far end the near one: it denies it, or puts it into
  /// default deny, where no rule there seems to admit any.
  std::optional<Refusal> refusal(const PolicyRule& rule, const End& near, const End& far) const {
    std::optional<Refusal> refusing;
    Budget budget;
    for (const Identity& pod : far.identities) {
      std::optional<std::uint32_t> by;
      std::optional<std::uint32_t> denying;
      bool admitted = false;
      const auto look = [&](std::uint32_t subject) {
        for (std::uint32_t i = base_.subjects[subject].first_rule;
             i < base_.subjects[subject].end_rule; ++i) {
          const PolicyRule& each = base_.rules[i];
          if (each.direction == rule.direction) continue;
          if (!budget.spend(1 + each.peers.size() + each.ports.size())) return true;
          if (each.default_deny && !by) by = i;
          if (!meets(each, rule, near.identities)) continue;
          admitted = admitted || each.allows();
          if (each.denies() && !denying) denying = i;
        }
        return false;
      };
      // Where they are too many to be tried nothing is said.
      if (context_.subjects.any_selecting(pod, false, look)) return std::nullopt;
      if (!denying && (!by || admitted)) return std::nullopt;
      const bool denied =
          denying && (!by || admitted || denies_all_ports(base_.rules[*denying], rule));
      if (!refusing) refusing = Refusal{denied ? *denying : *by, denied};
    }
    return refusing;
  }

  /// Whether a rule of the far end may be about connections of the near one.
  [[nodiscard]] bool meets(const PolicyRule& far, const PolicyRule& near,
                           const std::vector<Identity>& peers) const {
    if (!shares_a_port(far, near)) return false;
    return far.any_peer || std::ranges::any_of(far.peers, [&](std::uint32_t selector) {
             return std::ranges::any_of(peers, [&](const Identity& each) {
               return policy::matches(base_.selectors[selector], each);
             });
           });
  }

  static bool denies_all_ports(const PolicyRule& deny, const PolicyRule& rule) {
    return std::ranges::all_of(rule.ports, [&](const PortFilter& port) {
      return std::ranges::any_of(
          deny.ports, [&](const PortFilter& each) { return policy::covers(each, port); });
    });
  }

  static bool shares_a_port(const PolicyRule& a, const PolicyRule& b) {
    return std::ranges::any_of(a.ports, [&](const PortFilter& one) {
      return std::ranges::any_of(b.ports,
                                 [&](const PortFilter& each) { return overlap(one, each); });
    });
  }

  /// Whether the other end refuses whatever other labels the pods of both may have: its default
  /// deny is for all of them, and no rule for some of them can admit one of these.
  [[nodiscard]] bool is_sure(const PolicyRule& rule, const Conditions& near,
                             const Conditions& far) const {
    constexpr std::size_t kMost = 64;
    auto namespaces = policy::namespaces_of(far);
    if (!namespaces) return false;
    namespaces->emplace_back();  // clusterwide policies
    bool denied = false;
    std::size_t tried = 0;
    for (const std::string& ns : *namespaces) {
      const auto subjects = by_namespace_.find(ns);
      if (subjects == by_namespace_.end()) continue;
      for (const std::uint32_t index : subjects->second) {
        if (++tried > kMost) return false;
        const Subject& subject = base_.subjects[index];
        if (subject.node || policy::exclude_each_other(subject.selector, far)) continue;
        const bool all = policy::covers(subject.selector, far);
        for (const PolicyRule& each : base_.rules_of(subject)) {
          if (each.direction == rule.direction) continue;
          denied = denied || (all && each.default_deny);
          if (each.allows() && shares_a_port(each, rule) && !excludes(each, near)) return false;
        }
      }
    }
    return denied;
  }

  /// Whether a deny rule is about whatever pods of both ends there may be, on all ports.
  [[nodiscard]] bool is_sure_to_be_denied(const PolicyRule& rule, const Conditions& near,
                                          const Conditions& far, std::uint32_t denying) const {
    const PolicyRule& deny = base_.rules[denying];
    const Subject& subject = subject_of(base_, denying);
    // Both ends are of this cluster.
    Conditions source = near;
    source.push_back(policy::condition(policy::kClusterLabel, policy::Condition::Op::in,
                                       {base_.environment.cluster}, "k8s"));
    const bool peers = deny.any_peer || std::ranges::any_of(deny.peers, [&](std::uint32_t peer) {
                         return policy::covers(base_.selectors[peer], source);
                       });
    return peers && policy::covers(subject.selector, far) && denies_all_ports(deny, rule);
  }

  [[nodiscard]] bool excludes(const PolicyRule& rule, const Conditions& near) const {
    return !rule.any_peer && std::ranges::all_of(rule.peers, [&](std::uint32_t selector) {
      return policy::exclude_each_other(base_.selectors[selector], near);
    });
  }

  const lint::ClusterContext& context_;
  const RuleBase& base_;
  std::map<std::string, std::vector<std::uint32_t>> by_namespace_;  ///< subjects
  std::unordered_map<std::uint32_t, FarEnd> ends_;                  ///< by selector
  const Subject* near_of_ = nullptr;
  std::optional<End> near_;  ///< of that subject
  static constexpr std::size_t kMostLookedAt = 2000;
  std::size_t looked_at_values_ = 0;
};

}  // namespace

std::vector<Candidate> candidates(const lint::ClusterContext& context) {
  const RuleBase& base = *context.rules;
  Search search(context);
  std::vector<Candidate> found;
  constexpr std::size_t kMostCandidates = 300;
  for (const Subject& subject : base.subjects) {
    if (subject.node || !subject.requires_ingress.empty() || !subject.requires_egress.empty() ||
        asks_for_impossible(subject.selector, policy::Bearer::pod, base.environment))
      continue;
    for (std::uint32_t i = subject.first_rule; i < subject.end_rule; ++i) {
      const PolicyRule& rule = base.rules[i];
      const bool named = std::ranges::any_of(
          rule.ports, [](const PortFilter& port) { return !port.name.empty(); });
      if (rule.allows() && rule.is_written() && rule.matches_something() && !named &&
          found.size() < kMostCandidates)
        search.look_at(subject, i, found);
    }
  }
  return found;
}

}  // namespace cnplint::rules::half_open
