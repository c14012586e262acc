// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"
#include "cli/capture_input.h"
#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "project/diff.h"
#include "project/state.h"
#include "reporters/diff.h"

namespace cnplint::cli {
namespace {

/// The flags of `cnplint diff`.
struct DiffFlags {
  std::string before;
  std::string after;
  std::vector<std::string> outputs;
  std::vector<std::string> fail_on;
  std::string upgrade_to;
  bool allow_empty = false;
  std::vector<std::string> captures;
  std::vector<std::string> tests;
  bool no_tests = false;
  CaptureFlags capture;
  ConfigFlags config;
};

struct DiffFormat {
  std::string_view name;
  std::string (*render)(const reporters::DiffReport& report);
};

constexpr std::array<DiffFormat, 7> kDiffFormats{{{"text", reporters::render_diff_text},
                                                  {"json", reporters::render_diff_json},
                                                  {"markdown", reporters::render_diff_markdown},
                                                  {"sarif", reporters::render_diff_sarif},
                                                  {"csv", reporters::render_diff_csv},
                                                  {"dot", reporters::render_diff_dot},
                                                  {"mermaid", reporters::render_diff_mermaid}}};

/// Whether some change is one of those that the run is to fail on: what --fail-on says, and what
/// the configuration forbids or policy tests promise.
bool fails(const DiffFlags& flags, const reporters::DiffReport& report) {
  const reporters::DiffCounts counts = reporters::counts_of(report.clusters);
  const bool observed = report.observed != nullptr && !report.observed->closed.empty();
  const bool given_up = report.tests != nullptr && !report.tests->given_up.empty();
  const auto wanted = [&](std::string_view name) {
    return std::ranges::find(flags.fail_on, name) != flags.fail_on.end();
  };
  return (counts.opened > 0 && (wanted("widened") || wanted("any"))) ||
         (counts.closed > 0 && (wanted("narrowed") || wanted("any"))) ||
         ((counts.other > 0 || given_up) && wanted("any")) ||
         (observed && wanted("narrowed-observed")) ||
         std::ranges::any_of(report.clusters,
                             [](const auto& each) { return !each.forbidden.empty(); }) ||
         (report.tests != nullptr && !report.tests->broken.empty());
}

int open(project::State& state, const project::StateName& name, const lint::Config& config,
         std::vector<project::InMemory> beside = {}) {
  if (state.path.empty()) {
    auto written = project::written_state(name);
    if (!written)
      return fail(written.error().kind == base::Error::Kind::usage ? kUsage : kUnreadable,
                  written.error());
    state = std::move(*written);
  }
  project::open_written(state, name, config, std::move(beside));
  return tell_inputs(*state.inputs, [&](const std::string& text) { return state.words(text); });
}

/// Whether a state has policies, refused ones included. Warns of these.
bool has_policies(const project::State& state) {
  bool any = false;
  for (const project::Cluster& each : state.inputs->clusters()) {
    warn_of_refused(each, [&](const base::SourceRange& range) { return state.place(range); });
    any = any || !each.rules()->policies.empty() || !each.refused().empty();
  }
  return any;
}

using Names = std::pair<project::StateName, project::StateName>;
using States = std::pair<project::State, project::State>;

/// Those of OLD and of NEW.
using Configs = std::pair<lint::Config, lint::Config>;

/// Opens both states. Where one of them runs, it is the first to be read, and the other one is put
/// among its surroundings: files are seldom a whole cluster.
int open_both(const DiffFlags& flags, const Names& names, const Configs& configs, States& states) {
  const bool after_first = names.second.is_running() && !names.first.is_running();
  project::State& first = after_first ? states.second : states.first;
  project::State& second = after_first ? states.first : states.second;
  int code = open(first, after_first ? names.second : names.first,
                  after_first ? configs.second : configs.first);
  if (first.inputs == nullptr && code != kClean) return code;
  std::vector<project::InMemory> beside;
  if (names.first.is_running() != names.second.is_running())
    beside = first.project->surroundings(*first.inputs, flags.config.cluster);
  return std::max(code, open(second, after_first ? names.first : names.second,
                             after_first ? configs.first : configs.second, std::move(beside)));
}

/// Of all changes those of one cluster, if one is asked for: it has to be in one of the states.
base::Result<std::vector<project::ClusterChanges>> of_cluster(
    const std::string& name, const project::Inputs& before, const project::Inputs& after,
    std::vector<project::ClusterChanges> changes) {
  if (name.empty()) return changes;
  const auto in_new = after.cluster(name);
  if (!in_new && !before.cluster(name)) return tl::unexpected(in_new.error());
  std::erase_if(changes, [&](const project::ClusterChanges& each) {
    return !each.cluster.empty() && each.cluster != name;
  });
  return changes;
}

/// The changes between states; where one of them runs, of its cluster.
base::Result<std::vector<project::ClusterChanges>> changes_between(const DiffFlags& flags,
                                                                   const Names& names,
                                                                   const States& states) {
  project::Inputs& before = *states.first.inputs;
  project::Inputs& after = *states.second.inputs;
  const project::ForbiddenList& forbidden = states.second.project->config().forbid;
  if (!names.first.cluster.empty() && !names.second.cluster.empty())
    return project::verdict_changes_of_clusters(before, names.first.cluster, after,
                                                names.second.cluster, forbidden);
  if (names.first.is_running() == names.second.is_running())
    return of_cluster(flags.config.cluster, before, after,
                      project::verdict_changes(before, after, forbidden));
  const project::Inputs& running = names.first.is_running() ? before : after;
  const std::string& name = flags.config.cluster;
  std::vector<std::string> notes;
  auto changes = project::verdict_changes_of_running(
      before, after, name.empty() ? running.clusters().front().name() : name, forbidden, notes);
  tell_notes(notes);
  return changes;
}

/// The cluster of a state that tests and captures are about; empty: where there are several, all.
const std::string& cluster_of(const DiffFlags& flags, const project::StateName& name) {
  return name.cluster.empty() ? flags.config.cluster : name.cluster;
}

/// Reads the captures and holds both states against them.
base::Result<project::ObservedChanges> observe(const DiffFlags& flags, const Names& names,
                                               const std::vector<Output>& outputs,
                                               const std::vector<project::ClusterChanges>& between,
                                               States& states, int& code) {
  const auto capture = read_capture(flags.captures, {flags.before, flags.after}, flags.capture,
                                    files_of(outputs), code);
  if (!capture) return tl::unexpected(capture.error());
  std::vector<std::string> notes;
  auto changes = project::observed_changes(
      *states.first.inputs, *states.second.inputs, *capture,
      {cluster_of(flags, names.first), cluster_of(flags, names.second)}, between, notes);
  tell_notes(notes);
  return changes;
}

/// Formats that have no words for promises that a change breaks: the log has them.
void tell_gates(const reporters::DiffReport& report, const std::vector<Output>& outputs) {
  const auto is_mute = [](const Output& output) {
    return output.format == "csv" || output.format == "dot" || output.format == "mermaid";
  };
  if (!std::ranges::all_of(outputs, is_mute)) return;
  std::size_t forbidden = 0;
  for (const project::ClusterChanges& each : report.clusters) forbidden += each.forbidden.size();
  if (forbidden > 0) note(base::counted(forbidden, "forbidden connection") + " opened");
  if (report.tests != nullptr && !report.tests->broken.empty())
    note(base::counted(report.tests->broken.size(), "policy test") + " broken");
}

/// Opens both states, says what changes between them, and returns the exit code.
int compare(const DiffFlags& flags, const Names& names, const Configs& configs,
            const std::vector<Output>& outputs, States& states) {
  int code = open_both(flags, names, configs, states);
  // What cannot be read at all is no state without policies.
  for (const project::State* each : {&states.first, &states.second})
    if (each->inputs == nullptr || (each->inputs->files().empty() && code != kClean)) return code;
  const bool had = has_policies(states.first);
  if (!has_policies(states.second) && !had && !flags.allow_empty)
    return fail(kUnreadable, "no policy found in either state; check the paths");
  tell_notes(
      project::idle_forbidden(*states.second.inputs, states.second.project->config().forbid));
  const auto changes = changes_between(flags, names, states);
  if (!changes) return fail(kUsage, changes.error());
  reporters::DiffReport report{states.first, states.second, *changes, CNPLINT_VERSION};
  for (const project::State* each : {&states.first, &states.second})
    for (const std::string& error : each->inputs->errors())
      report.errors.push_back(each->words(error));
  std::optional<project::ObservedChanges> observed;
  if (!flags.captures.empty()) {
    auto found = observe(flags, names, outputs, *changes, states, code);
    if (!found) return fail(kUsage, found.error());
    observed = std::move(*found);
    if (code == kClean && observed->connections == 0 && !flags.allow_empty)
      code = fail(kUnreadable, "no flow found; check the captures, or say --allow-empty");
    // Of a capture that cannot be read nothing is known.
    if (code != kUnreadable || observed->connections > 0) report.observed = &*observed;
  }
  project::TestChanges tests;
  if (!flags.no_tests) {
    tests = project::changed_tests(
        states.first, states.second,
        {flags.tests, cluster_of(flags, names.first), cluster_of(flags, names.second)});
    for (const std::string& error : tests.errors) code = std::max(code, fail(kUnreadable, error));
    if (tests.tests > 0 || !tests.given_up.empty()) report.tests = &tests;
  }
  if (code == kClean && fails(flags, report)) code = kFindings;
  tell_gates(report, outputs);
  const auto delivered = deliver(outputs, [&](const Output& output) {
    return std::ranges::find(kDiffFormats, output.format, &DiffFormat::name)->render(report);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

/// What is wrong with the states that were asked for, if anything.
std::string wrong_states(const DiffFlags& flags, const project::StateName& before,
                         const project::StateName& after) {
  if (flags.after.empty() && flags.upgrade_to.empty())
    return "NEW is missing: the state to hold OLD against (or --upgrade-to RELEASE)";
  if (flags.captures.empty() &&
      std::ranges::find(flags.fail_on, "narrowed-observed") != flags.fail_on.end())
    return "--fail-on narrowed-observed needs a capture: --flows CAPTURE";
  if (flags.no_tests && !flags.tests.empty()) return "--tests and --no-tests exclude each other";
  if (before.cluster.empty() != after.cluster.empty())
    return "a cluster can be held against another one only: cluster:NAME cluster:NAME";
  return "";
}

/// The configuration of NEW; where only OLD is on disk, of OLD. That of a commit is among its
/// files, which are written then.
base::Result<lint::Config> configuration_of(const DiffFlags& flags, const project::StateName& after,
                                            const std::vector<std::string>& read,
                                            project::State& written) {
  if (!read.empty() || after.revision.empty())
    return configuration(flags.config, read.empty() ? std::vector<std::string>{"."} : read);
  auto state = project::written_state(after);
  if (!state) return tl::unexpected(state.error());
  written = std::move(*state);
  auto config = configuration(flags.config, {written.path});
  if (!config) {
    config.error().message = written.words(config.error().message);
    for (std::string& each : config.error().more) each = written.words(each);
    return config;
  }
  if (flags.config.config.empty()) project::as_in_repository(written, *config);
  for (policy::Forbidden& each : config->forbid) each.place = written.words(each.place);
  return config;
}

int run_diff(const DiffFlags& flags) {
  project::StateName before = project::read_state_name(flags.before);
  project::StateName after =
      project::read_state_name(flags.after.empty() ? flags.before : flags.after);
  if (const std::string wrong = wrong_states(flags, before, after); !wrong.empty())
    return fail(kUsage, wrong);
  project::share_path(before, after);
  project::share_path(after, before);
  std::vector<std::string> read;
  for (const project::StateName* each : {&after, &before})
    if (each->is_on_disk()) read.push_back(each->path);
  auto& states = until_the_end<States>();
  auto config = configuration_of(flags, after, read, states.second);
  if (!config) return fail(kUsage, config.error());
  Configs configs{*config, *config};
  if (!flags.upgrade_to.empty())
    if (const auto set = set_release("--upgrade-to", flags.upgrade_to, configs.second); !set)
      return fail(kUsage, set.error());
  read.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, names_of(kDiffFormats), read);
  if (!outputs) return fail(kUsage, outputs.error());
  const int code = compare(flags, {before, after}, configs, *outputs, states);
  // What is kept until the end is never taken apart.
  states.first.folder.reset();
  states.second.folder.reset();
  return code;
}

}  // namespace

Command add_diff_command(CLI::App& app) {
  auto flags = std::make_shared<DiffFlags>();
  constexpr const char* kState =
      "A file, a folder, a commit: git:main, git:main... (where HEAD left it), "
      "git:v1.2:policies; a cluster of them: cluster:NAME, cluster:NAME:PATH; or what runs: "
      "kube:CONTEXT";
  app.add_option("OLD", flags->before, kState)->type_name(kStateValue)->required();
  app.add_option("NEW", flags->after, "The same; may be left out with --upgrade-to")
      ->type_name(kStateValue);
  app.add_option("--upgrade-to", flags->upgrade_to, "Decide NEW as this release of Cilium does")
      ->type_name(kReleaseValue);
  app.add_flag("--allow-empty", flags->allow_empty, "No policy in either state is no error");
  app.add_option(
         "--fail-on", flags->fail_on,
         "Exit with 1 where connections are widened, narrowed, any change, or some close that "
         "--flows has (narrowed-observed); repeatable")
      ->check(CLI::IsMember({"widened", "narrowed", "narrowed-observed", "any"}))
      ->allow_extra_args(false);
  add_output_option(app, flags->outputs, names_of(kDiffFormats));
  app.add_option("--flows", flags->captures,
                 "A capture, or a folder of such, repeatable: says which of its connections change")
      ->type_name(kPathValue)
      ->allow_extra_args(false);
  app.add_option("--tests", flags->tests,
                 "Policy tests that both states are held against: files or folders, repeatable "
                 "(default: those in the states)")
      ->type_name(kPathValue)
      ->allow_extra_args(false);
  app.add_flag("--no-tests", flags->no_tests, "Runs no policy tests");
  add_capture_flags(app, flags->capture);
  add_config_flags(app, flags->config);
  app.footer(
      "Exit codes: 0; 1 for what --fail-on says, a forbidden connection that opens, or a policy "
      "test that breaks.");
  return [flags] { return run_diff(*flags); };
}

}  // namespace cnplint::cli
