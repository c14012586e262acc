// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/text/change.h"
#include "rules/each.h"
#include "rules/l7.h"

namespace cnplint::rules::empty_http_rule {
namespace {

void check_list(NodeRef list, Report& report) {
  const std::vector<NodeRef> all = list.items();
  const auto open = std::ranges::find_if(all, lets_every_request_through);
  if (open == all.end()) return;
  const auto filter = std::ranges::find_if_not(all, lets_every_request_through);
  if (filter == all.end()) {
    lint::Finding& finding = report.add(
        *open, "this HTTP rule filters nothing, and still puts the port behind the proxy");
    finding.severity = lint::Severity::note;
    if (const NodeRef rules = list.parent(); rules.child_count() == 1)
      finding.fix = lint::unsafe_fix(
          "take `rules` out, unless the requests are to be seen in Hubble: opens and closes "
          "nothing",
          {policy::remove(rules)});
    return;
  }
  lint::Finding& finding = report.add(
      *open, "this HTTP rule allows every request, so that those beside it filter nothing");
  finding.notes.push_back({lint::culprit_range(*filter), "such as this one"});
  finding.fix.title = "take it out, or say in it which requests it is for";
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::PortRule& rule : item.port_rules)
      if (!rule.ports.empty()) check_list(rule.rules.get("http"), report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-http-rule",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an HTTP rule that allows every request",
    .why =
        R"(HTTP rules are alternatives. One that names nothing (`{}`, or `path: ".*"`) allows every request: beside
others it makes them void. Alone it filters nothing, but the traffic goes through Envoy, which refuses what is no
HTTP or what it has not been set up for (upgrades to WebSocket, say): a note, since to see the requests in Hubble is
a reason to write it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/[0-9]+"}, {}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/[0-9]+"}]}
)"},
    .facts = "A7.1 P719",
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_http_rule
