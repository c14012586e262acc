// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/blanks.h"
#include "policy/model/address.h"
#include "rules/each.h"
#include "rules/joined_words.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_cidr {
namespace {

std::string problem(std::string_view text) {
  std::string message = quoted(text) + " is not a valid CIDR";
  if (text.empty()) return "an empty CIDR";
  std::string several =
      joined_problem(text, "CIDRs", "an item for each of", [](std::string_view word) {
        return policy::is_sloppy_cidr(word) || policy::parse_address(word).has_value();
      });
  if (!several.empty()) return several;
  if (policy::is_sloppy_cidr(text)) return message + ", leading zeros are not allowed";
  if (text.find('%') != std::string_view::npos) return message + ", zones are not allowed";
  if (policy::parse_address(text)) return message + ", add a prefix length";
  return message + base::blanks_hint(text);
}

/// `address` says whether an address without a prefix length will do, as in toCIDR.
void check_cidr(const policy::Policy& policy, NodeRef cidr, bool address, std::uint8_t refuser,
                Report& report) {
  if (!cidr.is_scalar() || is_placeholder(cidr)) return;
  const std::string_view text = string_of(cidr);
  const auto single = policy::parse_address(text);
  if (policy::parse_prefix(text) || (address && single && !single->zone)) return;
  // The API server puts up with leading zeros.
  lint::Finding& finding = report.reject(
      cidr, policy::is_sloppy_cidr(text) ? std::uint8_t{kCilium} : refuser, problem(text));
  // An address alone is that one; blanks around are nothing.
  std::string meant(base::without_blanks(text));
  if (const auto one = policy::parse_address(meant); one && !one->zone)
    meant += one->v6 ? "/128" : "/32";
  if (policy::parse_prefix(meant) && cidr.is_string())
    mend(finding, policy, "write " + quoted(meant), {policy::set_text(cidr, meant)});
}

void check_set_item(const policy::Policy& policy, NodeRef item, std::uint8_t refuser,
                    Report& report) {
  const NodeRef cidr = item.get("cidr");
  // An empty cidr is no cidr for Cilium: unclear-cidr-source speaks of it.
  if (!string_of(cidr).empty()) check_cidr(policy, cidr, false, refuser, report);
  // Beside a group exceptions are used without a check before: an address will do there.
  const bool group = policy::is_stored(item.get("cidrGroupRef")) ||
                     policy::is_stored(item.get("cidrGroupSelector"));
  for (const NodeRef except : item.get("except").items())
    check_cidr(policy, except, group, refuser, report);
}

void check_cilium(const PolicyContext& context, Report& report) {
  // Building the selector comes after the checks and knows no exceptions: deny rules count in
  // every release.
  each_item(context.policy, [&](const RuleItem& item) {
    if (const policy::Peers* peers = item.peers_of(PeerKind::cidr))
      for (const NodeRef cidr : peers->list.items())
        check_cidr(context.policy, cidr, true, kCilium, report);
    if (const policy::Peers* peers = item.peers_of(PeerKind::cidr_set))
      for (const NodeRef each : peers->list.items())
        check_set_item(context.policy, each, kCilium, report);
  });
}

void check_firewall_cidr(const policy::Policy& policy, NodeRef cidr, Report& report) {
  check_cidr(policy, cidr, false, kApiServer, report);
  const auto prefix = policy::parse_prefix(cidr.text());
  if (policy.kind == policy::PolicyKind::egress_network_policy && prefix && prefix->address.v6)
    report.reject(cidr, kApiServer,
                  quoted(cidr.text()) + " is of IPv6, and an EgressNetworkPolicy knows IPv4 only");
}

void check(const PolicyContext& context, Report& report) {
  if (policy::is_cilium(context.policy.kind)) return check_cilium(context, report);
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::Peers& peers : item.peers) {
      if (const NodeRef cidr = peers.list.get("cidrSelector");
          peers.kind == PeerKind::firewall && cidr)
        check_firewall_cidr(context.policy, cidr, report);
      for (const NodeRef peer : peers.list.items())
        if (const NodeRef block = peer.get("ipBlock"); policy::is_stored(block))
          check_set_item(context.policy, block, kApiServer, report);
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-cidr",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an address or CIDR that strict parsing refuses",
    .why =
        R"(Cilium reads addresses strictly: no leading zeros, no zone, no missing prefix length where one is
needed. An object with such an address cannot be used.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toCIDRSet: [{cidr: 10.20.0.0/16, except: [10.20.030.0/24]}]
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

}  // namespace cnplint::rules::invalid_cidr
