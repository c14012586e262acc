// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "policy/text/change.h"

namespace cnplint::tests {

/// A node as JSON; numbers by their text.
nlohmann::json plain_json(policy::NodeRef node);

/// A value that is the same for the same number, with what it is as JSON.
class RandomValue {
 public:
  explicit RandomValue(std::uint64_t number);
  [[nodiscard]] const policy::Value& value() const { return value_; }
  [[nodiscard]] const nlohmann::json& json() const { return json_; }

 private:
  nlohmann::json json_;
  policy::Value value_;
};

/// A YAML text in a random style, with comments, and a change of something in it.
class RandomChange {
 public:
  explicit RandomChange(std::uint64_t number);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// What the text says, and what it is to say.
  [[nodiscard]] const nlohmann::json& before() const { return before_; }
  [[nodiscard]] const nlohmann::json& after() const { return after_; }
  /// The change, of the root of the text that was read.
  [[nodiscard]] policy::Changes changes(policy::NodeRef root) const;
  /// Its name and place, for people.
  [[nodiscard]] std::string what() const;
  /// The comments of the text that must still be there.
  [[nodiscard]] std::vector<std::string> kept_comments() const;

 private:
  using Path = std::vector<std::string>;
  void arrange(const std::vector<Path>& paths, std::uint64_t number, nlohmann::json& node,
               nlohmann::json& parent);
  void choose_at(const std::vector<Path>& paths, std::uint64_t number);

  nlohmann::json before_;
  nlohmann::json after_;
  std::string text_;
  policy::Change::Kind kind_ = policy::Change::Kind::set;
  Path path_;    ///< keys and positions
  Path target_;  ///< of what is moved
  std::string key_;
  nlohmann::json value_;
  std::vector<std::string> comments_;
};

}  // namespace cnplint::tests
