// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "policy/model/cluster_facts.h"
#include "policy/text/change.h"
#include "policy/verdict/rule.h"
#include "rules/cidr.h"

namespace cnplint::rules::world_in_one_family {
namespace {

using policy::PolicyRule;

/// Whether the cluster has both families: the configuration says so, or addresses of the input do.
bool is_dual_stack(const policy::ClusterFacts& cluster) {
  if (cluster.environment.families_known)
    return cluster.environment.ipv4 && cluster.environment.ipv6;
  bool v4 = false;
  bool v6 = false;
  const auto look_at = [&](const std::vector<policy::Address>& addresses) {
    for (const policy::Address& each : addresses) (each.v6 ? v6 : v4) = true;
  };
  for (const policy::NodeManifest& node : cluster.inventory.nodes) {
    look_at(node.addresses);
    for (const policy::Prefix& each : node.pod_cidrs) look_at({each.address});
  }
  for (const policy::ServiceManifest& each : cluster.inventory.services) look_at(each.cluster_ips);
  for (const policy::Workload& each : cluster.inventory.workloads) look_at(each.addresses);
  return v4 && v6;
}

/// Which families of the world a rule is about, wholly or in part.
struct Families {
  bool v4 = false;
  bool v6 = false;
};

Families families_of(const PolicyRule& rule, const policy::RuleBase& base) {
  if (rule.any_peer) return {true, true};
  Families found;
  for (const std::uint32_t peer : rule.peers) {
    const policy::Conditions& selector = base.selectors[peer];
    if (selector.empty()) return {true, true};
    const policy::Condition& first = selector.front();
    found.v4 = found.v4 || first.key == "world-ipv4" || (first.prefix && !first.prefix->address.v6);
    found.v6 = found.v6 || first.key == "world-ipv6" || (first.prefix && first.prefix->address.v6);
  }
  return found;
}

/// The families of all rules of a subject, by whether they deny and by direction.
using OfSubject = std::array<std::array<Families, 2>, 2>;
Families& families_in(OfSubject& all, const PolicyRule& rule) {
  return all.at(rule.denies() ? 1 : 0).at(rule.direction == Direction::egress ? 1 : 0);
}

/// Writes another CIDR behind one, in its form.
policy::Changes with_cidr(NodeRef where, const std::string& cidr) {
  using policy::Value;
  if (where.parent().is_sequence()) return {policy::add_item(where.parent(), Value::text(cidr))};
  const NodeRef item = where.parent();
  Value value = Value::map({{"cidr", Value::text(cidr)}}).in_line();
  if (item.parent().is_sequence()) return {policy::add_item(item.parent(), std::move(value))};
  const NodeRef peer = item.parent();
  if (field_name(item) != "ipBlock" || !peer.parent().is_sequence()) return {};
  return {policy::add_item(peer.parent(), Value::map({{"ipBlock", std::move(value)}}))};
}

void tell(const policy::Policy& policy, const PolicyRule& rule, const Cidr& cidr, Report& report) {
  const bool v6 = cidr.prefix.address.v6;
  const std::string other = v6 ? "IPv4" : "IPv6";
  lint::Finding& finding =
      report.add(policy, cidr.where,
                 quoted(cidr.where.text()) + " is " + (v6 ? "IPv6" : "IPv4") +
                     " only, and the cluster has " + other + " as well: " + other +
                     " addresses are not " + (rule.denies() ? "denied" : "allowed"));
  const std::string missing = v6 ? "0.0.0.0/0" : "::/0";
  finding.fix =
      lint::unsafe_fix("add " + quoted(missing) + ": " + (rule.denies() ? "closes" : "opens") +
                           " what the rule is " + "about for " + other + " as well",
                       with_cidr(cidr.where, missing));
  if (!rule.denies()) finding.severity = lint::Severity::note;
}

void check(const lint::ClusterContext& context, Report& report) {
  if (!is_dual_stack(context.cluster)) return;
  const policy::RuleBase& base = *context.rules;
  for (const policy::Subject& subject : base.subjects) {
    OfSubject all{};
    for (const PolicyRule& rule : base.rules_of(subject)) {
      const Families found = families_of(rule, base);
      Families& known = families_in(all, rule);
      known = {known.v4 || found.v4, known.v6 || found.v6};
    }
    for (const PolicyRule& rule : base.rules_of(subject))
      for (const NodeRef place : rule.peer_places) {
        const auto cidr = cidr_at(place);
        if (!cidr || cidr->prefix.length != 0) continue;
        const Families& known = families_in(all, rule);
        const bool other = cidr->prefix.address.v6 ? known.v4 : known.v6;
        if (!other) tell(base.policies[rule.policy], rule, *cidr, report);
      }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "world-in-one-family",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "the world of one address family, in a cluster with both",
    .why =
        R"(`0.0.0.0/0` is IPv4, `::/0` is IPv6, and neither is the other. In a cluster with both a rule with one of them
leaves the other family as it is: not allowed, which is a note as it may be meant, or not denied, which is
a hole. The entity `world` is both. Reported where the setting `environment.ipFamilies` has both, or
Nodes, Services and Pods of the input have addresses of both, and no other rule of the same policy is
about the other family.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egressDeny:
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "25", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egressDeny:
  - toCIDR: [0.0.0.0/0, "::/0"]
    toPorts: [{ports: [{port: "25", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egressDeny:
  - toCIDR: [0.0.0.0/0, "::/0"]
    toPorts: [{ports: [{port: "25", protocol: TCP}]}]
)",
                "environment: {ipFamilies: [IPv4, IPv6]}"},
    .facts = "P407 A5.1",
    .check_cluster = check,
};

}  // namespace cnplint::rules::world_in_one_family
