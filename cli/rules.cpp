// SPDX-License-Identifier: Apache-2.0
#include <CLI/CLI.hpp>
#include <memory>

#include "base/nearest.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/values.h"
#include "lint/config.h"
#include "lint/rule_text.h"
#include "rules/catalogue.h"
#include "schemas/schema.h"

namespace cnplint::cli {
namespace {

/// The flags of `cnplint rules`.
struct RulesFlags {
  std::string name;
  std::string schema;
  std::string cilium;
  bool config_schema = false;
};

int show(const std::string& text) {
  const auto printed = print(text);
  return printed ? kClean : fail(kUsage, printed.error());
}

int print_schema(const RulesFlags& flags) {
  std::string wanted;
  for (const unsigned char c : flags.schema) wanted += static_cast<char>(std::tolower(c));
  const auto names = schemas::bundled_schema_names();
  if (std::find(names.begin(), names.end(), wanted) == names.end())
    return fail(kUsage, "--schema: no schema for `" + flags.schema + "`" +
                            base::allowed_values_hint(wanted, names));
  policy::Release release;
  if (!flags.cilium.empty()) {
    const auto parsed = policy::parse_release(flags.cilium);
    if (!parsed)
      return fail(kUsage, "--cilium: unknown release `" + flags.cilium + "`" +
                              base::allowed_values_hint(flags.cilium, policy::kReleaseNames));
    release = *parsed;
  }
  if (wanted == "cnplintconfig") return show(lint::config_json_schema(rules::catalogue()));
  return show(schemas::plain_json_schema(wanted, release));
}

int explain(const std::string& name) {
  std::vector<std::string_view> names;
  for (const lint::Rule* rule : rules::catalogue()) {
    if (lint::is_called(*rule, name)) return show(lint::rule_markdown(*rule, rules::catalogue()));
    names.push_back(rule->name);
  }
  return fail(kUsage, "there is no rule `" + name + "`" + base::allowed_values_hint(name, names) +
                          "; `cnplint rules` lists them");
}

int run_rules(const RulesFlags& flags) {
  if (flags.config_schema) return show(lint::config_json_schema(rules::catalogue()));
  if (!flags.schema.empty()) return print_schema(flags);
  if (!flags.name.empty()) return explain(flags.name);
  return show(lint::rules_table(rules::catalogue()));
}

}  // namespace

Command add_rules_command(CLI::App& app) {
  auto flags = std::make_shared<RulesFlags>();
  app.add_option("NAME", flags->name, "The rule to explain")->type_name(kRuleValue);
  app.add_option("--schema", flags->schema,
                 "Print the JSON Schema of a kind, such as CiliumNetworkPolicy, for editors")
      ->type_name(kSchemaValue);
  app.add_option("--cilium", flags->cilium,
                 "Cilium release of the schema, 1.16 to 1.20 (default 1.20)")
      ->type_name(kReleaseValue);
  app.add_flag("--config-schema", flags->config_schema, "Print the JSON Schema of .cnplint.yaml");
  return [flags] { return run_rules(*flags); };
}

}  // namespace cnplint::cli
