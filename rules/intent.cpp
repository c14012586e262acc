// SPDX-License-Identifier: Apache-2.0
#include "rules/intent.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace cnplint::rules {
namespace {

using std::string_view_literals::operator""sv;

/// The words of a text in lower case, each with a blank before and behind it.
std::string in_words(std::string_view text) {
  std::string words = " ";
  for (const char c : base::lower(text)) {
    const bool in_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (in_word)
      words += c;
    else if (words.back() != ' ')
      words += ' ';
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

/// Whether a text in words has one of some beginnings of words.
template <std::size_t Count>
bool has_beginning(std::string_view words, const std::array<std::string_view, Count>& all) {
  return std::ranges::any_of(all, [&](std::string_view each) {
    return words.find(" " + std::string(each)) != std::string_view::npos;
  });
}

bool speaks_of_denying(std::string_view words) {
  static constexpr std::array kDeny{"deny"sv,     "denie"sv,  "block"sv,    "isolat"sv,
                                    "restrict"sv, "no "sv,    "nobody"sv,   "lock"sv,
                                    "nothing"sv,  "drop"sv,   "not "sv,     "only "sv,
                                    "except"sv,   "reject"sv, "disallow"sv, "without"sv};
  return has_beginning(words, kDeny);
}

/// Whether a text says that somebody opens to everybody or to the outside.
bool speaks_of_opening(std::string_view text) {
  static constexpr std::array kOpen{
      "world "sv,         "internet "sv,    "public "sv,          "outside "sv,
      "unrestricted "sv,  "everybody "sv,   "everyone "sv,        "everything "sv,
      "anybody "sv,       "anyone "sv,      "anywhere "sv,        "permissive "sv,
      "allow all "sv,     "accept all "sv,  "permit all "sv,      "allow any "sv,
      "all traffic "sv,   "all ingress "sv, "all egress "sv,      "allow external "sv,
      "from external "sv, "to external "sv, "external access "sv, "external traffic "sv,
      "full access "sv,   "open to all "sv, "allow cluster "sv,   "cluster ingress "sv,
      "cluster egress "sv};
  const std::string words = in_words(text);
  return has_beginning(words, kOpen) &&
         (!speaks_of_denying(words) || words.starts_with(" allow all except "));
}

}  // namespace

bool speaks_of_allowing(std::string_view text) {
  static constexpr std::array kAllow{
      "allow"sv,       "permit"sv,  "open "sv,    "everybody "sv,   "anybody "sv,
      "everyone "sv,   "anyone "sv, "accept"sv,   "full access "sv, "unrestricted "sv,
      "permissive "sv, "public "sv, "let all "sv, "let every"sv,    "let any"sv,
      "any to "sv,     "admit"sv};
  const std::string words = in_words(text);
  return has_beginning(words, kAllow) && !speaks_of_denying(words);
}

std::string comments_at(NodeRef node) {
  const base::SourceRange range = node.range();
  const std::string_view text = range.file->text();
  std::size_t begin = text.rfind('\n', range.begin);
  begin = begin == std::string_view::npos ? 0 : begin + 1;
  const std::string_view line = text.substr(begin, text.find('\n', begin) - begin);
  std::string result;
  if (const std::size_t at = line.find(" #"); at != std::string_view::npos)
    result = line.substr(at + 2);
  if (begin < 2) return result;
  const std::size_t above = text.rfind('\n', begin - 2);
  std::string_view before = text.substr(above == std::string_view::npos ? 0 : above + 1);
  before = before.substr(0, before.find('\n'));
  const std::size_t first = before.find_first_not_of(' ');
  if (first != std::string_view::npos && before[first] == '#')
    result += " " + std::string(before.substr(first + 1));
  return result;
}

bool is_meant_open(const policy::Policy& policy) { return speaks_of_opening(policy.name); }

}  // namespace cnplint::rules
