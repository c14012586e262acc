// SPDX-License-Identifier: Apache-2.0
#include "lint/selection.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"

namespace cnplint::lint {
namespace {

/// Adds what a word means; false where it means nothing.
bool add_word(std::string_view word, std::span<const Rule* const> rules, Selection::Words& words) {
  const auto profile = std::ranges::find(kProfileNames, word);
  const auto family = std::ranges::find(kFamilyNames, word);
  const auto rule =
      std::ranges::find_if(rules, [&](const Rule* each) { return is_called(*each, word); });
  if (profile != kProfileNames.end())
    words.profiles.push_back(static_cast<Profile>(profile - kProfileNames.begin()));
  else if (family != kFamilyNames.end())
    words.families.push_back(static_cast<Family>(family - kFamilyNames.begin()));
  else if (rule != rules.end())
    words.rules.push_back(*rule);
  else
    return false;
  return true;
}

bool has_family(const Selection::Words& words, const Rule& rule) {
  return std::ranges::find(words.families, rule.family) != words.families.end();
}
bool has_rule(const Selection::Words& words, const Rule& rule) {
  return std::ranges::find(words.rules, &rule) != words.rules.end();
}

}  // namespace

Profile Selection::profile(Profile configured) const {
  const auto widest = std::ranges::max_element(select.profiles);
  return widest == select.profiles.end() ? configured : *widest;
}

bool Selection::names(const Rule& rule) const { return has_rule(select, rule); }

bool Selection::has(const Rule& rule, Profile configured, bool asked) const {
  const bool of_ignored_profile =
      std::ranges::find(ignore.profiles, rule.profile) != ignore.profiles.end();
  if (has_rule(ignore, rule) || has_family(ignore, rule) || of_ignored_profile) return false;
  if (names(rule)) return true;
  const bool in_profile = asked || rule.profile <= profile(configured);
  const bool whole_profile = select.empty() || !select.profiles.empty();
  return in_profile && (whole_profile || has_family(select, rule));
}

base::Result<Selection::Words> read_selection(std::string_view flag,
                                              std::span<const std::string> texts,
                                              std::span<const Rule* const> rules) {
  Selection::Words words;
  for (const std::string& word : texts) {
    if (add_word(word, rules, words)) continue;
    std::vector<std::string_view> known(kProfileNames.begin(), kProfileNames.end());
    known.insert(known.end(), kFamilyNames.begin(), kFamilyNames.end());
    for (const Rule* rule : rules) known.push_back(rule->name);
    return base::fail(base::Error::Kind::usage,
                      std::string(flag) + ": no rule, family or profile is called " +
                          base::quoted(word) + base::allowed_values_hint(word, known) +
                          "; `cnplint rules` lists them");
  }
  return words;
}

}  // namespace cnplint::lint
