// SPDX-License-Identifier: Apache-2.0
#include "lint/rule_text.h"

#include <algorithm>

namespace cnplint::lint {
namespace {

std::string yaml_block(std::string_view text) { return "```yaml\n" + std::string(text) + "```\n"; }

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width > text.size() ? width - text.size() : 1, ' ');
}

}  // namespace

std::string rule_markdown(const Rule& rule) {
  const std::string name(rule.name);
  std::string text = "# " + name + "\n\n" + std::string(rule.summary) + "\n\n";
  text += "| family | default severity | certainty | since |\n|---|---|---|---|\n| " +
          std::string(family_name(rule.family)) + " | " +
          std::string(severity_name(rule.severity)) + " | " +
          std::string(kCertaintyNames[static_cast<std::size_t>(rule.certainty)]) + " | " +
          std::string(rule.since) + " |\n\n";
  text += "## Why\n" + std::string(rule.why) + "\n\n";
  if (rule.example.file != Example().file)
    text += "The examples are a `" + std::string(rule.example.file) + "`.\n\n";
  if (!rule.example.config.empty())
    text += "## Under this configuration\n" + yaml_block(rule.example.config) + "\n";
  if (!rule.example.flows.empty())
    text += "## With this capture\n```json\n" + std::string(rule.example.flows) + "```\n\n";
  text += "## Reported\n" + yaml_block(rule.example.bad) + "\n## Not reported\n" +
          yaml_block(rule.example.good) + "\n";
  if (!rule.options.empty()) {
    text += "## Options\n";
    for (const Option& option : rule.options)
      text += "- `" + std::string(option.name) + "`: " + std::string(option.description) + "\n";
    text += "\n";
  }
  text += "## Allow it\nOn the line, or on a line of its own above:\n```yaml\n# cnplint: allow " +
          name + " -- reason\n```\nor in `.cnplint.yaml`:\n```yaml\nrules:\n  " + name +
          ": \"off\"\n```\n";
  return text;
}

std::string rules_table(std::span<const Rule* const> rules) {
  constexpr std::size_t kNameWidth = 42;
  constexpr std::size_t kSeverityWidth = 9;
  std::string text;
  for (std::size_t family = 0; family < kFamilyNames.size(); ++family) {
    std::string lines;
    for (const Rule* rule : rules)
      if (rule->family == static_cast<Family>(family))
        lines += "  " + padded(rule->name, kNameWidth) +
                 padded(severity_name(rule->severity), kSeverityWidth) +
                 std::string(rule->summary) + "\n";
    if (!lines.empty()) text += std::string(kFamilyNames[family]) + "\n" + lines + "\n";
  }
  return text + std::to_string(rules.size()) + " rules; `cnplint rules NAME` explains one\n";
}

std::string rules_index(std::span<const Rule* const> rules) {
  std::string text = "# Rules\n\n| rule | family | severity | finds |\n|---|---|---|---|\n";
  for (const Rule* rule : rules)
    text += "| [" + std::string(rule->name) + "](" + std::string(rule->name) + ".md) | " +
            std::string(family_name(rule->family)) + " | " +
            std::string(severity_name(rule->severity)) + " | " + std::string(rule->summary) +
            " |\n";
  return text;
}

}  // namespace cnplint::lint
