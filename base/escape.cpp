// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"

#include <algorithm>
#include <cctype>

#include "base/text.h"

namespace cnplint::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_control(char32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

/// Invisible characters that turn the direction of text around, and separators of lines.
bool is_invisible(char32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F ||
         (value >= 0x2028 && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

/// Walks the text by code points; `special` may return what stands for one, or nothing.
template <class Special>
std::string map(std::string_view text, const Special& special) {
  std::string result;
  while (!text.empty()) {
    const Character point = first_character(text);
    const std::size_t width = point.width == 0 ? 1 : point.width;
    if (!special(point, text.substr(0, width), result)) result += text.substr(0, width);
    text.remove_prefix(width);
  }
  return result;
}

bool markup(Character point, std::string& result) {
  switch (point.value) {
    case '&':
      result += "&amp;";
      return true;
    case '<':
      result += "&lt;";
      return true;
    case '>':
      result += "&gt;";
      return true;
    case '"':
      result += "&quot;";
      return true;
    case '\'':
      result += "&#39;";
      return true;
    default:
      return false;
  }
}

std::string percent(std::string_view text, std::string_view encoded) {
  std::string result;
  for (const char c : text) {
    if (encoded.find(c) == std::string_view::npos) {
      result += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    result += '%';
    result += static_cast<char>(std::toupper(kHex[byte >> 4U]));
    result += static_cast<char>(std::toupper(kHex[byte & 0xFU]));
  }
  return result;
}

}  // namespace

std::string for_terminal(std::string_view text) {
  const auto is_plain = [](char c) { return c >= ' ' && c <= '~'; };
  if (std::ranges::all_of(text, is_plain)) return std::string(text);
  return map(text, [](Character point, std::string_view bytes, std::string& result) {
    const bool hidden = point.width == 0 || is_invisible(point.value) ||
                        (is_control(point.value) && point.value != '\t');
    if (!hidden) return false;
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      result += "\\x";
      result += kHex[byte >> 4U];
      result += kHex[byte & 0xFU];
    }
    return true;
  });
}

std::string for_xml(std::string_view text) {
  return map(text, [](Character point, std::string_view, std::string& result) {
    const bool legal_control = point.value == '\t' || point.value == '\n' || point.value == '\r';
    const bool illegal = point.width == 0 || (is_control(point.value) && !legal_control) ||
                         (point.value >= 0xD800 && point.value < 0xE000) || point.value == 0xFFFE ||
                         point.value == 0xFFFF;
    if (illegal) result += kReplacement;
    return illegal || markup(point, result);
  });
}

std::string for_html(std::string_view text) { return for_xml(text); }

std::string for_github_data(std::string_view text) { return percent(for_terminal(text), "%"); }

std::string for_github_property(std::string_view text) {
  return percent(for_terminal(text), "%:,");
}

std::string for_uri(std::string_view text) {
  std::string encoded;
  for (int c = 0; c < 256; ++c) {
    const bool plain = c < 0x80 && (std::isalnum(c) != 0 || c == '/' || c == '-' || c == '.' ||
                                    c == '_' || c == '~');
    if (!plain) encoded += static_cast<char>(c);
  }
  return percent(text, encoded);
}

std::string csv_cell(std::string_view value) {
  std::string text = for_terminal(value);
  if (!text.empty() && std::string_view("=+-@\t\r").find(text.front()) != std::string_view::npos)
    text.insert(0, 1, '\'');
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted.append(c == '"' ? 2 : 1, c);
  return quoted + "\"";
}

}  // namespace cnplint::base
