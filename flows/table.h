// SPDX-License-Identifier: Apache-2.0
//
// What is kept of a capture: its connections with counts, and what helps to understand their ends.
// Everything here is a sum, a least or greatest value or a set, so that tables merge in any order
// to the same result, and grows with the distinct connections only.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "flows/distinct.h"
#include "flows/endpoint.h"
#include "flows/field_mask.h"
#include "flows/flow.h"
#include "flows/source_ports.h"
#include "flows/string_pool.h"

namespace cnplint::flows {

/// What became of a connection (facts B1.3, B3.5). FORWARDED and REDIRECTED are the same here: who
/// reports decides which it is.
enum class FlowOutcome : std::uint8_t {
  unknown,  ///< the capture has no verdict
  forwarded,
  audit,           ///< passed, although policy says deny: audit mode
  denied,          ///< by default deny
  denied_by_rule,  ///< by an explicit deny rule
  dropped,         ///< for a reason that is no policy
  error,
};
inline constexpr std::size_t kOutcomes = 7;
std::string_view outcome_name(FlowOutcome outcome);
/// Whether policy refused it, or would have.
constexpr bool is_policy_denial(FlowOutcome outcome) {
  return outcome == FlowOutcome::denied || outcome == FlowOutcome::denied_by_rule;
}
/// Whether the traffic passed.
constexpr bool has_passed(FlowOutcome outcome) {
  return outcome == FlowOutcome::forwarded || outcome == FlowOutcome::audit;
}

/// a + b, at most kMostFlows.
constexpr std::uint64_t add_flows(std::uint64_t a, std::uint64_t b) {
  return b > kMostFlows - a ? kMostFlows : a + b;
}

/// The first and last time of something; nothing where `first` is after `last`.
struct Span {
  std::int64_t first = INT64_MAX;
  std::int64_t last = INT64_MIN;

  [[nodiscard]] bool empty() const { return first > last; }
  void add(std::int64_t time) { add({time, time}); }
  void add(const Span& other) {
    first = std::min(first, other.first);
    last = std::max(last, other.last);
  }
  friend bool operator==(const Span&, const Span&) = default;
};

/// Only what happened in [since, until) counts.
struct Period {
  std::int64_t since = INT64_MIN;
  std::int64_t until = INT64_MAX;

  [[nodiscard]] bool has(std::int64_t time) const { return since <= time && time < until; }
  /// Whether some of a span is in it; of a span without times nobody can say that it is not.
  [[nodiscard]] bool has_some_of(const Span& span) const {
    return span.empty() || (since <= span.last && span.first < until);
  }
};

/// What makes a connection. Numbers are those of its table.
struct ConnectionKey {
  std::uint32_t source = 0;
  std::uint32_t destination = 0;
  std::uint32_t service = 0;  ///< `namespace/name` where the packet still shows a Service's address
  std::uint16_t port = 0;     ///< of the destination, or the ICMP type
  std::uint16_t drop_reason = 0;  ///< of Outcome::dropped
  std::uint8_t protocol = protocol::kAny;
  TrafficDirection direction = TrafficDirection::unknown;
  FlowOutcome outcome = FlowOutcome::unknown;
  bool undecided = false;  ///< it may be the other end that connects, to whatever port

  friend auto operator<=>(const ConnectionKey&, const ConnectionKey&) = default;
};
struct ConnectionKeyHash {
  std::size_t operator()(const ConnectionKey& key) const;
};
using ConnectionKeys = std::unordered_set<ConnectionKey, ConnectionKeyHash>;

/// The key of a connection of which only the answers count.
constexpr ConnectionKey answer_key(std::uint32_t client, std::uint32_t server,
                                   std::uint8_t protocol, std::uint16_t port) {
  ConnectionKey key;
  key.source = client;
  key.destination = server;
  key.protocol = protocol;
  key.port = port;
  key.outcome = FlowOutcome::forwarded;
  return key;
}

/// How often requests of a class were made.
struct RequestTally {
  std::uint64_t count = 0;
  std::uint64_t denied = 0;   ///< of these, refused by the proxy
  std::uint32_t example = 0;  ///< the first path in order of the class
  Span span;

  /// Adds more of the class; `texts` is the pool of the tally's table.
  void add(std::uint64_t more, std::uint64_t more_denied, const Span& when, std::string_view path,
           StringPool& texts);
};

/// How often a connection was reported, by kind of event.
struct ConnectionTally {
  std::uint64_t verdicts = 0;  ///< policy verdicts
  std::uint64_t drops = 0;
  std::uint64_t traces = 0;    ///< and events of unknown type
  std::uint64_t requests = 0;  ///< of L7
  bool inferred = true;        ///< that it is no reply was inferred in every report
  bool redirected = false;     ///< to the proxy
  Span span;
  SourcePorts sources;
  Distinct distinct;                   ///< reports that differ: a capture read twice says no more
  std::uint64_t stored = 0;            ///< reports of connection files, which know no single ones
  std::set<std::uint32_t> allowed_by;  ///< `Kind/namespace/name`
  std::set<std::uint32_t> denied_by;
  std::map<std::uint32_t, RequestTally> by_class;  ///< by number of the class's text

  /// The drop and the policy verdict of one packet are two reports.
  [[nodiscard]] std::uint64_t duplicates() const { return std::min(verdicts, drops); }
  /// Reports that differ, about where there are many.
  [[nodiscard]] std::uint64_t seen() const { return add_flows(distinct.count(), stored); }
  /// Reports, those of one packet each.
  [[nodiscard]] std::uint64_t reports() const {
    return add_flows(add_flows(verdicts, drops), add_flows(traces, requests));
  }
  /// Reports, each once.
  [[nodiscard]] std::uint64_t flows() const { return reports() - duplicates(); }
};

/// What was read, counted.
struct Totals {
  std::uint64_t flows = 0;      ///< flows that could be read
  std::uint64_t replies = 0;    ///< of these, never learned from
  std::uint64_t undecided = 0;  ///< of these, neither known nor inferable whether they are replies
  std::uint64_t ignored = 0;    ///< no packets on their way: socket and debug events, no port
  std::uint64_t malformed = 0;  ///< lines that cannot be used
  std::uint64_t other_events = 0;  ///< of nodes and agents
  std::uint64_t lost_events = 0;   ///< that Hubble says it lost
  std::uint64_t odd_times = 0;     ///< flows with a time that cannot be read: they have none
  FieldSet fields = 0;             ///< that some flow has
  Span span;
  std::map<std::int64_t, std::uint64_t> hours;  ///< flows by hours since 1970
  std::set<std::string, std::less<>> nodes;

  void merge(const Totals& other);
};

/// The connections of a capture.
class Table {
 public:
  /// The number of an endpoint; what is known of it already is completed.
  std::uint32_t add(const CapturedEndpoint& endpoint);
  ConnectionTally& connection(const ConnectionKey& key) { return connections_[key]; }
  /// Some line says that a pod has an address.
  void add_address(std::string_view address, std::uint32_t endpoint);
  /// A client asked for a name and was answered with an address, or Hubble says so.
  void add_name(std::uint32_t client, std::string_view address, std::string_view name);

  /// A client was sent packets from a port.
  void add_answer(std::uint32_t client, std::uint32_t server, std::uint8_t protocol,
                  std::uint16_t port) {
    answered_.insert(answer_key(client, server, protocol, port));
  }
  [[nodiscard]] bool is_answered(const ConnectionKey& key) const {
    return answered_.contains(answer_key(key.source, key.destination, key.protocol, key.port));
  }
  /// Answers to connections of which the table has nothing else.
  [[nodiscard]] ConnectionKeys only_answered() const;

  /// Adds all of another table.
  void merge(const Table& other) { merge(other, other.endpoints_); }
  /// Adds all of another table, `endpoints` in place of its own by number.
  void merge(const Table& other, const std::vector<CapturedEndpoint>& endpoints);

  Totals totals;
  StringPool texts;

  [[nodiscard]] const std::vector<CapturedEndpoint>& endpoints() const { return endpoints_; }
  [[nodiscard]] const auto& connections() const { return connections_; }
  /// Connections that were answered, by answer_key().
  [[nodiscard]] const ConnectionKeys& answered() const { return answered_; }
  /// Endpoints by the number of an address.
  [[nodiscard]] const auto& addresses() const { return addresses_; }
  /// Numbers of names by (client, number of an address).
  [[nodiscard]] const auto& names() const { return names_; }
  /// Drops connections for which the predicate is false; what has answers only is asked about with
  /// an empty tally.
  template <class Keep>
  void keep(const Keep& predicate) {
    const ConnectionKeys before = only_answered();
    std::erase_if(connections_,
                  [&](const auto& each) { return !predicate(each.first, each.second); });
    for (const ConnectionKey& each : only_answered())
      if (!before.contains(each) || !predicate(each, ConnectionTally())) answered_.erase(each);
  }

 private:
  std::vector<CapturedEndpoint> endpoints_;
  TextMap<std::uint32_t> by_key_;
  std::unordered_map<ConnectionKey, ConnectionTally, ConnectionKeyHash> connections_;
  ConnectionKeys answered_;
  std::map<std::uint32_t, std::set<std::uint32_t>> addresses_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>> names_;
};

}  // namespace cnplint::flows
