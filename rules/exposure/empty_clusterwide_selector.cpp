// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>

#include "rules/dns_only.h"
#include "rules/each.h"

namespace cnplint::rules::empty_clusterwide_selector {
namespace {

bool opens(const RuleItem& item) { return !item.deny && !is_dns_only(item); }

/// The directions that a spec puts into default deny, in words; empty where none is.
std::string denied(const policy::Spec& spec) {
  const bool ingress = spec.default_deny(Direction::ingress);
  const bool egress = spec.default_deny(Direction::egress);
  if (ingress && egress) return "ingress and egress";
  return ingress ? "ingress" : egress ? "egress" : "";
}

void check(const PolicyContext& context, Report& report) {
  if (!context.policy.clusterwide()) return;
  for (const policy::Spec& spec : context.policy.specs) {
    const NodeRef selector = spec.endpoint_selector;
    if (!selector || !policy::matches_everything(selector)) continue;
    const std::string name = "empty " + quoted(field_name(selector));
    if (const std::string directions = denied(spec); !directions.empty()) {
      lint::Finding& finding = report.add(
          selector, name + " puts every endpoint of the cluster into default deny for " +
                        directions + ", those of Cilium's health checks and Ingress included");
      finding.fix =
          "leave them out with matchExpressions: `reserved:health` and `reserved:ingress`, both "
          "`DoesNotExist`";
    } else if (std::ranges::any_of(spec.items, opens)) {
      report.add(selector, name + " opens this to every endpoint of the cluster");
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-clusterwide-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy of the whole cluster that selects every endpoint, Cilium's own included",
    .why =
        R"(`endpointSelector: {}` of a CiliumClusterwideNetworkPolicy selects more than pods: the endpoints of
Cilium's health checks and of its Ingress and Gateway, too. In default deny the checks fail, nodes are
shown as unreachable, and what comes through the Ingress is answered with 403. Leave both out of a
default deny:

    endpointSelector:
      matchExpressions:
      - {key: "reserved:health", operator: DoesNotExist}
      - {key: "reserved:ingress", operator: DoesNotExist}

Without default deny the policy opens what it allows to every pod of the cluster; one that only allows
DNS is not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: default-deny}
spec:
  endpointSelector: {}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: default-deny}
spec:
  endpointSelector:
    matchExpressions:
    - {key: "reserved:health", operator: DoesNotExist}
    - {key: "reserved:ingress", operator: DoesNotExist}
  ingress: [{}]
)"},
    .facts = "N5 P209",
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_clusterwide_selector
