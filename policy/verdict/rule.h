// SPDX-License-Identifier: Apache-2.0
//
// Policies as Cilium's policy repository holds them: one rule for each item of ingress,
// ingressDeny, egress and egressDeny, with the peers as selectors and the ports as filters (facts
// A0, A1.2, A3.4 to A6).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/ip_protocol.h"
#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/level.h"
#include "policy/verdict/selector.h"

namespace cnplint::policy {

namespace ip_protocol = base::ip_protocol;

/// The number of a protocol by its name in any case; none for ANY and what Cilium does not know.
std::optional<std::uint8_t> protocol_number(std::string_view name);
/// The name of a protocol as Hubble and the vectors write it: TCP, ICMPv4, ...
std::string_view protocol_name(std::uint8_t number);
/// What it says of those that neither knows.
inline constexpr std::string_view kAnyProtocol = "any protocol";

/// What hands a connection to the proxy.
enum class L7Kind : std::uint8_t { none, dns, listener, tls, http };

/// The port part of a rule: one port or range of one protocol. ICMP types are ports.
struct PortFilter {
  std::uint8_t protocol = ip_protocol::kAny;
  std::uint16_t first = 0;  ///< 0 is every port
  std::uint16_t end = 0;    ///< endPort as written; a range where it is above `first`
  std::string name;         ///< of a named port, lower case
  L7Kind l7 = L7Kind::none;
  std::uint8_t listener_priority = 0;
  NodeRef where;     ///< the port, or the ICMP field; none where the rule has no ports
  NodeRef l7_rules;  ///< the `rules` of its entry
};

/// What `authentication` of an item asks for (A5.7), in Cilium's order.
enum class Authentication : std::uint8_t { disabled, required, always_fail };

/// One item of a policy.
struct PolicyRule {
  std::uint32_t policy = 0;  ///< index of the policies that were given
  Direction direction = Direction::ingress;
  Action action = Action::allow;
  Level level;
  bool default_deny = true;
  bool endpoints = false;                        ///< its peers are fromEndpoints or toEndpoints
  std::optional<Authentication> authentication;  ///< where the item says
  bool any_peer = false;                         ///< else the peers decide; none is nobody
  std::vector<std::uint32_t> peers;              ///< indices into RuleBase::selectors
  std::vector<NodeRef> peer_places;              ///< where each peer is written
  std::vector<NodeRef> unresolved_services;      ///< items of toServices that select nobody
  std::vector<PortFilter> ports;                 ///< none matches no connection
  NodeRef where;                                 ///< the item; the spec where there is none

  /// Whether somebody wrote it: not the default deny that a NetworkPolicy stands for.
  [[nodiscard]] bool is_written() const { return where.parent().is_sequence(); }
  /// Whether it allows or denies anything at all.
  [[nodiscard]] bool matches_something() const {
    return !ports.empty() && (any_peer || !peers.empty() || !unresolved_services.empty());
  }
  [[nodiscard]] bool allows() const { return action == Action::allow; }
  [[nodiscard]] bool denies() const { return action == Action::deny; }
};

/// What one spec selects, and its rules.
struct Subject {
  Conditions selector;
  bool node = false;  ///< nodeSelector: the local host, by the labels of its node
  std::string ns;     ///< only pods of this namespace; empty: all
  std::uint32_t first_rule = 0;
  std::uint32_t end_rule = 0;
  std::uint32_t policy = 0;
  /// fromRequires and toRequires, which every peer has to meet as well (up to Cilium 1.18).
  Conditions requires_ingress;
  Conditions requires_egress;
};

/// All rules of a set of policies, translated once. Whoever lints, decides, measures or synthesises
/// asks the same one.
struct RuleBase {
  PolicyList policies;  ///< that it was made of
  Environment environment;
  Surroundings surroundings;
  std::vector<Subject> subjects;
  std::vector<PolicyRule> rules;
  std::vector<Conditions> selectors;  ///< of peers, each once; one without conditions is everybody

  [[nodiscard]] std::span<const PolicyRule> rules_of(const Subject& subject) const {
    return std::span(rules).subspan(subject.first_rule, subject.end_rule - subject.first_rule);
  }
};

/// Translates policies. EgressFirewall and EgressNetworkPolicy are none of Cilium's: they are left
/// out. The policies must be ones that Cilium accepts, and outlive the result.
std::shared_ptr<const RuleBase> translate(PolicyList policies, const Environment& environment,
                                          Surroundings surroundings);

}  // namespace cnplint::policy
