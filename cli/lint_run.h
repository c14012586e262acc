// SPDX-License-Identifier: Apache-2.0
//
// Linting, which the commands `lint` and `fix` share: their flags and what they do.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/configuration.h"
#include "cli/output.h"
#include "flows/capture.h"
#include "lint/outcome.h"
#include "lint/traffic.h"
#include "project/measure.h"
#include "project/project.h"

namespace CLI {
class App;
}

namespace cnplint::cli {

/// The flags of `cnplint lint` and `cnplint fix`.
struct LintFlags {
  std::vector<std::string> paths;
  std::vector<std::string> outputs;
  std::vector<std::string> only;
  std::vector<std::string> captures;
  std::vector<std::string> select;
  std::vector<std::string> ignore;
  ConfigFlags config;
  std::string fail_on;
  bool show_config = false;
  bool show_clusters = false;
  bool no_suppressions = false;
  bool allow_empty = false;
  bool statistics = false;
  bool verbose = false;
  unsigned jobs = 0;
  bool fix = false;     ///< apply fixes before the report
  bool unsafe = false;  ///< those that change verdicts, too
  bool patch = false;   ///< print what would be written
  bool force = false;   ///< write files that are not committed as well
};

/// The flags of `lint`, which `fix` has as well.
void add_lint_flags(CLI::App& app, LintFlags& flags);
/// The flags about fixing; the one that asks for it where the command is not about that.
void add_fix_flags(CLI::App& app, LintFlags& flags);

/// Lints inputs as the flags say. What findings about traffic are made of lives as long as it.
class Linter {
 public:
  Linter(const LintFlags& flags, std::optional<flows::Capture> capture)
      : flags_(flags), capture_(std::move(capture)) {}

  /// Lints the clusters, or the one that is named. One is held against a capture where there is one
  /// with flows: without any flow every rule would be an unused one. `fold`: one finding stands for
  /// the same ones in other objects.
  base::Result<lint::Outcome> lint(const project::Project& project, project::Inputs& inputs,
                                   bool fold);

 private:
  struct Held {
    std::unique_ptr<project::Measurement> measurement;
    lint::Remedies remedies;
    std::optional<lint::Traffic> traffic;
  };

  const LintFlags& flags_;
  std::optional<flows::Capture> capture_;
  std::deque<Held> held_;
};

/// The report of what was linted, and the exit code that it stands for.
int report(const LintFlags& flags, const project::Project& project, const project::Inputs& inputs,
           const lint::Outcome& outcome, const std::vector<Output>& outputs);

/// Does what the flags ask for.
int run_lint(const LintFlags& flags);

/// Applies fixes, and reports what remains (cli/fix.cpp).
int run_fix(const LintFlags& flags, project::Project& project, project::Inputs& inputs,
            Linter& linter, const std::vector<Output>& outputs);

}  // namespace cnplint::cli
