// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"

namespace cnplint::harness {

/// The text of a first *.cnptest.yaml: the workloads as endpoints (without any, the pods that the
/// policies select), and for every one that listens a test from its neighbours and from outside
/// with the verdict that the policies have now, so that it passes and every line is there to be
/// questioned. Empty where there is nothing to test. `paths` are written as they are.
std::string first_test(const std::vector<std::string>& paths, const policy::PolicyList& policies,
                       const policy::Inventory& inventory, const policy::Environment& environment);

}  // namespace cnplint::harness
