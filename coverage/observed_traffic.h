// SPDX-License-Identifier: Apache-2.0
//
// A capture as policies see it: its endpoints with the facts that verdicts need, its connections
// with both directions side by side.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "flows/capture.h"
#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/verdict.h"

namespace cnplint::coverage {

/// One end of observed connections.
struct ObservedEndpoint {
  policy::Endpoint facts;
  std::string name;  ///< as people call it: `shop/cart`, an address, `host`
  std::string ns;
  std::string cluster;
  std::string workload;                        ///< its name; empty for what is no pod
  std::string workload_kind;                   ///< where the capture or the manifest says
  const policy::Workload* manifest = nullptr;  ///< that makes it, where the manifests have it
};

/// Reports of one outcome in one direction.
struct Reports {
  std::uint64_t seen = 0;  ///< reports that differ, about where there are many
  flows::Span span;

  void add(const Reports& other) {
    seen = flows::add_flows(seen, other.seen);
    span.add(other.span);
  }
};

/// What Hubble reported in one direction.
struct ObservedSide {
  std::uint64_t passed = 0;    ///< flows
  std::uint64_t enforced = 0;  ///< of these, policy verdicts: some policy selects the endpoint
  std::uint64_t denied = 0;    ///< by policy, or by it in audit mode
  Reports forwarded;
  Reports audited;
  Reports dropped;  ///< by default deny, or by an explicit deny
  bool denied_by_rule = false;
  std::vector<std::string> allowed_by;  ///< `Kind/namespace/name`, sorted
  std::vector<std::string> denied_by;
};

/// A connection, whoever reported it.
struct ObservedConnection {
  policy::Connection connection;  ///< indices of ObservedTraffic::endpoints
  std::uint64_t passed = 0;       ///< flows
  std::uint64_t denied = 0;
  std::array<ObservedSide, 2> sides;  ///< by policy::Direction
  ObservedSide unsided;               ///< of reports that do not say whose they are
  bool answered = false;              ///< the other end sent packets back
  bool inferred = true;               ///< who opened it was inferred in every report
  std::string likely_service;         ///< why the destination is likely the address of a Service
  std::vector<std::string> names;     ///< DNS names of the destination that the source asked for
  std::vector<flows::CapturedRequest> requests;
  flows::Span span;

  [[nodiscard]] std::uint64_t flows() const { return flows::add_flows(passed, denied); }
  /// How often it was seen, about: both ends report the same connection.
  [[nodiscard]] std::uint64_t times() const {
    const auto of = [](const ObservedSide& side) {
      return flows::add_flows(side.passed, side.denied);
    };
    const std::uint64_t most = std::max(of(sides[0]), of(sides[1]));
    return most == 0 ? flows() : most;
  }
  [[nodiscard]] const ObservedSide& side(policy::Direction direction) const {
    return sides[static_cast<std::size_t>(direction)];
  }
  [[nodiscard]] std::array<const ObservedSide*, 3> all_sides() const {
    return {sides.data(), sides.data() + 1, &unsided};
  }
};

/// Traffic that passed and that policies cannot be asked about, as the capture says too little.
struct VagueTraffic {
  enum class Lack : std::uint8_t {
    end,        ///< nothing is known of one of the ends
    direction,  ///< it may as well be `to` that connects to `from`
    request,    ///< only answers were seen
  };
  std::uint32_t from = 0;  ///< indices of ObservedTraffic::endpoints
  std::uint32_t to = 0;
  Lack lack = Lack::end;
  std::string description;  ///< `shop/cart -> 10.0.0.7 5432/TCP`

  friend auto operator<=>(const VagueTraffic&, const VagueTraffic&) = default;
};

/// All that policies can be asked about, and what was left out.
struct ObservedTraffic {
  std::vector<ObservedEndpoint> endpoints;
  std::vector<ObservedConnection> connections;  ///< in the order of the names of their ends
  std::vector<VagueTraffic> vague;              ///< in the order of their ends, each once
  std::vector<const policy::Workload*> unseen;  ///< manifests that make pods nobody saw
  std::string cluster;                          ///< whose pods are local
  flows::Span span;                             ///< of all flows of the capture
  std::uint64_t unidentified = 0;     ///< flows of addresses about which nobody says anything
  bool has_replies = false;           ///< the capture shows who was answered
  std::uint64_t health = 0;           ///< flows of Cilium's own health checks
  std::uint64_t other_drops = 0;      ///< flows dropped for reasons that are no policy
  std::vector<std::string> services;  ///< seen before translation, with unknown backends

  /// The endpoints as the verdict engine takes them.
  [[nodiscard]] std::vector<policy::Endpoint> facts() const;
};

/// `shop/cart -> shop/db 5432/TCP`.
std::string described(const ObservedConnection& connection, const ObservedTraffic& traffic);

/// Brings a capture into this form. Manifests add the ports that have names, and the backends of
/// Services, also where Hubble calls their addresses the world. A pod of which the capture has the
/// name only is one of its workload's, where others have labels. Pods of `environment.cluster` are
/// local; where the capture knows no such cluster, those of the one that most endpoints belong to.
ObservedTraffic observe(const flows::Capture& capture, const policy::Inventory& inventory,
                        const policy::Environment& environment);

}  // namespace cnplint::coverage
