// SPDX-License-Identifier: Apache-2.0
#include "project/reach.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "harness/endpoint_reference.h"
#include "project/project.h"
#include "reporters/reach.h"

namespace cnplint::cli {
namespace {

/// The flags of `cnplint reach`.
struct ReachFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  project::ReachQuestion question;
  ConfigFlags config;
};

struct ReachFormat {
  std::string_view name;
  std::string (*render)(const reporters::ReachReport& report);
};

constexpr std::array<ReachFormat, 6> kReachFormats{{{"text", reporters::render_reach_text},
                                                    {"json", reporters::render_reach_json},
                                                    {"csv", reporters::render_reach_csv},
                                                    {"matrix", reporters::render_reach_matrix},
                                                    {"dot", reporters::render_reach_dot},
                                                    {"mermaid", reporters::render_reach_mermaid}}};

int run_reach(const ReachFlags& flags) {
  const auto config = configuration(flags.config, flags.paths);
  if (!config) return fail(kUsage, config.error());
  std::vector<std::string> read = flags.paths;
  read.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, names_of(kReachFormats), read);
  if (!outputs) return fail(kUsage, outputs.error());
  auto& project = until_the_end<project::Project>(*config, files_of(*outputs));
  project::Inputs& inputs = project.open(flags.paths);
  const int code = tell_inputs(inputs);
  const auto clusters = chosen_clusters(inputs, flags.config);
  if (!clusters) return fail(kUsage, clusters.error());
  reporters::ReachReport report;
  for (const project::Cluster* each : *clusters) {
    warn_of_refused(*each);
    auto reached = project::reach(*each, flags.question);
    if (!reached) return fail(kUsage, reached.error());
    report.push_back(std::move(*reached));
  }
  const bool empty = std::ranges::all_of(*clusters, [](const project::Cluster* each) {
    return each->rules()->policies.empty() && each->refused().empty() &&
           each->inventory().workloads.empty();
  });
  if (empty)
    return code == kClean ? fail(kUnreadable, "no policy and no workload found; check the paths")
                          : code;
  const auto delivered = deliver(*outputs, [&](const Output& output) {
    return std::ranges::find(kReachFormats, output.format, &ReachFormat::name)->render(report);
  });
  if (!delivered) return fail(kUsage, delivered.error());
  return code;
}

}  // namespace

Command add_reach_command(CLI::App& app) {
  auto flags = std::make_shared<ReachFlags>();
  app.add_option("PATH", flags->paths, "Policies and manifests: files, folders, or -")->required();
  const std::string forms(harness::kEndpointForms);
  app.add_option("--from", flags->question.from, "Only from these, repeatable: " + forms)
      ->allow_extra_args(false);
  app.add_option("--to", flags->question.to, "Only to these, repeatable")->allow_extra_args(false);
  app.add_option("-n,--namespace", flags->question.ns, "Only from or to pods of a namespace")
      ->type_name(kNamespaceValue);
  app.add_option("--port", flags->question.port, "Only one port: 8080/TCP");
  app.add_flag("--explain", flags->question.explain, "With the rules that let connections pass");
  add_output_option(app, flags->outputs, names_of(kReachFormats));
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0, whatever passes.");
  return [flags] { return run_reach(*flags); };
}

}  // namespace cnplint::cli
