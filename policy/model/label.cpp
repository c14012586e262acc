// SPDX-License-Identifier: Apache-2.0
#include "policy/model/label.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace cnplint::policy {
namespace {

constexpr std::size_t kLongestName = 63;
constexpr std::size_t kLongestSubdomain = 253;

using base::is_alnum;

bool is_lower_alnum(char c) {
  return is_alnum(c) && std::isupper(static_cast<unsigned char>(c)) == 0;
}

bool is_qualified_name(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || !is_alnum(text.front()) ||
      !is_alnum(text.back()))
    return false;
  return std::ranges::all_of(
      text, [](char c) { return is_alnum(c) || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

bool is_label_value(std::string_view text) { return text.empty() || is_qualified_name(text); }

bool is_dns_label(std::string_view text) {
  if (text.empty() || text.size() > kLongestName || !is_lower_alnum(text.front()) ||
      !is_lower_alnum(text.back()))
    return false;
  return std::ranges::all_of(text, [](char c) { return is_lower_alnum(c) || c == '-'; });
}

bool is_dns_subdomain(std::string_view text) {
  if (text.empty() || text.size() > kLongestSubdomain) return false;
  for (;;) {
    const std::size_t dot = text.find('.');
    const std::string_view label = text.substr(0, dot);
    if (label.empty() || !is_lower_alnum(label.front()) || !is_lower_alnum(label.back()) ||
        !std::ranges::all_of(label, [](char c) { return is_lower_alnum(c) || c == '-'; }))
      return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_label_key(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return is_qualified_name(text);
  return is_dns_subdomain(text.substr(0, slash)) && is_qualified_name(text.substr(slash + 1));
}

bool is_selector_key(std::string_view text, Release release) {
  constexpr Release kColonKept{20};
  const std::size_t colon = text.find(':');
  if (release < kColonKept) {
    text = text.substr(0, text.find('='));
    if (text.starts_with('$')) return is_label_key("reserved." + std::string(text.substr(1)));
    const std::size_t mark = text.find(':');
    if (mark == std::string_view::npos) return is_label_key("any." + std::string(text));
    std::string dotted(text);
    dotted[mark] = '.';
    return is_label_key(mark == 0 ? "any" + dotted : dotted);
  }
  if (colon == std::string_view::npos) return is_label_key(text);
  const std::string_view source = text.substr(0, colon);
  return !source.empty() && std::ranges::all_of(source, is_alnum) &&
         is_label_key(text.substr(colon + 1));
}

std::string_view without_source(std::string_view key) {
  const std::size_t colon = key.find(':');
  return colon == std::string_view::npos ? key : key.substr(colon + 1);
}

std::string_view source_of(std::string_view key) {
  const std::size_t colon = key.find(':');
  return colon == std::string_view::npos ? std::string_view("any") : key.substr(0, colon);
}

}  // namespace cnplint::policy
