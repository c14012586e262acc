// SPDX-License-Identifier: Apache-2.0
//
// From bytes to Documents in one pass over libyaml's events.
//
// A file is first cut at its `---` lines: such a line starts a document wherever it stands, also in
// the middle of a quoted or block scalar. Each piece then has a parser of its own. That costs a few
// allocations a document, and buys that an error ends one document only, that its position is
// known, and that invalid bytes do no harm outside their document.
//
// libyaml counts characters, we count bytes: CharacterCursor walks from one to the other. Events
// arrive in order, so the walk is short. Pure ASCII needs none.
#include "policy/yaml/reader.h"

#include <yaml.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "policy/yaml/characters.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

struct EventDeleter {
  void operator()(yaml_event_t* event) const { yaml_event_delete(event); }
};

}  // namespace

/// Builds the Documents of one piece from its events.
class DocumentBuilder {
 public:
  DocumentBuilder(base::SourceFile& file, std::uint32_t begin, std::uint32_t end, FileContent& out)
      : file_(file),
        begin_(begin),
        end_(end),
        out_(out),
        text_(file.text().substr(begin, end - begin)),
        cursor_(text_),
        document_(file, begin, end) {}

  void run() {
    if (const std::size_t bad = first_invalid_byte(text_); bad != std::string_view::npos) {
      const bool nul = text_[bad] == '\0';
      const std::string what = nul ? "a NUL byte" : "a byte that is not UTF-8";
      error_at(bad, bad + 1,
               what + " at offset " + std::to_string(begin_ + bad) + "; manifests are UTF-8 text");
      return finish();
    }
    yaml_parser_t parser;
    CNPLINT_CHECK(yaml_parser_initialize(&parser) != 0);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text_.data()),
                                 text_.size());
    while (step(parser)) {
    }
    yaml_parser_delete(&parser);
    collect_comments(text_.size());
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
    document_ = Document(file_, begin_, end_);
    constexpr std::size_t kBytesPerNode = 10;
    document_.nodes_.reserve(text_.size() / kBytesPerNode);
    decoded_ = nullptr;
    anchors_.clear();
    anchor_names_.clear();
    open_.clear();
    total_ = 0;
  }

  /// Hands the document over, unless it is empty.
  void finish() {
    if (document_.error_) document_.nodes_.clear();
    const bool only_null = document_.nodes_.size() == 1 &&
                           document_.nodes_[0].kind == NodeKind::scalar &&
                           document_.nodes_[0].type == ScalarType::null;
    document_.decoded_ = decoded_;
    if (document_.error_ || (!document_.nodes_.empty() && !only_null))
      out_.documents.push_back(std::move(document_));
    document_ = Document(file_, begin_, end_);
  }

  void error_at(std::size_t begin, std::size_t end, std::string message) {
    document_.error_ =
        SyntaxError{{&file_, begin_ + static_cast<std::uint32_t>(begin),
                     begin_ + static_cast<std::uint32_t>(std::min(end, text_.size()))},
                    std::move(message)};
  }

  void parser_error(const yaml_parser_t& parser) {
    if (parser.error == YAML_READER_ERROR)
      return error_at(parser.problem_offset, parser.problem_offset + 1,
                      std::string(parser.problem) + "; manifests are plain UTF-8 text");
    std::size_t at = cursor_.byte_of(parser.problem_mark.index);
    std::string message = parser.problem == nullptr ? "not YAML" : parser.problem;
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
    collect_comments(begin);
    Node node;
    node.kind = kind;
    node.begin = begin_ + static_cast<std::uint32_t>(begin);
    node.end = begin_ + static_cast<std::uint32_t>(cursor_.byte_of(event.end_mark.index));
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
    node.parent = open_.empty() ? 0 : open_.back().node;
    node.subtree_end = index + 1;
    document_.nodes_.push_back(node);
    gap_ = node.end - begin_;
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
    if (key.kind == NodeKind::scalar) return;
    error_at(key.begin - begin_, key.begin - begin_ + 1,
             "a mapping key must be a plain value, not a list or a mapping");
  }

  void scalar(const yaml_event_t& event) {
    const auto& data = event.data.scalar;
    const std::uint32_t index = append(event, NodeKind::scalar);
    Node& node = document_.nodes_[index];
    switch (data.style) {
      case YAML_SINGLE_QUOTED_SCALAR_STYLE:
        node.style = ScalarStyle::single_quoted;
        break;
      case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
        node.style = ScalarStyle::double_quoted;
        break;
      case YAML_LITERAL_SCALAR_STYLE:
        node.style = ScalarStyle::literal;
        break;
      case YAML_FOLDED_SCALAR_STYLE:
        node.style = ScalarStyle::folded;
        break;
      default:
        node.style = ScalarStyle::plain;
    }
    trim_end(node);
    gap_ = node.end - begin_;
    place_text(node, {reinterpret_cast<const char*>(data.value), data.length});
    node.type = type_of(node, data.tag);
    remember_anchor(data.anchor, index, true, 1);
  }

  [[nodiscard]] ScalarType type_of(const Node& node, const yaml_char_t* tag) const {
    if (tag == nullptr)
      return node.style == ScalarStyle::plain ? resolve_plain(document_text(node))
                                              : ScalarType::string;
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";
    std::string_view name(reinterpret_cast<const char*>(tag));
    if (!name.starts_with(kStandard)) return ScalarType::string;
    name.remove_prefix(kStandard.size());
    if (name == "int") return ScalarType::integer;
    if (name == "float") return ScalarType::floating;
    if (name == "bool") return ScalarType::boolean;
    return name == "null" ? ScalarType::null : ScalarType::string;
  }

  [[nodiscard]] std::string_view document_text(const Node& node) const {
    const std::string_view all = (node.flags & Node::kDecoded) != 0 ? *decoded_ : file_.text();
    return all.substr(node.text_begin, node.text_size);
  }

  /// Points a scalar's text into the source where it stands there letter by letter.
  void place_text(Node& node, std::string_view value) {
    const bool quoted =
        node.style == ScalarStyle::single_quoted || node.style == ScalarStyle::double_quoted;
    const std::uint32_t inset = quoted ? 1 : 0;
    node.text_begin = node.begin + inset;
    node.text_size = static_cast<std::uint32_t>(value.size());
    const std::string_view written = file_.text().substr(node.begin, node.end - node.begin);
    if (written.size() == value.size() + 2 * std::size_t{inset} &&
        written.substr(inset, value.size()) == value)
      return;
    if (decoded_ == nullptr) decoded_ = &file_.new_decoded_text();
    node.flags |= Node::kDecoded;
    node.text_begin = static_cast<std::uint32_t>(decoded_->size());
    decoded_->append(value);
  }

  /// Block scalars end behind their last line break for libyaml, and before it for a reader.
  void trim_end(Node& node) const {
    while (node.end > node.begin && is_blank(file_.text()[node.end - 1])) --node.end;
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
    const bool flow = node.begin < event_end && event_end - begin_ <= text_.size() &&
                      (file_.text()[node.begin] == '[' || file_.text()[node.begin] == '{');
    node.end = flow ? event_end : std::max(node.begin, last_descendant_end(closed.node));
    if (flow) {
      collect_comments(node.end - begin_);
      gap_ = node.end - begin_;
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
    constexpr std::size_t kFew = 12;
    std::vector<std::string_view>& keys = keys_;
    keys.clear();
    Node& mapping = document_.nodes_[index];
    for (std::uint32_t at = index + 1; at < mapping.subtree_end;) {
      const Node& key = document_.nodes_[at];
      const std::string_view text = document_text(key);
      if (text == "<<" && key.style == ScalarStyle::plain)
        mapping.flags |= Node::kMerge;
      else
        keys.push_back(text);
      at = document_.nodes_[key.subtree_end].subtree_end;
    }
    bool duplicate = false;
    if (keys.size() <= kFew) {
      for (std::size_t i = 1; i < keys.size() && !duplicate; ++i)
        duplicate = std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i),
                              keys[i]) != keys.begin() + static_cast<std::ptrdiff_t>(i);
    } else {
      duplicate =
          std::unordered_set<std::string_view>(keys.begin(), keys.end()).size() != keys.size();
    }
    if (duplicate) mapping.flags |= Node::kDuplicates;
  }

  /// Comments stand in the gaps between events: a `#` at the start of a line or behind a blank.
  void collect_comments(std::size_t until) {
    while (gap_ < until) {
      const void* found = std::memchr(text_.data() + gap_, '#', until - gap_);
      if (found == nullptr) break;
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
      gap_ = at + 1;
      if (at > 0 && !is_blank(text_[at - 1])) continue;
      std::size_t end = std::min(text_.find('\n', at), text_.size());
      gap_ = end;
      if (end > at && text_[end - 1] == '\r') --end;
      out_.comments.push_back({&file_, begin_ + static_cast<std::uint32_t>(at),
                               begin_ + static_cast<std::uint32_t>(end)});
    }
    gap_ = std::max(gap_, until);
  }

  base::SourceFile& file_;
  std::uint32_t begin_;
  std::uint32_t end_;
  FileContent& out_;
  std::string_view text_;
  CharacterCursor cursor_;
  Document document_;
  std::string* decoded_ = nullptr;
  std::unordered_map<std::string, Anchor> anchors_;
  std::unordered_map<std::uint32_t, std::string> anchor_names_;
  std::vector<Open> open_;
  std::vector<std::string_view> keys_;  ///< room for mark_keys
  std::uint64_t total_ = 0;
  std::size_t gap_ = 0;  ///< where the gap behind the last event begins
};

namespace {

/// The end of the piece that begins at `begin`: the next `---` line behind it, or the end.
std::size_t piece_end(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin;;) {
    at = text.find("\n---", at);
    if (at == std::string_view::npos) return text.size();
    const std::size_t behind = at + 4;
    if (behind == text.size() || is_blank(text[behind])) return at + 1;
    at = behind;
  }
}

enum class Content { none, directives, some };

/// What a piece holds besides blank lines, comments and a bare `---` line.
Content content_of(std::string_view piece) {
  Content content = Content::none;
  bool first = true;
  while (!piece.empty()) {
    const std::size_t line_end = piece.find('\n');
    std::string_view line = piece.substr(0, line_end);
    piece.remove_prefix(line_end == std::string_view::npos ? piece.size() : line_end + 1);
    if (first && line.starts_with("---")) line.remove_prefix(3);
    first = false;
    if (line.starts_with('%')) content = Content::directives;
    while (!line.empty() && is_blank(line.front())) line.remove_prefix(1);
    if (!line.empty() && line.front() != '#' && line.front() != '%') return Content::some;
  }
  return content;
}

}  // namespace

FileContent read_documents(base::SourceFile& file) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  FileContent content;
  const std::string_view text = file.text();
  std::size_t begin = text.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
  std::size_t searched = begin;
  while (begin < text.size()) {
    const std::size_t end = piece_end(text, searched);
    const Content kind = content_of(text.substr(begin, end - begin));
    searched = end;
    if (kind == Content::directives && end < text.size()) continue;  // they belong to the next one
    if (kind != Content::none ||
        text.substr(begin, end - begin).find('#') != std::string_view::npos)
      DocumentBuilder(file, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end),
                      content)
          .run();
    begin = end;
  }
  return content;
}

}  // namespace cnplint::policy
