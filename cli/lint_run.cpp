// SPDX-License-Identifier: Apache-2.0
#include "cli/lint_run.h"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/file.h"
#include "cli/capture_input.h"
#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/show_clusters.h"
#include "cli/show_config.h"
#include "cli/values.h"
#include "lint/config.h"
#include "project/check.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"

namespace cnplint::cli {
namespace {

const reporters::Format* find_format(const std::string& name) {
  for (const reporters::Format& format : reporters::lint_formats())
    if (format.name == name) return &format;
  return nullptr;
}

bool fails(const lint::Config& config, const lint::Counts& counts) {
  if (!config.fail_on) return false;
  for (auto i = static_cast<std::size_t>(*config.fail_on); i < counts.findings.size(); ++i)
    if (counts.findings[i] > 0) return true;
  return false;
}

int exit_code(const LintFlags& flags, const lint::Config& config, const project::Inputs& inputs,
              const lint::Outcome& outcome) {
  tell_notes(outcome.notes);
  for (const base::Error& error : outcome.unreadable) fail(kUnreadable, error);
  if (!outcome.unreadable.empty()) return kUnreadable;
  const lint::Counts& counts = outcome.counts;
  if (fails(config, counts)) return kFindings;
  const bool nothing = counts.policies == 0 && counts.broken == 0;
  if (nothing && !flags.allow_empty)
    return fail(kUnreadable,
                counts.templates > 0
                    ? "nothing but templates found; render them first and lint the result"
                : inputs.ignored().empty()
                    ? "no policy found; check the paths, or say --allow-empty"
                    : "no policy found; check the paths, read what git ignores, too, with "
                      "--no-ignore, or say --allow-empty");
  return kClean;
}

/// Names what is left out, of the folders, without an option that says so.
void tell_left_out(const project::Inputs& inputs) {
  for (const std::string& path : inputs.ignored()) note(path + ": ignored by git; left out");
  for (const project::File* file : inputs.files())
    if (file->left_out()) note(file->path() + ": cannot be read, and is no manifest; left out");
}

/// The configuration in force with the flags of this command over it.
base::Result<lint::Config> lint_configuration(const LintFlags& flags) {
  auto config = configuration(flags.config, flags.paths);
  if (!config) return config;
  if (flags.no_suppressions) config->suppressions = lint::SuppressionMode::ignore;
  if (!flags.fail_on.empty()) config->fail_on = *lint::parse_fail_on(flags.fail_on);
  auto select = lint::read_selection("--select", flags.select, rules::catalogue());
  if (!select) return tl::unexpected(select.error());
  auto ignore = lint::read_selection("--ignore", flags.ignore, rules::catalogue());
  if (!ignore) return tl::unexpected(ignore.error());
  config->selection = {std::move(*select), std::move(*ignore)};
  return config;
}

/// Without paths that of the configuration alone.
int print_config(const LintFlags& flags, const lint::Config& config) {
  auto& project = until_the_end<project::Project>(config, base::FileSet(), flags.jobs);
  const std::deque<project::Cluster> none;
  const project::Inputs* opened = flags.paths.empty() ? nullptr : &project.open(flags.paths);
  if (opened != nullptr) tell_notes(opened->notes());
  const auto shown = print(show_config(config, opened == nullptr ? none : opened->clusters()));
  return shown ? kClean : fail(kUsage, shown.error());
}

}  // namespace

base::Result<lint::Outcome> Linter::lint(const project::Project& project, project::Inputs& inputs,
                                         bool fold) {
  project::CheckOptions options;
  options.only = flags_.only;
  options.fold = fold;
  const bool held_against = capture_ && capture_->totals.flows > 0;
  if (!flags_.config.cluster.empty() || held_against) {
    const auto chosen = held_against ? cluster_of_capture(inputs, *capture_, flags_.config)
                                     : inputs.cluster(flags_.config.cluster);
    if (!chosen) return tl::unexpected(chosen.error());
    options.cluster = *chosen;
  }
  if (!held_against) return project::check(project, inputs, options);
  Held& held = held_.emplace_back();
  held.measurement = project::measure(*options.cluster, *capture_);
  held.remedies = project::remedies(*held.measurement);
  held.traffic.emplace(lint::Traffic{held.measurement->report, held.measurement->traffic,
                                     held.remedies, name_of(flags_.captures)});
  options.traffic = &*held.traffic;
  return project::check(project, inputs, options);
}

int report(const LintFlags& flags, const project::Project& project, const project::Inputs& inputs,
           const lint::Outcome& outcome, const std::vector<Output>& outputs) {
  const lint::Config& config = project.config();
  if (flags.verbose) tell_left_out(inputs);
  int code = exit_code(flags, config, inputs, outcome);
  const bool suppressed = config.suppressions == lint::SuppressionMode::report;
  const auto delivered = deliver(outputs, [&](const Output& output) {
    return find_format(output.format)
        ->render({outcome, rules::catalogue(), CNPLINT_VERSION, outcome.cilium, wants_color(output),
                  flags.statistics, suppressed});
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

int run_lint(const LintFlags& flags) {
  const auto config = lint_configuration(flags);
  if (!config) return fail(kUsage, config.error());
  if (flags.show_config) return print_config(flags, *config);
  if (flags.paths.empty())
    return fail(kUsage,
                std::string("no path given; try `cnplint ") + (flags.fix ? "fix" : "lint") + " .`");
  if (const auto running = std::ranges::find_if(flags.paths, base::is_kube_input);
      flags.fix && running != flags.paths.end())
    return fail(kUsage, *running +
                            ": what runs in a cluster is only read, there is nothing to write "
                            "fixes to; name the files that are applied to it");
  std::vector<std::string> inputs = flags.paths;
  inputs.insert(inputs.end(), flags.captures.begin(), flags.captures.end());
  inputs.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, names_of(reporters::lint_formats()), inputs);
  if (!outputs) return fail(kUsage, outputs.error());
  const base::FileSet written = files_of(*outputs);

  auto& project = until_the_end<project::Project>(*config, written, flags.jobs);
  int capture_code = kClean;
  std::optional<flows::Capture> capture;
  if (!flags.captures.empty()) {
    CaptureFlags capture_flags;
    capture_flags.jobs = flags.jobs;
    auto read = read_capture(flags.captures, flags.paths, capture_flags, written, capture_code);
    if (!read) return fail(kUsage, read.error());
    capture = std::move(*read);
  }
  project::Inputs& opened = project.open(flags.paths);
  if (flags.show_clusters) return show_clusters(opened, flags.config, *outputs);
  auto& linter = until_the_end<Linter>(flags, std::move(capture));
  if (flags.fix) return std::max(run_fix(flags, project, opened, linter, *outputs), capture_code);
  auto linted = linter.lint(project, opened, true);
  if (!linted) return fail(kUsage, linted.error());
  const auto& outcome = until_the_end<lint::Outcome>(std::move(*linted));
  return std::max(report(flags, project, opened, outcome, *outputs), capture_code);
}

void add_lint_flags(CLI::App& app, LintFlags& flags) {
  app.add_option(
      "PATH", flags.paths,
      "Files, folders, - for standard input, or kube:CONTEXT for what runs in a cluster");
  add_output_option(app, flags.outputs, names_of(reporters::lint_formats()));
  add_config_flags(app, flags.config);
  app.add_flag("--show-config", flags.show_config, "Print the configuration in force and stop");
  app.add_flag("--show-clusters", flags.show_clusters,
               "Print the clusters that the files make, and why, and stop");
  app.add_option("--select", flags.select,
                 "Only these rules, families or profiles (recommended, strict, all), repeatable")
      ->type_name(kRuleValue)
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--ignore", flags.ignore, "Not these rules, families or profiles, repeatable")
      ->type_name(kRuleValue)
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--fail-on", flags.fail_on, "Least severity for exit code 1 (default warning)")
      ->check(CLI::IsMember({"note", "warning", "error", "never"}));
  app.add_option("--only", flags.only,
                 "Report findings of this file only, repeatable; the rest is context")
      ->type_name(kFileValue)
      ->allow_extra_args(false);
  app.add_option("--flows", flags.captures,
                 "A capture to hold the policies against, repeatable (see `cnplint cover`)")
      ->type_name(kPathValue)
      ->allow_extra_args(false);
  app.add_flag("-v,--verbose", flags.verbose,
               "Name what folders have and is left out: no manifests, ignored by git");
  app.add_flag("--statistics", flags.statistics, "Count the findings of each rule (text)");
  app.add_flag("--no-suppressions", flags.no_suppressions,
               "Judge what comments and annotations allow, too: for changes that are not trusted");
  app.add_flag("--allow-empty", flags.allow_empty, "No policy at all is no error");
  add_jobs_flag(app, flags.jobs);
}

void add_fix_flags(CLI::App& app, LintFlags& flags) {
  if (!flags.fix)
    app.add_flag("--fix", flags.fix,
                 "Apply fixes first, and report what remains (see `cnplint fix`)");
  app.add_flag("--unsafe", flags.unsafe,
               "Apply fixes that change verdicts, too: each says what it opens and closes");
  app.add_flag("--patch", flags.patch, "Print a patch and write nothing");
  app.add_flag("--force", flags.force, "Change files that are not committed as well");
}

}  // namespace cnplint::cli
