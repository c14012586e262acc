// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/verdict/rule_cover.h"
#include "rules/cover.h"
#include "rules/void_rules.h"

namespace cnplint::rules::allow_always_denied {
namespace {

using policy::PolicyRule;
using policy::RuleBase;

/// What denies the parts of one allow rule.
class Denials {
 public:
  Denials(const RuleBase& base, policy::RuleCover& cover, std::uint32_t subject, std::uint32_t rule)
      : base_(base), cover_(cover), rule_(base.rules[rule]) {
    for (const std::uint32_t each : cover.standing_beside(subject, rule, policy::Action::deny))
      if (base.rules[each].level <= rule_.level) denials_.push_back(each);
  }
  [[nodiscard]] bool any() const { return !denials_.empty(); }

  /// A rule that denies some of the ports for some of the peers, by their positions; all together.
  std::optional<std::uint32_t> of(const Positions& peers, const Positions& ports) {
    std::optional<std::uint32_t> found;
    for (const std::uint32_t port : ports) {
      for (const std::uint32_t peer : peers)
        if (!(found = of_one(peer, port))) return std::nullopt;
      if (peers.empty() && !(found = of_one(std::nullopt, port))) return std::nullopt;
    }
    return found;
  }

 private:
  std::optional<std::uint32_t> of_one(std::optional<std::uint32_t> peer, std::uint32_t port) {
    for (const std::uint32_t denial : denials_) {
      if (!budget_.spend(1 + base_.rules[denial].ports.size())) return std::nullopt;
      const auto covers_it = [&](const policy::PortFilter& each) {
        return policy::covers(each, rule_.ports[port]);
      };
      const policy::PeerCover& peers = cover_.peers(denial);
      if (std::ranges::any_of(base_.rules[denial].ports, covers_it) &&
          (peer ? peers.covering(rule_.peers[*peer]) : peers.covering_everybody()))
        return denial;
    }
    return std::nullopt;
  }

  const RuleBase& base_;
  policy::RuleCover& cover_;
  const PolicyRule& rule_;
  std::vector<std::uint32_t> denials_;
  Budget budget_;
};

/// Says that a rule, or a part of it, never allows anything.
class Speaker {
 public:
  Speaker(const RuleBase& base, const PolicyRule& rule, Report& report)
      : base_(base), rule_(rule), report_(report) {}

  lint::Finding& add(NodeRef where, const std::string& what, std::uint32_t denial) const {
    const PolicyRule& deny = base_.rules[denial];
    const std::string by = deny.policy == rule_.policy
                               ? quoted(field_name(deny.where.parent())) + " of the same policy"
                               : base_.policies[deny.policy].full_name();
    lint::Finding& finding =
        report_.add(base_.policies[rule_.policy], where,
                    what + ": " + by + " denies all of it, and a deny always beats an allow");
    finding.claim = lint::Claim::denied_always;
    finding.between = deny.policy != rule_.policy;
    finding.notes.push_back({lint::culprit_range(deny.where), "it is denied here"});
    finding.fix.title = "narrow the deny, or take the allow out";
    return finding;
  }

 private:
  const RuleBase& base_;
  const PolicyRule& rule_;
  Report& report_;
};

void add_parts(const Speaker& speaker, const std::vector<RulePart>& parts, std::string_view kind,
               const auto& denial_of) {
  constexpr std::size_t kMostNotes = 8;
  lint::Finding* first = nullptr;
  for (const RulePart& part : parts) {
    const auto denial = denial_of(part.positions);
    if (!denial) continue;
    if (first == nullptr)
      first = &speaker.add(part.where, "this " + std::string(kind) + " is never allowed", *denial);
    else if (first->notes.size() < kMostNotes)
      first->notes.push_back({lint::culprit_range(part.where), "nor is this one"});
  }
}

/// By the deny rule that beats them: whole rules that never allow anything.
using Beaten = std::map<std::uint32_t, RuleIndices>;

void check_rule(const RuleBase& base, policy::RuleCover& cover, std::uint32_t subject,
                std::uint32_t index, Beaten& beaten, Report& report) {
  const PolicyRule& rule = base.rules[index];
  if (!rule.allows() || !cover.is_known(rule)) return;
  Denials denials(base, cover, subject, index);
  if (!denials.any()) return;
  const Positions peers = positions(rule.peers.size());
  const Positions ports = positions(rule.ports.size());
  const Speaker speaker(base, rule, report);
  if (const auto denial = denials.of(peers, ports)) {
    beaten[*denial].push_back(index);
    return;
  }
  add_parts(speaker, peer_parts(rule), "peer",
            [&](const Positions& some) { return denials.of(some, ports); });
  add_parts(speaker, port_parts(rule), "port",
            [&](const Positions& some) { return denials.of(peers, some); });
}

/// One deny that beats many rules is one cause: it has the finding.
void say_of_deny(const RuleBase& base, std::uint32_t denial, const RuleIndices& rules,
                 Report& report) {
  const PolicyRule& deny = base.rules[denial];
  lint::Finding& finding = report.add(
      base.policies[deny.policy], deny.where,
      "this deny beats " + counted_rules(base, rules) + ": nothing that they allow ever passes");
  add_void_rules(finding, base, rules, "beaten");
  finding.fix.title = "narrow the deny, or take it out: what no rule allows is denied by default";
}

void check(const lint::ClusterContext& context, Report& report) {
  const RuleBase& base = *context.rules;
  if (base.environment.enforcement == policy::Enforcement::never ||
      std::ranges::none_of(base.rules, &PolicyRule::denies))
    return;
  auto& cover = context.shared.get<policy::RuleCover>(base, context.subjects);
  Beaten beaten;
  for (std::uint32_t subject = 0; subject < base.subjects.size(); ++subject) {
    if (base.subjects[subject].node && !base.environment.host_firewall) continue;
    for (std::uint32_t i = base.subjects[subject].first_rule; i < base.subjects[subject].end_rule;
         ++i)
      check_rule(base, cover, subject, i, beaten, report);
  }
  constexpr std::size_t kFew = 3;
  for (const auto& [denial, rules] : beaten) {
    if (rules.size() > kFew && context.is_reported(base.rules[denial].where)) {
      say_of_deny(base, denial, rules, report);
      continue;
    }
    for (const std::uint32_t each : rules)
      Speaker(base, base.rules[each], report)
          .add(base.rules[each].where, "this rule never allows anything", denial);
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "allow-always-denied",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an allow that a deny rule always beats",
    .why =
        R"(A deny rule beats every allow that matches the same connection, however narrow the allow is and
whichever policy either of them is in. So an allow for peers and ports that are all denied allows
nothing: `ingressDeny` from `all` in one policy voids every `ingress` of the others, and no allow can
carve an exception out of a denied range. Narrow the deny (`except` in its CIDR set, fewer peers or
ports), or leave it out: what no rule allows is denied anyway once a policy enforces the direction.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  ingressDeny:
  - fromEntities: [all]
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
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  ingress:
  - {}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P110 A2.1 A5.1",
    .check_cluster = check,
};

}  // namespace cnplint::rules::allow_always_denied
