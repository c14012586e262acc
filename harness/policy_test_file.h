// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/verdict/end_selector.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/port_reading.h"
#include "policy/verdict/request.h"
#include "policy/verdict/verdict.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::harness {

using policy::NodeRef;

using policy::Labels;
using policy::Port;

/// Something in a policy test that cannot be what was meant.
struct Mistake {
  NodeRef where;
  std::string message;
};

/// An endpoint that a test file describes, or a workload of its manifests.
struct TestEndpoint : policy::DescribedEnd {
  std::string definition;  ///< its text in the test file; empty for a workload of the manifests
  std::string entity;
  const policy::Workload* workload = nullptr;  ///< where it is one of the manifests
};

/// One item of `tests`: every `from` with every `to` on every port.
struct TestCase {
  std::string name;
  NodeRef where;
  std::vector<std::uint32_t> from;  ///< indices of endpoints
  std::vector<std::uint32_t> to;
  NodeRef port;  ///< written ports: they may be names that each destination resolves
  std::optional<Port> icmp;
  std::optional<policy::Request> request;
  std::optional<bool> allowed;
  std::optional<std::string> egress;
  std::optional<std::string> ingress;
  std::vector<std::string> by;
};

/// One item of `invariants`.
struct Invariant {
  std::string name;
  NodeRef where;
  policy::EndSelector from;
  policy::EndSelector to;
  std::vector<Port> ports;  ///< empty: every port
};

/// A *.cnptest.yaml file, as far as it makes sense.
struct TestFile {
  std::string name;
  std::string environment_text;  ///< as the file says it
  policy::Environment environment;
  policy::Surroundings surroundings;
  std::vector<TestEndpoint> endpoints;  ///< those of the file first, then the workloads
  std::vector<TestCase> cases;
  std::vector<Invariant> invariants;
  std::vector<Mistake> mistakes;
};

/// Reads a document that keeps the schema `policytest`. `environment` is what the configuration
/// says; the inventory must outlive the result.
TestFile read_test_file(NodeRef root, const policy::Environment& environment,
                        const policy::Inventory& inventory);

/// A workload of the manifests as an endpoint; its name is its subject.
TestEndpoint endpoint_of(const policy::Workload& workload, const policy::Inventory& inventory,
                         const policy::Environment& environment);

/// The items of a list, or the node itself.
std::vector<NodeRef> one_or_many(NodeRef node);

}  // namespace cnplint::harness
