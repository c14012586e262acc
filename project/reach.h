// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "policy/verdict/reach.h"
#include "policy/verdict/reach_lines.h"
#include "project/cluster.h"

namespace cnplint::project {

/// What somebody asks about a matrix of who reaches whom, as the command line has it.
struct ReachQuestion {
  std::vector<std::string> from;  ///< harness::kEndpointForms; none: everybody
  std::vector<std::string> to;
  std::string ns;
  std::string port;
  bool explain = false;
};

/// The matrix of a cluster, and what of it was asked for.
struct ClusterReach {
  std::string cluster;  ///< empty where there is one only
  std::unique_ptr<policy::Reach> reach;
  policy::ReachFilter filter;
};

/// Errors are about what was asked: an end, a namespace or a port that cannot be read.
base::Result<ClusterReach> reach(const Cluster& cluster, const ReachQuestion& question);

}  // namespace cnplint::project
