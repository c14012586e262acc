// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/public_suffix.h"
#include "rules/each.h"

namespace cnplint::rules {

/// An item of toFQDNs, as far as it is known.
struct Fqdn {
  NodeRef peer;
  NodeRef where;  ///< the name or the pattern
  std::string_view text;
  bool pattern = false;  ///< matchPattern, which may have stars
};

/// Reads an item of toFQDNs, or of DNS rules; `where` is none where nothing is known of it.
inline Fqdn read_fqdn(NodeRef peer) {
  Fqdn result{peer, peer.get("matchName"), {}, false};
  if (string_of(result.where).empty()) {
    result.where = peer.get("matchPattern");
    result.pattern = true;
  }
  result.text = string_of(result.where);
  if (result.text.empty() || is_placeholder(result.where)) result.where = NodeRef();
  return result;
}

/// Calls body(fqdn) for every known item of toFQDNs of a Cilium policy.
template <class Body>
void each_fqdn(const policy::Policy& policy, const Body& body) {
  if (!policy::is_cilium(policy.kind)) return;
  each_item(policy, [&](const RuleItem& item) {
    const policy::Peers* peers = item.peers_of(PeerKind::fqdns);
    if (peers == nullptr || item.deny || item.direction != Direction::egress) return;
    for (const NodeRef peer : peers->list.items())
      if (const Fqdn fqdn = read_fqdn(peer); fqdn.where) body(fqdn);
  });
}

/// Calls body(rules) for every list of L7 `dns` rules of a Cilium policy.
template <class Body>
void each_dns_list(const policy::Policy& policy, const Body& body) {
  if (!policy::is_cilium(policy.kind)) return;
  each_item(policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      if (const NodeRef list = rule.rules.get("dns"); list.is_sequence()) body(list);
  });
}

/// A name or pattern cut at its dots, in lower case.
struct DnsLabels {
  std::string text;  ///< without a final dot
  std::vector<std::string_view> labels;
  std::size_t fixed = 0;  ///< how many labels at the end have no star

  explicit DnsLabels(std::string_view name) : text(base::lower(name)) {
    if (text.ends_with('.')) text.pop_back();
    const std::string_view view(text);
    for (std::size_t begin = 0; begin <= view.size();) {
      const std::size_t dot = std::min(view.find('.', begin), view.size());
      labels.push_back(view.substr(begin, dot - begin));
      begin = dot + 1;
    }
    while (fixed < labels.size() &&
           labels[labels.size() - 1 - fixed].find('*') == std::string_view::npos)
      ++fixed;
  }
  DnsLabels(const DnsLabels&) = delete;
  DnsLabels& operator=(const DnsLabels&) = delete;

  /// The labels at the end that have no star, with their dots.
  [[nodiscard]] std::string_view suffix() const {
    if (fixed == 0) return {};
    const std::string_view first = labels[labels.size() - fixed];
    return std::string_view(text).substr(static_cast<std::size_t>(first.data() - text.data()));
  }
  /// The last label with a star; empty where none has one.
  [[nodiscard]] std::string_view last_starred() const {
    return fixed < labels.size() ? labels[labels.size() - 1 - fixed] : std::string_view();
  }
};

/// Whether a label is nothing but stars.
inline bool is_star(std::string_view label) {
  return !label.empty() && label.find_first_not_of('*') == std::string_view::npos;
}

}  // namespace cnplint::rules
