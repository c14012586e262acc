// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/source.h"

namespace cnplint::policy {

/// The comment of a line, with its `#`; empty where there is none. Lines of block scalars are not
/// told apart.
std::string_view comment_of_line(std::string_view line);
/// What a comment says to cnplint, behind its marker: `allow RULE -- reason`, `keep`. Nothing where
/// it is for people.
std::optional<std::string_view> directive_of(std::string_view comment);
/// Whether a directive is the word alone, or with something behind a blank.
bool is_directive(std::string_view directive, std::string_view word);

/// Finds the comments of a piece of YAML: they stand in the gaps between what is parsed, a `#` at
/// the start of a line or behind a blank.
class CommentCollector {
 public:
  /// The text begins at the offset `begin` of the file.
  CommentCollector(const base::SourceFile& file, std::uint32_t begin, std::string_view text,
                   std::vector<base::SourceRange>& comments)
      : file_(file), begin_(begin), text_(text), comments_(comments) {}

  /// Takes the comments from where the last gap ended, up to an offset in the text.
  void collect(std::size_t until);
  /// Begins the next gap at an offset in the text.
  void skip_to(std::size_t offset) { gap_ = offset; }

 private:
  const base::SourceFile& file_;
  std::uint32_t begin_;
  std::string_view text_;
  std::vector<base::SourceRange>& comments_;
  std::size_t gap_ = 0;
};

}  // namespace cnplint::policy
