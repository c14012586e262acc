// SPDX-License-Identifier: Apache-2.0
#include "cli/show_clusters.h"

#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "reporters/clusters.h"

namespace cnplint::cli {

int show_clusters(const project::Inputs& inputs, const ConfigFlags& flags,
                  const std::vector<Output>& outputs) {
  for (const Output& output : outputs)
    if (output.format != "text" && output.format != "json")
      return fail(kUsage,
                  "--show-clusters: " + output.format + " is no format of it; text or json");
  const auto clusters = chosen_clusters(inputs, flags);
  if (!clusters) return fail(kUsage, clusters.error());
  const int code = tell_inputs(inputs);
  const auto delivered = deliver(outputs, [&](const Output& output) {
    return output.format == "json" ? reporters::render_clusters_json(*clusters)
                                   : reporters::render_clusters_text(*clusters);
  });
  if (!delivered) return fail(kUsage, delivered.error());
  return code;
}

}  // namespace cnplint::cli
