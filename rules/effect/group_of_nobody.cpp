// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::group_of_nobody {
namespace {

bool has_filter(NodeRef aws) {
  return aws.get("labels").has_children() || aws.get("securityGroupsIds").has_children() ||
         aws.get("securityGroupsNames").has_children();
}

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::groups, [&](const RuleItem&, NodeRef group) {
    const NodeRef aws = group.get("aws");
    if (has_filter(aws)) return;
    report
        .add(policy::is_stored(aws) ? aws : group,
             policy::is_stored(aws) ? "no label and no security group: this group is nobody"
                                    : "only `aws` is known to Cilium: this group is nobody")
        .fix.title = "name `labels`, `securityGroupsIds` or `securityGroupsNames` under `aws`";
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "group-of-nobody",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a cloud group without anything to look for",
    .why =
        R"(Cilium asks AWS for the addresses of instances with given labels or security groups. Without any of these a group has no
addresses, and the rule allows nothing. (Whom a group with a filter stands for only AWS can say; besides, it is
found by its addresses, which never select pods of the cluster.))",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toGroups: [{aws: {region: eu-central-1}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toGroups: [{aws: {securityGroupsNames: [database]}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)"},
    .facts = "P508",
    .check_policy = check,
};

}  // namespace cnplint::rules::group_of_nobody
