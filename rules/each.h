// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>

#include "base/text.h"
#include "lint/report.h"
#include "lint/rule.h"
#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/yaml/template.h"

namespace cnplint::rules {

using base::quoted;
using lint::kApiServer;
using lint::kCilium;
using lint::PolicyContext;
using lint::Report;
using policy::Direction;
using policy::NodeRef;
using policy::PeerKind;
using policy::RuleItem;

/// Calls body(item) for every rule item of a policy of any kind.
template <class Body>
void each_item(const policy::Policy& policy, const Body& body) {
  for (const policy::Spec& spec : policy.specs)
    for (const RuleItem& item : spec.items) body(item);
}

/// Calls body(item) for the rule items that Cilium checks when it takes a policy: of CNP and CCNP
/// only, and deny items only since 1.17 (facts/cilium-validation.md 2).
template <class Body>
void each_checked_item(const PolicyContext& context, const Body& body) {
  constexpr policy::Release kDenyChecked{17};
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    if (!item.deny || context.environment.cilium >= kDenyChecked) body(item);
  });
}

/// Whether an item names no peers and so is for any: in a NetworkPolicy an empty list is none.
inline bool is_for_any_peer(const policy::Policy& policy, const RuleItem& item) {
  return item.peers.empty() || (policy.kind == policy::PolicyKind::network_policy &&
                                !item.peers.front().list.has_children());
}

/// Whether peers are the entity `none` and nobody else.
inline bool is_nobody(const policy::Peers& peers) {
  return peers.kind == PeerKind::entities &&
         std::ranges::all_of(peers.list.items(),
                             [](NodeRef each) { return each.text() == "none"; });
}

/// Calls body(field) for every field of the ICMP types of an item.
template <class Body>
void each_icmp_field(const RuleItem& item, const Body& body) {
  for (const NodeRef entry : item.icmps.items())
    for (const NodeRef field : entry.get("fields").items()) body(field);
}

/// Calls body(item, port_rule) for every toPorts entry that Cilium checks.
template <class Body>
void each_checked_port_rule(const PolicyContext& context, const Body& body) {
  each_checked_item(context, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules) body(item, rule);
  });
}

/// Calls body(item, peer) for every item of one kind of peers that Cilium checks.
template <class Body>
void each_checked_peer(const PolicyContext& context, PeerKind kind, const Body& body) {
  each_checked_item(context, [&](const RuleItem& item) {
    if (const policy::Peers* peers = item.peers_of(kind))
      for (const NodeRef peer : peers->list.items()) body(item, peer);
  });
}

/// Where a policy is named; where it is not, what says its kind.
inline NodeRef name_of(const policy::Policy& policy) {
  return policy.name_at ? policy.name_at : policy.heading;
}

/// Whether a value is not known before a later step fills it in.
inline bool is_placeholder(NodeRef node) {
  return node.is_scalar() && policy::has_placeholder(node.text());
}

/// The text of a string; empty for null, as Go decodes it.
inline std::string_view string_of(NodeRef node) {
  return !node || node.is_null() ? std::string_view() : node.text();
}

/// The field of an item by its name: `toPorts` for a list of ports. For messages.
inline std::string_view field_name(NodeRef node) {
  const NodeRef key = node.key();
  return key ? key.text() : std::string_view();
}

}  // namespace cnplint::rules
