// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "harness/policy_test_file.h"

namespace cnplint::harness {

/// Conditions of a selector that tell a pod apart, within its namespace.
struct PodSelector {
  Labels labels;                    ///< matchLabels, keys as Cilium writes them
  std::vector<std::string> absent;  ///< keys of DoesNotExist
};

/// Selects a pod by all of its labels that stay, and by as much more as it takes to select none of
/// the others in its namespace: its service account, labels that change with releases, labels that
/// it does not have. The error says why no selector does that.
base::Result<PodSelector> select_pod(const TestEndpoint& pod, std::span<const TestEndpoint> others);

}  // namespace cnplint::harness
