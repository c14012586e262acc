// SPDX-License-Identifier: Apache-2.0
//
// A connection needs both ends: the egress of its source and the ingress of its destination. For
// each peer of an allow rule the other end is looked at: by the pods of the input where they are
// there, else by pods with the labels that are asked for and no others. Candidates are found by the
// rules that select the other end; what is said of them, the engine says.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "policy/verdict/rule_cover.h"
#include "policy/verdict/verdict.h"
#include "rules/half_open.h"
#include "rules/other_end.h"

namespace cnplint::rules::half_open_connection {
namespace {

using half_open::Candidate;
using half_open::other;
using policy::Endpoint;
using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;

/// Asks the engine about candidates.
class Judge {
 public:
  Judge(const lint::ClusterContext& context, const std::vector<Candidate>& candidates)
      : candidates_(candidates), engine_(context.rules, endpoints_of(candidates)) {}

  /// Whether the rule lets some connection pass at its own end, and the other end none.
  [[nodiscard]] bool is_half_open(std::size_t at) const {
    const Candidate& candidate = candidates_[at];
    const PolicyRule& rule = engine_.rule_base().rules[candidate.rule];
    bool passes_here = false;
    const auto near_begin = begin_[at];
    const auto far_begin = near_begin + static_cast<std::uint32_t>(candidate.near.pods.size());
    const auto end = far_begin + static_cast<std::uint32_t>(candidate.far.pods.size());
    for (std::uint32_t near = near_begin; near < far_begin; ++near)
      for (std::uint32_t far = far_begin; far < end; ++far)
        for (const policy::Connection& each : connections(rule, near, far)) {
          if (policy::passes(engine_.decide(other(rule.direction), each).verdict)) return false;
          passes_here = passes_here || policy::passes(engine_.decide(rule.direction, each).verdict);
        }
    return passes_here;
  }

 private:
  std::vector<Endpoint> endpoints_of(const std::vector<Candidate>& candidates) {
    std::vector<Endpoint> all;
    for (const Candidate& each : candidates) {
      begin_.push_back(static_cast<std::uint32_t>(all.size()));
      all.insert(all.end(), each.near.pods.begin(), each.near.pods.end());
      all.insert(all.end(), each.far.pods.begin(), each.far.pods.end());
    }
    return all;
  }

  /// The connections of two pods that a rule is about, one for each run of ports.
  [[nodiscard]] std::vector<policy::Connection> connections(const PolicyRule& rule,
                                                            std::uint32_t near,
                                                            std::uint32_t far) const {
    namespace protocol = policy::ip_protocol;
    constexpr std::array kUsual{protocol::kTcp, protocol::kUdp, protocol::kSctp, protocol::kIcmp};
    const bool ingress = rule.direction == Direction::ingress;
    std::vector<policy::Connection> result;
    for (const PortFilter& filter : rule.ports)
      for (const std::uint8_t number : kUsual) {
        if (filter.protocol != protocol::kAny && filter.protocol != number) continue;
        policy::Connection each{ingress ? far : near, ingress ? near : far, number, filter.first};
        result.push_back(each);
        for (const std::uint16_t port : engine_.port_steps(other(rule.direction), far, number)) {
          each.port = port;
          if (policy::covers(filter, rule.direction, each,
                             engine_.listening_ports(rule.direction, each.to)))
            result.push_back(each);
        }
      }
    return result;
  }

  const std::vector<Candidate>& candidates_;
  std::vector<std::uint32_t> begin_;
  policy::VerdictEngine engine_;
};

std::string far_of(const Candidate& candidate) {
  if (!candidate.far.name.empty()) return quoted(candidate.far.name);
  return candidate.only.empty() ? "this peer" : quoted(candidate.only);
}

std::string refusal_of(const RuleBase& base, const Candidate& candidate) {
  const PolicyRule& rule = base.rules[candidate.rule];
  const PolicyRule& refusing = base.rules[candidate.refusing.rule];
  const bool ingress = rule.direction == Direction::ingress;
  const std::string near =
      candidate.near.name.empty() ? "the pods of this policy" : quoted(candidate.near.name);
  const std::string by = base.policies[refusing.policy].full_name();
  const std::string far = far_of(candidate);
  if (candidate.refusing.denied)
    return by + " denies " +
           (ingress ? far + " to connect to " + near : "connections from " + near + " to " + far);
  return std::string(policy::direction_name(other(rule.direction))) + " of " + far +
         " is in default deny by " + by + ", and no rule there allows " +
         (ingress ? "it to connect to " : "connections from ") + near;
}

lint::Finding& say(const lint::ClusterContext& context, const Candidate& candidate,
                   Report& report) {
  const RuleBase& base = *context.rules;
  const PolicyRule& rule = base.rules[candidate.rule];
  const PolicyRule& refusing = base.rules[candidate.refusing.rule];
  const std::string which =
      candidate.only.empty() ? "half open: " : "half open for " + quoted(candidate.only) + ": ";
  lint::Finding& finding = report.add(base.policies[rule.policy], rule.peer_places[candidate.peer],
                                      which + refusal_of(base, candidate));
  const bool known = candidate.near.known == policy::Knowledge::complete &&
                     candidate.far.known == policy::Knowledge::complete;
  if (!known && !candidate.sure) finding.severity = lint::Severity::note;
  finding.notes.push_back(
      {lint::culprit_range(refusing.where),
       candidate.refusing.denied ? "it is denied here" : "it is denied by default here"});
  if (candidate.refusing.denied)
    finding.fix.title = "narrow the deny, which no rule that allows can overrule, or take this out";
  else
    finding.fix = allow_at_other_end(context, candidate.rule, candidate.peer,
                                     candidate.refusing.rule, far_of(candidate));
  return finding;
}

void check(const lint::ClusterContext& context, Report& report) {
  const RuleBase& base = *context.rules;
  if (base.environment.enforcement != policy::Enforcement::by_default) return;
  const std::vector<Candidate> candidates = half_open::candidates(context);
  if (candidates.empty()) return;
  const Judge judge(context, candidates);
  const Candidate* said = nullptr;
  lint::Finding* finding = nullptr;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Candidate& each = candidates[i];
    const bool told = said != nullptr && said->rule == each.rule;
    // Of a rule one peer is enough; of one that is half open in part all values are named.
    if (told && (said->only.empty() || each.only.empty() || said->peer != each.peer)) continue;
    if (!judge.is_half_open(i)) continue;
    if (told) {
      finding->notes.push_back(
          {lint::culprit_range(base.rules[each.refusing.rule].where),
           "half open for " + quoted(each.only) + " as well: " + refusal_of(base, each)});
      continue;
    }
    said = &each;
    finding = &say(context, each, report);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "half-open-connection",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule that allows a connection which the other end denies",
    .why =
        R"(A connection passes where the egress of its source and the ingress of its destination both allow it.
Here one end allows it, and the other one is in default deny and has no rule for it: every attempt is
dropped. Add the rule at the other end, or take this one out. Where a rule there denies it, allowing it does
not help: narrow the deny. Where the pods are not in the input it is decided by the labels that the two
selectors ask for: a note, unless no other label can change it. Legitimate while the two ends are rolled
out one after the other.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: frontend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: frontend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: frontend, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: frontend}}
  egress:
  - toEndpoints: [{matchLabels: {app: cart}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels:
        app: frontend
    toPorts:
    - ports:
      - {port: "8080", protocol: TCP}
)"},
    .facts = "A1.1 A1.2 A2.1 P110",
    .check_cluster = check,
};

}  // namespace cnplint::rules::half_open_connection
