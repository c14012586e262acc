// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom: connections that pass in both directions, the egress of their source and the
// ingress of their destination, and OpenShift's egress policies on top.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/verdict/port_reading.h"
#include "policy/verdict/verdict_changes.h"

namespace cnplint::policy {

/// What passes between two ends on some ports.
struct Passing {
  PortSpan ports;
  bool requests = false;  ///< the proxy judges requests
  NodeRef egress;         ///< the rule that lets it out; none where nothing decides
  NodeRef ingress;        ///< the rule that lets it in
};

/// One end of connections, or many that no policy tells apart.
struct ReachEnd {
  std::string name;  ///< of a workload, an entity, a CIDR, a DNS name, or labels
  std::string ns;    ///< of pods
  bool pod = false;
  bool outside = false;  ///< an address or a name outside of the cluster
};

/// How a matrix is made.
struct ReachOptions {
  bool explain = false;              ///< keeps the rules
  std::optional<Port> port;          ///< of which everything else is left out
  std::vector<NamedEndpoint> asked;  ///< further ends, that somebody asks about
};

/// The matrix. Ends are the workloads, entities, a piece of addresses wherever policies cut them, a
/// name for each pattern, pods for selectors that select no workload; then those that were asked.
class Reach {
 public:
  explicit Reach(const ClusterState& state, const ReachOptions& options = {});
  ~Reach();
  Reach(const Reach&) = delete;
  Reach& operator=(const Reach&) = delete;

  [[nodiscard]] const std::vector<ReachEnd>& ends() const;
  /// How many of them are there without those that were asked.
  [[nodiscard]] std::uint32_t usual() const;
  /// What passes from one end to each, as numbers for `passing`; 0 is nothing.
  std::vector<std::uint32_t> row(std::uint32_t from);
  /// Whether nothing is left out of what passes, and no rule decided it.
  [[nodiscard]] bool is_everything(std::uint32_t number) const;
  /// In order of the ports.
  [[nodiscard]] const std::vector<Passing>& passing(std::uint32_t number) const;

 private:
  class Matrix;
  std::unique_ptr<Matrix> matrix_;
};

}  // namespace cnplint::policy
