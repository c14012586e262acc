// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/source.h"

namespace cnplint::policy {

enum class NodeKind : std::uint8_t { scalar, sequence, mapping, alias };
enum class ScalarStyle : std::uint8_t { plain, single_quoted, double_quoted, literal, folded };

/// The type a scalar has for the API server: that of sigs.k8s.io/yaml, YAML 1.1.
enum class ScalarType : std::uint8_t { string, null, boolean, integer, floating };

/// One node of a document, 32 bytes. Children follow their parent in document order; a mapping has
/// key, value, key, value, ...
struct Node {
  static constexpr std::uint8_t kDecoded = 1;     ///< text is in the decoded text, not the source
  static constexpr std::uint8_t kMerge = 2;       ///< a mapping with a `<<` key, or such a key
  static constexpr std::uint8_t kDuplicates = 4;  ///< a mapping with a key given twice
  static constexpr std::uint8_t kElsewhere = 8;   ///< of another file: see Composition

  NodeKind kind = NodeKind::scalar;
  ScalarStyle style = ScalarStyle::plain;
  ScalarType type = ScalarType::string;
  std::uint8_t flags = 0;
  std::uint32_t begin = 0;        ///< bytes of the file: quotes and brackets are inside the range
  std::uint32_t end = 0;          ///< one past the last byte
  std::uint32_t parent = 0;       ///< index; the root is its own parent
  std::uint32_t subtree_end = 0;  ///< index one past the last descendant
  std::uint32_t text_begin = 0;   ///< of a scalar's text; of an alias: the index of its target
  std::uint32_t text_size = 0;
  std::uint32_t ordinal = 0;  ///< position among its siblings, keys and values counted
};
static_assert(sizeof(Node) == 32);

/// Why a document cannot be read at all.
struct SyntaxError {
  base::SourceRange range;
  std::string message;
  /// What was being read when it happened: the bracket or quote that was opened.
  std::optional<base::SourceRange> context = std::nullopt;
};

/// How a document stands in its file.
enum class DocumentForm : std::uint8_t {
  document,
  block_text,   ///< as the lines of a block scalar of another document, letter by letter
  quoted_text,  ///< as the text of another scalar: all nodes are where it begins
};

class NodeRef;

/// Where the nodes of a composed document are written that are not written in its own file.
struct Composition {
  struct Origin {
    const base::SourceFile* file = nullptr;
    const std::string* decoded = nullptr;  ///< the texts of nodes with Node::kDecoded
  };
  std::vector<Origin> origins;
  std::vector<std::uint16_t> origin_of;  ///< of a node: an index of origins
  std::string made;                      ///< texts that are written nowhere
};

/// One YAML document: all its nodes in one vector, the root first. Text is a view into the source.
/// A composed one (composed_document.h) has nodes of several files: its own file, range and index
/// are those of the document that it was made of.
class Document {
 public:
  Document(base::SourceFile& file, std::uint32_t begin, std::uint32_t end)
      : file_(&file), begin_(begin), end_(end) {}

  [[nodiscard]] const base::SourceFile& file() const { return *file_; }
  /// The bytes of the document with its `---` line and comments.
  [[nodiscard]] base::SourceRange range() const { return {file_, begin_, end_}; }
  /// Its position among the documents of its file.
  [[nodiscard]] std::uint32_t index() const { return index_; }
  void set_index(std::uint32_t index) { index_ = index; }
  [[nodiscard]] DocumentForm form() const { return form_; }
  void set_form(DocumentForm form) { form_ = form; }
  /// Whether it stands among the templates of a chart: Helm makes manifests of it, whatever it is.
  [[nodiscard]] bool is_of_chart() const { return of_chart_; }
  void set_of_chart() { of_chart_ = true; }
  /// Whether it was read from a running cluster: nobody will fill in anything, whatever it holds.
  [[nodiscard]] bool is_running() const { return running_; }
  void set_running() { running_ = true; }
  /// Whether it is the text of a value, written for another reader than kubectl, who may fill in
  /// variables.
  [[nodiscard]] bool is_text() const { return form_ != DocumentForm::document; }
  /// Makes a document of another text one of a file, where all of it stands at one place. `text` is
  /// that text, as it is to be shown.
  void quote(base::SourceFile& file, base::SourceRange place, std::string_view text);
  /// What is written of it: the bytes of its range, or of the text that it stands in.
  [[nodiscard]] std::string_view source() const {
    return form_ == DocumentForm::quoted_text && decoded_ != nullptr
               ? std::string_view(*decoded_).substr(0, quoted_size_)
               : range().text();
  }
  /// Set where the document cannot be read; then it has no nodes.
  [[nodiscard]] const std::optional<SyntaxError>& error() const { return error_; }
  void set_error(SyntaxError error) { error_ = std::move(error); }
  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] NodeRef root() const&;
  NodeRef root() const&& = delete;
  [[nodiscard]] const Node& node(std::uint32_t index) const { return nodes_[index]; }
  [[nodiscard]] std::string_view text(const Node& node) const {
    if ((node.flags & (Node::kDecoded | Node::kElsewhere)) == 0)
      return file_->text().substr(node.text_begin, node.text_size);
    return text_elsewhere(node);
  }
  /// The file that a node is written in.
  [[nodiscard]] const base::SourceFile& file_of(const Node& node) const {
    return (node.flags & Node::kElsewhere) == 0 ? *file_ : *origin_of(node).file;
  }
  /// The nodes for which aliases stand, each as often as it has aliases.
  [[nodiscard]] const std::vector<std::uint32_t>& aliased() const { return aliased_; }
  /// Whether it was made of nodes of several places, so that not all of it stands in its range.
  [[nodiscard]] bool composed() const { return composition_ != nullptr; }

 private:
  friend class DocumentBuilder;
  friend class DocumentComposer;
  friend class JsonBuilder;
  friend Document document_of_lines(base::SourceFile& file);
  [[nodiscard]] std::string_view text_elsewhere(const Node& node) const;
  [[nodiscard]] Composition::Origin origin_of(const Node& node) const;
  /// Notes on a mapping that is complete whether a key stands in it twice.
  void mark_duplicates(std::uint32_t mapping);

  std::vector<std::uint32_t> aliased_;
  base::SourceFile* file_;
  std::uint32_t begin_;
  std::uint32_t end_;
  std::uint32_t index_ = 0;
  DocumentForm form_ = DocumentForm::document;
  bool of_chart_ = false;
  bool running_ = false;
  std::uint32_t quoted_size_ = 0;  ///< of its own text, at the beginning of the decoded one
  std::vector<Node> nodes_;
  std::string* decoded_ = nullptr;
  std::shared_ptr<const Composition> composition_;  ///< none for a document that was read
  std::optional<SyntaxError> error_;
};

struct Entry;

/// A node of a document, or none. Cheap to copy; lives as long as its Document. Aliases are seen
/// through: kind, text and children are those of the anchor, and so is the range.
class NodeRef {
 public:
  NodeRef() = default;
  NodeRef(const Document& document, std::uint32_t index);

  explicit operator bool() const { return document_ != nullptr; }
  friend bool operator==(const NodeRef&, const NodeRef&) = default;
  [[nodiscard]] std::uint32_t index() const { return index_; }
  [[nodiscard]] const Document& document() const { return *document_; }

  [[nodiscard]] bool is_mapping() const { return is(NodeKind::mapping); }
  [[nodiscard]] bool is_sequence() const { return is(NodeKind::sequence); }
  [[nodiscard]] bool is_scalar() const { return is(NodeKind::scalar); }
  [[nodiscard]] bool is_string() const { return is_scalar() && type() == ScalarType::string; }
  /// A scalar null: `~`, `null`, or nothing at all. A missing node is not null.
  [[nodiscard]] bool is_null() const { return is_scalar() && type() == ScalarType::null; }
  [[nodiscard]] ScalarType type() const { return node().type; }
  [[nodiscard]] ScalarStyle style() const { return node().style; }
  /// Whether it is the key `<<` that takes over the entries of other mappings.
  [[nodiscard]] bool is_merge_key() const {
    return is_scalar() && (node().flags & Node::kMerge) != 0;
  }
  [[nodiscard]] bool has_duplicates() const { return (node().flags & Node::kDuplicates) != 0; }

  /// The text of a scalar, escapes resolved; empty for anything else.
  [[nodiscard]] std::string_view text() const {
    return is_scalar() ? document_->text(node()) : std::string_view();
  }
  /// The text that a scalar has as a mapping key in JSON: `on` is "true", `010` is "8".
  [[nodiscard]] std::string key_text() const;

  /// The bytes of the node; an empty value has an empty range behind its colon.
  [[nodiscard]] base::SourceRange range() const {
    return {&document_->file_of(node()), node().begin, node().end};
  }
  /// The node's range, or that of its key where the node itself has no bytes.
  [[nodiscard]] base::SourceRange visible_range() const;

  /// The position among its siblings; in a mapping keys and values count.
  [[nodiscard]] std::uint32_t ordinal() const { return node().ordinal; }
  [[nodiscard]] NodeRef parent() const;
  /// The key node of a mapping's value; none for anything else.
  [[nodiscard]] NodeRef key() const;
  /// The value under a key; none where the node is no mapping or has no such key.
  [[nodiscard]] NodeRef get(std::string_view key) const;
  /// Items of a sequence in order; empty for anything else.
  [[nodiscard]] std::vector<NodeRef> items() const;
  /// Entries of a mapping as the API server's reader sees them: merge keys applied, the last of two
  /// equal keys; empty for anything else.
  [[nodiscard]] std::vector<Entry> entries() const;
  /// Entries as written: duplicates and `<<` included.
  [[nodiscard]] std::vector<Entry> written_entries() const;
  /// Calls body(item) for the items of a sequence; what items() lists, without a list.
  template <class Body>
  void each_item(const Body& body) const {
    if (!is_sequence()) return;
    const std::uint32_t end = node().subtree_end;
    for (std::uint32_t at = index_ + 1; at < end; at = document_->node(at).subtree_end)
      body(NodeRef(*document_, at));
  }
  /// Calls body(key, value) for the entries of a mapping; what entries() lists.
  template <class Body>
  void each_entry(const Body& body) const;
  /// How many items or entries are written.
  [[nodiscard]] std::size_t child_count() const;
  [[nodiscard]] bool has_children() const {
    return document_ != nullptr && node().subtree_end > index_ + 1;
  }

 private:
  [[nodiscard]] bool is(NodeKind kind) const { return document_ != nullptr && node().kind == kind; }
  [[nodiscard]] const Node& node() const { return document_->node(index_); }

  const Document* document_ = nullptr;
  std::uint32_t index_ = 0;
};

/// A key and its value in a mapping.
struct Entry {
  NodeRef key;
  NodeRef value;
};

inline NodeRef Document::root() const& { return {*this, 0}; }

template <class Body>
void NodeRef::each_entry(const Body& body) const {
  if (!is_mapping()) return;
  if ((node().flags & (Node::kMerge | Node::kDuplicates)) != 0) {
    for (const Entry& entry : entries()) body(entry.key, entry.value);
    return;
  }
  const std::uint32_t end = node().subtree_end;
  for (std::uint32_t at = index_ + 1; at < end;) {
    const std::uint32_t value = document_->node(at).subtree_end;
    body(NodeRef(*document_, at), NodeRef(*document_, value));
    at = document_->node(value).subtree_end;
  }
}

/// A key that stands twice in one mapping.
struct DuplicateKey {
  NodeRef key;    ///< the second, third, ...
  NodeRef first;  ///< the first like it
};
/// All of a document, or of what is below a node, in their order.
std::vector<DuplicateKey> duplicate_keys(const Document& document);
std::vector<DuplicateKey> duplicate_keys(NodeRef below);

/// The path of a node from the root of its document, as in `spec.ingress[0].toPorts[1].ports`.
std::string path_of(NodeRef node);

}  // namespace cnplint::policy
