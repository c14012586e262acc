// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "lint/outcome.h"
#include "lint/rule.h"
#include "lint/traffic.h"
#include "project/project.h"

namespace cnplint::project {

/// How clusters are linted.
struct CheckOptions {
  std::vector<std::string> only = {};      ///< report findings of these files only; empty: of all
  const lint::Traffic* traffic = nullptr;  ///< what a capture says of a cluster
  const Cluster* cluster = nullptr;        ///< lint this one only; none: all
  std::vector<const lint::Rule*> rules = {};  ///< none: all there are
  /// Whether one finding stands for the same ones in objects that are equal but for the namespace.
  bool fold = true;
  std::vector<std::string> seen_dns = {};  ///< namespaces where captures show DNS servers
};

/// Lints files and their clusters by the configuration of its project. The findings point into the
/// project's files. The result does not depend on the number of threads.
lint::Outcome check(const Project& project, const Inputs& inputs, const CheckOptions& options = {});

}  // namespace cnplint::project
