// SPDX-License-Identifier: Apache-2.0
#include "cli/coverage_input.h"

#include <algorithm>

#include "base/file.h"
#include "cli/baseline.h"
#include "cli/command.h"
#include "cli/traffic_facts.h"

namespace cnplint::cli {

base::Result<std::unique_ptr<CoverageInput>> measure_coverage(
    const std::vector<std::string>& captures, const CaptureFlags& flags,
    const std::vector<std::string>& paths, const lint::Config& config, const base::FileSet& outputs,
    int& code, Fixes fixes) {
  const policy::Environment& environment = config.environment;
  const auto is_stdin = [](const std::string& path) { return path == "-"; };
  if (std::ranges::any_of(captures, is_stdin) && std::ranges::any_of(paths, is_stdin))
    return base::fail(
        base::Error::Kind::usage,
        "standard input cannot be both the capture and the policies; give one a file");
  auto reading = read_captures(captures, flags, outputs, code);
  if (!reading) return tl::unexpected(reading.error());
  auto input = std::make_unique<CoverageInput>();
  input->loader = std::make_unique<PolicyLoader>(input->store, outputs, excluded(config));
  input->policies = input->loader->load(paths, environment);
  const flows::Capture capture = flows::resolve(reading->table);
  input->any_flow = capture.totals.flows > 0;
  input->traffic = coverage::observe(capture, input->policies.inventory, environment);
  input->report = coverage::measure(input->traffic, capture.totals, input->policies.policies,
                                    input->policies.inventory, environment);
  const std::string name = captures.size() == 1 ? base::shown_path(captures.front()) : "captures";
  Baseline baseline;
  if (fixes == Fixes::with)
    baseline = baseline_of(input->traffic, capture.totals.span, input->policies, environment);
  input->facts =
      traffic_facts(input->report, input->traffic, input->policies.policies, baseline, name);
  return input;
}

}  // namespace cnplint::cli
