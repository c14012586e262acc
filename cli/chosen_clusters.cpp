// SPDX-License-Identifier: Apache-2.0
#include "cli/chosen_clusters.h"

#include "cli/command.h"
#include "harness/verdict_notes.h"
#include "project/measure.h"

namespace cnplint::cli {

base::Result<std::vector<const project::Cluster*>> chosen_clusters(const project::Inputs& inputs,
                                                                   const ConfigFlags& flags) {
  std::vector<const project::Cluster*> chosen;
  if (!flags.cluster.empty()) {
    const auto one = inputs.cluster(flags.cluster);
    if (!one) return tl::unexpected(one.error());
    chosen.push_back(*one);
    return chosen;
  }
  for (const project::Cluster& each : inputs.clusters()) chosen.push_back(&each);
  return chosen;
}

int tell_inputs(const project::Inputs& inputs,
                const std::function<std::string(const std::string&)>& words) {
  tell_notes(inputs.notes());
  for (const std::string& error : inputs.errors()) fail(kUnreadable, words ? words(error) : error);
  return inputs.errors().empty() ? kClean : kUnreadable;
}

void warn_of_refused(const project::Cluster& cluster,
                     const std::function<std::string(const base::SourceRange&)>& place) {
  for (const project::RefusedPolicy& each : cluster.refused())
    warn(place(each.place()) + ": " + each.subject +
         " is left out, it has no effect: " + each.reason());
  if (const std::string others = harness::unjudged_policies(cluster.inventory()); !others.empty())
    warn(others);
}

base::Result<const project::Cluster*> cluster_of_capture(project::Inputs& inputs,
                                                         const flows::Capture& capture,
                                                         const ConfigFlags& flags) {
  std::vector<std::string> unknown;
  auto chosen = project::cluster_of(inputs, capture, flags.cluster, unknown);
  for (const std::string& each : unknown) warn(each);
  return chosen;
}

}  // namespace cnplint::cli
