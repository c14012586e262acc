// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/model/address.h"
#include "rules/fqdn.h"

namespace cnplint::rules::egress_firewall_name_without_effect {
namespace {

bool is_cluster_name(const DnsLabels& dns) {
  const std::string& text = dns.text;
  if (text == "cluster.local" || text.ends_with(".cluster.local")) return true;
  // `kubernetes.default.svc`: no domain of the Internet ends so.
  return dns.labels.size() >= 2 && dns.labels.back() == "svc";
}

void check_name(NodeRef name, Report& report) {
  const std::string_view text = string_of(name);
  if (text.empty() || is_placeholder(name)) return;
  if (const auto address = policy::parse_address(text)) {
    report
        .add(name, quoted(text) +
                       " is an address and no name: nothing is found by asking DNS for "
                       "it, so the rule matches nothing")
        .fix.title = "write `cidrSelector: " + policy::to_string(*address) + "/" +
                     std::to_string(address->bits()) + "`";
    return;
  }
  const DnsLabels dns(text);
  if (dns.text == "localhost" || dns.text.ends_with(".localhost")) {
    report.add(name, quoted(text) + " is the pod itself: nothing that goes there leaves it")
        .fix.title = "take the rule out";
    return;
  }
  if (!is_cluster_name(dns)) return;
  report
      .add(name, quoted(text) +
                     " is a name in the cluster: only what leaves the cluster is "
                     "checked, so the rule matches nothing")
      .fix.title = "take it out; what pods of the cluster may do is said by a NetworkPolicy";
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_firewall(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (const NodeRef name = item.node.get("to").get("dnsName"); name.is_scalar())
      check_name(name, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-firewall-name-without-effect",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a dnsName of an egress firewall that leads to nothing outside the cluster",
    .why =
        R"(The rules of an EgressFirewall or EgressNetworkPolicy are asked about what leaves the cluster, and a `dnsName`
stands for the addresses that DNS gives for it. A name of a Service, such as `cart.shop.svc.cluster.local`,
leads to pods, and connections to pods are checked by a NetworkPolicy alone; `localhost` never leaves the
pod; an address is no name, and DNS has no answer for it: that belongs into `cidrSelector`.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: checkout.pay.svc.cluster.local}}
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::egress_firewall_name_without_effect
