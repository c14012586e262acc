// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>
#include <vector>

#include "rules/each.h"

namespace cnplint::rules::exported_fields {
namespace {

using namespace std::string_view_literals;

/// What the API server fills in, under metadata.
constexpr std::array kOfServer{"uid"sv,      "resourceVersion"sv,   "generation"sv,
                               "selfLink"sv, "creationTimestamp"sv, "managedFields"sv};

void check(const PolicyContext& context, Report& report) {
  const NodeRef root = context.policy.root;
  std::vector<NodeRef> found;
  for (const std::string_view field : kOfServer)
    if (const NodeRef value = root.get("metadata").get(field); policy::is_stored(value))
      found.push_back(value);
  if (const NodeRef status = root.get("status"); status.has_children()) found.push_back(status);
  if (found.empty()) return;
  std::vector<std::string> names;
  for (const NodeRef each : found) names.push_back(quoted(field_name(each)));
  constexpr std::size_t kMostNames = 8;
  lint::Finding& finding =
      report.add(found.front(), "what the API server fills in is written here: " +
                                    base::first_few(names, kMostNames));
  if (const NodeRef key = found.front().key()) finding.range = lint::culprit_range(key);
  if (policy::is_stored(root.get("metadata").get("resourceVersion")))
    finding.notes.push_back(
        {{}, "with `resourceVersion` an update fails as soon as the object has changed"});
  policy::Changes changes;
  for (const NodeRef each : found) changes.push_back(policy::remove(each));
  finding.fix = lint::safe_fix("take them out", std::move(changes));
}

}  // namespace

CNPLINT_RULE{
    .name = "exported-fields",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a manifest with fields that only the API server writes",
    .why =
        R"(`status`, `uid`, `resourceVersion` and the like come with `kubectl get -o yaml`. The API server ignores most of them
(`status` is written by Cilium alone); `resourceVersion` makes later updates fail, and all of them make diffs that say
nothing.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  resourceVersion: "48151"
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
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P805",
    .check_policy = check,
};

}  // namespace cnplint::rules::exported_fields
