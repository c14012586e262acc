// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "cli/chosen_clusters.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "harness/endpoint_reference.h"
#include "project/why.h"
#include "reporters/why.h"

namespace cnplint::cli {
namespace {

/// The flags of `cnplint why`.
struct WhyFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  project::QuestionText question;
  ConfigFlags config;
};

constexpr std::string_view kWhyFormats[] = {"text", "json"};

int run_why(const WhyFlags& flags) {
  const auto config = configuration(flags.config, flags.paths);
  if (!config) return fail(kUsage, config.error());
  std::vector<std::string> read = flags.paths;
  read.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, kWhyFormats, read);
  if (!outputs) return fail(kUsage, outputs.error());
  auto& project = until_the_end<project::Project>(*config, files_of(*outputs));
  project::Inputs& inputs = project.open(flags.paths);
  int code = tell_inputs(inputs);
  const auto clusters = chosen_clusters(inputs, flags.config);
  if (!clusters) return fail(kUsage, clusters.error());
  const auto answers = project::answers(flags.question, inputs, *clusters);
  // Whoever is asked about may be in what cannot be read.
  if (!answers) return fail(code == kClean ? kUsage : code, answers.error());
  const bool passes = std::ranges::all_of(
      *answers, [](const project::ClusterAnswer& each) { return each.answer.passes(); });
  if (code == kClean && !passes) code = kFindings;
  const auto delivered = deliver(*outputs, [&](const Output& output) {
    const reporters::WhyReport report{*answers, wants_color(output)};
    return output.format == "json" ? reporters::render_why_json(report)
                                   : reporters::render_why_text(report);
  });
  if (!delivered) code = fail(kUsage, delivered.error());
  return code;
}

}  // namespace

Command add_why_command(CLI::App& app) {
  auto flags = std::make_shared<WhyFlags>();
  app.add_option("PATH", flags->paths, "Policies and manifests: files, folders, -, or kube:CONTEXT")
      ->required();
  const std::string forms(harness::kEndpointForms);
  app.add_option("--from", flags->question.from, "Who connects: " + forms)->required();
  app.add_option("--to", flags->question.to, "Where to, with a port: shop/cart:7070/TCP")
      ->required();
  CLI::Option* http =
      app.add_option("--http", flags->question.http, "An HTTP request: 'GET /path'");
  app.add_option("--dns", flags->question.dns, "A DNS question: the name")->excludes(http);
  add_output_option(app, flags->outputs, kWhyFormats);
  add_config_flags(app, flags->config);
  app.footer("Exit codes: 0 allowed; 1 denied.");
  return [flags] { return run_why(*flags); };
}

}  // namespace cnplint::cli
