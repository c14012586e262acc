// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/configuration.h"
#include "flows/capture.h"
#include "project/inputs.h"

namespace cnplint::cli {

/// The clusters that a command is about: that of --cluster, else all.
base::Result<std::vector<const project::Cluster*>> chosen_clusters(const project::Inputs& inputs,
                                                                   const ConfigFlags& flags);

/// Prints the notes of inputs and what could not be read; the exit code that follows from it.
/// `words` says an error as people know its place.
int tell_inputs(const project::Inputs& inputs,
                const std::function<std::string(const std::string&)>& words = {});

/// Warns of policies that Cilium does not take, which no answer knows of, and of kinds of policies
/// that nothing here judges.
/// `place` names where they stand.
void warn_of_refused(
    const project::Cluster& cluster,
    const std::function<std::string(const base::SourceRange&)>& place = &base::SourceRange::place);

/// The cluster that a capture is of (project::cluster_of). Says of which folders the namespace
/// stays unknown.
base::Result<const project::Cluster*> cluster_of_capture(project::Inputs& inputs,
                                                         const flows::Capture& capture,
                                                         const ConfigFlags& flags);

}  // namespace cnplint::cli
