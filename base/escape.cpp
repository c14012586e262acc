// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"

#include <cctype>
#include <cstdint>

namespace cnplint::base {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

struct CodePoint {
  std::uint32_t value = 0;
  std::size_t width = 0;  ///< 0: not UTF-8 here
};

CodePoint decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  const std::size_t width = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0;
  if (width == 0 || lead > 0xF4 || text.size() < width) return {};
  std::uint32_t value = lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0U) != 0x80U) return {};
    value = (value << 6U) | (byte & 0x3FU);
  }
  return {value, width};
}

bool is_control(std::uint32_t value) { return value < 0x20 || (value >= 0x7F && value < 0xA0); }

/// Invisible characters that turn the direction of text around, and separators of lines.
bool is_invisible(std::uint32_t value) {
  return value == 0x061C || value == 0x200E || value == 0x200F ||
         (value >= 0x2028 && value <= 0x202E) || (value >= 0x2066 && value <= 0x2069);
}

/// Walks the text by code points; `special` may return what stands for one, or nothing.
template <class Special>
std::string map(std::string_view text, const Special& special) {
  std::string result;
  while (!text.empty()) {
    const CodePoint point = decode(text);
    const std::size_t width = point.width == 0 ? 1 : point.width;
    if (!special(point, text.substr(0, width), result)) result += text.substr(0, width);
    text.remove_prefix(width);
  }
  return result;
}

bool markup(CodePoint point, std::string& result) {
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
  return map(text, [](CodePoint point, std::string_view bytes, std::string& result) {
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
  return map(text, [](CodePoint point, std::string_view, std::string& result) {
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

}  // namespace cnplint::base
