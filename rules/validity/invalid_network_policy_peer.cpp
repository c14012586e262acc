// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::invalid_network_policy_peer {
namespace {

/// A field that is dropped is the cause, and has a finding that says what is left.
bool has_unknown_field(const PolicyContext& context, NodeRef peer) {
  return std::ranges::any_of(context.violations, [&](const schemas::Violation& violation) {
    return violation.keyword == schemas::Keyword::unknown_field && violation.node.parent() == peer;
  });
}

void check(const PolicyContext& context, Report& report) {
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::Peers& peers : item.peers)
      for (const NodeRef peer : peers.list.items()) {
        if (is_placeholder(peer)) continue;
        const bool block = policy::is_stored(peer.get("ipBlock"));
        const bool selectors = policy::is_stored(peer.get("podSelector")) ||
                               policy::is_stored(peer.get("namespaceSelector"));
        if (block && selectors)
          report.reject(peer.get("ipBlock"), kApiServer,
                        "`ipBlock` and selectors exclude each other in one peer");
        else if (!block && !selectors && !has_unknown_field(context, peer))
          report.reject(
              peer, kApiServer,
              "the peer names nothing, give `podSelector`, `namespaceSelector` or `ipBlock`");
      }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-network-policy-peer",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a peer of a NetworkPolicy that names nothing, or an ipBlock beside selectors",
    .why =
        R"(A peer is an `ipBlock`, or a `podSelector` and/or a `namespaceSelector`. An empty peer is refused: an
empty `podSelector: {}` means every pod of the namespace.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}, podSelector: {}}]}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_network_policy_peer
