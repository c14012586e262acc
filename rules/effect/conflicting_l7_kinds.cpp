// SPDX-License-Identifier: Apache-2.0
//
// Candidates are ports that rules give different kinds of L7 rules for the same peer; whether an
// endpoint that all of them select then has no policy is what the engine says.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "policy/verdict/subject_index.h"
#include "policy/verdict/verdict.h"
#include "rules/each.h"

namespace cnplint::rules::conflicting_l7_kinds {
namespace {

using policy::L7Kind;
using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;

/// A port with L7 rules, of a rule.
struct Use {
  std::uint32_t subject = 0;
  const PolicyRule* rule = nullptr;
  const PortFilter* port = nullptr;
};

/// A direction, protocol, port, end and name, and a selector of peers.
using Key =
    std::tuple<Direction, std::uint8_t, std::uint16_t, std::uint16_t, std::string, std::uint32_t>;
constexpr std::uint32_t kAnyPeer = UINT32_MAX;
using Uses = std::map<Key, std::vector<Use>>;

void add_uses(const RuleBase& base, std::uint32_t subject, const PolicyRule& rule, Uses& uses) {
  for (const PortFilter& port : rule.ports) {
    if (port.l7 == L7Kind::none || !rule.allows()) continue;
    const auto add = [&](std::uint32_t selector) {
      uses[{rule.direction, port.protocol, port.first, port.end, port.name, selector}].push_back(
          {subject, &rule, &port});
    };
    if (rule.any_peer) add(kAnyPeer);
    for (const std::uint32_t selector : rule.peers)
      add(base.selectors[selector].empty() ? kAnyPeer : selector);
  }
}

/// Two ports that conflict for an endpoint that both select.
struct Candidate {
  const Use* use;
  const Use* other;
  policy::Endpoint endpoint;
};

/// Looks for candidates, as far as it takes not too long.
class Candidates {
 public:
  explicit Candidates(const lint::ClusterContext& context)
      : base_(*context.rules), subjects_(context.subjects) {}

  void add_all(const std::vector<Use>& uses) {
    const L7Kind first = uses.front().port->l7;
    if (std::ranges::all_of(uses, [&](const Use& use) { return use.port->l7 == first; })) return;
    for (const Use& use : uses) {
      if (left_ == 0) return;
      --left_;
      add(use, uses);
    }
  }
  [[nodiscard]] const std::vector<Candidate>& found() const { return found_; }

 private:
  void add(const Use& use, const std::vector<Use>& uses) {
    const policy::Subject& subject = base_.subjects[use.subject];
    policy::Identity identity = policy::witnesses(subject, base_.environment).front();
    const Use* other = nullptr;
    const auto conflicts = [&](std::uint32_t selecting) {
      const auto it = std::ranges::find_if(uses, [&](const Use& each) {
        return each.subject == selecting && each.port->l7 != use.port->l7;
      });
      if (it != uses.end()) other = &*it;
      return it != uses.end();
    };
    if (!subjects_.any_selecting(identity, subject.node, conflicts) || other == nullptr) return;
    const auto kind = subject.node ? policy::EndpointKind::host : policy::EndpointKind::pod;
    found_.push_back({&use, other, {kind, std::move(identity.labels), {}, {}, {}}});
  }

  const RuleBase& base_;
  const policy::SubjectIndex& subjects_;
  std::vector<Candidate> found_;
  int left_ = 64;
};

std::string_view name_of_kind(L7Kind kind) {
  switch (kind) {
    case L7Kind::dns:
      return "DNS rules";
    case L7Kind::http:
      return "HTTP rules";
    case L7Kind::listener:
      return "a listener";
    case L7Kind::tls:
      return "TLS settings";
    case L7Kind::none:
      break;
  }
  return "no L7 rules";
}

void report_candidate(const RuleBase& base, const Candidate& candidate, Report& report) {
  const Use& use = *candidate.use;
  const Use& other = *candidate.other;
  lint::Finding& finding = report.add(
      base.policies[use.rule->policy], use.port->where,
      std::string(name_of_kind(use.port->l7)) + " here and " +
          std::string(name_of_kind(other.port->l7)) +
          " elsewhere for the same port and peers: Cilium cannot compute the policy of an endpoint "
          "that both select");
  finding.notes.push_back({lint::culprit_range(other.port->where),
                           "the other one, of " + base.policies[other.rule->policy].full_name()});
  finding.notes.push_back(
      {{}, "such endpoints keep the policy that they had, and take no change of any policy"});
  finding.fix.title = "let one kind of rules have the port, or keep the peers apart";
}

void check(const lint::ClusterContext& context, Report& report) {
  const RuleBase& base = *context.rules;
  Uses uses;
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i)
    for (const PolicyRule& rule : base.rules_of(base.subjects[i])) add_uses(base, i, rule, uses);
  Candidates candidates(context);
  for (const auto& [key, each] : uses) candidates.add_all(each);
  if (candidates.found().empty()) return;
  std::vector<policy::Endpoint> endpoints;
  for (const Candidate& each : candidates.found()) endpoints.push_back(each.endpoint);
  const policy::VerdictEngine engine(context.rules, std::move(endpoints));
  std::set<std::uint32_t> said;  // a conflict is told once, from one of its sides
  for (std::uint32_t i = 0; i < candidates.found().size(); ++i) {
    const Candidate& each = candidates.found()[i];
    const policy::Decision& decision = engine.decide(each.use->rule->direction, {i, i});
    if (decision.verdict != policy::Verdict::error) continue;
    if (said.contains(each.use->rule->policy) && said.contains(each.other->rule->policy)) continue;
    said.insert({each.use->rule->policy, each.other->rule->policy});
    report_candidate(base, each, report);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "conflicting-l7-kinds",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "two kinds of L7 rules for the same port and peers of an endpoint",
    .why =
        R"(A port of an endpoint goes to one proxy. When one rule gives it HTTP rules and another one DNS rules or a
listener, for the same peers, Cilium cannot compute the policy of the endpoint: nobody refuses the objects, the agent logs an
error, and the endpoint keeps its old policy until the conflict is gone, whatever else changes.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: resolver}}]
    toPorts:
    - ports: [{port: "8053", protocol: TCP}]
      rules: {dns: [{matchPattern: "*"}]}
  - toEndpoints: [{matchLabels: {app: resolver}}]
    toPorts:
    - ports: [{port: "8053", protocol: TCP}]
      rules: {http: [{method: GET, path: "/dns-query.*"}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints: [{matchLabels: {app: resolver}}]
    toPorts:
    - ports: [{port: "8053", protocol: TCP}]
      rules: {http: [{method: GET, path: "/dns-query.*"}]}
)"},
    .facts = "P705 A2.3",
    .check_cluster = check,
};

}  // namespace cnplint::rules::conflicting_l7_kinds
