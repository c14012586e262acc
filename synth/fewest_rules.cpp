// SPDX-License-Identifier: Apache-2.0
#include "synth/fewest_rules.h"

#include <algorithm>
#include <set>

#include "synth/exact_cover.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::PolicyKind;

/// The distinct ports of some peers, in order; those of DNS have many names, so none is copied.
struct ByValue {
  bool operator()(const PortTerm* a, const PortTerm* b) const { return *a < *b; }
};
using Terms = std::vector<const PortTerm*>;

/// Peers of a CiliumNetworkPolicy's rule are of one field, those of others may be mixed.
bool share_rule(PolicyKind kind, PeerField a, PeerField b) {
  return a == b || !policy::is_cilium(kind);
}

RuleDraft rule_of(const Block& block, const std::vector<const Wanted::value_type*>& peers,
                  const Terms& terms, Direction direction) {
  RuleDraft rule;
  rule.direction = direction;
  for (const std::uint32_t column : block.columns) rule.ports.push_back(*terms[column]);
  rule.peers.reserve(block.rows.size());
  rule.evidence.reserve(block.rows.size());
  for (const std::uint32_t row : block.rows) {
    const auto& [peer, ports] = *peers[row];
    rule.peers.push_back(peer);
    for (const PortTerm& term : rule.ports) {
      const auto& seen = ports.ports.at({term.first, term.protocol});
      rule.evidence.insert(rule.evidence.end(), seen.evidence.begin(), seen.evidence.end());
    }
  }
  // What nobody saw has to be seen where a comment is cut off.
  std::stable_partition(rule.evidence.begin(), rule.evidence.end(),
                        [](const Evidence& each) { return each.origin == Origin::widened; });
  return rule;
}

}  // namespace

std::vector<RuleDraft> fewest_rules(PolicyKind kind, const Wanted& wanted, Direction direction) {
  struct Group {
    std::vector<const Wanted::value_type*> peers;
    std::set<const PortTerm*, ByValue> terms;
  };
  std::map<std::pair<PeerField, bool>, Group> groups;
  for (const Wanted::value_type& peer : wanted)
    for (const auto& [key, port] : peer.second.ports) {
      const PeerField field = share_rule(kind, peer.first.field, PeerField::endpoints)
                                  ? PeerField::endpoints
                                  : peer.first.field;
      Group& group = groups[{field, port.term.is_icmp()}];
      if (group.peers.empty() || group.peers.back() != &peer) group.peers.push_back(&peer);
      group.terms.insert(&port.term);
    }
  std::vector<RuleDraft> rules;
  for (const auto& [key, group] : groups) {
    const Terms terms(group.terms.begin(), group.terms.end());
    std::vector<std::vector<std::uint32_t>> matrix;
    for (const Wanted::value_type* peer : group.peers) {
      std::vector<std::uint32_t>& row = matrix.emplace_back();
      for (const auto& [port_key, port] : peer->second.ports)
        if (port.term.is_icmp() == key.second)
          row.push_back(static_cast<std::uint32_t>(
              std::ranges::lower_bound(terms, &port.term, ByValue()) - terms.begin()));
      std::ranges::sort(row);
    }
    for (const Block& block : exact_cover(matrix))
      rules.push_back(rule_of(block, group.peers, terms, direction));
  }
  return rules;
}

}  // namespace cnplint::synth
