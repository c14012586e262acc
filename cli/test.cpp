// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/output_files.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "harness/first_test.h"
#include "project/policy_tests.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::cli {
namespace {

namespace fs = std::filesystem;

/// The flags of `cnplint test`.
struct TestFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  project::PolicyTestOptions options;
  ConfigFlags config;
  std::string init;
  bool allow_empty = false;
};

int exit_code(const TestFlags& flags, const project::PolicyTestRun& run) {
  if (run.wrong_cluster) return kUsage;
  if (!run.errors.empty()) return kUnreadable;
  if (run.failed() > 0) return kFindings;
  if (run.results.empty() && !flags.allow_empty)
    return fail(kUnreadable, flags.options.filter.empty()
                                 ? "no policy test found; name a *.cnptest.yaml, or say --init "
                                   "PATH to write a first one"
                                 : "no test has such a name; check --filter");
  return kClean;
}

int run_tests(const TestFlags& flags, const lint::Config& config,
              const std::vector<Output>& outputs) {
  project::Project project(config, files_of(outputs));
  project::PolicyTestOptions options = flags.options;
  options.cluster = flags.config.cluster;
  const project::PolicyTestRun run = project::run_policy_tests(project, flags.paths, options);
  tell_notes(run.notes);
  for (const std::string& warning : run.warnings) warn(warning);
  for (const std::string& error : run.errors) fail(kUnreadable, error);
  const int code = exit_code(flags, run);
  const auto delivered = deliver(outputs, [&](const Output& output) {
    const auto formats = reporters::test_formats();
    return std::ranges::find(formats, output.format, &reporters::TestFormat::name)
        ->render({run, CNPLINT_VERSION, wants_color(output)});
  });
  return delivered ? code : fail(kUsage, delivered.error());
}

/// `cnplint test --init PATH`: a first test from the manifests and policies below some paths.
int write_first_test(const TestFlags& flags, const lint::Config& config) {
  std::error_code ignored;
  if (fs::exists(flags.init, ignored))
    return fail(kUsage, flags.init + ": the file exists; --init never overwrites, name a new one");
  const std::vector<std::string> paths =
      flags.paths.empty() ? std::vector<std::string>{"."} : flags.paths;
  project::Project project(config);
  const project::Inputs& inputs = project.open(paths);
  for (const std::string& error : inputs.errors()) fail(kUnreadable, error);
  if (!inputs.errors().empty()) return kUnreadable;
  const auto chosen = inputs.cluster(flags.config.cluster);
  if (!chosen) return fail(kUsage, chosen.error());
  const project::Cluster& cluster = **chosen;
  const fs::path folder = fs::absolute(flags.init, ignored).parent_path();
  std::vector<std::string> relative;
  std::string running;
  for (const std::string& path : paths)
    if (base::is_kube_input(path))
      running += path + " ";
    else
      relative.push_back(fs::absolute(path, ignored).lexically_normal().lexically_relative(folder));
  const std::string text =
      harness::first_test(relative, cluster.policies(), cluster.inventory(), cluster.environment());
  if (text.empty())
    return fail(kUnreadable,
                "no workload, and no policy that selects pods by labels, to write a test about");
  const auto written = base::write_file(flags.init, text);
  if (!written) return fail(kUsage, written.error());
  note("wrote " + flags.init + "; run `cnplint test " + running + flags.init + "`");
  return kClean;
}

int run_test(const TestFlags& flags) {
  const auto config = configuration(flags.config, flags.paths);
  if (!config) return fail(kUsage, config.error());
  if (!flags.init.empty()) return write_first_test(flags, *config);
  if (flags.paths.empty()) return fail(kUsage, "no path given; try `cnplint test .`");
  std::vector<std::string> inputs = flags.paths;
  inputs.push_back(config->file);
  const auto outputs = parse_outputs(flags.outputs, names_of(reporters::test_formats()), inputs);
  if (!outputs) return fail(kUsage, outputs.error());
  return run_tests(flags, *config, *outputs);
}

}  // namespace

Command add_test_command(CLI::App& app) {
  auto flags = std::make_shared<TestFlags>();
  app.add_option(
      "PATH", flags->paths,
      "Test files, or folders with *.cnptest.yaml; with kube:CONTEXT beside them, tests are "
      "about what runs there, and not about the files that they name");
  add_output_option(app, flags->outputs, names_of(reporters::test_formats()));
  app.add_option("--filter", flags->options.filter,
                 "Run only tests whose name contains this text, repeatable")
      ->allow_extra_args(false);
  app.add_flag("--fail-fast", flags->options.fail_fast, "Stop at the first test that fails");
  app.add_option("--init", flags->init,
                 "Write a first test file from the policies and manifests in PATH (default .)")
      ->type_name(kFileValue);
  app.add_flag("--allow-outside", flags->options.allow_outside,
               "Test files may name policies and manifests outside of the repository");
  app.add_flag("--allow-empty", flags->allow_empty, "No test at all is no error");
  add_config_flags(app, flags->config);
  return [flags] { return run_test(*flags); };
}

}  // namespace cnplint::cli
