// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "cli/command.h"
#include "cli/lint_run.h"

namespace cnplint::cli {

Command add_lint_command(CLI::App& app) {
  auto flags = std::make_shared<LintFlags>();
  add_lint_flags(app, *flags);
  add_fix_flags(app, *flags);
  return [flags] {
    if (!flags->fix && (flags->unsafe || flags->patch || flags->force))
      return fail(kUsage, "--unsafe, --patch and --force are about fixing; say --fix as well");
    return run_lint(*flags);
  };
}

}  // namespace cnplint::cli
