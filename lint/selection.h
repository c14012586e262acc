// SPDX-License-Identifier: Apache-2.0
//
// Which rules a run has: those of a profile, or those that the command line names.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "lint/rule.h"

namespace cnplint::lint {

/// What --select and --ignore say, each of rules, families and profiles by name.
struct Selection {
  /// The words of one flag.
  struct Words {
    std::vector<const Rule*> rules;
    std::vector<Family> families;
    std::vector<Profile> profiles;

    [[nodiscard]] bool empty() const {
      return rules.empty() && families.empty() && profiles.empty();
    }
  };
  Words select;  ///< none: the rules of the profile
  Words ignore;

  /// The profile that counts: the widest that is selected, else the configured one.
  [[nodiscard]] Profile profile(Profile configured) const;
  /// Whether a rule is selected by its own name: then no configuration turns it off.
  [[nodiscard]] bool names(const Rule& rule) const;
  /// Whether a rule is on. `asked`: the configuration gives it a severity.
  [[nodiscard]] bool has(const Rule& rule, Profile configured, bool asked) const;
};

/// Reads the words of a flag, which the error names with the nearest spelling of a word that is
/// none.
base::Result<Selection::Words> read_selection(std::string_view flag,
                                              std::span<const std::string> texts,
                                              std::span<const Rule* const> rules);

}  // namespace cnplint::lint
