// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "rules/default_deny.h"
#include "rules/each.h"

namespace cnplint::rules::policy_without_effect {
namespace {

using policy::PolicyRule;
using policy::RuleBase;
using policy::Spec;
using policy::Subject;

constexpr std::array kDirections{Direction::ingress, Direction::egress};

NodeRef flag_of(const Spec& spec, Direction direction) {
  return spec.node.get("enableDefaultDeny").get(policy::direction_name(direction));
}
/// Whether it is not known what a direction's flag will be.
bool is_open_question(const Spec& spec) {
  return std::ranges::any_of(kDirections, [&](Direction direction) {
    const NodeRef flag = flag_of(spec, direction);
    return flag && is_placeholder(flag);
  });
}

class Check {
 public:
  Check(const lint::ClusterContext& context, Report& report)
      : base_(*context.rules), denying_(base_), report_(report) {}

  void run() {
    std::vector<std::size_t> next(base_.policies.size());
    for (const Subject& subject : base_.subjects) {
      const policy::Policy& policy = base_.policies[subject.policy];
      const Spec& spec = policy.specs[next[subject.policy]++];
      if (!policy::is_cilium(policy.kind) || spec.items.empty() || is_open_question(spec)) continue;
      if (does_nothing(subject))
        say_nothing(policy, spec);
      else
        for (const Direction direction : kDirections) look_at(policy, spec, subject, direction);
    }
  }

 private:
  [[nodiscard]] bool does_nothing(const Subject& subject) const {
    return std::ranges::none_of(base_.rules_of(subject),
                                [](const PolicyRule& rule) {
                                  return rule.default_deny || rule.matches_something() ||
                                         rule.authentication;
                                }) &&
           subject.requires_ingress.empty() && subject.requires_egress.empty();
  }

  void say_nothing(const policy::Policy& policy, const Spec& spec) {
    lint::Finding& finding = report_.add(
        policy, spec.node,
        "this policy does nothing: default deny is off, and its rules allow and deny nothing");
    finding.range = lint::culprit_range(spec.node.get("enableDefaultDeny"));
    finding.claim = lint::Claim::adds_nothing;
    finding.notes.push_back(
        {lint::culprit_range(spec.items.front().node), "no peer and no port: a rule for nobody"});
    finding.fix.title = "for default deny, take `enableDefaultDeny` out";
  }

  /// Allows without default deny that nothing else would deny either.
  void look_at(const policy::Policy& policy, const Spec& spec, const Subject& subject,
               Direction direction) {
    if (!flag_of(spec, direction) || spec.default_deny(direction)) return;
    bool any = false;
    bool allows = false;
    for (const PolicyRule& rule : base_.rules_of(subject)) {
      if (rule.direction != direction) continue;
      const bool l7 = std::ranges::any_of(rule.ports, [](const policy::PortFilter& port) {
        return port.l7 != policy::L7Kind::none;
      });
      // A proxy, authentication and a deny change something all the same.
      if (!rule.allows() || l7 || rule.authentication) return;
      any = true;
      allows = allows || rule.matches_something();
    }
    if (!any) return;
    const std::string name(policy::direction_name(direction));
    if (!allows) {
      report_.add(
          policy, flag_of(spec, direction),
          "these " + name + " rules do nothing: they allow nobody, and default deny is off");
      return;
    }
    if (policy.clusterwide() || denying_.may_deny(subject, direction)) return;
    report_
        .add(policy, flag_of(spec, direction),
             "without default deny these " + name +
                 " rules change nothing, as long as no other policy denies what they allow")
        .severity = lint::Severity::note;
  }

  const RuleBase& base_;
  DenyingNamespaces denying_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) { Check(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "policy-without-effect",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy that neither allows nor denies anything",
    .why =
        R"(With `enableDefaultDeny` set to false a policy does only what its rules say. An item `{}` names nobody:
it is there for the default deny that it switches on, and without that it is nothing. Such a policy
looks like a default deny, or like an audit of one, and every connection stays as it was. There is no
audit mode of a single policy: take `enableDefaultDeny` out to enforce it, or watch with the
policy audit mode of Cilium. A policy that only allows, with default deny off, is there for others:
legitimate as a baseline beside policies that enforce.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  enableDefaultDeny: {ingress: false}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{}]
)"},
    .facts = "A1.1 A1.2 P107",
    .check_cluster = check,
};

}  // namespace cnplint::rules::policy_without_effect
