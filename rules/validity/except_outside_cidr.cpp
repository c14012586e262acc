// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/address.h"
#include "rules/each.h"

namespace cnplint::rules::except_outside_cidr {
namespace {

constexpr policy::Release kShorterRefused{20};
constexpr policy::Release kBesideGroups{17};

void check_item(const PolicyContext& context, NodeRef item, Report& report) {
  const bool cilium = policy::is_cilium(context.policy.kind);
  // Cilium does not compare exceptions with the CIDRs of a group.
  if (policy::is_stored(item.get("cidrGroupRef")) ||
      policy::is_stored(item.get("cidrGroupSelector"))) {
    if (cilium && context.environment.cilium < kBesideGroups && item.get("except").has_children())
      report.reject(item.get("except"), kCilium,
                    "`except` beside a CIDR group: Cilium takes it since 1.17");
    return;
  }
  const auto cidr = policy::parse_prefix(string_of(item.get("cidr")));
  if (!cidr) return;
  for (const NodeRef each : item.get("except").items()) {
    const auto except = policy::parse_prefix(string_of(each));
    if (!except) continue;
    const bool inside = cidr->contains(except->address);
    const bool longer_only = !cilium || context.environment.cilium >= kShorterRefused;
    const int least = cidr->length + (cilium ? 0 : 1);
    if (inside && (!longer_only || except->length >= least)) continue;
    const std::string block = quoted(item.get("cidr").text());
    report.reject(each, cilium ? kCilium : kApiServer,
                  inside ? "`except` must be smaller than " + block + ", " + quoted(each.text()) +
                               " leaves nothing of it"
                         : quoted(each.text()) + " is not inside " + block);
  }
}

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::cidr_set,
                    [&](const RuleItem&, NodeRef item) { check_item(context, item, report); });
  if (context.policy.kind != policy::PolicyKind::network_policy) return;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::Peers& peers : item.peers)
      for (const NodeRef peer : peers.list.items())
        check_item(context, peer.get("ipBlock"), report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "except-outside-cidr",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an exception that is not inside its CIDR",
    .why =
        R"(`except` takes away from the CIDR of its own item, so it must lie inside it. Cilium checks that since
1.20 for shorter prefixes, too; NetworkPolicy wants it strictly inside.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet: [{cidr: 10.20.0.0/16, except: [10.30.0.0/24]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet: [{cidr: 10.20.0.0/16, except: [10.20.30.0/24]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::except_outside_cidr
