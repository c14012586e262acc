// SPDX-License-Identifier: Apache-2.0
//
// Rules of policies as they are written: the same words for a peer or a port whoever writes them, a
// synthesis, a suggestion or a fix.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/ip_protocol.h"
#include "policy/model/policy.h"
#include "policy/text/value.h"

namespace cnplint::policy {

/// Which list of a rule names a peer. Cilium lets a rule have one of them only (V-facts 3).
enum class PeerField : std::uint8_t { endpoints, entities, cidr, fqdns };

/// A peer as a rule names it.
struct PeerText {
  PeerField field = PeerField::endpoints;
  std::string cluster;  ///< of pods of another cluster; empty: the local one
  std::string ns;       ///< of pods
  std::vector<std::pair<std::string, std::string>> labels;  ///< of pods
  std::string text;  ///< entity, CIDR or DNS name (a pattern where it has a `*`)
  std::vector<std::string> absent = {};  ///< keys of labels that pods must not have

  friend auto operator<=>(const PeerText&, const PeerText&) = default;
};

/// A class of HTTP requests, both regular expressions; an empty one is any.
struct HttpText {
  std::string method;
  std::string path;

  friend auto operator<=>(const HttpText&, const HttpText&) = default;
};

/// Ports as a rule names them: one, or a range. Protocol 0 is any. ICMP types are ports.
struct PortText {
  std::uint8_t protocol = 0;
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  std::vector<HttpText> http;
  std::vector<std::string> dns;  ///< names and patterns; `*` alone is every name

  [[nodiscard]] bool is_icmp() const { return base::ip_protocol::is_icmp(protocol); }
  /// Numbers before protocols: 80 stands before 8080 and 53/TCP beside 53/UDP.
  [[nodiscard]] auto order() const { return std::tie(first, last, protocol, http, dns); }
  friend auto operator<=>(const PortText& a, const PortText& b) { return a.order() <=> b.order(); }
  friend bool operator==(const PortText& a, const PortText& b) { return a.order() == b.order(); }
};

/// A rule: the policy that it is written in, and what it names.
struct RuleText {
  PolicyKind kind = PolicyKind::cilium_network_policy;
  std::string_view ns;  ///< of the policy
  Direction direction = Direction::ingress;
  std::span<const PeerText> peers;  ///< of one field; none: everybody
  std::span<const PortText> ports;  ///< ICMP types and ports are never mixed
};

/// The item of a list of rules, in the form of its kind.
Value rule_value(const RuleText& rule);

/// `matchLabels`, and `matchExpressions` for labels that must be absent.
Value selector_value(const std::vector<std::pair<std::string, std::string>>& labels,
                     const std::vector<std::string>& absent = {});

/// The key by which Cilium's selectors name a namespace, and a cluster.
std::string_view namespace_key();
std::string_view cluster_key();

/// `matchName`, or `matchPattern` where the name has a star.
Value dns_name_value(const std::string& name);

}  // namespace cnplint::policy
