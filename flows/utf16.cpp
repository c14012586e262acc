// SPDX-License-Identifier: Apache-2.0
#include "flows/utf16.h"

#include <utility>

#include "base/encoding.h"

namespace cnplint::flows {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr char32_t kMark = 0xFEFF;

}  // namespace

std::optional<Utf16Reader> Utf16Reader::for_text(std::string_view begin) {
  if (begin.starts_with("\xFF\xFE")) return Utf16Reader(false);
  if (begin.starts_with("\xFE\xFF")) return Utf16Reader(true);
  if (begin.size() < kTelling) return std::nullopt;
  const auto is_nul = [&](std::size_t at) { return begin[at] == '\0'; };
  if (!is_nul(0) && is_nul(1) && !is_nul(2) && is_nul(3)) return Utf16Reader(false);
  if (is_nul(0) && !is_nul(1) && is_nul(2) && !is_nul(3)) return Utf16Reader(true);
  return std::nullopt;
}

void Utf16Reader::add(std::string_view bytes, std::string& into) {
  for (const char c : bytes) {
    if (!half_unit_) {
      half_unit_ = c;
      continue;
    }
    const char32_t first = static_cast<unsigned char>(*half_unit_);
    const char32_t second = static_cast<unsigned char>(c);
    half_unit_.reset();
    add_unit(big_endian_ ? (first << 8U) | second : (second << 8U) | first, into);
  }
}

void Utf16Reader::add_unit(char32_t unit, std::string& into) {
  const bool is_mark = unit == kMark && !begun_;
  begun_ = true;
  if (is_mark) return;
  const bool low = base::is_low_surrogate(unit);
  if (high_ != 0) {
    const char32_t high = std::exchange(high_, 0);
    if (low) return base::append_utf8(base::joined_surrogates(high, unit), into);
    base::append_utf8(kReplacement, into);
  }
  if (base::is_high_surrogate(unit))
    high_ = unit;
  else
    base::append_utf8(low ? kReplacement : unit, into);
}

void Utf16Reader::finish(std::string& into) {
  if (high_ != 0 || half_unit_) base::append_utf8(kReplacement, into);
  high_ = 0;
  half_unit_.reset();
}

}  // namespace cnplint::flows
