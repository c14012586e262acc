// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>

namespace cnplint::base {
namespace {

constexpr char lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

}  // namespace

Character first_character(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text.front());
  if (lead < 0x80) return {lead, 1};
  if (lead < 0xC2 || lead > 0xF4) return {};
  const std::size_t width = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  if (width > text.size()) return {};
  char32_t value = lead & (0x7FU >> width);
  for (std::size_t i = 1; i < width; ++i) {
    if (!is_continuation(text[i])) return {};
    value = (value << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  const bool overlong = (width == 3 && value < 0x800) || (width == 4 && value < 0x10000);
  if (overlong || (value >= 0xD800 && value < 0xE000) || value > 0x10FFFF) return {};
  return {value, width};
}

std::size_t code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char byte) { return !is_continuation(byte); }));
}

std::string shortened(std::string_view text, std::size_t longest) {
  if (text.size() <= longest) return std::string(text);
  while (longest > 0 && is_continuation(text[longest])) --longest;
  return std::string(text.substr(0, longest)) + "...";
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& byte : result) byte = lower(byte);
  return result;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string counted(std::uint64_t count, std::string_view what) {
  std::string text = std::to_string(count) + " " + std::string(what);
  if (count == 1) return text;
  const bool vowel_y = what.ends_with("ay") || what.ends_with("ey") || what.ends_with("oy");
  if (!what.ends_with('y') || vowel_y) return text + "s";
  text.back() = 'i';
  return text + "es";
}

std::string first_few(std::vector<std::string> names, std::size_t most) {
  if (names.size() > most) {
    const std::size_t more = names.size() - most;
    names.resize(most);
    names.push_back(std::to_string(more) + " more");
  }
  return joined(names, ", ");
}

std::string aligned(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const std::vector<std::string>& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], code_points(row[i]));
  }
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) line += padded(row[i], widths[i] + 2);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string padded(std::string_view text, std::size_t width) {
  const std::size_t length = code_points(text);
  return std::string(text) + std::string(length < width ? width - length : 0, ' ');
}

std::string quoted(std::string_view value) {
  constexpr std::size_t kLongest = 80;
  return "`" + shortened(value, kLongest) + "`";
}

}  // namespace cnplint::base
