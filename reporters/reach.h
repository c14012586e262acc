// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "project/reach.h"

namespace cnplint::reporters {

using ReachReport = std::vector<project::ClusterReach>;

/// Lines for people: `Deployment/shop/web -> Deployment/shop/cart on 8080/TCP`.
std::string render_reach_text(const ReachReport& report);
/// docs/json.md says what is in it.
std::string render_reach_json(const ReachReport& report);
/// One line for each pair and range of ports.
std::string render_reach_csv(const ReachReport& report);
/// A table for each namespace: who reaches its pods; one for what is outside of the cluster.
std::string render_reach_matrix(const ReachReport& report);
std::string render_reach_dot(const ReachReport& report);
std::string render_reach_mermaid(const ReachReport& report);

}  // namespace cnplint::reporters
