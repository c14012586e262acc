// SPDX-License-Identifier: Apache-2.0
//
// From a piece of a file to Documents, in one pass over libyaml's events.
//
// libyaml counts characters, we count bytes: CharacterCursor walks from one to the other. Events
// arrive in order, so the walk is short. Pure ASCII needs none.
#include "policy/yaml/document_builder.h"

#include <yaml.h>

#include <algorithm>
#include <array>
#include <memory>
#include <new>
#include <string>
#include <unordered_map>

#include "base/text.h"
#include "policy/yaml/characters.h"
#include "policy/yaml/comments.h"
#include "policy/yaml/kubectl_text.h"
#include "policy/yaml/scalar.h"
#include "policy/yaml/tag.h"

namespace cnplint::policy {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

constexpr std::string_view kPassedOver =
    "kubectl passes over what stands here, behind the end of a document; begin it with a line "
    "`---`";

/// libyaml's styles in their order; the first is for none.
ScalarStyle style_of(yaml_scalar_style_t style) {
  constexpr std::array kStyles{ScalarStyle::plain,         ScalarStyle::plain,
                               ScalarStyle::single_quoted, ScalarStyle::double_quoted,
                               ScalarStyle::literal,       ScalarStyle::folded};
  return kStyles[static_cast<std::size_t>(style)];
}

struct ParserDeleter {
  void operator()(yaml_parser_t* parser) const { yaml_parser_delete(parser); }
};

struct EventDeleter {
  void operator()(yaml_event_t* event) const { yaml_event_delete(event); }
};

}  // namespace

/// Builds the Documents of one piece from its events.
class DocumentBuilder {
 public:
  DocumentBuilder(base::SourceFile& file, const Piece& piece, std::string_view text,
                  FileContent& out)
      : file_(file),
        piece_(piece),
        begin_(piece.content),
        out_(out),
        text_(text),
        cursor_(text_),
        document_(file, piece.begin, piece.end),
        comments_(file, begin_, text_, out.comments) {}

  /// A document that is nothing but the problem of a piece.
  static Document broken(base::SourceFile& file, const Piece& piece) {
    Document document(file, piece.begin, piece.end);
    document.error_ = SyntaxError{{&file, piece.content, piece.content + 1}, piece.problem};
    return document;
  }

  void run() {
    if (const std::size_t bad = first_invalid_byte(text_); bad != std::string_view::npos) {
      const std::string what = text_[bad] == '\0' ? "a NUL byte" : "a byte that is not UTF-8";
      error_at(bad, bad + 1,
               what + " at offset " + std::to_string(begin_ + bad) + "; manifests are UTF-8 text");
      return finish();
    }
    yaml_parser_t parser;
    if (yaml_parser_initialize(&parser) == 0) throw std::bad_alloc();
    const std::unique_ptr<yaml_parser_t, ParserDeleter> owner(&parser);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text_.data()),
                                 text_.size());
    while (step(parser)) {
    }
    comments_.collect(text_.size());
  }

 private:
  struct Anchor {
    std::uint32_t node = 0;
    bool closed = false;
    std::uint64_t expanded = 0;
  };
  struct Open {
    std::uint32_t node = 0;
    std::uint64_t expanded = 0;  ///< nodes inside, aliases counted with what they stand for
    std::uint32_t children = 0;
  };

  /// One event; false at the end of the piece, by its end or by an error.
  bool step(yaml_parser_t& parser) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      parser_error(parser);
      finish();
      return false;
    }
    const std::unique_ptr<yaml_event_t, EventDeleter> owner(&event);
    if (event.type == YAML_STREAM_END_EVENT) return false;
    handle(event);
    if (!document_.error_) return true;
    finish();
    return false;
  }

  void handle(const yaml_event_t& event) {
    switch (event.type) {
      case YAML_DOCUMENT_START_EVENT:
        start_document();
        break;
      case YAML_DOCUMENT_END_EVENT:
        finish();
        break;
      case YAML_SCALAR_EVENT:
        scalar(event);
        break;
      case YAML_ALIAS_EVENT:
        alias(event);
        break;
      case YAML_SEQUENCE_START_EVENT:
        open(event, NodeKind::sequence, event.data.sequence_start.anchor);
        break;
      case YAML_MAPPING_START_EVENT:
        open(event, NodeKind::mapping, event.data.mapping_start.anchor);
        break;
      case YAML_SEQUENCE_END_EVENT:
      case YAML_MAPPING_END_EVENT:
        close(event);
        break;
      default:
        break;
    }
  }

  void start_document() {
    document_ = Document(file_, piece_.begin, piece_.end);
    constexpr std::size_t kBytesPerNode = 10;
    document_.nodes_.reserve(text_.size() / kBytesPerNode);
    anchors_.clear();
    anchor_names_.clear();
    open_.clear();
    total_ = 0;
  }

  /// Hands the document over, unless it is empty. kubectl takes one document of a piece and passes
  /// over what stands behind it.
  void finish() {
    if (!document_.error_ && !document_.nodes_.empty() && ended_)
      error_at(document_.nodes_[0].begin - begin_, document_.nodes_[0].begin - begin_ + 1,
               std::string(kPassedOver));
    ended_ = true;
    if (document_.error_) document_.nodes_.clear();
    const bool only_null = document_.nodes_.size() == 1 &&
                           document_.nodes_[0].kind == NodeKind::scalar &&
                           document_.nodes_[0].type == ScalarType::null;
    document_.nodes_.shrink_to_fit();  // the documents of a whole repository are kept
    if (document_.error_ || (!document_.nodes_.empty() && !only_null))
      out_.documents.push_back(std::move(document_));
    document_ = Document(file_, piece_.begin, piece_.end);
  }

  void error_at(std::size_t begin, std::size_t end, std::string message) {
    document_.error_ =
        SyntaxError{{&file_, begin_ + static_cast<std::uint32_t>(begin),
                     begin_ + static_cast<std::uint32_t>(std::min(end, text_.size()))},
                    std::move(message)};
  }

  void parser_error(const yaml_parser_t& parser) {
    if (parser.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    if (parser.error == YAML_READER_ERROR)
      return error_at(parser.problem_offset, parser.problem_offset + 1,
                      std::string(parser.problem) + "; manifests are plain UTF-8 text");
    std::size_t at = cursor_.byte_of(parser.problem_mark.index);
    std::string message = parser.problem == nullptr ? "not YAML" : parser.problem;
    if (ended_ && message.find("document start") != std::string::npos) message = kPassedOver;
    if (parser.context != nullptr) message += std::string(" ") + parser.context;
    const bool unclosed = at >= text_.size() && parser.context != nullptr;
    if (unclosed) at = cursor_.byte_of(parser.context_mark.index);
    // What is missing at the end, or at a line's, is missing behind the last thing that is there.
    const std::size_t last = text_.find_last_not_of(at >= text_.size() ? " \t\r\n" : "\r\n", at);
    at = last == std::string_view::npos ? 0 : last;
    if (at < text_.size() && text_[at] == '\t') message += "; indent with spaces, not with tabs";
    error_at(at, at + 1, std::move(message));
    const std::size_t context = cursor_.byte_of(parser.context_mark.index);
    if (parser.context == nullptr || context >= at) return;
    const auto begin = begin_ + static_cast<std::uint32_t>(context);
    document_.error_->context = base::SourceRange{&file_, begin, begin + 1};
  }

  std::uint32_t append(const yaml_event_t& event, NodeKind kind) {
    const std::size_t begin = cursor_.byte_of(event.start_mark.index);
    comments_.collect(begin);
    Node node;
    node.kind = kind;
    node.begin = begin_ + static_cast<std::uint32_t>(begin);
    node.end = begin_ + static_cast<std::uint32_t>(cursor_.byte_of(event.end_mark.index));
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
    node.parent = open_.empty() ? 0 : open_.back().node;
    node.subtree_end = index + 1;
    document_.nodes_.push_back(node);
    comments_.skip_to(node.end - begin_);
    count(1);
    if (open_.empty()) return index;
    const std::uint32_t ordinal = open_.back().children++;
    document_.nodes_[index].ordinal = ordinal;
    if (ordinal % 2 == 0) check_key(index);
    return index;
  }

  void count(std::uint64_t nodes) {
    total_ += nodes;
    if (!open_.empty()) open_.back().expanded += nodes;
  }

  /// kubectl's conversion to JSON knows only scalar keys.
  void check_key(std::uint32_t index) {
    const Node& parent = document_.nodes_[open_.back().node];
    if (parent.kind != NodeKind::mapping) return;
    const Node& key = document_.nodes_[index];
    if (key.kind == NodeKind::scalar || key.kind == NodeKind::alias) return;
    error_at(key.begin - begin_, key.begin - begin_ + 1,
             "a mapping key must be a plain value, not a list or a mapping");
  }

  void scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const std::uint32_t index = append(event, NodeKind::scalar);
    Node& node = document_.nodes_[index];
    node.style = style_of(data.style);
    trim_end(node);
    comments_.skip_to(node.end - begin_);
    const std::string_view value(reinterpret_cast<const char*>(data.value), data.length);
    std::string_view tag;
    if (data.tag != nullptr) tag = reinterpret_cast<const char*>(data.tag);
    const bool plain = node.style == ScalarStyle::plain;
    if (value == "<<" && (tag == kMergeTag || (plain && (tag.empty() || tag == "!"))))
      node.flags |= Node::kMerge;
    const auto read = tag.empty()
                          ? TaggedScalar{plain ? resolve_plain(value) : ScalarType::string, {}}
                          : read_tagged(value, tag);
    if (!read) return error_at(node.begin - begin_, node.end - begin_, read.error());
    if (!tag.empty() && value.empty() && plain &&
        std::string_view(",]}").find(behind(node)) != std::string_view::npos)
      return error_at(node.begin - begin_, node.end - begin_ + 1,
                      "kubectl reads what follows as a part of the tag; put a blank behind it");
    if (const std::size_t at = unknown_escape(written(node));
        node.style == ScalarStyle::double_quoted && at != std::string_view::npos)
      return error_at(node.begin - begin_ + at, node.begin - begin_ + at + 2,
                      "kubectl does not know the escape `\\/` in YAML; write `/`");
    if (read->type == ScalarType::floating && !is_key(node) && !is_finite(value))
      return error_at(node.begin - begin_, node.end - begin_,
                      base::quoted(value) + " is no number for the API server; quote it");
    node.type = read->type;
    if (lacks_line_break(node) && value.ends_with(text_.back()))
      place_text(node, std::string(value) + '\n');
    else
      place_text(node, read->decoded ? *read->decoded : value);
    remember_anchor(data.anchor, index, true, 1);
    if (is_key(node)) check_scalar_key(node);
  }

  /// Whether a block scalar ends with the file, and the file without a line break. kubectl adds it.
  [[nodiscard]] bool lacks_line_break(const Node& node) const {
    const bool block = node.style == ScalarStyle::literal || node.style == ScalarStyle::folded;
    return block && !text_.ends_with('\n') && keeps_line_break(written(node)) &&
           std::ranges::all_of(text_.substr(node.end - begin_), is_blank);
  }

  [[nodiscard]] std::string_view written(const Node& node) const {
    return text_.substr(node.begin - begin_, node.end - node.begin);
  }

  /// The byte behind a node; a blank at the end.
  [[nodiscard]] char behind(const Node& node) const {
    return node.end < piece_.end ? text_[node.end - begin_] : ' ';
  }

  /// Whether the node that was just appended is a key.
  [[nodiscard]] bool is_key(const Node& node) const {
    return !open_.empty() && node.ordinal % 2 == 0 &&
           document_.nodes_[open_.back().node].kind == NodeKind::mapping;
  }

  /// kubectl's conversion has no text for some keys.
  void check_scalar_key(const Node& key) {
    const std::size_t begin = key.begin - begin_;
    if (key.type == ScalarType::null)
      error_at(begin, begin + 1, "a mapping key must not be null; quote it, or write a name");
    else if (key.type == ScalarType::integer && !integer_value(document_text(key), key.type))
      error_at(begin, begin + 1, "a mapping key is a number that is too large; quote it");
  }

  [[nodiscard]] std::string_view document_text(const Node& node) const {
    const std::string_view all =
        (node.flags & Node::kDecoded) != 0 ? *document_.decoded_ : file_.text();
    return all.substr(node.text_begin, node.text_size);
  }

  /// Points a scalar's text into the source where it stands there letter by letter. Where
  /// placeholders stand for variables, the source has the variables.
  void place_text(Node& node, std::string_view value) {
    const bool quoted =
        node.style == ScalarStyle::single_quoted || node.style == ScalarStyle::double_quoted;
    const std::uint32_t inset = quoted ? 1 : 0;
    node.text_begin = node.begin + inset;
    node.text_size = static_cast<std::uint32_t>(value.size());
    const std::string_view all = written(node);
    if (all.size() == value.size() + 2 * std::size_t{inset} &&
        all.substr(inset, value.size()) == value)
      return;
    if (document_.decoded_ == nullptr) document_.decoded_ = &file_.new_decoded_text();
    node.flags |= Node::kDecoded;
    node.text_begin = static_cast<std::uint32_t>(document_.decoded_->size());
    document_.decoded_->append(value);
  }

  /// Block scalars end behind their last line break for libyaml, and before it for a reader.
  void trim_end(Node& node) const {
    while (node.end > node.begin && is_blank(text_[node.end - begin_ - 1])) --node.end;
  }

  void remember_anchor(const yaml_char_t* name, std::uint32_t index, bool closed,
                       std::uint64_t expanded) {
    if (name == nullptr) return;
    std::string key(reinterpret_cast<const char*>(name));
    anchors_[key] = Anchor{index, closed, expanded};
    if (!closed) anchor_names_[index] = std::move(key);
  }

  void alias(const yaml_event_t& event) {
    const std::uint32_t index = append(event, NodeKind::alias);
    Node& node = document_.nodes_[index];
    const auto found = anchors_.find(reinterpret_cast<const char*>(event.data.alias.anchor));
    const std::size_t begin = node.begin - begin_;
    const std::size_t end = node.end - begin_;
    if (found == anchors_.end()) return error_at(begin, end, "unknown anchor");
    if (!found->second.closed) return error_at(begin, end, "the anchor contains itself");
    node.text_begin = found->second.node;
    if (document_.aliased_.empty() || document_.aliased_.back() != node.text_begin)
      document_.aliased_.push_back(node.text_begin);
    const Node& target = document_.nodes_[found->second.node];
    if (is_key(node) && target.kind != NodeKind::scalar)
      return error_at(begin, end, "a mapping key must be a plain value, not a list or a mapping");
    if (is_key(node)) check_scalar_key(target);
    if (!open_.empty()) --open_.back().expanded;
    --total_;
    count(found->second.expanded);
    if (total_ > ReaderCaps::kExpandedNodes)
      error_at(
          begin, end,
          "aliases expand to more than " + std::to_string(ReaderCaps::kExpandedNodes) + " nodes");
  }

  void open(const yaml_event_t& event, NodeKind kind, const yaml_char_t* anchor) {
    const std::uint32_t index = append(event, kind);
    remember_anchor(anchor, index, false, 0);
    open_.push_back({index, 1, 0});
    if (open_.size() > ReaderCaps::kDepth) {
      const std::size_t begin = document_.nodes_[index].begin - begin_;
      error_at(begin, begin + 1,
               "nested deeper than " + std::to_string(ReaderCaps::kDepth) + " levels");
    }
  }

  void close(const yaml_event_t& event) {
    const Open closed = open_.back();
    open_.pop_back();
    Node& node = document_.nodes_[closed.node];
    node.subtree_end = static_cast<std::uint32_t>(document_.nodes_.size());
    const auto event_end =
        begin_ + static_cast<std::uint32_t>(cursor_.byte_of(event.end_mark.index));
    // Only brackets have an end of their own, also behind an anchor or a tag.
    const bool flow = event.start_mark.index != event.end_mark.index;
    node.end = flow ? event_end : std::max(node.begin, last_descendant_end(closed.node));
    if (flow) {
      comments_.collect(node.end - begin_);
      comments_.skip_to(node.end - begin_);
    }
    if (node.kind == NodeKind::mapping) mark_keys(closed.node);
    if (!open_.empty()) open_.back().expanded += closed.expanded - 1;
    const auto named = anchor_names_.find(closed.node);
    if (named == anchor_names_.end()) return;
    Anchor& anchor = anchors_[named->second];
    if (anchor.node == closed.node) anchor = {closed.node, true, closed.expanded};
  }

  [[nodiscard]] std::uint32_t last_descendant_end(std::uint32_t index) const {
    std::uint32_t end = document_.nodes_[index].begin;
    const std::uint32_t stop = document_.nodes_[index].subtree_end;
    for (std::uint32_t at = index + 1; at < stop; at = document_.nodes_[at].subtree_end)
      end = std::max(end, document_.nodes_[at].end);
    return end;
  }

  /// Notes merge keys and duplicate keys on a mapping.
  void mark_keys(std::uint32_t index) {
    const std::uint32_t end = document_.nodes_[index].subtree_end;
    for (std::uint32_t at = index + 1; at < end;) {
      const Node* key = &document_.nodes_[at];
      const std::uint32_t value = key->subtree_end;
      if (key->kind == NodeKind::alias) key = &document_.nodes_[key->text_begin];
      if ((key->flags & Node::kMerge) != 0) {
        document_.nodes_[index].flags |= Node::kMerge;
        check_merged(value);
      }
      at = document_.nodes_[value].subtree_end;
    }
    document_.mark_duplicates(index);
  }

  /// `<<` takes a mapping, or a list of mappings that is written in its place.
  void check_merged(std::uint32_t index) {
    const auto is_map = [&](std::uint32_t at) {
      const Node& node = document_.nodes_[at];
      const Node& seen = node.kind == NodeKind::alias ? document_.nodes_[node.text_begin] : node;
      return seen.kind == NodeKind::mapping;
    };
    const Node& value = document_.nodes_[index];
    bool good = is_map(index) || value.kind == NodeKind::sequence;
    if (value.kind == NodeKind::sequence)
      for (std::uint32_t at = index + 1; at < value.subtree_end;
           at = document_.nodes_[at].subtree_end)
        good = good && is_map(at);
    if (good) return;
    const std::size_t begin = value.begin - begin_;
    error_at(begin, begin + 1, "`<<` needs a mapping, or a list of mappings");
  }

  base::SourceFile& file_;
  Piece piece_;
  std::uint32_t begin_;  ///< of the text that is parsed
  FileContent& out_;
  std::string_view text_;
  CharacterCursor cursor_;
  Document document_;
  std::unordered_map<std::string, Anchor> anchors_;
  std::unordered_map<std::uint32_t, std::string> anchor_names_;
  std::vector<Open> open_;
  bool ended_ = false;  ///< a document of the piece has ended
  std::uint64_t total_ = 0;
  CommentCollector comments_;
};

void build_documents(base::SourceFile& file, const Piece& piece, std::string_view text,
                     FileContent& out) {
  if (piece.problem.empty()) return DocumentBuilder(file, piece, text, out).run();
  out.documents.push_back(DocumentBuilder::broken(file, piece));
}

}  // namespace cnplint::policy
