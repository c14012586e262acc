// SPDX-License-Identifier: Apache-2.0
#include "cli/run.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/completion.h"
#include "cli/limits.h"
#include "cli/manual.h"
#include "cli/output.h"
#include "cli/version.h"

namespace cnplint::cli {
namespace {

/// The commands by name, `lint` first: it is meant where none is named.
struct CommandEntry {
  const char* name;
  const char* description;
  Command (*add)(CLI::App&);
};
constexpr std::array<CommandEntry, 11> kCommands{
    {{"lint", "Lint policies (the default command)", add_lint_command},
     {"fix", "Apply the fixes that findings carry, each proved", add_fix_command},
     {"test", "Run policy tests: what Cilium would do with connections", add_test_command},
     {"why", "Explain one connection: which rule decides it", add_why_command},
     {"diff", "What a change does: connections that open and close", add_diff_command},
     {"reach", "Who reaches whom: the matrix that policies make", add_reach_command},
     {"flows", "Summarise, convert and merge Hubble captures", add_flows_command},
     {"cover", "Measure policies against captures, and captures against policies",
      add_cover_command},
     {"synth", "Synthesise least-privilege policies from captures", add_synth_command},
     {"rules", "List the rules, explain one, or print a JSON schema", add_rules_command},
     {"completion", "Print completions for bash, zsh or fish", add_completion_command}}};

bool is_command(std::string_view word) {
  return std::ranges::find(kCommands, word, &CommandEntry::name) != kCommands.end();
}

/// The flags that every command has.
void add_limit_flags(CLI::App& app, Limits& limits) {
  app.add_option("--timeout", limits.seconds, "End with exit code 3 after so many seconds")
      ->type_name("SECONDS")
      ->check(CLI::PositiveNumber);
  app.add_option("--max-memory", limits.memory,
                 "End with exit code 3 where more memory is needed: 512MB, 2GB")
      ->transform(CLI::AsSizeValue(false))
      ->type_name("SIZE");
}

/// The words behind the program's name, `lint` put in front where no command is named.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words(argv + 1, argv + argc);
  const bool global = !words.empty() && (words.front() == "--help" || words.front() == "-h" ||
                                         words.front() == "--version");
  if (!words.empty() && !global && !is_command(words.front()))
    words.insert(words.begin(), kCommands.front().name);
  return words;
}

}  // namespace

int run(int argc, char** argv) {
  // kubectl finds its plug-ins by their names.
  const bool plugin = argc > 0 && std::string_view(argv[0]).ends_with("kubectl-cnplint");
  CLI::App app("Lints Cilium network policies before they are merged.",
               plugin ? "kubectl cnplint" : "cnplint");
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer(
      "Exit codes: 0 clean; 1 findings or failed tests; 2 wrong usage or configuration; 3 an input "
      "that cannot be read, or nothing to check; 4 internal error.");
  Limits limits;
  std::vector<std::pair<CLI::App*, Command>> commands;
  for (const CommandEntry& entry : kCommands) {
    CLI::App* command = app.add_subcommand(entry.name, entry.description);
    commands.emplace_back(command, entry.add(*command));
    add_limit_flags(*command, limits);
  }
  if (argc > 1 && argv[1] == std::string_view(kCompleteWord))
    return complete(app, {argv + 2, argv + argc});
  if (argc > 1 && argv[1] == std::string_view(kManualWord)) {
    const std::string page = manual_page(app, argc > 2 ? argv[2] : "");
    return !page.empty() && print(page) ? kClean : kUsage;
  }
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
  enforce(limits);
  for (const auto& [command, run_it] : commands)
    if (app.got_subcommand(command)) return run_it();
  return kUsage;
}

}  // namespace cnplint::cli
