// SPDX-License-Identifier: Apache-2.0
#include "lint/rule_text.h"

#include <algorithm>
#include <map>
#include <vector>

namespace cnplint::lint {
namespace {

std::string yaml_block(std::string_view text) { return "```yaml\n" + std::string(text) + "```\n"; }

std::string padded(std::string_view text, std::size_t width) {
  return std::string(text) + std::string(width > text.size() ? width - text.size() : 1, ' ');
}

/// The page of docs/facts that has a fact.
std::string_view page_of(std::string_view fact) {
  if (fact == "openshift") return "openshift.md";
  if (fact.starts_with('A') || fact.starts_with('B')) return "cilium-semantics.md";
  return fact.starts_with('K') ? "cluster-network-policy.md" : "cilium-validation.md";
}

std::string fact_links(const Rule& rule) {
  std::string text;
  for (const std::string_view fact : words_of(rule.facts))
    text += (text.empty() ? "- facts: " : ", ") + std::string("[") + std::string(fact) +
            "](../facts/" + std::string(page_of(fact)) + ")";
  return text.empty() ? text : text + "\n";
}

/// Links to the rules that rest on the same facts, and to the list of all.
std::string neighbours(const Rule& rule, std::span<const Rule* const> rules) {
  std::string text;
  for (const Rule* other : rules) {
    const auto facts = words_of(other->facts);
    const bool shares = std::ranges::any_of(words_of(rule.facts), [&](std::string_view fact) {
      return std::ranges::find(facts, fact) != facts.end();
    });
    if (shares && other != &rule)
      text += "- [" + std::string(other->name) + "](" + std::string(other->name) +
              ".md): " + std::string(other->summary) + "\n";
  }
  return text +
         "- [all rules](README.md), [what they find and what files cannot tell](../faults.md)\n";
}

/// Which rules rest on which fact.
std::string facts_table(std::span<const Rule* const> rules) {
  std::map<std::string_view, std::vector<std::string_view>> by_fact;
  for (const Rule* rule : rules)
    for (const std::string_view fact : words_of(rule->facts)) by_fact[fact].push_back(rule->name);
  std::string text = "\n## Facts\n\n| fact | rules |\n|---|---|\n";
  for (const auto& [fact, names] : by_fact) {
    text += "| [" + std::string(fact) + "](../facts/" + std::string(page_of(fact)) + ") |";
    for (const std::string_view name : names)
      text += (name == names.front() ? " [" : ", [") + std::string(name) + "](" +
              std::string(name) + ".md)";
    text += " |\n";
  }
  return text;
}

}  // namespace

std::string rule_markdown(const Rule& rule, std::span<const Rule* const> rules) {
  const std::string name(rule.name);
  std::string text = "# " + name + "\n\n" + std::string(rule.summary) + "\n\n";
  text += "| family | default severity | profile | certainty | since |\n|---|---|---|---|---|\n| " +
          std::string(family_name(rule.family)) + " | " +
          std::string(severity_name(rule.severity)) + " | " +
          std::string(profile_name(rule.profile)) + " | " +
          std::string(kCertaintyNames[static_cast<std::size_t>(rule.certainty)]) + " | " +
          std::string(rule.since) + " |\n\n";
  text += "## Why\n" + std::string(rule.why) + "\n\n";
  if (rule.example.file != Example().file)
    text += "The examples are a `" + std::string(rule.example.file) + "`.\n\n";
  if (!rule.example.config.empty())
    text += "## Under this configuration\n" + yaml_block(rule.example.config) + "\n";
  if (!rule.example.flows.empty())
    text += "## With this capture\n```json\n" + std::string(rule.example.flows) + "```\n\n";
  text += "## Reported\n" + yaml_block(rule.example.bad) + "\n";
  if (!rule.example.fixed.empty())
    text += "## Fixed by `cnplint fix`\n" + yaml_block(rule.example.fixed) + "\n";
  text += "## Not reported\n" + yaml_block(rule.example.good) + "\n";
  if (!rule.options.empty()) {
    text += "## Options\n";
    for (const Option& option : rule.options)
      text += "- `" + std::string(option.name) + "`: " + std::string(option.description) + "\n";
    text += "\n";
  }
  text += "## See also\n" + neighbours(rule, rules) + fact_links(rule) + "\n";
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
                 std::string(rule->summary) +
                 (rule->profile == Profile::recommended
                      ? ""
                      : " (profile " + std::string(profile_name(rule->profile)) + ")") +
                 "\n";
    if (!lines.empty()) text += std::string(kFamilyNames[family]) + "\n" + lines + "\n";
  }
  return text + std::to_string(rules.size()) + " rules; `cnplint rules NAME` explains one\n";
}

std::string rules_index(std::span<const Rule* const> rules) {
  std::string text =
      "# Rules\n\nProfiles: `recommended` is on by default, `strict` has what only strict "
      "reviewers "
      "want as well, `all` what somebody has to ask for (`profile:` in the configuration, "
      "`--select`). "
      "Some findings of a rule are notes unless the profile is `strict`.\n\n"
      "| rule | family | severity | profile | finds |\n|---|---|---|---|---|\n";
  for (const Rule* rule : rules)
    text += "| [" + std::string(rule->name) + "](" + std::string(rule->name) + ".md) | " +
            std::string(family_name(rule->family)) + " | " +
            std::string(severity_name(rule->severity)) + " | " +
            std::string(profile_name(rule->profile)) + " | " + std::string(rule->summary) + " |\n";
  return text + facts_table(rules);
}

}  // namespace cnplint::lint
