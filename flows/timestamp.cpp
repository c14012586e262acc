// SPDX-License-Identifier: Apache-2.0
#include "flows/timestamp.h"

#include <array>
#include <chrono>
#include <cstdio>

namespace cnplint::flows {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads numbers of a fixed width from the front of a text.
class Digits {
 public:
  explicit Digits(std::string_view text) : rest_(text) {}

  int number(std::size_t width) {
    int value = 0;
    if (rest_.size() < width) return fail();
    for (std::size_t i = 0; i < width; ++i) {
      if (!is_digit(rest_[i])) return fail();
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(width);
    return value;
  }
  void skip(std::string_view one_of) {
    if (rest_.empty() || one_of.find(rest_.front()) == std::string_view::npos) {
      fail();
      return;
    }
    rest_.remove_prefix(1);
  }
  [[nodiscard]] char next() const { return rest_.empty() ? '\0' : rest_.front(); }
  /// The digits behind a point as nanoseconds; more than nine are cut.
  std::int64_t fraction() {
    if (next() != '.' && next() != ',') return 0;
    rest_.remove_prefix(1);
    std::int64_t value = 0;
    std::int64_t unit = kSecond;
    if (!is_digit(next())) return fail();
    for (; is_digit(next()); rest_.remove_prefix(1)) {
      unit /= 10;
      value += unit * (rest_.front() - '0');
    }
    return value;
  }
  [[nodiscard]] bool good() const { return good_; }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  int fail() {
    good_ = false;
    return 0;
  }

  std::string_view rest_;
  bool good_ = true;
};

/// What `+02:00` takes away, in seconds.
int offset(Digits& digits) {
  const char sign = digits.next();
  digits.skip("zZ+-");
  if (sign == 'z' || sign == 'Z') return 0;
  const int hours = digits.number(2);
  if (digits.next() == ':') digits.skip(":");
  const int minutes = digits.number(2);
  return (sign == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
}

}  // namespace

std::optional<std::int64_t> parse_timestamp(std::string_view text) {
  Digits digits(text);
  const int year = digits.number(4);
  digits.skip("-");
  const int month = digits.number(2);
  digits.skip("-");
  const int day = digits.number(2);
  if (!digits.good()) return std::nullopt;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::int64_t fraction = 0;
  int shift = 0;
  if (!digits.at_end()) {
    digits.skip("Tt ");
    hour = digits.number(2);
    digits.skip(":");
    minute = digits.number(2);
    digits.skip(":");
    second = digits.number(2);
    fraction = digits.fraction();
    if (!digits.at_end()) shift = offset(digits);
  }
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  constexpr int kFirstYear = 1678;
  constexpr int kLastYear = 2261;
  if (!digits.good() || !digits.at_end() || !date.ok() || hour > 23 || minute > 59 || second > 60 ||
      year < kFirstYear || year > kLastYear)
    return std::nullopt;
  const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
  return (days * 86400 + std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second - shift) *
             kSecond +
         fraction;
}

std::optional<std::int64_t> TimestampReader::read(std::string_view text) {
  // `2026-03-02T08:00:00.5Z`, in UTC; anything else is read as a whole.
  constexpr std::size_t kLeast = 20;
  if (text.size() < kLeast || text.back() != 'Z') return parse_timestamp(text);
  const std::string_view date(date_.data(), kDateLength);
  if (text.substr(0, kDateLength) != date) {
    const auto midnight = parse_timestamp(text.substr(0, kDateLength - 1));
    if (!midnight || text[kDateLength - 1] != 'T') return parse_timestamp(text);
    midnight_ = *midnight;
    text.copy(date_.data(), kDateLength);
  }
  Digits digits(text.substr(kDateLength));
  const std::int64_t hour = digits.number(2);
  digits.skip(":");
  const std::int64_t minute = digits.number(2);
  digits.skip(":");
  const std::int64_t second = digits.number(2);
  const std::int64_t fraction = digits.fraction();
  digits.skip("Z");
  if (!digits.good() || !digits.at_end() || hour > 23 || minute > 59 || second > 60)
    return std::nullopt;
  return midnight_ + (hour * 3600 + minute * 60 + second) * kSecond + fraction;
}

std::string format_timestamp(std::int64_t time) {
  std::int64_t seconds = time / kSecond;
  std::int64_t rest = time % kSecond;
  if (rest < 0) {
    rest += kSecond;
    --seconds;
  }
  const std::chrono::sys_seconds moment{std::chrono::seconds(seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{moment - day};
  std::string result;
  const auto add = [&](unsigned number, std::size_t digits, char behind) {
    const std::string text = std::to_string(number);
    result.append(digits - std::min(digits, text.size()), '0').append(text).append(1, behind);
  };
  add(static_cast<unsigned>(static_cast<int>(date.year())), 4, '-');
  add(static_cast<unsigned>(date.month()), 2, '-');
  add(static_cast<unsigned>(date.day()), 2, 'T');
  add(static_cast<unsigned>(clock.hours().count()), 2, ':');
  add(static_cast<unsigned>(clock.minutes().count()), 2, ':');
  add(static_cast<unsigned>(clock.seconds().count()), 2, '.');
  result.pop_back();
  if (rest != 0) {
    std::string digits = std::to_string(kSecond + rest);  // a 1 and nine digits
    digits.front() = '.';
    while (digits.ends_with("000")) digits.resize(digits.size() - 3);
    result += digits;
  }
  return result + "Z";
}

}  // namespace cnplint::flows
