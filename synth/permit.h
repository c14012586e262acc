// SPDX-License-Identifier: Apache-2.0
//
// What policies have to allow, as parties and ports: one permit for each side of a connection that
// some policy decides.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "synth/flow_list.h"
#include "synth/party.h"

namespace cnplint::synth {

/// Where a permit comes from.
enum class Origin : std::uint8_t {
  observed,  ///< reported by the side that it is for
  inferred,  ///< reported by the other side only, or by one that does not say which it is
  baseline,  ///< DNS, which whatever is denied egress needs
  widened,   ///< what nobody saw, and what is allowed beside something that was seen
};

/// What is allowed beside what was seen, since policies that stop at it would cut traffic off.
enum class Widening : std::uint8_t {
  none,
  host_beside_remote_node,  ///< a pod may run on any node, the other end's too
  cluster_to_dns,           ///< the next workload asks the DNS servers as well
  public_ingress,           ///< the next client comes from another address
  other_releases,           ///< the next release of a workload does what this one does
};
/// What a widening is called in comments and messages.
const char* widening_name(Widening widening);

/// One side of a connection between parties.
struct Permit {
  std::uint32_t subject = 0;  ///< whose policy it is for
  std::uint32_t peer = 0;
  policy::Direction direction = policy::Direction::ingress;
  std::uint8_t protocol = 0;
  std::uint16_t port = 0;  ///< or the ICMP type
  bool proposed = false;   ///< passed in audit mode only, or was dropped
  bool dropped = false;    ///< never passed
  Origin origin = Origin::inferred;
  Widening widening = Widening::none;  ///< of what is widened
  /// That it stands for: more where the peer is `cluster`; where it is the world, the addresses
  /// seen.
  std::uint64_t connections = 1;
  Reports reports;
  std::vector<std::string> names;                ///< of an address, sorted
  std::vector<flows::CapturedRequest> requests;  ///< HTTP and DNS, passed ones, by class
  bool all_requests = true;                      ///< every connection of it had L7 records

  /// What is permitted: subject, direction, peer, protocol and port.
  using Key =
      std::tuple<std::uint32_t, policy::Direction, std::uint32_t, std::uint8_t, std::uint16_t>;
  [[nodiscard]] Key key() const { return {subject, direction, peer, protocol, port}; }
};

/// Why something was seen and is not allowed.
enum class LeftOutReason : std::uint8_t {
  dropped,    ///< policy refused it
  denied,     ///< an explicit deny rule refused it
  forbidden,  ///< on the deny list
  blocked,    ///< on the blocklist
  suspicious,
  unnameable,  ///< no selector can name an end
  no_verdict,  ///< the capture does not say whether it passed
  no_port,     ///< a rule would allow more than was seen
};
const char* reason_name(LeftOutReason reason);

/// A connection that was left out.
struct LeftOut {
  LeftOutReason reason = LeftOutReason::dropped;
  std::string connection;  ///< `shop/cart -> shop/db 5432/TCP`
  std::string why;         ///< a sentence
  std::uint64_t seen = 0;
  std::uint32_t index = 0;  ///< of ObservedTraffic::connections

  /// Whether it may not be cut off all the same: it passed, or may have, and nobody forbids it.
  [[nodiscard]] bool stays_open() const {
    return reason == LeftOutReason::unnameable || reason == LeftOutReason::no_verdict ||
           reason == LeftOutReason::no_port;
  }
};

/// A direction of a workload in which something passed, or may have, that no rule was learned for:
/// in default deny it would be cut off.
struct OpenSide {
  std::uint32_t party = 0;
  policy::Direction direction = policy::Direction::ingress;
  bool to_pods = false;  ///< the other end is a pod
  std::string why;       ///< `shop/cart -> shop/db 5432/TCP: ...`

  friend auto operator<=>(const OpenSide&, const OpenSide&) = default;
};

/// A DNS server of the cluster, as clients reach it.
struct Resolver {
  std::uint32_t party = 0;
  std::uint16_t port = 0;

  friend auto operator<=>(const Resolver&, const Resolver&) = default;
};

/// When ingress from addresses outside of the cluster becomes ingress from the world.
enum class PublicIngress : std::uint8_t {
  automatic,  ///< where many were seen
  always,
  never,
};

struct LearnOptions {
  bool drops = false;       ///< also what default deny dropped
  bool host = false;        ///< also ingress from the local host, which Cilium always allows
  bool suspicious = false;  ///< also what looks suspicious
  PublicIngress public_ingress = PublicIngress::automatic;
  std::size_t public_from =
      5;  ///< this many addresses are many, where they are most of a port's clients
  FlowList forbidden;
  AddressList blocked;
};

/// Everything that was learned.
struct Learned {
  std::vector<Permit> permits;  ///< by subject, direction, peer, protocol and port
  std::vector<LeftOut> left_out;
  std::vector<OpenSide> open;                        ///< in order, each once
  std::vector<Resolver> resolvers;                   ///< the one with the most clients first
  std::set<std::uint32_t> without_dns;               ///< parties that a list keeps from the first
  std::vector<std::string> not_public;               ///< sentences: what stays with its addresses
  std::uint64_t probes = 0;                          ///< reports of ingress from the local host
  std::set<std::string, std::less<>> blocked_names;  ///< asked for, and on the blocklist

  /// By connection of the traffic: whether it was learned.
  [[nodiscard]] std::vector<bool> kept(const ObservedTraffic& traffic) const {
    std::vector<bool> all(traffic.connections.size(), true);
    for (const LeftOut& each : left_out) all[each.index] = false;
    return all;
  }
  /// By connection of the traffic: whether it has to pass. What was learned has to, and what
  /// passed without being learned.
  [[nodiscard]] std::vector<bool> passing(const ObservedTraffic& traffic) const {
    std::vector<bool> all(traffic.connections.size(), true);
    for (const LeftOut& each : left_out) all[each.index] = each.stays_open();
    return all;
  }
};

/// Adds requests to others: those of a class once, with the sum of their counts.
void add_requests(const std::vector<flows::CapturedRequest>& more,
                  std::vector<flows::CapturedRequest>& all);

/// Learns from connections that passed: egress from what the source reported, ingress from what the
/// destination reported, each from the other where it reported nothing.
Learned learn(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options);

}  // namespace cnplint::synth
