// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/piece.h"

#include <algorithm>

#include "base/encoding.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::string_view kMark = "---";

/// What a piece holds.
enum class Content { blanks, comments, directives, some };

Content content_of(std::string_view piece) {
  Content content = Content::blanks;
  while (!piece.empty()) {
    const std::size_t line_end = piece.find('\n');
    std::string_view line = piece.substr(0, line_end);
    piece.remove_prefix(line_end == std::string_view::npos ? piece.size() : line_end + 1);
    const bool directive = line.starts_with('%');
    const std::size_t first = line.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) continue;
    // A lone CR ends a line of YAML, but not of the cut.
    const bool lines = line.find('\r') < line.find_last_not_of(kBlanks);
    if (lines || (line[first] != '#' && !directive)) return Content::some;
    content = std::max(content, directive ? Content::directives : Content::comments);
  }
  return content;
}

class Cutter {
 public:
  Cutter(std::string_view text, std::size_t begin, std::size_t indentation)
      : text_(text), indentation_(indentation), at_(begin) {
    next_.begin = next_.content = static_cast<std::uint32_t>(begin);
  }

  std::vector<Piece> run() {
    while (at_ < text_.size()) {
      if (is_separator())
        separator();
      else
        at_ = line_end();
    }
    finish();
    return std::move(pieces_);
  }

 private:
  [[nodiscard]] bool is_separator() const {
    const std::string_view rest = text_.substr(at_);
    return rest.size() > indentation_ && rest.substr(indentation_).starts_with(kMark) &&
           rest.substr(0, indentation_).find_first_not_of(' ') == std::string_view::npos;
  }

  /// Behind the line break of the line that begins here.
  [[nodiscard]] std::size_t line_end() const {
    const std::size_t line_break = text_.find('\n', at_);
    return line_break == std::string_view::npos ? text_.size() : line_break + 1;
  }

  void separator() {
    const bool some = finish() > Content::comments;
    const std::size_t end = line_end();
    const std::size_t behind = indentation_ + kMark.size();
    const std::string_view line = text_.substr(at_, end - at_);
    // A byte order mark is no text, also where files were joined.
    const std::size_t content =
        end +
        (text_.substr(end).starts_with(base::kByteOrderMark) ? base::kByteOrderMark.size() : 0);
    next_ = Piece{offset(at_), offset(content), offset(content), std::nullopt, {}};
    if (const std::size_t first = line.find_first_not_of(kBlanks, behind);
        first == std::string_view::npos) {
      // nothing but the mark
    } else if (line[first] == '#' && (first > behind || some)) {
      next_.comment = {offset(at_ + first), offset(at_ + line.find_last_not_of("\r\n") + 1)};
    } else {
      problem(at_ + first, end, "nothing but a comment may stand behind `---` in its line");
    }
    at_ = content;
  }

  /// Ends a piece here.
  Content finish() {
    next_.end = offset(at_);
    const std::string_view text = text_.substr(next_.content, at_ - next_.content);
    const Content content = content_of(text);
    if (content == Content::directives)
      problem(next_.content + text.find('%'), at_,
              "kubectl refuses directives in front of a line `---`; remove the line");
    else if (content != Content::blanks || next_.comment)
      pieces_.push_back(std::move(next_));
    return content;
  }

  void problem(std::size_t place, std::size_t end, std::string what) {
    pieces_.push_back({next_.begin, offset(place), offset(end), std::nullopt, std::move(what)});
  }

  static std::uint32_t offset(std::size_t at) { return static_cast<std::uint32_t>(at); }

  std::string_view text_;
  std::size_t indentation_;
  std::size_t at_;
  Piece next_;
  std::vector<Piece> pieces_;
};

}  // namespace

std::vector<Piece> pieces_of(std::string_view text, std::uint32_t begin,
                             std::uint32_t indentation) {
  return Cutter(text, begin, indentation).run();
}

}  // namespace cnplint::policy
