// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>
#include <utility>

#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
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
  ConfigFlags config;
};

/// Whether some change is one of those that the run is to fail on.
bool fails(const DiffFlags& flags, const reporters::DiffCounts& counts) {
  const auto wanted = [&](std::string_view name) {
    return std::ranges::find(flags.fail_on, name) != flags.fail_on.end();
  };
  return (counts.opened > 0 && (wanted("widened") || wanted("any"))) ||
         (counts.closed > 0 && (wanted("narrowed") || wanted("any"))) ||
         (counts.other > 0 && wanted("any"));
}

int open(project::State& state, const project::StateName& name, const lint::Config& config,
         std::vector<project::InMemory> beside = {}) {
  auto opened = project::open_state(name, config, std::move(beside));
  if (!opened)
    return fail(opened.error().kind == base::Error::Kind::usage ? kUsage : kUnreadable,
                opened.error());
  state = std::move(*opened);
  tell_notes(state.inputs->notes());
  for (const std::string& error : state.inputs->errors()) fail(kUnreadable, error);
  return state.inputs->errors().empty() ? kClean : kUnreadable;
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

/// Opens both states. Where one of them runs, it is the first to be read, and the other one is put
/// among its surroundings: files are seldom a whole cluster.
int open_both(const DiffFlags& flags, const Names& names, const lint::Config& config,
              States& states) {
  const bool after_first = names.second.is_running() && !names.first.is_running();
  project::State& first = after_first ? states.second : states.first;
  project::State& second = after_first ? states.first : states.second;
  int code = open(first, after_first ? names.second : names.first, config);
  if (first.inputs == nullptr && code != kClean) return code;
  std::vector<project::InMemory> beside;
  if (names.first.is_running() != names.second.is_running())
    beside = first.project->surroundings(*first.inputs, flags.config.cluster);
  return std::max(
      code, open(second, after_first ? names.first : names.second, config, std::move(beside)));
}

/// The changes between states; where one of them runs, of its cluster.
base::Result<std::vector<project::ClusterChanges>> changes_between(const DiffFlags& flags,
                                                                   const Names& names,
                                                                   const States& states) {
  project::Inputs& before = *states.first.inputs;
  project::Inputs& after = *states.second.inputs;
  if (names.first.is_running() == names.second.is_running())
    return project::verdict_changes(before, after);
  const project::Inputs& running = names.first.is_running() ? before : after;
  const std::string& name = flags.config.cluster;
  std::vector<std::string> notes;
  auto changes = project::verdict_changes_of_running(
      before, after, name.empty() ? running.clusters().front().name() : name, notes);
  tell_notes(notes);
  return changes;
}

/// Opens both states, says what changes between them, and returns the exit code.
int compare(const DiffFlags& flags, const Names& names, const lint::Config& config,
            const std::vector<Output>& outputs, States& states) {
  int code = open_both(flags, names, config, states);
  // What cannot be read at all is no state without policies.
  for (const project::State* each : {&states.first, &states.second})
    if (each->inputs == nullptr || (each->inputs->files().empty() && code != kClean)) return code;
  const bool had = has_policies(states.first);
  if (!has_policies(states.second) && !had)
    return fail(kUnreadable, "no policy found in either state; check the paths");
  const auto changes = changes_between(flags, names, states);
  if (!changes) return fail(kUsage, changes.error());
  const reporters::DiffReport report{states.first, states.second, *changes};
  if (code == kClean && fails(flags, reporters::counts_of(*changes))) code = kFindings;
  const auto delivered = deliver(outputs, [&](const Output& output) {
    if (output.format == "json") return reporters::render_diff_json(report);
    if (output.format == "markdown") return reporters::render_diff_markdown(report);
    return reporters::render_diff_text(report);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

int run_diff(const DiffFlags& flags) {
  project::StateName before = project::read_state_name(flags.before);
  project::StateName after = project::read_state_name(flags.after);
  project::share_path(before, after);
  project::share_path(after, before);
  std::vector<std::string> read;
  for (const project::StateName* each : {&after, &before})
    if (each->is_on_disk()) read.push_back(each->path);
  const auto config =
      configuration(flags.config, read.empty() ? std::vector<std::string>{"."} : read);
  if (!config) return fail(kUsage, config.error());
  read.push_back(config->file);
  constexpr std::string_view kFormats[] = {"text", "json", "markdown"};
  const auto outputs = parse_outputs(flags.outputs, kFormats, read);
  if (!outputs) return fail(kUsage, outputs.error());
  auto& states = until_the_end<States>();
  const int code = compare(flags, {before, after}, *config, *outputs, states);
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
      "git:v1.2:policies; or what runs: kube:CONTEXT";
  app.add_option("OLD", flags->before, kState)->required();
  app.add_option("NEW", flags->after, kState)->required();
  app.add_option("--fail-on", flags->fail_on,
                 "Exit with 1 where connections are widened, narrowed, or any change; repeatable")
      ->check(CLI::IsMember({"widened", "narrowed", "any"}))
      ->allow_extra_args(false);
  app.add_option("-o,--output", flags->outputs, "FORMAT[=FILE], repeatable: text, json, markdown")
      ->allow_extra_args(false);
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0, unless --fail-on says otherwise.");
  return [flags] { return run_diff(*flags); };
}

}  // namespace cnplint::cli
