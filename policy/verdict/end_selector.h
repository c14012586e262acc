// SPDX-License-Identifier: Apache-2.0
//
// Selectors of ends of connections, as invariants of policy tests and `forbid` of the configuration
// write them (schemas/policytest.json, EndpointSelector).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "policy/verdict/endpoint.h"
#include "policy/verdict/port_reading.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {

/// One end of connections, with what its manifests say of it.
struct DescribedEnd {
  std::string name;  ///< of a workload its subject: `Deployment/shop/cart`
  Endpoint facts;
  Labels labels;            ///< of pods, as written
  Labels namespace_labels;  ///< of its namespace
  std::string ns;
};

/// Describes an end by the labels of its identity alone.
DescribedEnd described_by_identity(std::string name, const Endpoint& facts);

/// Which ends are meant: those for which everything that is said holds.
struct EndSelector {
  Labels labels;
  Labels namespace_labels;
  std::string ns;                 ///< empty: any
  std::string entity;             ///< empty: any
  std::string name;               ///< empty: any
  std::vector<EndSelector> nots;  ///< none of them selects it
  std::vector<EndSelector> any;   ///< where there are some, one of them does

  [[nodiscard]] bool selects(const DescribedEnd& end) const;
};

/// Who is told what cannot be meant, and where.
using TellMistake = std::function<void(NodeRef where, std::string message)>;

/// Reads a selector that keeps the schema.
EndSelector read_end_selector(NodeRef node, const TellMistake& mistake);
/// Reads ports, one or a list. Those of named ports are unknown here.
std::vector<Port> read_forbidden_ports(NodeRef node, const TellMistake& mistake);

}  // namespace cnplint::policy
