// SPDX-License-Identifier: Apache-2.0
//
// Reads values of JSON text with simdjson's On-Demand interface, and says what is wrong with one.
// Included by the sources that decode records, and by no header of the room.
#pragma once

#include <simdjson.h>

#include <charconv>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "flows/chunk.h"

namespace cnplint::flows {

namespace ondemand = simdjson::ondemand;
using Value = ondemand::value;

static_assert(kPadding >= simdjson::SIMDJSON_PADDING);

/// Takes the value out of a result, which simdjson allows of temporaries only.
template <class Result, class Taken>
simdjson::error_code take(Result result, Taken& into) {
  return static_cast<Result&&>(result).get(into);
}

/// What simdjson finds wrong, in the style of our messages.
inline std::string error_text(simdjson::error_code error) {
  std::string text = simdjson::error_message(error);
  while (text.ends_with('.')) text.pop_back();
  return "broken JSON: " + text;
}

/// The text of a field's key as it stands between its quotes.
inline std::string_view key_text(ondemand::field& field) {
  const char* begin = field.key().raw();
  const char* end = begin;
  while (*end != '"') end += *end == '\\' ? 2 : 1;
  return {begin, static_cast<std::size_t>(end - begin)};
}

/// Reads values into variables. Null leaves them as they are; a wrong type is remembered as the
/// problem of the record, and false is returned. Numbers may be written as texts, as protojson does
/// with those of 64 bits.
class JsonReader {
 public:
  bool wrong(std::string_view key, std::string_view what = "has the wrong type") {
    if (problem_.empty()) problem_ = base::quoted(key) + " " + std::string(what);
    return false;
  }
  /// Like wrong(), of more than one field.
  bool refuse(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
    return false;
  }
  bool broken(simdjson::error_code error) {
    if (problem_.empty()) problem_ = error_text(error);
    is_broken_ = true;
    return false;
  }

  static bool is_null(Value& value) {
    bool null = false;
    return value.is_null().get(null) == simdjson::SUCCESS && null;
  }

  bool text(std::string_view key, Value& value, std::string_view& into) {
    if (is_null(value)) return true;
    return value.get_string().get(into) == simdjson::SUCCESS || wrong(key);
  }

  /// A number, or a text with one: protojson writes 64-bit numbers as texts.
  template <class Number>
  bool number(std::string_view key, Value& value, Number& into,
              std::uint64_t most = std::numeric_limits<Number>::max()) {
    if (is_null(value)) return true;
    std::uint64_t read = 0;
    std::string_view digits;
    if (value.get_uint64().get(read) != simdjson::SUCCESS) {
      if (value.get_string().get(digits) != simdjson::SUCCESS) return wrong(key);
      const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), read);
      if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size())
        return wrong(key, "is no number");
    }
    if (read > most) return wrong(key, "is out of range");
    into = static_cast<Number>(read);
    return true;
  }

  bool truth(std::string_view key, Value& value, bool& into) {
    if (is_null(value)) return true;
    return value.get_bool().get(into) == simdjson::SUCCESS || wrong(key);
  }

  bool texts(std::string_view key, Value& value, std::vector<std::string_view>& into) {
    if (is_null(value)) return true;
    ondemand::array items;
    if (value.get_array().get(items) != simdjson::SUCCESS) return wrong(key);
    for (auto item : items) {
      std::string_view one;
      if (item.get_string().get(one) != simdjson::SUCCESS) return wrong(key);
      into.push_back(one);
    }
    return true;
  }

  /// Calls body(key, value) for each field of an object; null has none.
  template <class Body>
  bool fields(std::string_view key, Value& value, const Body& body) {
    if (is_null(value)) return true;
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return wrong(key);
    return each_field(object, body);
  }

  template <class Body>
  bool each_field(ondemand::object& object, const Body& body) {
    for (auto result : object) {
      ondemand::field field;
      if (const auto error = take(result, field)) return broken(error);
      const std::string_view name = key_text(field);
      if (!body(name, field.value())) return false;
    }
    return true;
  }

  /// What was wrong first; empty where nothing was.
  std::string take_problem() {
    is_broken_ = false;
    return std::exchange(problem_, {});
  }
  /// Whether the text is no JSON, so that nothing behind can be read.
  [[nodiscard]] bool is_broken() const { return is_broken_; }

 private:
  std::string problem_;
  bool is_broken_ = false;
};

}  // namespace cnplint::flows
