// SPDX-License-Identifier: Apache-2.0
//
// What coverage found, as plain data for the rules about traffic: they know no captures.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cnplint::lint {

/// A place in an input, by its path: coverage reads the files on its own.
struct TrafficPlace {
  std::string file;         ///< as messages name it; empty: no input, the capture itself
  std::uint32_t begin = 0;  ///< bytes
  std::uint32_t end = 0;
  std::string subject;  ///< `Kind/namespace/name`
  std::string path;
  std::string keyed_path;  ///< see Finding
};

/// A connection that was seen to pass and that the policies would refuse.
struct UncoveredFlow {
  TrafficPlace place;      ///< of the policy that refuses
  std::string connection;  ///< `shop/cart -> shop/db 5432/TCP`
  std::uint64_t flows = 0;
  std::string direction;           ///< ingress or egress
  std::string reason;              ///< `denied by CiliumNetworkPolicy/shop/db`, `no rule allows it`
  std::vector<std::string> names;  ///< of a destination outside
  std::string rule;                ///< that would allow it, as YAML in one line; may be empty
};

/// A workload that no policy selects.
struct MissingBaseline {
  TrafficPlace place;  ///< its manifest
  std::string workload;
  std::string policy;  ///< that allows what was seen of it, as YAML in one line
  std::vector<std::string> evidence;
};

/// A workload whose traffic passes only because no policy selects it.
struct ShadowTraffic {
  TrafficPlace place;  ///< its manifest
  std::string workload;
  std::string directions;  ///< `ingress`, `egress` or `ingress and egress`: not enforced
  std::uint64_t connections = 0;
  std::uint64_t flows = 0;
  std::vector<std::string> examples;
};

/// A rule that no connection used.
struct UnusedRule {
  TrafficPlace place;
  std::string section;  ///< ingress, egressDeny, ...
  bool unseen = false;  ///< the capture has no traffic of what the policy selects
};

/// A rule of which only some peers and ports were used.
struct NarrowableRule {
  TrafficPlace place;
  std::vector<std::string> unused;    ///< peers and ports, as they are written
  std::vector<std::string> narrower;  ///< sentences: `10.0.0.0/8: 10.1.2.0/24 is enough`
  std::string yaml;                   ///< the narrower rule; may be empty
};

/// A connection about which repository and cluster disagree.
struct DriftingFlow {
  TrafficPlace place;
  std::string connection;
  std::string direction;
  std::string message;
};

/// All of it. Lists are in the order of the report.
struct TrafficFacts {
  std::string capture;  ///< what the capture is called where nothing else can be pointed at
  std::vector<UncoveredFlow> uncovered;
  std::vector<ShadowTraffic> shadow;
  std::vector<UnusedRule> unused;
  std::vector<NarrowableRule> narrowable;
  std::vector<DriftingFlow> drifting;
  std::vector<MissingBaseline> missing;
};

}  // namespace cnplint::lint
