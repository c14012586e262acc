// SPDX-License-Identifier: Apache-2.0
//
// What observers take: one Hubble flow as values, whatever form a capture has it in (flow.proto of
// Cilium; facts B1), and the events beside flows.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip_protocol.h"

namespace cnplint::flows {

namespace protocol = base::ip_protocol;

/// flow.Verdict.
enum class FlowVerdict : std::uint8_t {
  unknown,
  forwarded,
  dropped,
  error,
  audit,
  redirected,
  traced,
  translated,
};

/// flow.TrafficDirection: relative to the endpoint that reports (fact B3.3).
enum class TrafficDirection : std::uint8_t { unknown, ingress, egress };

/// is_reply, which has three values: absent is not false.
enum class Reply : std::uint8_t { unknown, no, yes };

/// CiliumEventType.type (fact B3.1).
namespace event {
inline constexpr int kUnknown = -1;
inline constexpr int kDrop = 1;
inline constexpr int kDebug = 2;
inline constexpr int kCapture = 3;
inline constexpr int kTrace = 4;
inline constexpr int kPolicyVerdict = 5;
inline constexpr int kSocket = 7;
inline constexpr int kL7 = 129;
}  // namespace event

/// Drop reasons that policy has to do with.
namespace drop_reason {
inline constexpr std::uint16_t kPolicyDenied = 133;  ///< default deny
inline constexpr std::uint16_t kPolicyDeny = 181;    ///< an explicit deny rule
}  // namespace drop_reason

/// Ports from here on are given to clients by Linux, and rarely listened on (fact B3.3).
inline constexpr std::uint16_t kFirstEphemeral = 32768;
/// Ports from there on that servers usually listen on: MySQL X, agents of Jenkins, gRPC, ActiveMQ.
inline constexpr std::array<std::uint16_t, 5> kHighServerPorts{33060, 50000, 50051, 61613, 61616};
/// Whether a port is one that clients come from.
constexpr bool is_client_port(std::uint16_t port) {
  return port >= kFirstEphemeral && std::find(kHighServerPorts.begin(), kHighServerPorts.end(),
                                              port) == kHighServerPorts.end();
}

/// One end of a flow: all that is said of it but its address, which may differ from flow to flow.
struct FlowEndpoint {
  /// By what an observer remembers what it made of this endpoint. Readers count endpoints from 1
  /// and never give a number to two that differ; 0 is none, and what has it is made out each time.
  std::uint64_t serial = 0;
  std::uint32_t identity = 0;
  std::string ns;
  std::string pod;
  std::string cluster;
  std::string workload_kind;
  std::string workload_name;
  std::vector<std::string> labels;  ///< `source:key=value`
};

/// How many endpoints are remembered at most: hostile input could make every one a new one.
inline constexpr std::size_t kMostEndpoints = 65536;

/// A policy that Hubble names beside a verdict.
struct FlowPolicy {
  std::string_view kind;
  std::string_view ns;
  std::string_view name;
};

/// What an L7 record says.
struct FlowL7 {
  enum class Type : std::uint8_t { none, request, response, sample };
  enum class Protocol : std::uint8_t { other, http, dns };
  Type type = Type::none;
  Protocol protocol = Protocol::other;
  std::string_view method;
  std::string_view url;
  std::string_view query;
};

/// Counts stay below what JSON numbers hold exactly; sums end there.
inline constexpr std::uint64_t kMostFlows = (std::uint64_t{1} << 53U) - 1;

/// The fields of a flow that are one value each.
struct FlowFields {
  bool has_time = false;
  bool odd_time = false;  ///< one is written that nobody can read
  std::int64_t time = 0;  ///< nanoseconds since 1970
  FlowVerdict verdict = FlowVerdict::unknown;
  std::uint16_t drop_reason = 0;
  TrafficDirection direction = TrafficDirection::unknown;
  Reply reply = Reply::unknown;
  int event_type = event::kUnknown;
  int event_sub_type = 0;  ///< of drops the reason
  bool socket = false;     ///< Type is SOCK
  bool flat = false;       ///< a flat form, which knows connections only
  std::string_view source_address;
  std::string_view destination_address;
  std::uint8_t protocol = protocol::kAny;
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;  ///< of ICMP the type
  bool syn = false;
  bool ack = false;
  bool rst = false;
  const FlowEndpoint* source = nullptr;  ///< null where nothing is said of it
  const FlowEndpoint* destination = nullptr;
  std::string_view service_namespace;  ///< destination_service
  std::string_view service_name;
  std::string_view node;
  FlowL7 l7;
  bool aggregated = false;  ///< stands for several flows (1.20), counted by direction below
  std::uint64_t ingress_count = 0;
  std::uint64_t egress_count = 0;
  std::uint64_t unknown_count = 0;
};

/// All that is used of a flow. What it refers to is its reader's, until that reads the next one.
struct Flow : FlowFields {
  std::vector<std::string_view> source_names;
  std::vector<std::string_view> destination_names;
  std::vector<std::string_view> dns_answers;  ///< addresses that an L7 record has for its query
  std::vector<FlowPolicy> allowed_by;         ///< of the flow's direction
  std::vector<FlowPolicy> denied_by;

  /// Forgets everything but the room of the lists.
  void clear() {
    static_cast<FlowFields&>(*this) = {};
    for (auto* list : {&source_names, &destination_names, &dns_answers}) list->clear();
    allowed_by.clear();
    denied_by.clear();
  }
};

/// lost_events: how many events Hubble did not see, or could not keep.
struct LostEvents {
  std::uint64_t count = 0;
};

/// node_status, agent_event or debug_event, of which nothing is used.
struct OtherEvent {};

/// The name of a verdict as flow.proto has it.
std::string_view verdict_name(FlowVerdict verdict);
/// The verdict of a name in any case; also the words ALLOWED, DENIED and AUDITED of other tools.
FlowVerdict verdict_of(std::string_view name);

/// The name of a drop reason, its number where it has none.
std::string drop_reason_name(std::uint16_t number);
/// The number of a drop reason's name; 0 for names that nobody knows.
std::uint16_t drop_reason_of(std::string_view name);

/// Why a flow was dropped: what it says, else what its event says; 0 where nothing does.
std::uint16_t drop_reason_of(const Flow& flow);

/// TCP, ICMPv4, ... as flow.proto has it; empty for none.
std::string_view protocol_name(std::uint8_t number);
/// The number of a protocol's name in any case; 0 for what is none.
std::uint8_t protocol_of(std::string_view name);

std::string_view direction_name(TrafficDirection direction);

}  // namespace cnplint::flows
