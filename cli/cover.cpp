// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <optional>

#include "cli/capture_input.h"
#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "project/check.h"
#include "project/coverage_change.h"
#include "project/measure.h"
#include "project/state.h"
#include "reporters/coverage.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"

namespace cnplint::cli {
namespace {

/// The flags of `cnplint cover`.
struct CoverFlags {
  std::vector<std::string> paths;
  std::vector<std::string> captures;
  std::vector<std::string> outputs;
  CaptureFlags capture;
  ConfigFlags config;
  std::optional<double> min_flows_covered;
  std::optional<double> min_rules_used;
  std::optional<double> max_drift;
  std::optional<double> max_drop;
  std::string against;
  bool allow_empty = false;
};

/// Formats of findings that also make sense for those about traffic alone.
constexpr std::string_view kFindingFormats[] = {"sarif", "github", "gitlab"};

bool is_finding_format(std::string_view name) {
  return std::ranges::find(kFindingFormats, name) != std::end(kFindingFormats);
}

std::vector<std::string_view> report_formats() {
  std::vector<std::string_view> names = names_of(reporters::coverage_formats());
  names.insert(names.end(), std::begin(kFindingFormats), std::end(kFindingFormats));
  return names;
}

/// The rules that speak about traffic.
std::vector<const lint::Rule*> traffic_rules() {
  std::vector<const lint::Rule*> found;
  for (const lint::Rule* rule : rules::catalogue())
    if (rule->certainty == lint::Certainty::needs_capture) found.push_back(rule);
  return found;
}

/// The findings about traffic, in any of their forms; linted once, where somebody asks for them.
class Findings {
 public:
  Findings(const project::Project& project, const project::Inputs& inputs,
           const project::Cluster& cluster, const project::Measurement& measurement,
           std::string capture)
      : project_(project),
        inputs_(inputs),
        cluster_(cluster),
        measurement_(measurement),
        capture_(std::move(capture)) {}

  std::string render(const std::string& format) {
    if (!outcome_) outcome_ = lint();
    const reporters::LintReport report{*outcome_, rules_, CNPLINT_VERSION, outcome_->cilium};
    const auto formats = reporters::lint_formats();
    return std::ranges::find(formats, format, &reporters::Format::name)->render(report);
  }

 private:
  [[nodiscard]] lint::Outcome lint() const {
    const lint::Remedies remedies = project::remedies(measurement_);
    const lint::Traffic traffic{measurement_.report, measurement_.traffic, remedies, capture_};
    project::CheckOptions options;
    options.rules = rules_;
    if (measurement_.any_flow) options.traffic = &traffic;
    options.cluster = &cluster_;
    return project::check(project_, inputs_, options);
  }

  const project::Project& project_;
  const project::Inputs& inputs_;
  const project::Cluster& cluster_;
  const project::Measurement& measurement_;
  std::string capture_;
  std::vector<const lint::Rule*> rules_ = traffic_rules();
  std::optional<lint::Outcome> outcome_;
};

std::vector<std::string> missed_thresholds(const CoverFlags& flags,
                                           const coverage::CoverageReport& report,
                                           const project::CoverageChange* change) {
  std::vector<std::string> missed;
  const auto check = [&](const std::optional<double>& limit, double value, bool is_least,
                         const std::string& what, const char* flag) {
    if (!limit || (is_least ? value >= *limit : value <= *limit)) return;
    missed.push_back(what + " " + reporters::percent_text(value) + " %, " + flag + " asks for " +
                     reporters::percent_text(*limit) + " %");
  };
  check(flags.min_flows_covered, report.flows_covered(), true,
        "flows covered:", "--min-flows-covered");
  check(flags.min_rules_used, report.rules_used(), true, "rules used:", "--min-rules-used");
  check(flags.max_drift, report.drift(), false, "drift:", "--max-drift");
  if (change != nullptr)
    check(flags.max_drop, std::max(0.0, change->flows_covered - report.flows_covered()), false,
          "flows covered less than in " + change->state + ":", "--max-drop");
  return missed;
}

/// Opens the state that coverage is held against and measures it by the same capture.
base::Result<std::unique_ptr<project::Measurement>> measure_against(const CoverFlags& flags,
                                                                    const lint::Config& config,
                                                                    const flows::Capture& capture,
                                                                    project::State& state,
                                                                    int& code) {
  project::StateName name = project::read_state_name(flags.against);
  if (flags.paths.size() == 1)
    project::share_path(name, project::read_state_name(flags.paths.front()));
  else if (!name.revision.empty() && name.path.empty())
    return base::fail(base::Error::Kind::usage,
                      "--against: which part of " + flags.against +
                          " is meant? Name one PATH, or the part: " + flags.against + ":PATH");
  auto opened = project::open_state(name, config);
  if (!opened) return tl::unexpected(opened.error());
  state = std::move(*opened);
  code = std::max(
      code, tell_inputs(*state.inputs, [&](const std::string& text) { return state.words(text); }));
  ConfigFlags of_state = flags.config;
  if (!name.cluster.empty()) of_state.cluster = name.cluster;
  const auto cluster = cluster_of_capture(*state.inputs, capture, of_state);
  if (!cluster) return tl::unexpected(cluster.error());
  return project::measure(**cluster, capture);
}

int run_cover(const CoverFlags& flags) {
  if (flags.max_drop && flags.against.empty())
    return fail(kUsage, "--max-drop needs a state to hold coverage against: --against git:main");
  const auto config = configuration(flags.config, flags.paths);
  if (!config) return fail(kUsage, config.error());
  std::vector<std::string> inputs = flags.paths;
  inputs.insert(inputs.end(), flags.captures.begin(), flags.captures.end());
  inputs.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, report_formats(), inputs);
  if (!outputs) return fail(kUsage, outputs.error());
  int code = kClean;
  const auto capture =
      read_capture(flags.captures, flags.paths, flags.capture, files_of(*outputs), code);
  if (!capture) return fail(kUsage, capture.error());
  auto& project = until_the_end<project::Project>(*config, files_of(*outputs), flags.capture.jobs);
  project::Inputs& opened = project.open(flags.paths);
  const auto chosen = cluster_of_capture(opened, *capture, flags.config);
  if (!chosen) return fail(kUsage, chosen.error());
  const project::Cluster& cluster = **chosen;
  const auto measured = project::measure(cluster, *capture);
  code = std::max(code, tell_inputs(opened));
  std::optional<project::CoverageChange> change;
  if (!flags.against.empty()) {
    project::State state;
    const auto was = measure_against(flags, *config, *capture, state, code);
    if (!was) return fail(kUsage, was.error());
    // Of what cannot be read nothing is known.
    if (state.inputs->files().empty() && code != kClean) return code;
    change = project::coverage_change(state.name, **was, *measured);
  }
  warn_of_refused(cluster);
  if (code == kClean && !measured->any_flow && !flags.allow_empty)
    code = fail(kUnreadable, "no flow found; check the captures, or say --allow-empty");
  // Nothing is covered of nothing, and nothing is not.
  if (!measured->any_flow && !flags.allow_empty) return code;
  if (code == kClean && cluster.policies().empty() && !flags.allow_empty)
    code = fail(kUnreadable, "no policy found; check the paths, or say --allow-empty");
  const project::CoverageChange* const against = change ? &*change : nullptr;
  reporters::CoverageView view{measured->report, measured->traffic, opened.errors(),
                               missed_thresholds(flags, measured->report, against),
                               CNPLINT_VERSION};
  view.change = against;
  if (code == kClean && !view.missed.empty()) code = kFindings;
  Findings findings(project, opened, cluster, *measured, name_of(flags.captures));
  const auto delivered = deliver(*outputs, [&](const Output& output) {
    if (is_finding_format(output.format)) return findings.render(output.format);
    view.color = wants_color(output);
    const auto formats = reporters::coverage_formats();
    return std::ranges::find(formats, output.format, &reporters::CoverageFormat::name)
        ->render(view);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

}  // namespace

Command add_cover_command(CLI::App& app) {
  auto flags = std::make_shared<CoverFlags>();
  app.add_option("PATH", flags->paths, "Policies and manifests: files, folders, -, or kube:CONTEXT")
      ->required();
  app.add_option("--flows", flags->captures, "A capture, or a folder of such, repeatable")
      ->type_name(kPathValue)
      ->required()
      ->allow_extra_args(false);
  add_output_option(app, flags->outputs, report_formats());
  const CLI::Range percent(0.0, 100.0);
  app.add_option("--min-flows-covered", flags->min_flows_covered,
                 "Least share of passed flows that a rule allows, in percent")
      ->check(percent);
  app.add_option("--min-rules-used", flags->min_rules_used,
                 "Least share of rules that carry traffic, in percent")
      ->check(percent);
  app.add_option("--max-drift", flags->max_drift,
                 "Greatest share of connections that the cluster decides otherwise, in percent")
      ->check(percent);
  app.add_option(
         "--against", flags->against,
         "Says what becomes of coverage since another state: git:main, git:main..., a path, "
         "kube:CONTEXT")
      ->type_name(kStateValue);
  app.add_option("--max-drop", flags->max_drop,
                 "With --against: how much the share of flows covered may fall, in points")
      ->check(percent);
  app.add_flag("--allow-empty", flags->allow_empty, "No flow or no policy at all is no error");
  add_capture_flags(app, flags->capture);
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0 measured; 1 a threshold is missed.");
  return [flags] { return run_cover(*flags); };
}

}  // namespace cnplint::cli
