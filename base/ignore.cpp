// SPDX-License-Identifier: Apache-2.0
#include "base/ignore.h"

#include <algorithm>
#include <utility>

namespace cnplint::base {
namespace {

constexpr auto kNone = std::string_view::npos;

/// A line without the blanks at its end; one behind a backslash stays. Tabs are no blanks to git.
std::string_view without_trailing_blanks(std::string_view line) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\' && ++i == line.size()) return line;
    end = i + 1;
  }
  return line.substr(0, end);
}

/// Whether a character is in a class such as `alpha`, of ASCII alone; none: there is no such class.
/// Git's white space has no vertical tab and no form feed.
std::optional<bool> in_class(std::string_view name, unsigned char c) {
  const bool upper = c >= 'A' && c <= 'Z';
  const bool lower = c >= 'a' && c <= 'z';
  const bool digit = c >= '0' && c <= '9';
  const bool graph = c > ' ' && c < 0x7f;
  if (name == "alnum") return upper || lower || digit;
  if (name == "alpha") return upper || lower;
  if (name == "blank") return c == ' ' || c == '\t';
  if (name == "cntrl") return c < ' ' || c == 0x7f;
  if (name == "digit") return digit;
  if (name == "graph") return graph;
  if (name == "lower") return lower;
  if (name == "print") return graph || c == ' ';
  if (name == "punct") return graph && !upper && !lower && !digit;
  if (name == "space") return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  if (name == "upper") return upper;
  if (name == "xdigit") return digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  return std::nullopt;
}

bool add_class(std::string_view name, std::bitset<256>& set) {
  if (!in_class(name, 'a')) return false;
  for (unsigned c = 0; c < set.size(); ++c)
    if (*in_class(name, static_cast<unsigned char>(c))) set.set(c);
  return true;
}

}  // namespace

IgnorePatterns::IgnorePatterns(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == kNone ? text.size() : end + 1);
    if (line.starts_with('#')) continue;
    if (line.ends_with('\r')) line.remove_suffix(1);
    line = line.substr(0, line.find('\0'));
    add(without_trailing_blanks(line));
  }
}

void IgnorePatterns::add(std::string_view line) {
  Pattern pattern;
  pattern.negated = line.starts_with('!');
  if (pattern.negated) line.remove_prefix(1);
  pattern.folder_only = line.ends_with('/');
  if (pattern.folder_only) line.remove_suffix(1);
  if (line.empty()) return;
  pattern.name_only = line.find('/') == kNone;
  if (line.starts_with('/')) line.remove_prefix(1);
  // Git compares what stands before the first special character on its own. What is left starts a
  // pattern: a `**` there spans folders, whatever stands before it.
  const std::size_t special = std::min(line.find_first_of("*?[\\"), line.size());
  pattern.prefix = line.substr(0, special);
  if (compile(line.substr(special), pattern)) patterns_.push_back(std::move(pattern));
}

/// The tokens of a pattern; false where it cannot match anything.
bool IgnorePatterns::compile(std::string_view glob, Pattern& pattern) {
  for (std::size_t i = 0; i < glob.size(); ++i) {
    Token token{Kind::literal, glob[i]};
    if (glob[i] == '\\') {
      if (++i == glob.size()) return false;
      token.literal = glob[i];
    } else if (glob[i] == '?') {
      token.kind = Kind::any;
    } else if (glob[i] == '[') {
      i = compile_set(glob, i);
      if (i == kNone) return false;
      token = {Kind::set, 0, static_cast<std::uint32_t>(sets_.size() - 1)};
    } else if (glob[i] == '*') {
      const std::size_t start = i;
      while (i + 1 < glob.size() && glob[i + 1] == '*') ++i;
      const std::string_view behind = glob.substr(i + 1);
      const bool whole_segment =
          (start == 0 || glob[start - 1] == '/') &&
          (behind.empty() || behind.starts_with('/') || behind.starts_with("\\/"));
      token.kind =
          i > start && whole_segment && !pattern.name_only ? Kind::double_star : Kind::star;
      token.skips_slash = token.kind == Kind::double_star && behind.starts_with('/');
    }
    pattern.rest.push_back(token);
  }
  return true;
}

/// Reads `[...]` that starts at a place into a new set; returns the place of its `]`, or npos where
/// it is not closed or names an unknown class.
std::size_t IgnorePatterns::compile_set(std::string_view glob, std::size_t at) {
  std::bitset<256> set;
  const auto put = [&](char c) { set.set(static_cast<unsigned char>(c)); };
  std::size_t i = at + 1;
  const bool negated = i < glob.size() && (glob[i] == '!' || glob[i] == '^');
  if (negated) ++i;
  unsigned char previous = 0;  // where a range may start; 0: nowhere
  for (const std::size_t first = i; i < glob.size(); ++i) {
    char c = glob[i];
    if (c == ']' && i > first) {
      if (negated) set.flip();
      set.reset('/');
      sets_.push_back(set);
      return i;
    }
    const bool range = c == '-' && previous != 0 && i + 1 < glob.size() && glob[i + 1] != ']';
    if (range) c = glob[++i];
    if (c == '[' && !range && glob.substr(i + 1).starts_with(':')) {
      const std::size_t close = glob.find(']', i + 2);
      if (close == kNone) return kNone;
      if (close > i + 2 && glob[close - 1] == ':') {
        if (!add_class(glob.substr(i + 2, close - i - 3), set)) return kNone;
        i = close;
        previous = 0;
        continue;
      }
    } else if (c == '\\') {
      if (++i == glob.size()) return kNone;
      c = glob[i];
    }
    const auto end = static_cast<unsigned char>(c);
    for (unsigned each = range ? previous : end; each <= end; ++each) set.set(each);
    if (!range) put(c);
    previous = range ? 0 : end;
  }
  return kNone;
}

std::optional<bool> IgnorePatterns::decide(std::string_view path, bool folder,
                                           std::size_t& budget) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  // The last one that matches decides.
  for (std::size_t i = patterns_.size(); i-- > 0;) {
    const Pattern& pattern = patterns_[i];
    const std::string_view text = pattern.name_only ? name : path;
    const bool starts = text.starts_with(pattern.prefix);
    const std::size_t cost = 1 + (starts ? (pattern.rest.size() + 1) * (text.size() + 1) : 0);
    if (budget <= cost) {
      budget = 0;
      return std::nullopt;
    }
    budget -= cost;
    if (starts && (folder || !pattern.folder_only) && matches(pattern, text))
      return !pattern.negated;
  }
  return std::nullopt;
}

/// All places of the pattern that can be reached go forward together, a character at a time: never
/// more than pattern times text, however many stars there are.
bool IgnorePatterns::matches(const Pattern& pattern, std::string_view text) const {
  text.remove_prefix(pattern.prefix.size());
  const std::vector<Token>& tokens = pattern.rest;
  if (tokens.empty()) return text.empty();
  std::vector<char> now(tokens.size() + 2, 0);
  std::vector<char> next(now.size(), 0);
  constexpr char kStayed = 1;
  constexpr char kReached = 2;
  const auto reach_behind_stars = [&](std::vector<char>& places) {
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (places[i] == 0 || tokens[i].kind < Kind::star) continue;
      places[i + 1] = kReached;
      // Only where a folder starts: once `**` has taken something, its slash must be there.
      if (tokens[i].skips_slash && places[i] == kReached) places[i + 2] = kReached;
    }
  };
  now[0] = kReached;
  reach_behind_stars(now);
  for (const char c : text) {
    std::ranges::fill(next, 0);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (now[i] == 0) continue;
      const Token& token = tokens[i];
      if (token.kind == Kind::double_star || (token.kind == Kind::star && c != '/'))
        next[i] = std::max(next[i], kStayed);
      if ((token.kind == Kind::literal && token.literal == c) ||
          (token.kind == Kind::any && c != '/') ||
          (token.kind == Kind::set && sets_[token.set].test(static_cast<unsigned char>(c))))
        next[i + 1] = kReached;
    }
    reach_behind_stars(next);
    std::swap(now, next);
  }
  return now[tokens.size()] != 0;
}

}  // namespace cnplint::base
