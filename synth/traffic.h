// SPDX-License-Identifier: Apache-2.0
//
// What policies are synthesised from, as plain data.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "flows/capture.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/verdict.h"

namespace cnplint::synth {

/// One end of connections: an identity, or an address.
struct Endpoint {
  policy::Endpoint facts;
  std::string name;  ///< as people call it: `shop/cart`, an address, `host`
  std::string ns;
  std::string cluster;
  std::string workload;       ///< empty for what is no pod
  std::string workload_kind;  ///< may be empty
};

/// Reports of one outcome in one direction.
struct Reports {
  std::uint64_t seen = 0;  ///< that differ, about where there are many
  flows::Span span;

  void add(const Reports& other) {
    seen = flows::add_flows(seen, other.seen);
    span.add(other.span);
  }
};

/// What was reported in one direction.
struct Side {
  Reports forwarded;  ///< or handed to the proxy
  Reports audited;    ///< passed although policy says deny
  Reports dropped;    ///< by policy
  bool denied_by_rule = false;
};

struct Connection {
  policy::Connection connection;   ///< indices of Traffic::endpoints
  std::array<Side, 2> sides;       ///< by policy::Direction
  Side unsided;                    ///< of reports that do not say whose they are
  bool inferred = false;           ///< which end opened it was inferred in every report
  std::vector<std::string> names;  ///< DNS names of the destination that the source asked for
  std::vector<flows::Request> requests;

  [[nodiscard]] std::array<const Side*, 3> all_sides() const {
    return {sides.data(), sides.data() + 1, &unsided};
  }
};

/// A workload of the manifests, whether it was seen or not.
struct Manifest {
  std::string subject;  ///< `Kind/namespace/name`
  std::string ns;
  std::vector<std::pair<std::string, std::string>> labels;  ///< of its pods
};

struct Traffic {
  std::vector<Endpoint> endpoints;
  std::vector<Connection> connections;  ///< in any fixed order
  std::vector<Manifest> manifests;
  std::string cluster;  ///< whose pods are local
  flows::Span span;

  /// The endpoints as the verdict engine takes them.
  [[nodiscard]] std::vector<policy::Endpoint> facts() const {
    std::vector<policy::Endpoint> all;
    for (const Endpoint& each : endpoints) all.push_back(each.facts);
    return all;
  }
};

}  // namespace cnplint::synth
