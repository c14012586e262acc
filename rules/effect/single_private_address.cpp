// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/model/cluster_addresses.h"
#include "policy/model/cluster_facts.h"
#include "policy/model/metadata_service.h"
#include "policy/verdict/dns_servers.h"
#include "rules/cidr.h"

namespace cnplint::rules::single_private_address {
namespace {

/// Whether an address is one that a cloud gives its metadata service: that is no pod.
bool is_of_metadata(const policy::Address& address) {
  return std::ranges::any_of(policy::kMetadataServices, [&](const auto& each) {
    return policy::parse_address(each.address) == address;
  });
}

/// Whether a later word about this address is said by cidr-of-cluster-address.
bool is_told(const policy::ClusterAddresses& addresses, const policy::Prefix& prefix) {
  return !addresses.within(prefix).empty() || addresses.node_with_pods(prefix) != nullptr ||
         policy::is_dns_cluster_ip(prefix, {});
}

void check(const lint::ClusterContext& context, Report& report) {
  const policy::ClusterAddresses addresses(context.cluster.inventory);
  // Where the nodes say which addresses their pods have, any other one is outside.
  if (addresses.knows_pods()) return;
  for (const policy::Policy& policy : context.policies) {
    if (policy::is_firewall(policy.kind)) continue;
    std::vector<NodeRef> found;
    each_item(policy, [&](const RuleItem& item) {
      each_cidr(item, [&](const Cidr& cidr) {
        if (is_single(cidr.prefix) && policy::is_private(cidr.prefix.address) &&
            !is_of_metadata(cidr.prefix.address) && !is_told(addresses, cidr.prefix))
          found.push_back(cidr.where);
      });
    });
    if (found.empty()) continue;
    const std::string others =
        found.size() == 1 ? ""
                          : " (the same goes for " + std::to_string(found.size() - 1) + " more)";
    lint::Finding& finding = report.add(
        policy, found.front(),
        "if " + quoted(policy::to_string(prefix_of(found.front().text())->address)) +
            " is a pod or a node of this cluster, no CIDR rule ever selects it" + others);
    finding.fix.title = policy.kind == policy::PolicyKind::network_policy
                            ? "select pods by their labels with `podSelector`"
                            : "select pods by their labels, nodes by entities";
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "single-private-address",
    .family = lint::Family::effect,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a single private address, which may be that of a pod or a node",
    .why =
        R"(Policies that were written for other network plugins, or from what a log shows, often name the address of a
pod or a node. Cilium never matches these by address: a pod is its labels, a node is an entity. Besides,
pods get another address with every start. For machines outside the cluster, databases for example,
such a rule is right, so this is a note, one for a policy. With Nodes in the input that have their pod
CIDRs it says nothing: then addresses of the cluster are known.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
  ingress:
  - from: [{ipBlock: {cidr: 10.0.7.21/32}}]
    ports: [{port: 8080, protocol: TCP}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: frontend}}}]
    ports: [{port: 8080, protocol: TCP}]
)"},
    .facts = "P401 A5.2",
    .check_cluster = check,
};

}  // namespace cnplint::rules::single_private_address
