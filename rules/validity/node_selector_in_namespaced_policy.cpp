// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::node_selector_in_namespaced_policy {
namespace {

constexpr policy::Release kSpecsRefused{19};

/// Whether a rule names pods, which would be those of every namespace in the other kind.
bool names_pods(const policy::Spec& spec) {
  return std::ranges::any_of(spec.items, [](const RuleItem& item) {
    return item.peers_of(PeerKind::endpoints) != nullptr;
  });
}

/// The kind that has nodes, which is in no namespace. Not where another spec of the policy selects
/// pods of the namespace.
policy::Changes to_clusterwide(const policy::Policy& policy) {
  for (const policy::Spec& spec : policy.specs)
    if (!spec.node_selector || names_pods(spec)) return {};
  policy::Changes changes{policy::set_text(
      policy.heading.get("kind"),
      std::string(policy::kind_name(policy::PolicyKind::cilium_clusterwide_network_policy)))};
  if (const NodeRef ns = policy.root.get("metadata").get("namespace"))
    changes.push_back(policy::remove(ns));
  return changes;
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::cilium_network_policy) return;
  for (const policy::Spec& spec : context.policy.specs) {
    if (!spec.node_selector) continue;
    const bool in_specs = spec.node.parent().is_sequence();
    const bool refused = !in_specs || context.environment.cilium >= kSpecsRefused;
    lint::Finding& finding =
        report.reject(spec.node_selector, refused ? kCilium : lint::kNobody,
                      refused ? "`nodeSelector` needs a CiliumClusterwideNetworkPolicy"
                              : "`nodeSelector` makes this namespaced policy a host policy");
    mend(finding, context.policy, "make it a CiliumClusterwideNetworkPolicy",
         to_clusterwide(context.policy));
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "node-selector-in-namespaced-policy",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "nodeSelector in a CiliumNetworkPolicy",
    .why =
        R"(Nodes belong to no namespace: `nodeSelector` needs a CiliumClusterwideNetworkPolicy. The schema of
both kinds is the same, so the API server accepts it. Before 1.19 Cilium refused it in `spec` only:
in `specs` it made a namespaced object a host policy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: nodes, namespace: shop}
spec:
  nodeSelector: {}
  ingress: [{fromEntities: [cluster]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: baseline}
spec:
  nodeSelector: {}
  ingress: [{fromEntities: [cluster]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: nodes}
spec:
  nodeSelector: {}
  ingress: [{fromEntities: [cluster]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::node_selector_in_namespaced_policy
