// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cnplint::flows {

inline constexpr std::int64_t kSecond = 1'000'000'000;
inline constexpr std::int64_t kHour = 3600 * kSecond;
inline constexpr std::int64_t kDay = 24 * kHour;

/// Nanoseconds since 1970 of an RFC 3339 time, with or without fraction, `Z` or an offset; a blank
/// may stand for the `T`, and without `Z` and offset it is UTC, as databases write it. Only what
/// nanoseconds in 64 bits can hold: 1678 to 2261.
std::optional<std::int64_t> parse_timestamp(std::string_view text);

/// Reads times one after the other, most of them of the same day.
class TimestampReader {
 public:
  /// What parse_timestamp() reads.
  std::optional<std::int64_t> read(std::string_view text);

 private:
  static constexpr std::size_t kDateLength = 11;  // with the `T`
  std::array<char, kDateLength> date_{};
  std::int64_t midnight_ = 0;
};

/// The time in UTC as protojson writes it: with 0, 3, 6 or 9 digits of a second.
std::string format_timestamp(std::int64_t time);

}  // namespace cnplint::flows
