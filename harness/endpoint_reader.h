// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "harness/policy_test_file.h"

namespace cnplint::harness {

/// Reads one entry of `endpoints`. What cannot be read is among the mistakes.
TestEndpoint read_endpoint(std::string name, NodeRef node, const policy::Environment& environment,
                           const policy::Inventory& inventory, std::vector<Mistake>& mistakes);

}  // namespace cnplint::harness
