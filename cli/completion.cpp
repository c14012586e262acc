// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/file.h"
#include "base/resource.h"
#include "base/text.h"
#include "cli/configuration.h"
#include "cli/output.h"
#include "cli/values.h"
#include "lint/selection.h"
#include "policy/model/environment.h"
#include "project/project.h"
#include "rules/catalogue.h"
#include "schemas/schema.h"

namespace cnplint::resources {
std::span<const base::Resource> completion_resources();
}

namespace cnplint::cli {
namespace {

/// A word, and what it is.
using Candidate = std::pair<std::string, std::string>;

/// What a description says first.
std::string first_words(const std::string& description) {
  constexpr std::size_t kMost = 70;
  std::string text = description.substr(0, description.find_first_of(":;\n"));
  if (text.size() > kMost) text = text.substr(0, text.rfind(' ', kMost)) + " ...";
  return text;
}

std::vector<Candidate> rule_names(bool with_groups) {
  std::vector<Candidate> all;
  if (with_groups) {
    for (const std::string_view profile : lint::kProfileNames) all.emplace_back(profile, "profile");
    for (const std::string_view family : lint::kFamilyNames) all.emplace_back(family, "family");
  }
  for (const lint::Rule* rule : rules::catalogue())
    all.emplace_back(rule->name, first_words(std::string(rule->summary)));
  return all;
}

/// The clusters that the files below the current folder make.
std::vector<Candidate> cluster_names(const std::string& before) {
  std::vector<Candidate> all;
  const auto config = configuration({}, {"."});
  if (!config) return all;
  project::Project project(*config);
  for (const project::Cluster& each : project.open({"."}).clusters())
    if (!each.name().empty()) all.emplace_back(before + each.name(), "cluster");
  return all;
}

/// What the value of an option may be; nothing where it is a file or anything.
std::vector<Candidate> values_of(const CLI::Option& option, const std::string& begun) {
  const auto [name, listed] = value_of(option);
  if (name == kRuleValue) return rule_names(!option.get_positional());
  if (name == kClusterValue) return cluster_names("");
  if (name == kStateValue && begun.starts_with("cluster:")) return cluster_names("cluster:");
  std::vector<Candidate> all;
  if (name == kReleaseValue)
    for (const std::string_view each : policy::kReleaseNames) all.emplace_back(each, "");
  if (name == kSchemaValue)
    for (const auto& each : schemas::bundled_schema_names()) all.emplace_back(each, "");
  for (const std::string& each : listed) all.emplace_back(each, "");
  return all;
}

/// An option by a word of the command line; null where it is none.
const CLI::Option* option_of(const CLI::App& command, const std::string& word) {
  for (const CLI::Option* option : command.get_options())
    if (!option->get_positional() && option->check_name(word)) return option;
  return nullptr;
}

std::vector<Candidate> options_of(const CLI::App& command) {
  std::vector<Candidate> all;
  for (const CLI::Option* option : command.get_options())
    for (const std::string& name : option->get_lnames())
      all.emplace_back("--" + name, first_words(option->get_description()));
  return all;
}

std::vector<Candidate> command_names(const CLI::App& app) {
  std::vector<Candidate> all;
  for (const CLI::App* each : commands_of(app))
    all.emplace_back(each->get_name(), first_words(each->get_description()));
  return all;
}

/// The first positional argument of a command that has values of its own.
std::vector<Candidate> positionals_of(const CLI::App& command, const std::string& begun) {
  for (const CLI::Option* option : command.get_options())
    if (option->get_positional())
      if (auto values = values_of(*option, begun); !values.empty()) return values;
  return {};
}

std::vector<Candidate> candidates(const CLI::App& app, const std::vector<std::string>& words) {
  const std::string& begun = words.back();
  // Behind two dashes there are no options.
  if (std::find(words.begin(), words.end() - 1, "--") != words.end() - 1) return {};
  const CLI::App* command = command_of(app, words.front());
  if (words.size() == 1 && !begun.starts_with('-')) return command_names(app);
  if (command == nullptr || words.size() == 1) command = command_of(app, "lint");
  if (const std::size_t equals = begun.find('=');
      begun.starts_with("--") && equals != std::string::npos) {
    const std::string before = begun.substr(0, equals);
    const CLI::Option* option = option_of(*command, before);
    if (option == nullptr) return {};
    std::vector<Candidate> values = values_of(*option, begun.substr(equals + 1));
    for (Candidate& each : values) each.first.insert(0, before + "=");
    return values;
  }
  if (begun.starts_with('-')) return options_of(*command);
  const std::string& before = words[words.size() - 2];
  if (const CLI::Option* option = before.starts_with('-') ? option_of(*command, before) : nullptr;
      option != nullptr && option->get_items_expected_max() > 0)
    return values_of(*option, begun);
  return positionals_of(*command, begun);
}

}  // namespace

Command add_completion_command(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  app.add_option("SHELL", *shell, "The shell that asks")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  app.footer(
      "bash: source <(cnplint completion bash); zsh: cnplint completion zsh "
      ">\"${fpath[1]}/_cnplint\"; fish: "
      "cnplint completion fish >~/.config/fish/completions/cnplint.fish");
  return [shell] {
    const auto scripts = resources::completion_resources();
    const auto script = std::ranges::find(scripts, "cnplint." + *shell, &base::Resource::name);
    const auto printed = print(std::string(script->text));
    return printed ? kClean : fail(kUsage, printed.error());
  };
}

int complete(const CLI::App& app, const std::vector<std::string>& words) {
  if (words.empty()) return kUsage;
  std::string text;
  for (const auto& [word, what] : candidates(app, words))
    if (word.starts_with(words.back())) text += word + (what.empty() ? "" : "\t" + what) + "\n";
  return print(text) ? kClean : kUsage;
}

}  // namespace cnplint::cli
