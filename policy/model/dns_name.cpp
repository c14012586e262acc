// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_name.h"

#include <algorithm>
#include <optional>
#include <vector>

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

namespace {

/// A pattern as a machine that reads a name: in each state one step, and where it may go on without
/// reading.
struct Machine {
  struct Step {
    char reads = 0;  ///< 0: any character of a label
    std::size_t to = 0;
  };
  struct State {
    std::vector<Step> steps;
    std::optional<std::size_t> skips_to;
  };
  std::vector<State> states;  ///< the last one is where the name ends
};

Machine machine_of(std::string_view rest, bool leading_labels) {
  Machine machine;
  std::vector<Machine::State>& states = machine.states;
  if (leading_labels) {
    states.push_back({{{0, 1}}, std::nullopt});
    states.push_back({{{0, 1}, {'.', 0}}, 2});
  }
  for (const char c : rest) {
    const std::size_t here = states.size();
    if (c == '*')
      states.push_back({{{0, here}}, here + 1});
    else
      states.push_back({{{c, here + 1}}, std::nullopt});
  }
  states.emplace_back();
  return machine;
}

bool read_alike(const Machine::Step& a, const Machine::Step& b) {
  if (a.reads != 0 && b.reads != 0) return a.reads == b.reads;
  const char one = a.reads != 0 ? a.reads : b.reads;
  return one == 0 || is_label_character(one);
}

}  // namespace

bool DnsPattern::overlaps(const DnsPattern& other) const {
  if (everything_ || other.everything_) return true;
  const Machine a = machine_of(rest_, leading_labels_);
  const Machine b = machine_of(other.rest_, other.leading_labels_);
  const std::size_t width = b.states.size();
  std::vector<bool> seen(a.states.size() * width);
  std::vector<std::size_t> open;
  const auto reach = [&](std::size_t of_a, std::size_t of_b) {
    const std::size_t both = of_a * width + of_b;
    if (!seen[both]) open.push_back(both);
    seen[both] = true;
  };
  reach(0, 0);
  while (!open.empty() && !seen.back()) {
    const std::size_t i = open.back() / width;
    const std::size_t j = open.back() % width;
    open.pop_back();
    if (a.states[i].skips_to) reach(*a.states[i].skips_to, j);
    if (b.states[j].skips_to) reach(i, *b.states[j].skips_to);
    for (const Machine::Step& one : a.states[i].steps)
      for (const Machine::Step& two : b.states[j].steps)
        if (read_alike(one, two)) reach(one.to, two.to);
  }
  return seen.back();
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
