// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"

#include <algorithm>

#include "base/text.h"

#include "policy/model/address.h"

namespace cnplint::policy {
namespace {

bool is_label_character(char c) { return base::is_alnum(c) || c == '-' || c == '_'; }
bool is_name_character(char c) { return is_label_character(c) || c == '.'; }

/// Whole labels, each with its dot, or the root: what a pattern of stars alone matches.
bool is_plain_name(std::string_view canonical) {
  if (canonical == ".") return true;
  return std::ranges::all_of(canonical, is_name_character) && canonical.front() != '.' &&
         canonical.find("..") == std::string_view::npos;
}

/// Whether a pattern whose stars stay inside a label matches all of the name. A star that fails is
/// tried one character further; only the last star ever has to be, as in any glob.
bool matches_labels(std::string_view pattern, std::string_view name) {
  std::size_t p = 0;
  std::size_t n = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_end = 0;
  while (n < name.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_end = n;
    } else if (p < pattern.size() && pattern[p] == name[n]) {
      ++p;
      ++n;
    } else if (star != std::string_view::npos && is_label_character(name[star_end])) {
      p = star + 1;
      n = ++star_end;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace

bool is_dns_match_name(std::string_view text) {
  return std::ranges::all_of(text, is_name_character);
}

bool is_host_name(std::string_view text) {
  constexpr std::size_t kLongestLabel = 63;
  if (text.empty() || !is_dns_match_name(text) || parse_address(text)) return false;
  if (text.ends_with('.')) text.remove_suffix(1);
  for (bool more = true; more;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || label.size() > kLongestLabel) return false;
    more = dot != std::string_view::npos;
    if (more) text.remove_prefix(dot + 1);
  }
  return true;
}

bool is_dns_match_pattern(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return is_name_character(c) || c == '*'; });
}

std::string canonical_dns_name(std::string_view name) {
  std::string result = base::lower(name);
  if (!result.ends_with('.')) result += '.';
  return result;
}

DnsPattern::DnsPattern(std::string_view text, Release release) {
  constexpr Release kWholeLabels{20};
  const std::string canonical = canonical_dns_name(text);
  const std::size_t stars = std::min(canonical.find_first_not_of('*'), canonical.size());
  everything_ = stars > 0 && canonical.substr(stars) == ".";
  leading_labels_ = stars > 1 && canonical[stars] == '.' && release >= kWholeLabels;
  for (const char c : std::string_view(canonical).substr(leading_labels_ ? stars : 0))
    if (c != '*' || !rest_.ends_with('*')) rest_ += c;
}

std::string_view DnsPattern::only_name() const {
  const bool stars = everything_ || leading_labels_ || rest_.find('*') != std::string::npos;
  return stars ? std::string_view() : rest_;
}

bool DnsPattern::matches(std::string_view name) const {
  const std::string canonical = canonical_dns_name(name);
  if (everything_) return is_plain_name(canonical);
  if (!leading_labels_) return matches_labels(rest_, canonical);
  // One or more whole labels, then the rest, which begins with their last dot.
  const std::string_view view(canonical);
  for (std::size_t dot = view.find('.', 1); dot != std::string_view::npos;
       dot = view.find('.', dot + 1)) {
    if (view[dot - 1] == '.') return false;  // an empty label
    if (matches_labels(rest_, view.substr(dot))) return view.front() != '.';
  }
  return false;
}

}  // namespace cnplint::policy
