// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/json_reader.h"

#include <charconv>
#include <utility>

#include "base/encoding.h"
#include "policy/yaml/characters.h"
#include "policy/yaml/reader.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kJsonBlanks = " \t\r\n";

}  // namespace

/// Builds the nodes of one value. Every function is false where the text is not JSON.
class JsonBuilder {
 public:
  JsonBuilder(base::SourceFile& file, std::uint32_t begin)
      : file_(file), text_(file.text()), at_(begin), document_(file, begin, begin) {}

  std::optional<JsonValue> run() {
    if (!value(0, 0) || first_invalid_byte(text_.substr(
                            document_.begin_, at_ - document_.begin_)) != std::string_view::npos)
      return std::nullopt;
    document_.end_ = position();
    return JsonValue{std::move(document_), position()};
  }

 private:
  [[nodiscard]] std::uint32_t position() const { return static_cast<std::uint32_t>(at_); }
  [[nodiscard]] char next() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() { at_ = std::min(text_.find_first_not_of(kJsonBlanks, at_), text_.size()); }
  bool take(char wanted) {
    if (next() != wanted) return false;
    ++at_;
    return true;
  }

  bool value(std::uint32_t parent, std::uint32_t ordinal) {
    skip_blanks();
    if (document_.nodes_.size() > ReaderCaps::kExpandedNodes) return false;
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
    Node& node = document_.nodes_.emplace_back();
    node.begin = position();
    node.parent = parent;
    node.ordinal = ordinal;
    node.subtree_end = index + 1;
    if (next() == '{' || next() == '[') return container(index);
    const bool good = next() == '"' ? string(index) : literal(index) || number(index);
    document_.nodes_[index].end = position();
    return good;
  }

  bool container(std::uint32_t index) {
    const bool mapping = next() == '{';
    const char closing = mapping ? '}' : ']';
    document_.nodes_[index].kind = mapping ? NodeKind::mapping : NodeKind::sequence;
    ++at_;
    if (++depth_ > ReaderCaps::kDepth) return false;
    skip_blanks();
    std::uint32_t count = 0;
    for (bool more = next() != closing; more; more = take(',')) {
      if (count > 0) skip_blanks();
      if (mapping && !key(index, count++)) return false;
      if (!value(index, count++)) return false;
      skip_blanks();
    }
    if (!take(closing)) return false;
    --depth_;
    Node& node = document_.nodes_[index];
    node.end = position();
    node.subtree_end = static_cast<std::uint32_t>(document_.nodes_.size());
    if (mapping) document_.mark_duplicates(index);
    return true;
  }

  bool key(std::uint32_t parent, std::uint32_t ordinal) {
    if (next() != '"' || !value(parent, ordinal)) return false;
    skip_blanks();
    return take(':');
  }

  bool string(std::uint32_t index) {
    const std::size_t begin = ++at_;
    std::string decoded;
    bool escaped = false;
    for (;; ++at_) {
      if (at_ == text_.size() || static_cast<unsigned char>(text_[at_]) < 0x20) return false;
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\') {
        if (escaped) decoded += text_[at_];
        continue;
      }
      if (!escaped) decoded = text_.substr(begin, at_ - begin);
      escaped = true;
      if (!escape(decoded)) return false;
    }
    Node& node = document_.nodes_[index];
    node.style = ScalarStyle::double_quoted;
    node.text_begin = static_cast<std::uint32_t>(begin);
    node.text_size = static_cast<std::uint32_t>(at_ - begin);
    ++at_;
    if (!escaped) return true;
    if (document_.decoded_ == nullptr) document_.decoded_ = &file_.new_decoded_text();
    node.flags |= Node::kDecoded;
    node.text_begin = static_cast<std::uint32_t>(document_.decoded_->size());
    node.text_size = static_cast<std::uint32_t>(decoded.size());
    document_.decoded_->append(decoded);
    return true;
  }

  /// Reads an escape and stops at its last byte.
  bool escape(std::string& decoded) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (++at_ == text_.size()) return false;
    if (const std::size_t found = kNames.find(text_[at_]); found != std::string_view::npos) {
      decoded += kMeanings[found];
      return true;
    }
    constexpr char32_t kReplacement = 0xFFFD;
    const auto first = unit();
    if (!first) return false;
    char32_t character = *first;
    if (base::is_high_surrogate(character) && text_.substr(at_ + 1).starts_with("\\u")) {
      const std::size_t before = std::exchange(at_, at_ + 2);
      const auto second = unit();
      if (second && base::is_low_surrogate(*second))
        character = base::joined_surrogates(character, *second);
      else
        at_ = before;
    }
    if (base::is_high_surrogate(character) || base::is_low_surrogate(character))
      character = kReplacement;
    base::append_utf8(character, decoded);
    return true;
  }

  /// The number that `uXXXX` writes; stops at its last byte.
  std::optional<char32_t> unit() {
    constexpr std::size_t kDigits = 4;
    constexpr int kHexadecimal = 16;
    if (next() != 'u' || text_.size() - at_ <= kDigits) return std::nullopt;
    std::uint32_t value = 0;
    const char* begin = text_.data() + at_ + 1;
    const auto read = std::from_chars(begin, begin + kDigits, value, kHexadecimal);
    if (read.ec != std::errc() || read.ptr != begin + kDigits) return std::nullopt;
    at_ += kDigits;
    return value;
  }

  bool literal(std::uint32_t index) {
    for (const auto& [word, type] :
         {std::pair("true", ScalarType::boolean), std::pair("false", ScalarType::boolean),
          std::pair("null", ScalarType::null)})
      if (text_.substr(at_).starts_with(word))
        return plain(index, std::string_view(word).size(), type);
    return false;
  }

  bool number(std::uint32_t index) {
    std::size_t end = at_;
    const auto digits = [&] {
      const std::size_t begin = end;
      while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
      return end > begin;
    };
    const auto mark = [&](std::string_view marks) {
      const bool there = end < text_.size() && marks.find(text_[end]) != std::string_view::npos;
      if (there) ++end;
      return there;
    };
    mark("-");
    if (!mark("0") && !digits()) return false;
    ScalarType type = ScalarType::integer;
    if (mark(".")) {
      type = ScalarType::floating;
      if (!digits()) return false;
    }
    if (mark("eE")) {
      type = ScalarType::floating;
      mark("+-");
      if (!digits()) return false;
    }
    return plain(index, end - at_, type);
  }

  bool plain(std::uint32_t index, std::size_t size, ScalarType type) {
    Node& node = document_.nodes_[index];
    node.type = type;
    node.text_begin = position();
    node.text_size = static_cast<std::uint32_t>(size);
    at_ += size;
    return true;
  }

  base::SourceFile& file_;
  std::string_view text_;
  std::size_t at_;
  Document document_;
  std::size_t depth_ = 0;
};

std::optional<JsonValue> read_json(base::SourceFile& file, std::uint32_t begin) {
  return JsonBuilder(file, begin).run();
}

bool begins_with_object(std::string_view text) {
  if (text.starts_with(base::kByteOrderMark)) text.remove_prefix(base::kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(kJsonBlanks);
  return first != std::string_view::npos && text[first] == '{';
}

}  // namespace cnplint::policy
