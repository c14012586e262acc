// SPDX-License-Identifier: Apache-2.0
//
// Documents that are made of parts of others, as kustomize makes them of a base and patches: every
// node still knows the bytes that somebody wrote.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// A value that is changed before it becomes a document. What nobody looks into stays a reference
/// to what is written; a copy costs what was looked into.
class ComposedValue {
 public:
  struct Entry;

  /// Nothing.
  ComposedValue() = default;
  /// What is written at a node, with all below it, aliases resolved.
  static ComposedValue written(NodeRef node);
  /// A string that is written nowhere; its range is that of the place.
  static ComposedValue string(std::string text, NodeRef place);
  /// The same as if it stood there without quotes: `8080` is a number.
  static ComposedValue plain(std::string text, NodeRef place);
  static ComposedValue mapping(NodeRef place);
  static ComposedValue sequence(NodeRef place);

  explicit operator bool() const { return static_cast<bool>(node_); }
  [[nodiscard]] NodeKind kind() const { return kind_; }
  [[nodiscard]] bool is_mapping() const { return *this && kind_ == NodeKind::mapping; }
  [[nodiscard]] bool is_sequence() const { return *this && kind_ == NodeKind::sequence; }
  [[nodiscard]] bool is_scalar() const { return *this && kind_ == NodeKind::scalar; }
  [[nodiscard]] ScalarType type() const { return text_ ? made_type_ : node_.type(); }
  [[nodiscard]] bool is_null() const { return is_scalar() && type() == ScalarType::null; }
  [[nodiscard]] bool is_string() const { return is_scalar() && type() == ScalarType::string; }
  /// Whether a scalar is written as text in any case: in quotes or as a block.
  [[nodiscard]] bool is_quoted() const {
    return is_scalar() &&
           (text_ ? made_type_ == ScalarType::string : node_.style() != ScalarStyle::plain);
  }
  /// The text of a scalar; empty for anything else.
  [[nodiscard]] std::string_view text() const;
  /// The same as a key of JSON.
  [[nodiscard]] std::string key_text() const;
  /// The node whose range it has.
  [[nodiscard]] NodeRef place() const { return node_; }

  /// The entries of a mapping as the API server's reader sees them, each key once; none for
  /// anything else.
  std::vector<Entry>& entries();
  /// The items of a sequence; none for anything else.
  std::vector<ComposedValue>& items();
  /// The value under a key, or nullptr.
  ComposedValue* find(std::string_view key);
  /// Replaces the value under a key, or adds the entry at the end.
  void set(ComposedValue key, ComposedValue value);
  /// Whether there was such a key.
  bool erase(std::string_view key);
  /// What it consists of: itself, and what was looked into below it.
  struct Extent {
    std::size_t values = 0;  ///< what a copy of it costs
    std::size_t levels = 0;
  };
  [[nodiscard]] Extent extent() const;

 private:
  friend class DocumentComposer;
  void open();

  NodeKind kind_ = NodeKind::scalar;
  bool open_ = false;  ///< its children are in entries_ or items_, no longer below node_
  NodeRef node_;       ///< what is written, or for what is made, its place
  std::optional<std::string> text_;
  ScalarType made_type_ = ScalarType::string;  ///< of the text
  std::vector<Entry> entries_;
  std::vector<ComposedValue> items_;
};

struct ComposedValue::Entry {
  ComposedValue key;
  ComposedValue value;
};

/// Whether a scalar is a boolean by a word that only YAML 1.1 knows for one: `yes`, `on`, `y`, ...
bool is_old_boolean(const Document& document, const Node& node);

/// Which words are booleans in a document that is composed.
enum class Booleans : bool {
  as_written,
  true_and_false,  ///< `yes`, `on` and the like are strings, as for kustomize's reader
};

/// A document of a value, whose file, range and index are those of `base`. It reads the texts of
/// the documents that the value is made of, and is good as long as their files. An error where it
/// would have more than 1,000,000 nodes, or be nested too deep: a sentence.
tl::expected<std::unique_ptr<const Document>, std::string> compose(const ComposedValue& root,
                                                                   const Document& base,
                                                                   Booleans booleans);

}  // namespace cnplint::policy
