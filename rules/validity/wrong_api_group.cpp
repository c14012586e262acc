// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::wrong_api_group {
namespace {

constexpr auto kGroups = [] {
  std::array<std::string_view, policy::kPolicyKinds.size()> groups;
  std::ranges::transform(policy::kPolicyKinds, groups.begin(), [](const policy::KindFacts& facts) {
    return policy::group_of(facts.api_version);
  });
  return groups;
}();

/// Whether the group of an apiVersion cannot be that of another project, which may have such a kind
/// as well: the core group, one of ours, or nearly one of ours.
bool is_mistake(std::string_view api_version) {
  const std::string_view group = policy::group_of(api_version);
  const bool core = group == api_version;
  return core || !base::nearest_spelling(group, kGroups).empty();
}

void check(const lint::DocumentContext& context, Report& report) {
  if (context.document.error() || policy::is_template(context.document)) return;
  for (const policy::Manifest& each : policy::manifests(context.document.root())) {
    if (each.api_version.empty() || policy::policy_kind(each)) continue;
    const auto facts = std::ranges::find(policy::kPolicyKinds, each.kind, &policy::KindFacts::name);
    if (facts == policy::kPolicyKinds.end() || !is_mistake(each.api_version)) continue;
    const NodeRef written = (each.heading ? each.heading : each.root).get("apiVersion");
    repair(report.reject(written ? written : each.root, kApiServer,
                         quoted(each.api_version) + " does not serve " + std::string(facts->name) +
                             ", write " + quoted(facts->api_version)),
           "write " + quoted(facts->api_version),
           written ? policy::Changes{policy::set_text(written, std::string(facts->api_version))}
                   : policy::Changes());
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "wrong-api-group",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a kind of policy in an API group that does not have it",
    .why =
        R"(The API server knows no such object and refuses it, and a linter that goes by groups would take it
for a kind of somebody else. Reported where the group cannot be another project's: the core group, the group of another
of these kinds, or one that is nearly spelt like theirs. `NetworkPolicy` of Calico or Antrea is left alone.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressNetworkPolicy
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: network.openshift.io/v1
kind: EgressNetworkPolicy
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)"},
    .check_document = check,
};

}  // namespace cnplint::rules::wrong_api_group
