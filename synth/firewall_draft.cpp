// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>

#include "synth/generalize.h"
#include "synth/name.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::PolicyKind;
namespace protocol = policy::ip_protocol;

/// What a namespace reaches, by the one peer that each rule of a firewall has.
struct Reached {
  std::map<Peer, RuleDraft> rules;
  Reports reports;
};

/// Why an egress firewall cannot allow it; empty where it can.
std::string inexpressible(const Permit& permit, const Party& peer, PolicyKind kind) {
  const bool ports = permit.protocol == protocol::kTcp || permit.protocol == protocol::kUdp ||
                     permit.protocol == protocol::kSctp;
  if (kind == PolicyKind::egress_firewall && !ports)
    return "an EgressFirewall cannot allow this protocol alone";
  if (peer.kind == PartyKind::entity && kind == PolicyKind::egress_network_policy)
    return "an EgressNetworkPolicy cannot name nodes";
  return {};
}

bool reaches_nodes(const Party& party) {
  return party.entity == "host" || party.entity == "remote-node" ||
         party.entity == "kube-apiserver";
}

}  // namespace

Drafts draft_firewalls(const Parties& parties, const std::vector<Permit>& permits,
                       const std::vector<OpenSide>& open, const DraftOptions& options) {
  Drafts drafts;
  std::map<std::string, Reached> namespaces;
  std::map<std::string, std::string> why_open;  // by namespace
  for (const OpenSide& each : open)
    if (each.direction == Direction::egress && !each.to_pods)
      why_open.emplace(parties.all[each.party].ns, each.why);
  for (const Permit& permit : permits) {
    const Party& subject = parties.all[permit.subject];
    const Party& peer = parties.all[permit.peer];
    if (permit.direction != Direction::egress || permit.dropped) continue;
    if (!options.wants(subject.ns)) continue;
    Reached& reached = namespaces[subject.ns];
    // Pods are no business of a firewall at the edge.
    if (peer.is_pods() || (peer.kind == PartyKind::entity && !reaches_nodes(peer))) continue;
    std::string why = inexpressible(permit, peer, options.kind);
    if (permit.proposed) why = "it passed in audit mode only, and a firewall cannot be proposed";
    if (!why.empty()) {
      why_open.emplace(subject.ns, subject.name + " -> " + peer.name + " " +
                                       flows::port_text(permit.protocol, permit.port) + ": " + why);
      continue;
    }
    drafts.permits.push_back(permit);
    reached.reports.add(permit.reports);
    // An EgressNetworkPolicy is about IPv4 alone: it neither allows nor denies anything else.
    if (options.kind == PolicyKind::egress_network_policy &&
        peer.cidr.find(':') != std::string::npos)
      continue;
    for (const Peer& each : peers_outside(permit, peer, true)) {
      RuleDraft& rule = reached.rules[each];
      rule.direction = Direction::egress;
      rule.peers = {each};
      const PortTerm term{permit.protocol, permit.port, permit.port, {}, {}};
      const bool known = std::ranges::find(rule.ports, term) != rule.ports.end();
      if (options.kind == PolicyKind::egress_firewall && !known) rule.ports.push_back(term);
      rule.evidence.push_back({subject.name + " -> " + peer.name,
                               flows::port_text(permit.protocol, permit.port), permit.origin,
                               permit.reports, Widening::none, 1});
    }
  }
  std::uint64_t left = options.generalize;
  for (auto& [ns, reached] : namespaces) {
    if (const auto why = why_open.find(ns); why != why_open.end()) {
      drafts.unwritten.push_back(ns + ": no policy, egress stays open: " + why->second);
      continue;
    }
    PolicyDraft policy;
    policy.kind = options.kind;
    policy.ns = ns;
    policy.workload = ns;
    policy.reports = reached.reports;
    for (auto& [peer, rule] : reached.rules) {
      std::ranges::sort(rule.ports);
      policy.egress.push_back(std::move(rule));
    }
    merge_firewall_cidrs(policy.egress, left);
    drafts.policies.push_back(std::move(policy));
  }
  name_policies(drafts.policies);
  return drafts;
}

}  // namespace cnplint::synth
