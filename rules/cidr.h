// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/address.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/selector.h"
#include "rules/each.h"

namespace cnplint::rules {

/// A CIDR of a policy of any kind, as far as it is known.
struct Cidr {
  NodeRef peer;   ///< the item of the list; of a firewall the rule
  NodeRef where;  ///< the CIDR itself
  NodeRef except;
  policy::Prefix prefix;
  const policy::CidrGroup* group = nullptr;  ///< that has it; `where` names or selects the group
};

/// How a message calls a CIDR.
inline std::string name_of(const Cidr& cidr) {
  if (cidr.group == nullptr) return quoted(cidr.where.text());
  return quoted(policy::to_string(cidr.prefix.address) + "/" + std::to_string(cidr.prefix.length)) +
         " of CiliumCIDRGroup " + quoted(cidr.group->name);
}

/// Whether a peer names or selects a group.
inline bool selects_group(NodeRef peer, const policy::CidrGroup& group) {
  if (const std::string_view name = string_of(peer.get("cidrGroupRef")); !name.empty())
    return name == group.name;
  const policy::Conditions conditions =
      policy::conditions(peer.get("cidrGroupSelector"), "cidrgroup");
  policy::Identity identity;
  for (const auto& [key, value] : group.labels)
    identity.labels.push_back({"cidrgroup", key, value});
  return !conditions.empty() &&
         policy::matches(conditions, policy::Identity::of_labels(std::move(identity.labels)));
}

/// Calls body(cidr) for every CIDR of the groups that a peer names or selects; for some hundreds.
template <class Body>
void each_cidr_of_groups(NodeRef peer, const std::vector<policy::CidrGroup>& groups,
                         const Body& body) {
  NodeRef where = peer.get("cidrGroupRef");
  if (string_of(where).empty()) where = peer.get("cidrGroupSelector");
  if (!where || (where.is_scalar() && is_placeholder(where))) return;
  constexpr std::size_t kMost = 500;
  std::size_t count = 0;
  for (const policy::CidrGroup& group : groups) {
    if (!selects_group(peer, group)) continue;
    for (const policy::Prefix& prefix : group.cidrs) {
      if (++count > kMost) return;
      body(Cidr{peer, where, peer.get("except"), prefix, &group});
    }
  }
}

/// What a text says as a peer: a prefix, or an address, which is the prefix of itself alone.
inline std::optional<policy::Prefix> prefix_of(std::string_view text) {
  if (auto prefix = policy::parse_prefix(text)) return prefix;
  const auto address = policy::parse_address(text);
  if (!address || address->zone) return std::nullopt;
  return policy::Prefix{*address, address->bits()};
}

/// Calls body(cidr) for every CIDR of an item that can be read.
template <class Body>
void each_cidr(const RuleItem& item, const Body& body) {
  const auto add = [&](NodeRef peer, NodeRef where, NodeRef except) {
    if (!where.is_scalar()) return;
    if (const auto prefix = prefix_of(where.text())) body(Cidr{peer, where, except, *prefix});
  };
  for (const policy::Peers& peers : item.peers) {
    if (peers.kind == PeerKind::firewall) add(item.node, peers.list.get("cidrSelector"), {});
    for (const NodeRef peer : peers.list.items()) {
      if (peers.kind == PeerKind::cidr) add(peer, peer, {});
      if (peers.kind == PeerKind::cidr_set) add(peer, peer.get("cidr"), peer.get("except"));
      if (peers.kind == PeerKind::network_policy) {
        const NodeRef block = peer.get("ipBlock");
        add(peer, block.get("cidr"), block.get("except"));
      }
    }
  }
}

/// The CIDR of a peer of the rule base, by where it is written; none where it is no CIDR.
inline std::optional<Cidr> cidr_at(NodeRef peer) {
  NodeRef where = peer;
  NodeRef holder = peer;
  if (peer.is_mapping()) {
    if (const NodeRef block = peer.get("ipBlock")) holder = block;
    where = holder.get("cidr");
  }
  if (!where.is_scalar()) return std::nullopt;
  const auto prefix = prefix_of(where.text());
  if (!prefix) return std::nullopt;
  return Cidr{peer, where, holder.is_mapping() ? holder.get("except") : NodeRef(), *prefix};
}

/// The exceptions of a CIDR that can be read.
inline std::vector<policy::Prefix> exceptions_of(const Cidr& cidr) {
  std::vector<policy::Prefix> all;
  for (const NodeRef each : cidr.except.items())
    if (const auto prefix = policy::parse_prefix(string_of(each))) all.push_back(*prefix);
  return all;
}

/// Whether a CIDR is one address.
inline bool is_single(const policy::Prefix& prefix) {
  return prefix.length == prefix.address.bits();
}

}  // namespace cnplint::rules
