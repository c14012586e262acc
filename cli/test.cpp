// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <set>

#include "base/file.h"
#include "base/output_files.h"
#include "base/text.h"
#include "base/walk.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/policy_input.h"
#include "harness/first_test.h"
#include "harness/policy_test_run.h"
#include "harness/verdict_notes.h"
#include "lint/report.h"
#include "policy/yaml/reader.h"
#include "reporters/policy_test_reporter.h"
#include "schemas/validator.h"

namespace cnplint::cli {
namespace {

namespace fs = std::filesystem;

/// The flags of `cnplint test`.
struct TestFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  std::vector<std::string> filter;
  ConfigFlags config;
  std::string init;
  bool fail_fast = false;
  bool allow_outside = false;
  bool allow_empty = false;
};

bool is_test_name(std::string_view name) {
  return name.ends_with(".cnptest.yaml") || name.ends_with(".cnptest.yml") ||
         name.ends_with(".cnptest.json");
}

/// Runs test files one after the other and collects what a report needs.
class TestCommand {
 public:
  TestCommand(const TestFlags& flags, const lint::Config& config,
              const std::vector<Output>& outputs)
      : flags_(flags),
        config_(config),
        outputs_(outputs),
        schema_(schemas::compile_schema("policytest", {})),
        loader_(store_, files_of(outputs), excluded(config)) {
    options_.fail_fast = flags.fail_fast;
    if (!flags.filter.empty())
      options_.selected = [&filter = flags.filter](const std::string& name) {
        return std::ranges::any_of(
            filter, [&](const std::string& part) { return name.find(part) != std::string::npos; });
      };
  }

  int run() {
    const base::Walk walk =
        base::find_files(flags_.paths, {is_test_name, excluded(config_), files_of(outputs_)});
    tell_notes(walk.notes);
    for (const base::Error& error : walk.errors) report_.errors.push_back(error.message);
    for (const std::string& path : walk.files) {
      if (flags_.fail_fast && report_.failed() > 0) break;
      run_file(path);
    }
    for (const std::string& error : report_.errors) fail(kUnreadable, error);
    int code = exit_code();
    report_.version = CNPLINT_VERSION;
    const auto delivered = deliver(outputs_, [&](const Output& output) {
      report_.color = wants_color(output);
      const auto formats = reporters::test_formats();
      return std::ranges::find(formats, output.format, &reporters::TestFormat::name)
          ->render(report_);
    });
    return delivered ? code : fail(kUsage, delivered.error());
  }

 private:
  [[nodiscard]] int exit_code() const {
    if (!report_.errors.empty()) return kUnreadable;
    if (report_.failed() > 0) return kFindings;
    if (report_.results.empty() && !flags_.allow_empty)
      return fail(kUnreadable, flags_.filter.empty()
                                   ? "no policy test found; name a *.cnptest.yaml, or say --init "
                                     "PATH to write a first one"
                                   : "no test has such a name; check --filter");
    return kClean;
  }

  void run_file(const std::string& path) {
    auto text = base::read_input(path, policy::ReaderCaps::kFileBytes);
    if (!text) {
      report_.errors.push_back(text.error().message);
      return;
    }
    ++report_.files;
    const std::string shown = base::shown_path(path);
    contents_.push_back(policy::read_documents(store_.add(shown, std::move(*text))));
    if (contents_.back().documents.empty())
      report_.errors.push_back(shown + ": the file is empty; see `cnplint test --init PATH`");
    for (const policy::Document& document : contents_.back().documents) {
      if (document.error())
        mistake(document.error()->range, document.error()->message);
      else
        run_document(document.root(), shown);
    }
  }

  void mistake(base::SourceRange range, const std::string& message) {
    report_.errors.push_back(range.place() + ": " + message);
  }

  /// Whether the document keeps the schema; each way it does not is an error of its own.
  bool is_valid(policy::NodeRef root) {
    const std::size_t before = report_.errors.size();
    for (const policy::DuplicateKey& each : policy::duplicate_keys(root))
      mistake(each.key.range(), "key " + base::quoted(each.key.text()) + " is written twice");
    for (const schemas::Violation& violation : schemas::validate(schema_, root))
      if (violation.keyword != schemas::Keyword::null_field)
        mistake(lint::culprit_range(violation.node), schemas::describe(violation, schema_));
    return report_.errors.size() == before;
  }

  /// The paths of a list, from the folder of the test file. One that leaves the repository is a
  /// mistake: a test file of an untrusted change must not read what lies around it.
  std::vector<std::string> resolved(policy::NodeRef paths, const std::string& file) {
    const fs::path folder = file == "<stdin>" ? fs::path() : fs::path(file).parent_path();
    const auto root = base::repository_root(folder);
    std::vector<std::string> result;
    for (const policy::NodeRef path : paths.items()) {
      result.push_back((folder / std::string(path.text())).lexically_normal().string());
      if (!root || flags_.allow_outside || base::is_below(result.back(), *root)) continue;
      mistake(path.range(), base::quoted(path.text()) + " leaves the repository " + root->string() +
                                "; --allow-outside allows it");
      result.pop_back();
    }
    return result;
  }

  void run_document(policy::NodeRef root, const std::string& file) {
    if (!is_valid(root)) return;
    policy::Environment environment = config_.environment;
    policy::read_environment(root.get("environment"), environment);
    std::vector<std::string> paths = resolved(root.get("policies"), file);
    for (std::string& path : resolved(root.get("manifests"), file))
      paths.push_back(std::move(path));
    const policy::NodeRef inline_policies = root.get("inlinePolicies");
    const std::string text(inline_policies ? inline_policies.text() : "");
    inputs_.push_back(
        loader_.load(paths, environment, text.empty() ? nullptr : &text, file + "#inlinePolicies"));
    PolicyInput& input = inputs_.back();
    tell_notes(input.notes);
    for (const std::string& error : input.errors) report_.errors.push_back(error);
    for (const lint::RejectedPolicy& each : input.rejected)
      report_.left_out.push_back({each.subject, each.why.front().range, each.why.front().message});
    if (std::string others = harness::unjudged_policies(input.inventory);
        !others.empty() && told_.insert(others).second)
      warn(others);
    if (input.templates > 0)
      warn(file + ": templates left out: " + std::to_string(input.templates) +
           "; render them first");
    tests_.push_back(harness::read_test_file(root, config_.environment, input.inventory));
    for (const harness::Mistake& each : tests_.back().mistakes)
      mistake(lint::culprit_range(each.where), each.message);
    if (!tests_.back().mistakes.empty()) return;
    for (harness::TestResult& result :
         harness::run_tests(tests_.back(), file, input.policies, input.inventory, options_))
      report_.results.push_back(std::move(result));
  }

  const TestFlags& flags_;
  const lint::Config& config_;
  const std::vector<Output>& outputs_;
  base::SourceStore store_;
  schemas::Schema schema_;
  PolicyLoader loader_;
  harness::RunOptions options_;
  std::deque<policy::FileContent> contents_;
  std::deque<PolicyInput> inputs_;
  std::deque<harness::TestFile> tests_;
  std::set<std::string> told_;  ///< what was said once
  reporters::TestReport report_;
};

/// `cnplint test --init PATH`: a first test from the manifests and policies below some paths.
int write_first_test(const TestFlags& flags, const lint::Config& config) {
  std::error_code ignored;
  if (fs::exists(flags.init, ignored))
    return fail(kUsage, flags.init + ": the file exists; --init never overwrites, name a new one");
  const std::vector<std::string> paths =
      flags.paths.empty() ? std::vector<std::string>{"."} : flags.paths;
  base::SourceStore store;
  PolicyLoader loader(store, {}, excluded(config));
  const PolicyInput input = loader.load(paths, config.environment);
  for (const std::string& error : input.errors) fail(kUnreadable, error);
  if (!input.errors.empty()) return kUnreadable;
  const fs::path folder = fs::absolute(flags.init, ignored).parent_path();
  std::vector<std::string> relative;
  for (const std::string& path : paths)
    relative.push_back(fs::absolute(path, ignored).lexically_normal().lexically_relative(folder));
  const std::string text =
      harness::first_test(relative, input.policies, input.inventory, config.environment);
  if (text.empty())
    return fail(kUnreadable,
                "no workload, and no policy that selects pods by labels, to write a test about");
  const auto written = base::write_file(flags.init, text);
  if (!written) return fail(kUsage, written.error());
  note("wrote " + flags.init + "; run `cnplint test " + flags.init + "`");
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
  return TestCommand(flags, *config, *outputs).run();
}

}  // namespace

Command add_test_command(CLI::App& app) {
  auto flags = std::make_shared<TestFlags>();
  app.add_option("PATH", flags->paths, "Test files, or folders with *.cnptest.yaml");
  app.add_option("-o,--output", flags->outputs,
                 "FORMAT[=FILE], repeatable: text, json, junit, tap, github")
      ->allow_extra_args(false);
  app.add_option("--filter", flags->filter,
                 "Run only tests whose name contains this text, repeatable")
      ->allow_extra_args(false);
  app.add_flag("--fail-fast", flags->fail_fast, "Stop at the first test that fails");
  app.add_option("--init", flags->init,
                 "Write a first test file from the policies and manifests in PATH (default .)");
  app.add_flag("--allow-outside", flags->allow_outside,
               "Test files may name policies and manifests outside of the repository");
  app.add_flag("--allow-empty", flags->allow_empty, "No test at all is no error");
  add_config_flags(app, flags->config);
  return [flags] { return run_test(*flags); };
}

}  // namespace cnplint::cli
