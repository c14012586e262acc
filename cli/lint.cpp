// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "cli/command.h"
#include "cli/lint_run.h"

namespace cnplint::cli {

Command add_lint_command(CLI::App& app) {
  auto flags = std::make_shared<LintFlags>();
  add_lint_flags(app, *flags);
  app.add_flag("--fix", flags->fix,
               "Apply fixes first, and report what remains (see `cnplint fix`)");
  add_fix_flags(app, *flags);
  return [flags] {
    if (!flags->fix && (flags->unsafe || flags->patch || flags->force))
      return fail(kUsage, "--unsafe, --patch and --force are about fixing; say --fix as well");
    return run_lint(*flags);
  };
}

}  // namespace cnplint::cli
