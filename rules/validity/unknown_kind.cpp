// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::unknown_kind {
namespace {

constexpr auto kKinds = [] {
  std::array<std::string_view, policy::kPolicyKinds.size()> names;
  std::ranges::transform(policy::kPolicyKinds, names.begin(), &policy::KindFacts::name);
  return names;
}();
/// Kinds that look like ours and are not.
constexpr std::array<std::string_view, 3> kNeighbours{
    "CiliumEgressGatewayPolicy", "CiliumLocalRedirectPolicy", "ClusterNetworkPolicy"};

void check_kind(const policy::Manifest& manifest, Report& report) {
  const NodeRef kind = (manifest.heading ? manifest.heading : manifest.root).get("kind");
  const std::string_view group = policy::group_of(manifest.api_version);
  if (!policy::is_policy_group(group) || !kind.is_string()) return;
  const auto among = [&](const auto& kinds) {
    return std::ranges::find(kinds, kind.text()) != kinds.end();
  };
  if (among(kKinds) || among(kNeighbours)) return;
  const std::string_view meant = base::nearest_spelling(kind.text(), kKinds);
  constexpr std::size_t kMostLetters = 3;
  const bool near = meant.size() + kMostLetters >= kind.text().size() &&
                    kind.text().size() + kMostLetters >= meant.size();
  if (meant.empty() || !near) return;
  repair(report.reject(
             kind, kApiServer,
             "unknown kind " + quoted(kind.text()) + ", did you mean " + quoted(meant) + "?"),
         "write " + quoted(meant), {policy::set_text(kind, std::string(meant))});
}

void check(const lint::DocumentContext& context, Report& report) {
  if (context.document.error() || policy::is_template(context.document)) return;
  for (const policy::Manifest& each : policy::manifests(context.document.root()))
    check_kind(each, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-kind",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a misspelt kind in one of the policy API groups",
    .why =
        R"(The API server knows no such kind and refuses the object, and a linter that goes by kinds would
skip it in silence. Kinds of other projects are left alone: only a kind of the groups cilium.io,
networking.k8s.io, k8s.ovn.org and network.openshift.io that is nearly the name of a policy is
reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolcy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
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
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {}
  ingress: [{}]
)"},
    .check_document = check,
};

}  // namespace cnplint::rules::unknown_kind
