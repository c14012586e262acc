// SPDX-License-Identifier: Apache-2.0
//
// Decides connections as Cilium does (facts/cilium-semantics.md, part A).
//
// Compiling turns the policies into one table for each distinct (set of selecting rules,
// direction). Its columns are intervals of ports in which the same port filters match, its rows
// classes of peers that the same selectors select, its cells decisions. A query is two lookups: the
// row of the peer and the column of the port.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// What one direction of a connection comes to.
enum class Verdict : std::uint8_t {
  not_enforced,  ///< no rule of the direction selects the subject
  allow,
  redirect,      ///< allowed to the L7 proxy, which decides each request
  deny,          ///< by an explicit deny rule
  default_deny,  ///< enforced, and nothing matches
  unmanaged,     ///< the subject is no local endpoint
  error,         ///< Cilium cannot compute a policy of the subject: its rules contradict (A2.3)
  pass,  ///< left to the next tier: what a rule does alone, never what a connection comes to
};
std::string_view verdict_name(Verdict verdict);
/// Whether a connection passes in this direction, as far as L3 and L4 go.
constexpr bool passes(Verdict verdict) {
  return verdict != Verdict::deny && verdict != Verdict::default_deny && verdict != Verdict::error;
}

/// A rule that nobody wrote and that Cilium adds (A1.1). It denies with one, not for want of an
/// allow, where some rule of the direction passes (K7.5).
enum class Synthetic : std::uint8_t { none, allow_any, allow_localhost, deny_any };
std::string_view synthetic_name(Synthetic synthetic);

/// How Hubble names what `authentication` asks for; empty where it asks for nothing.
std::string_view authentication_name(Authentication authentication);

/// The answer for one direction of a connection.
struct Decision {
  Verdict verdict = Verdict::not_enforced;
  Synthetic synthetic = Synthetic::none;
  std::vector<std::uint32_t> rules;     ///< that Cilium attributes it to; indices, sorted
  std::vector<std::uint32_t> policies;  ///< of these rules; indices of the given policies, sorted

  friend auto operator<=>(const Decision&, const Decision&) = default;
};

/// A port filter of a rule that matches a connection in one direction.
struct Match {
  std::uint32_t rule = 0;
  Verdict effect = Verdict::allow;   ///< allow, redirect, deny or pass: what it would do alone
  const PortFilter* port = nullptr;  ///< the filter that covers the port
  std::vector<std::uint32_t>
      peers;  ///< all that select, as positions among the rule's peers, ascending
};

/// A connection between two of the endpoints that the engine was given. `port` is the destination
/// port, or the ICMP type.
struct Connection {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint8_t protocol = ip_protocol::kTcp;
  std::uint16_t port = 0;

  /// Whose policy decides a direction: the destination's ingress, the source's egress.
  [[nodiscard]] std::uint32_t subject(Direction direction) const {
    return direction == Direction::ingress ? to : from;
  }
  /// The other end.
  [[nodiscard]] std::uint32_t peer(Direction direction) const {
    return direction == Direction::ingress ? from : to;
  }
};

/// Whether a filter covers a connection. Names are looked up among the listening ports of its
/// destination; endPort counts from them for ingress only (A5.6).
bool covers(const PortFilter& filter, Direction direction, const Connection& connection,
            const std::vector<NamedPort>& named_ports);

/// What an allowed connection has to authenticate with: what the deciding rules say, else what
/// other rules say that match it (A5.7). `matches` are all of the connection and direction.
Authentication authentication(const RuleBase& base, const Decision& decision,
                              std::span<const Match> matches);

/// A compiled set of policies with the endpoints to ask about. Immutable, so that threads may share
/// it. The policies must be ones that Cilium accepts and outlive it.
class VerdictEngine {
 public:
  VerdictEngine(std::shared_ptr<const RuleBase> base, std::vector<Endpoint> endpoints);
  VerdictEngine(const PolicyList& policies, const Environment& environment,
                const Surroundings& surroundings, std::vector<Endpoint> endpoints);
  ~VerdictEngine();
  VerdictEngine(VerdictEngine&&) noexcept;
  VerdictEngine& operator=(VerdictEngine&&) noexcept;

  /// The decision of one direction: egress of `from`, or ingress of `to`.
  [[nodiscard]] const Decision& decide(Direction direction, const Connection& connection) const;

  /// Every port filter of every rule that matches the connection in a direction, in the order of
  /// the rules. Slower.
  [[nodiscard]] std::vector<Match> matches(Direction direction, const Connection& connection) const;
  /// The ports of a protocol at which the decision of a direction may change with the port, in
  /// order; the first is 0. Between two of them it cannot.
  [[nodiscard]] std::span<const std::uint16_t> port_steps(Direction direction,
                                                          std::uint32_t subject,
                                                          std::uint8_t protocol) const;
  /// The rules of a direction that select the subject, whether they match or not.
  [[nodiscard]] std::span<const std::uint32_t> rules_of_subject(Direction direction,
                                                                std::uint32_t endpoint) const;
  /// The endpoints that some rule of a direction selects as peers of the subject, in order.
  [[nodiscard]] std::vector<std::uint32_t> peers_of_subject(Direction direction,
                                                            std::uint32_t endpoint) const;
  /// The endpoints that a selector of the rule base selects as peers, ascending.
  [[nodiscard]] std::vector<std::uint32_t> peers_of_selector(std::uint32_t selector) const;
  /// Whether some rule puts the subject into default deny.
  [[nodiscard]] bool default_deny(Direction direction, std::uint32_t endpoint) const;

  /// The named ports by which a direction's rules know the ports of a destination.
  [[nodiscard]] std::vector<NamedPort> listening_ports(Direction direction,
                                                       std::uint32_t endpoint) const;

  [[nodiscard]] const RuleBase& rule_base() const;
  [[nodiscard]] const std::vector<Endpoint>& endpoints() const;
  /// The identity that peers see of an endpoint.
  [[nodiscard]] const Identity& peer_identity(std::uint32_t endpoint) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::policy
