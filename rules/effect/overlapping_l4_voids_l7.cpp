// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "lint/report.h"
#include "lint/rule.h"
#include "lint/summary.h"
#include "rules/subject_index.h"

namespace cnplint::rules::overlapping_l4_voids_l7 {
namespace {

using lint::ItemSummary;
using lint::L7Rules;
using lint::PortSummary;

/// Whether a rule without L7 rules lets the port's traffic through.
bool covers_port(const ItemSummary& plain, const PortSummary& port) {
  if (plain.any_port) return true;
  return std::ranges::any_of(plain.ports, [&](const PortSummary& other) {
    if (other.l7 != L7Rules::none) return false;
    if (!other.range.covers_protocol(port.range.protocol)) return false;
    if (!port.range.name.empty()) return other.range.all() || other.range.name == port.range.name;
    return other.range.covers(port.range.first) && other.range.covers(port.range.last);
  });
}

bool is_all(const lint::PeerSummary& peer) {
  return peer.kind == policy::PeerKind::entities && peer.text == "all";
}

/// Whether a peer is everybody that another one is, as far as their conditions tell.
bool covers(const lint::PeerSummary& peer, const lint::PeerSummary& other) {
  if (peer == other) return true;
  return peer.kind == policy::PeerKind::endpoints && other.kind == peer.kind &&
         std::ranges::all_of(peer.selector, [&](const lint::LabelRequirement& each) {
           return std::ranges::find(other.selector, each) != other.selector.end();
         });
}

bool covers_a_peer(const ItemSummary& plain, const ItemSummary& filtered) {
  if (plain.any_peer || std::ranges::any_of(plain.peers, is_all)) return true;
  return std::ranges::any_of(plain.peers, [&](const lint::PeerSummary& peer) {
    return std::ranges::any_of(filtered.peers,
                               [&](const lint::PeerSummary& other) { return covers(peer, other); });
  });
}

/// The item of other specs, or of this one, that makes the L7 rules of a port void.
struct Voiding {
  PolicySpec subject;
  const ItemSummary* item = nullptr;
};

Voiding voiding(const std::vector<PolicySpec>& covering, const ItemSummary& filtered,
                const PortSummary& port) {
  for (const PolicySpec& subject : covering)
    for (const ItemSummary& plain : subject.spec->items)
      if (!plain.deny && plain.direction == filtered.direction && plain.speaks() &&
          !plain.only_icmp && covers_port(plain, port) && covers_a_peer(plain, filtered))
        return {subject, &plain};
  return {};
}

void check_item(const PolicySpec& subject, const ItemSummary& item,
                const std::vector<PolicySpec>& covering, lint::RepositoryReport& report) {
  for (const PortSummary& port : item.ports) {
    if (port.l7 == L7Rules::none) continue;
    const Voiding found = voiding(covering, item, port);
    if (found.item == nullptr) continue;
    lint::Finding& finding = report.add({subject.policy, subject.spec, &item, port.place},
                                        "the L7 rules on this port filter nothing: another rule "
                                        "allows the same traffic without them");
    const lint::PolicySummary& other = *found.subject.policy;
    finding.notes.push_back({other.range(found.item->place), "this one, of " + other.subject()});
  }
}

void check(const lint::RepositoryContext& context, lint::RepositoryReport& report) {
  const SubjectIndex index(context.policies);
  const auto filters = [](const ItemSummary& item) {
    return !item.deny && std::ranges::any_of(item.ports, [](const PortSummary& port) {
      return port.l7 != L7Rules::none;
    });
  };
  for (const lint::PolicySummary& policy : context.policies) {
    if (policy.refused) continue;
    for (const lint::SpecSummary& spec : policy.specs) {
      if (std::ranges::none_of(spec.items, filters)) continue;
      const auto covering = index.covering({&policy, &spec});
      for (const ItemSummary& item : spec.items)
        if (filters(item)) check_item({&policy, &spec}, item, covering, report);
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "overlapping-l4-voids-l7",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an L4 rule for the same traffic that makes L7 rules void",
    .why =
        R"(When a rule without L7 rules allows the same peer on the same port, every request is allowed and the L7
rules filter nothing: rules are alternatives, across all policies that select the endpoint. Narrow
the other rule, or give it the L7 rules, too.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET}]}
)"},
    .check_repository = check,
};

}  // namespace cnplint::rules::overlapping_l4_voids_l7
