// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <vector>

#include "lint/config.h"
#include "rules/each.h"

namespace cnplint::rules::missing_owner_label {
namespace {

void check(const PolicyContext& context, Report& report) {
  const auto wanted = context.options.strings("labels");
  if (wanted.empty()) return;
  const NodeRef metadata = context.policy.root.get("metadata");
  const bool found = std::ranges::any_of(wanted, [&](const std::string& name) {
    return !metadata.get("labels").get(name).text().empty() ||
           !metadata.get("annotations").get(name).text().empty();
  });
  if (found) return;
  std::vector<std::string> names;
  for (const std::string& name : wanted) names.push_back(quoted(name));
  constexpr std::size_t kMostNames = 8;
  report.add(name_of(context.policy),
             "nobody is named as its owner: it has no label " + base::first_few(names, kMostNames));
}

constexpr lint::Option kOptions[] = {
    {"labels", "labels or annotations of which a policy must have one; none: the rule is silent"}};

}  // namespace

CNPLINT_RULE{
    .name = "missing-owner-label",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy without a label that says whose it is",
    .why =
        R"(When a policy denies what somebody needs, whoever is on call has to know whom to ask. Name the labels of your organisation
under `labels`; the rule is silent until then. An annotation of the name will do.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  annotations:
    team: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                {},
                "rules: {missing-owner-label: {labels: [team, owner]}}\n"},
    .options = kOptions,
    .profile = lint::Profile::all,
    .check_policy = check,
};

}  // namespace cnplint::rules::missing_owner_label
