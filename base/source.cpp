// SPDX-License-Identifier: Apache-2.0
#include "base/source.h"

#include <algorithm>
#include <cstring>
#include "base/text.h"

namespace cnplint::base {

namespace {

constexpr std::uint32_t kBlock = 4096;

}  // namespace

const std::vector<std::uint32_t>& SourceFile::line_starts() const {
  std::call_once(lines_once_, [this] {
    line_starts_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos; at = text_.find('\n', at + 1))
      line_starts_.push_back(static_cast<std::uint32_t>(at + 1));
    std::size_t count = 0;
    for (std::size_t at = 0; at <= text_.size(); at += kBlock) {
      characters_.push_back(static_cast<std::uint32_t>(count));
      count += code_points(std::string_view(text_).substr(at, kBlock));
    }
  });
  return line_starts_;
}

std::uint32_t SourceFile::characters_before(std::uint32_t offset) const {
  const std::uint32_t block = offset / kBlock;
  const std::uint32_t begin = block * kBlock;
  return characters_[block] + static_cast<std::uint32_t>(code_points(
                                  std::string_view(text_).substr(begin, offset - begin)));
}

LineColumn SourceFile::position(std::uint32_t offset) const {
  offset = std::min(offset, static_cast<std::uint32_t>(text_.size()));
  const auto& starts = line_starts();
  const auto next = std::upper_bound(starts.begin(), starts.end(), offset);
  const std::uint32_t start = *(next - 1);
  const std::uint32_t line = static_cast<std::uint32_t>(next - starts.begin());
  if (start / kBlock == offset / kBlock) {
    const std::string_view before = std::string_view(text_).substr(start, offset - start);
    return {line, static_cast<std::uint32_t>(code_points(before)) + 1};
  }
  return {line, characters_before(offset) - characters_before(start) + 1};
}

std::uint32_t SourceFile::line_of(std::uint32_t offset) const {
  const auto& starts = line_starts();
  return static_cast<std::uint32_t>(std::ranges::upper_bound(starts, offset) - starts.begin());
}

std::uint32_t SourceFile::line_begin(std::uint32_t number) const {
  const auto& starts = line_starts();
  if (number == 0 || number > starts.size()) return static_cast<std::uint32_t>(text_.size());
  return starts[number - 1];
}

std::string_view SourceFile::line(std::uint32_t number) const {
  const std::size_t begin = line_begin(number);
  const std::size_t end = line_begin(number + 1);
  std::string_view rest = text().substr(begin, end - begin);
  if (rest.ends_with('\n')) rest.remove_suffix(1);
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  return rest;
}

std::string& SourceFile::new_decoded_text() { return decoded_.emplace_front(); }

SourceFile& SourceStore::add(std::string path, std::string text) {
  auto file = std::make_unique<SourceFile>(std::move(path), std::move(text));
  const std::lock_guard lock(mutex_);
  return *files_.emplace_back(std::move(file));
}

std::string SourceRange::place() const {
  const LineColumn at = first();
  return file->path() + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

}  // namespace cnplint::base
