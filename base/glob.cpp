// SPDX-License-Identifier: Apache-2.0
#include "base/glob.h"

#include <vector>

namespace cnplint::base {
namespace {

/// Matches `[...]` at the head of the pattern against one character; returns the length of the
/// class, or 0 where it is not closed (then `[` is an ordinary character).
std::size_t match_class(std::string_view pattern, char c, bool& matched) {
  const std::size_t close = pattern.find(']', 2);
  if (close == std::string_view::npos) return 0;
  std::string_view set = pattern.substr(1, close - 1);
  const bool negated = set.starts_with('!') || set.starts_with('^');
  if (negated) set.remove_prefix(1);
  bool inside = false;
  for (std::size_t i = 0; i < set.size(); ++i) {
    if (i + 2 < set.size() && set[i + 1] == '-') {
      inside = inside || (set[i] <= c && c <= set[i + 2]);
      i += 2;
    } else {
      inside = inside || set[i] == c;
    }
  }
  matched = inside != negated;
  return close + 1;
}

/// One segment: `*` with a single point to come back to, hence never exponential.
bool segment_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t retry = 0;
  while (t < text.size()) {
    bool matched = false;
    std::size_t step = 1;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      retry = t;
      continue;
    }
    if (p < pattern.size()) {
      if (pattern[p] == '[') step = match_class(pattern.substr(p), text[t], matched);
      if (pattern[p] != '[' || step == 0) {
        step = 1;
        matched = pattern[p] == '?' || pattern[p] == text[t];
      }
    }
    if (matched) {
      p += step;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    if (slash != 0 && path.substr(0, slash) != ".") segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

/// Row by row over the path: reachable[i] says that the first i segments of the pattern can match
/// what has been read. A pattern that is used up matches everything below.
bool segments_match(const std::vector<std::string_view>& pattern,
                    const std::vector<std::string_view>& path) {
  std::vector<bool> reachable(pattern.size() + 1, false);
  const auto skip_double_stars = [&] {
    for (std::size_t i = 0; i < pattern.size(); ++i)
      if (reachable[i] && pattern[i] == "**") reachable[i + 1] = true;
  };
  reachable[0] = true;
  skip_double_stars();
  for (const std::string_view segment : path) {
    if (reachable[pattern.size()]) return true;
    std::vector<bool> next(pattern.size() + 1, false);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      if (!reachable[i]) continue;
      if (pattern[i] == "**")
        next[i] = true;
      else if (segment_matches(pattern[i], segment))
        next[i + 1] = true;
    }
    reachable = std::move(next);
    skip_double_stars();
  }
  return reachable[pattern.size()];
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view path) {
  const bool anchored = pattern.find('/') < pattern.size() - 1;
  std::vector<std::string_view> segments = split(pattern);
  if (segments.empty()) return false;
  if (!anchored) segments.insert(segments.begin(), "**");
  return segments_match(segments, split(path));
}

}  // namespace cnplint::base
