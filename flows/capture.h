// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "flows/request_class.h"
#include "flows/table.h"

namespace cnplint::flows {

/// Requests of one class on a connection.
struct CapturedRequest {
  RequestClass request;
  std::string example;  ///< a path of the class
  std::uint64_t count = 0;
  std::uint64_t denied = 0;
  Span span;
};

/// The requests of a tally in the order of their classes; `texts` is the pool of its table.
std::vector<CapturedRequest> requests_of(const ConnectionTally& tally, const StringPool& texts);

/// A connection with all that the capture knows of it.
struct CapturedConnection {
  std::uint32_t source = 0;  ///< index of Capture::endpoints
  std::uint32_t destination = 0;
  std::uint8_t protocol = protocol::kAny;
  std::uint16_t port = 0;  ///< of the destination, or the ICMP type
  TrafficDirection direction = TrafficDirection::unknown;
  FlowOutcome outcome = FlowOutcome::unknown;
  std::uint16_t drop_reason = 0;
  std::string service;  ///< `namespace/name` where the address is still that of a Service
  std::uint64_t flows = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t seen = 0;      ///< reports that differ, about where there are many
  std::uint64_t verdicts = 0;  ///< of these, policy verdicts: the direction is enforced
  bool answered = false;       ///< the other end sent packets back
  bool inferred = false;
  bool redirected = false;
  Span span;
  std::vector<std::string> names;       ///< of an external destination, that the source asked for
  std::vector<std::string> allowed_by;  ///< `Kind/namespace/name`, sorted
  std::vector<std::string> denied_by;
  std::vector<CapturedRequest> requests;
};

/// The connections of a table in canonical order, their ends understood: an address that some line
/// names as a pod is that pod, externals have the DNS names that their client asked for.
struct Capture {
  Totals totals;
  std::uint64_t duplicates = 0;
  std::vector<CapturedEndpoint> endpoints;      ///< in the order of their keys; those that connect
  std::vector<CapturedConnection> connections;  ///< by their ends, port, direction and outcome
  /// What passed between two ends, and nobody can say which of them connected, to which port or by
  /// which protocol. Where a connection that it may belong to is known it is that one's.
  std::vector<CapturedConnection> undecided;
  /// Connections of which the capture has nothing but answers, those from before it for the most
  /// part. The port may be that of a Service.
  std::vector<CapturedConnection> only_answered;

  /// All its lists.
  [[nodiscard]] std::array<std::vector<CapturedConnection>*, 3> lists() {
    return {&connections, &undecided, &only_answered};
  }
};
Capture resolve(const Table& table);

/// The endpoints of a table by number, externals that are pods replaced.
std::vector<CapturedEndpoint> resolved_endpoints(const Table& table);

/// `7070/TCP`, `ICMPv4 type 8`, `TCP` for a port of 0.
std::string port_text(std::uint8_t protocol, std::uint16_t port);

}  // namespace cnplint::flows
