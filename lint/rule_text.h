// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "lint/rule.h"

namespace cnplint::lint {

/// A rule's documentation: the text of docs/rules/NAME.md and of `cnplint rules NAME`, with links
/// to its neighbours among the rules.
std::string rule_markdown(const Rule& rule, std::span<const Rule* const> rules);

/// All rules, one line each, by family: the text of `cnplint rules`.
std::string rules_table(std::span<const Rule* const> rules);

/// The table of docs/rules/README.md.
std::string rules_index(std::span<const Rule* const> rules);

}  // namespace cnplint::lint
