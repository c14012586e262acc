// SPDX-License-Identifier: Apache-2.0
#include "flows/text_form.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace cnplint::flows {
namespace {

/// As the printer of Hubble's command line words verdicts (fact B1.6).
constexpr std::array<std::string_view, 11> kVerdictTexts{
    "FORWARDED", "DROPPED",    "AUDIT",   "REDIRECTED", "ERROR",          "TRACED",
    "DENIED",    "TRANSLATED", "ALLOWED", "AUDITED",    "VERDICT_UNKNOWN"};
constexpr std::array<std::string_view, 3> kArrows{" -> ", " <- ", " <> "};
constexpr std::array<std::string_view, 7> kDictKeys{
    "TIMESTAMP:", "NODE:", "SOURCE:", "DESTINATION:", "TYPE:", "VERDICT:", "SUMMARY:"};

constexpr bool is_capital(char c) { return (c >= 'A' && c <= 'Z') || c == '_'; }

/// Whether one of the words of capitals is a verdict.
bool has_verdict(std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    if (!is_capital(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && is_capital(line[end])) ++end;
    if (std::ranges::find(kVerdictTexts, line.substr(at, end - at)) != kVerdictTexts.end())
      return true;
    at = end;
  }
  return false;
}

/// Whether it has the gaps of a row of `-o tab`: at least three, of tabs or two blanks and more.
bool has_columns(std::string_view line) {
  constexpr int kFewest = 3;
  int gaps = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] != ' ' && line[at] != '\t') {
      ++at;
      continue;
    }
    const std::size_t end = std::min(line.find_first_not_of(" \t", at), line.size());
    gaps += end - at > 1 || line[at] == '\t' ? 1 : 0;
    at = end;
  }
  return gaps >= kFewest;
}

}  // namespace

bool is_hubble_text(std::string_view line) {
  constexpr std::size_t kLongest = 4096;
  line = line.substr(0, kLongest);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  if (std::ranges::any_of(kDictKeys, [&](std::string_view key) { return line.starts_with(key); }))
    return true;
  if (line.starts_with("TIMESTAMP") && line.find("VERDICT") != std::string_view::npos) return true;
  const bool arrow = std::ranges::any_of(
      kArrows, [&](std::string_view each) { return line.find(each) != std::string_view::npos; });
  return (arrow || has_columns(line)) && has_verdict(line);
}

}  // namespace cnplint::flows
