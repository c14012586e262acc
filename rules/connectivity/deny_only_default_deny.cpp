// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "policy/model/policy.h"
#include "rules/subject_index.h"

namespace cnplint::rules::deny_only_default_deny {
namespace {

using policy::Direction;

bool denies(const lint::SpecSummary& spec, Direction direction) {
  return std::ranges::any_of(spec.items, [&](const lint::ItemSummary& item) {
    return item.deny && item.direction == direction && item.speaks();
  });
}

bool allows(const lint::SpecSummary& spec, Direction direction) {
  return std::ranges::any_of(spec.items, [&](const lint::ItemSummary& item) {
    return !item.deny && item.direction == direction;
  });
}

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  const SubjectIndex index(context.policies);
  for (const lint::PolicySummary& policy : context.policies) {
    if (policy.refused || !policy::is_cilium(policy.kind)) continue;
    for (const lint::SpecSummary& spec : policy.specs)
      for (const Direction direction : {Direction::ingress, Direction::egress}) {
        if (!spec.default_deny(direction) || !denies(spec, direction)) continue;
        const auto covering = index.covering({&policy, &spec}, SubjectIndex::Silence::holds);
        if (std::ranges::any_of(covering,
                                [&](const PolicySpec& s) { return allows(*s.spec, direction); }))
          continue;
        const auto item = std::ranges::find_if(spec.items, [&](const lint::ItemSummary& each) {
          return each.deny && each.direction == direction;
        });
        const std::string name(policy::direction_name(direction));
        report
            .add({&policy, &spec, &*item, item->place},
                 "nothing is allowed beside this deny rule: all other " + name +
                     " is denied as well")
            .fix = "set `enableDefaultDeny: {" + name + ": false}`, or allow what is needed";
      }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "deny-only-default-deny",
    .family = lint::Family::connectivity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy that only denies, and thereby denies everything",
    .why =
        R"(A rule in `ingressDeny` or `egressDeny` switches its direction to default deny like any other rule, so what
it does not name is denied, too, unless some policy allows it. Write `enableDefaultDeny` with the
direction set to false where only these peers are to be denied. Not reported where another policy
of the input allows something to the same endpoints: then default deny is on anyway.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingressDeny:
  - fromEntities: [world]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: false}
  ingressDeny:
  - fromEntities: [world]
)"},
    .check_repository = check,
};

}  // namespace cnplint::rules::deny_only_default_deny
