// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace cnplint::cli {
namespace {

bool is_command(std::string_view word) { return word == "lint" || word == "rules"; }

/// The words behind the program's name, `lint` put in front where no command is named.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool global = !words.empty() && (words.front() == "--help" || words.front() == "-h" ||
                                         words.front() == "--version");
  if (!words.empty() && !global && !is_command(words.front())) words.insert(words.begin(), "lint");
  return words;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("Lints Cilium network policies before they are merged.", "cnplint");
  app.set_version_flag("--version", std::string("cnplint ") + CNPLINT_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 clean; 1 findings; 2 wrong usage or configuration; 3 an input that cannot "
      "be read, or nothing to check; 4 internal error.");
  CLI::App* lint = app.add_subcommand("lint", "Lint policies (the default command)");
  CLI::App* rules =
      app.add_subcommand("rules", "List the rules, explain one, or print a JSON schema");
  const Command run_lint = add_lint_command(*lint);
  const Command run_rules = add_rules_command(*rules);
  try {
    std::vector<std::string> words = words_of(argc, argv);
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    app.parse(words);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::CallForVersion& version) {
    return app.exit(version);
  } catch (const CLI::ParseError& error) {
    const bool nothing = app.get_subcommands().empty() && argc == 1;
    return fail(kUsage, nothing ? "no path given; try `cnplint --help`"
                                : error.what() + std::string("; try `cnplint --help`"));
  }
  return app.got_subcommand(lint) ? run_lint() : run_rules();
}

}  // namespace cnplint::cli
