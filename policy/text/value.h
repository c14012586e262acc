// SPDX-License-Identifier: Apache-2.0
//
// Values that are to be written as YAML: the only way by which the program makes any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// A scalar, mapping or list that nobody has written yet. Strings are quoted wherever YAML 1.1,
/// which Kubernetes reads, would take them for something else.
class Value {
 public:
  using Entry = std::pair<std::string, Value>;

  /// A string, quoted where it must be.
  static Value text(std::string text);
  /// A string that is quoted in any case, as ports are.
  static Value quoted(std::string text);
  static Value number(std::uint64_t number);
  static Value boolean(bool truth);
  static Value map(std::vector<Entry> entries = {});
  static Value list(std::vector<Value> items = {});
  /// A list of strings.
  static Value texts(const std::vector<std::string>& texts);
  /// What is written at a node, without its comments and its style but for quotes.
  static Value of(NodeRef node);

  /// Adds an entry to a mapping, at its end; the entry that has the key is replaced.
  Value& set(std::string key, Value value);
  /// Adds an item to a list.
  Value& add(Value item);
  /// Lays a mapping or list out in one line.
  Value in_line() &&;
  /// Puts lines of a comment above it, where it is an entry or an item on lines of its own. What
  /// could end a line for any reader of YAML is replaced.
  Value with_comment(std::vector<std::string> lines) &&;

  /// The items of a list.
  [[nodiscard]] const std::vector<Value>& items() const { return items_; }
  [[nodiscard]] bool is_map() const { return kind_ == Kind::map; }
  [[nodiscard]] bool is_scalar() const { return kind_ <= Kind::plain; }
  /// Whether it is written in one line wherever it stands: scalars, and what is empty.
  [[nodiscard]] bool fits_in_line() const;

 private:
  enum class Kind : std::uint8_t { text, quoted, plain, map, list };
  friend class ValueWriter;

  Kind kind_ = Kind::text;
  bool in_line_ = false;
  std::string text_;
  std::vector<Entry> entries_;
  std::vector<Value> items_;
  std::vector<std::string> comment_;
};

/// How lines are laid out: as those around them.
struct BlockStyle {
  std::size_t indent = 0;       ///< blanks before every line
  std::size_t step = 2;         ///< blanks of a level
  bool indented_lists = false;  ///< whether dashes stand further in than the key of their list
};

/// The value as lines, each with its end: entries of a mapping, items of a list, or one line.
std::string in_block(const Value& value, const BlockStyle& style = {});
/// A mapping or list in one line; as JSON all texts are in quotes.
std::string in_flow(const Value& value, bool json = false);
/// An entry of a mapping, as lines.
std::string entry_in_block(const std::string& key, const Value& value, const BlockStyle& style);
/// An item of a list, as lines behind a dash.
std::string item_in_block(const Value& item, const BlockStyle& style);
/// A string in the style of one that it replaces, with quotes where it needs them.
std::string scalar_in_style(std::string_view text, ScalarStyle style, bool flow, bool json);

}  // namespace cnplint::policy
