// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string>

#include "lint/config.h"
#include "project/cluster.h"

namespace cnplint::cli {

/// The configuration in force as YAML that cnplint reads again, with the settings of the clusters
/// that the files make; comments say where each setting of an environment comes from.
std::string show_config(const lint::Config& config, const std::deque<project::Cluster>& clusters);

}  // namespace cnplint::cli
