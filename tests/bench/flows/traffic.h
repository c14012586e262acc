// SPDX-License-Identifier: Apache-2.0
//
// Generated traffic with a known truth: a shop of many workloads, what Hubble would report of its
// connections, and what has to come out when that is read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace cnplint::tests {

struct TrafficOptions {
  std::uint64_t seed = 1;
  std::size_t flows = 10'000;  ///< lines of flows, of every kind
  std::size_t workloads = 50;
};

/// A connection: names of its ends as people see them, protocol, port, direction, outcome.
using TrafficKey = std::tuple<std::string, std::string, std::string, int, std::string, std::string>;

/// What is true of the generated traffic.
struct TrafficTruth {
  std::map<TrafficKey, std::uint64_t> connections;  ///< with the flows that report it
  std::uint64_t replies = 0;
  std::uint64_t duplicates = 0;
  std::uint64_t ignored = 0;
  std::uint64_t undecided = 0;
  std::uint64_t lost_events = 0;
  std::map<std::string, std::set<std::string>> names;  ///< of external addresses
  /// Of passed connections, whatever their direction: what the generated policies say.
  std::set<std::string> covered;  ///< `source destination port/protocol`
  std::set<std::string> denied;
  std::set<std::string> shadow;
  std::set<std::string> used_policies;
  std::set<std::string> unused_policies;
};

/// Lines of a capture, the policies of a repository, and the truth about both.
struct Traffic {
  std::string capture;
  std::string policies;
  TrafficTruth truth;
};

/// The same seed gives the same traffic.
Traffic generate_traffic(const TrafficOptions& options);

}  // namespace cnplint::tests
