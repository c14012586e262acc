// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <forward_list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"

namespace cnplint::base {

/// A place for people: both count from 1, columns in code points (a tab is one).
struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};

/// One input, read once and kept for the run. Ranges and views point into `text`. UTF-16 is kept as
/// UTF-8.
class SourceFile {
 public:
  SourceFile(std::string path, std::string text)
      : path_(std::move(path)),
        utf16_(text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")),
        text_(as_utf8(std::move(text))) {}
  SourceFile(const SourceFile&) = delete;
  SourceFile& operator=(const SourceFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string_view text() const { return text_; }
  /// Whether it was UTF-16, so that `text` is not what is in the file.
  [[nodiscard]] bool was_utf16() const { return utf16_; }

  /// The line and column of a byte offset; an offset past the end is the end.
  [[nodiscard]] LineColumn position(std::uint32_t offset) const;
  /// The line alone, which costs less.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t offset) const;
  /// The text of a line (from 1) without its line break; empty past the last line.
  [[nodiscard]] std::string_view line(std::uint32_t number) const;
  /// The offset of the first byte of a line (from 1).
  [[nodiscard]] std::uint32_t line_begin(std::uint32_t number) const;

  /// Room for text that is not in the file as such (escapes resolved, folded lines): it lives as
  /// long as the file, so that a view of a scalar never dangles before its source does.
  std::string& new_decoded_text();

 private:
  const std::vector<std::uint32_t>& line_starts() const;
  /// How many characters stand before an offset.
  [[nodiscard]] std::uint32_t characters_before(std::uint32_t offset) const;

  std::string path_;
  bool utf16_;
  std::string text_;
  std::forward_list<std::string> decoded_;
  mutable std::once_flag lines_once_;
  mutable std::vector<std::uint32_t> line_starts_;
  mutable std::vector<std::uint32_t>
      characters_;  ///< before each block, so that long lines are no harm
};

/// A range of bytes [begin, end) of one file.
struct SourceRange {
  const SourceFile* file = nullptr;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;

  [[nodiscard]] LineColumn first() const { return file->position(begin); }
  /// One past the last character, as SARIF's endColumn has it.
  [[nodiscard]] LineColumn last() const { return file->position(end); }
  /// `path:line:column` of the first byte.
  [[nodiscard]] std::string place() const;
  [[nodiscard]] std::string_view text() const {
    return file->text().substr(begin, static_cast<std::size_t>(end) - begin);
  }
};

/// Owns every input of a run. Everything that is a view lives as long as the run's SourceStore.
class SourceStore {
 public:
  /// Keeps the text under the path that findings will name. The reference stays valid.
  SourceFile& add(std::string path, std::string text);

 private:
  std::mutex mutex_;
  std::deque<std::unique_ptr<SourceFile>> files_;
};

}  // namespace cnplint::base
