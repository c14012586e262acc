// SPDX-License-Identifier: Apache-2.0
#include "flows/chunk.h"

#include <algorithm>
#include <utility>

#include "base/encoding.h"

namespace cnplint::flows {
namespace {

constexpr const char* kTooLong = "longer than 16 MiB";
constexpr const char* kNoObject = "no JSON object";
constexpr std::size_t kMostContainers = 64;
constexpr const char* kUnfinished = "ends in the middle of an object";
constexpr const char* kBrokenText = "a line break inside of a text";

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) ++at;
  return at;
}

/// Where a scan through one JSON object ended.
struct ObjectScan {
  enum class End { complete, list, unfinished, broken };
  End end = End::unfinished;
  std::size_t at = 0;  ///< behind the object, or behind the `[` of its list of flows
};

/// The position behind the closing quote of the text that begins at `at`; none where it does not
/// end here. `broken` is set where a line break comes first.
std::optional<std::size_t> behind_text(std::string_view text, std::size_t at, bool& broken) {
  for (++at; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    } else if (text[at] == '\n') {
      broken = true;
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// Scans the object that begins at `at`. A list under its key `flows` ends the scan: its items are
/// records of their own.
ObjectScan scan_object(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '"') {
      bool broken = false;
      const auto end = behind_text(text, at, broken);
      if (!end) return {broken ? ObjectScan::End::broken : ObjectScan::End::unfinished, at};
      const bool flows = depth == 1 && text.substr(at, *end - at) == "\"flows\"";
      at = *end;
      if (!flows) continue;
      const std::size_t colon = skip_blanks(text, at);
      const std::size_t value = colon < text.size() ? skip_blanks(text, colon + 1) : colon;
      if (value >= text.size()) return {ObjectScan::End::unfinished, value};
      if (text[colon] == ':' && text[value] == '[') return {ObjectScan::End::list, value + 1};
      continue;
    }
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return {ObjectScan::End::complete, at + 1};
    ++at;
  }
  return {ObjectScan::End::unfinished, at};
}

/// Whether a `[` begins a list of objects, and not the prefix of a log line.
bool begins_list(std::string_view text, std::size_t at) {
  const std::size_t next = skip_blanks(text, at + 1);
  return next < text.size() && (text[next] == '{' || text[next] == '[' || text[next] == ']');
}

std::string_view line_at(std::string_view text, std::size_t at) {
  return text.substr(at, std::min(text.find('\n', at), text.size()) - at);
}

/// Whether a text has one record on each line. It has not where it begins with a list, or where its
/// first object goes on behind its line in a way that a cut line would not.
bool has_lines(std::string_view text) {
  const std::size_t first =
      skip_blanks(text, text.starts_with(base::kByteOrderMark) ? base::kByteOrderMark.size() : 0);
  if (first == text.size()) return true;
  if (text[first] == '[') return !begins_list(text, first);
  if (text[first] != '{') return true;
  const std::string_view line = line_at(text, first);
  const ObjectScan scan = scan_object(line, 0);
  if (scan.end == ObjectScan::End::complete) return true;
  const std::size_t second = skip_blanks(text, first + line.size());
  if (second == text.size()) return scan.end == ObjectScan::End::broken;
  if (scan.end == ObjectScan::End::list) return false;
  const std::size_t last = line.find_last_not_of(" \t\r");
  return text[second] == '{' && line[last] != '[' && line[last] != '{' && line[last] != ',';
}

/// Where the next object begins that stands as far from the left as the one at `from`.
std::optional<std::size_t> next_alike(std::string_view text, std::size_t from, std::size_t column) {
  for (std::size_t at = text.find('\n', from); at != std::string_view::npos;
       at = text.find('\n', at + 1)) {
    const std::size_t begin = std::min(text.find_first_not_of(" \t", at + 1), text.size());
    if (begin < text.size() && text[begin] == '{' && begin - at - 1 == column) return begin;
  }
  return std::nullopt;
}

}  // namespace

base::Result<bool> ChunkReader::next(Chunk& chunk) {
  if (ended_ && rest_.empty()) {
    if (!error_) return false;
    const base::Error error = *std::exchange(error_, std::nullopt);
    return tl::unexpected(error);
  }
  begin_with_rest(chunk);
  // What is skipped is let go at once, so that only what is wanted asks for more room.
  for (std::size_t target = kChunkBytes;; target = skipping_ ? target : target * 2) {
    fill(chunk, target);
    if (!begun_) {
      by_line_ = has_lines(chunk.text());
      chunk.begin =
          chunk.text().starts_with(base::kByteOrderMark) ? base::kByteOrderMark.size() : 0;
      begun_ = true;
    }
    chunk.by_line = by_line_;
    if (by_line_ ? cut_lines(chunk) : cut_objects(chunk)) return true;
  }
}

void ChunkReader::begin_with_rest(Chunk& chunk) {
  chunk.records.clear();
  chunk.bad.clear();
  chunk.begin = 0;
  chunk.skipped = 0;
  chunk.size = rest_.size();
  chunk.buffer.resize(std::max(chunk.buffer.size(), rest_.size() + kPadding));
  std::copy(rest_.begin(), rest_.end(), chunk.buffer.begin());
  rest_.clear();
}

/// Reads until the chunk has so many bytes, or to the end.
void ChunkReader::fill(Chunk& chunk, std::size_t target) {
  target = std::max(target, chunk.size + kChunkBytes / 2);  // behind what is left over
  if (chunk.buffer.size() < target + kPadding) chunk.buffer.resize(target + kPadding);
  while (!ended_ && chunk.size < target) {
    const auto got = source_.read(chunk.buffer.data() + chunk.size, target - chunk.size);
    if (!got) error_ = got.error();
    ended_ = !got || *got == 0;
    if (got) chunk.size += *got;
  }
}

/// Leaves whole lines in the chunk; false where there is none yet.
bool ChunkReader::cut_lines(Chunk& chunk) {
  if (skipping_ && !skip_to_next_line(chunk)) return ended_;
  if (ended_) return true;
  const std::size_t last = chunk.text().rfind('\n');
  if (last != std::string_view::npos && last >= chunk.begin) {
    keep_rest(chunk, last + 1);
    return true;
  }
  if (chunk.size - chunk.begin <= kLongestRecord) return false;
  chunk.bad.push_back({0, chunk.skipped + 1, kTooLong});
  chunk.size = chunk.begin;
  skipping_ = true;
  return true;
}

/// Passes over the rest of a line that is too long; false where it does not end here.
bool ChunkReader::skip_to_next_line(Chunk& chunk) {
  const std::size_t end = chunk.text().find('\n');
  if (end == std::string_view::npos) {
    chunk.size = 0;
    return false;
  }
  chunk.begin = end + 1;
  ++chunk.skipped;
  skipping_ = false;
  return true;
}

/// Finds the objects of the chunk; false where none is whole yet.
bool ChunkReader::cut_objects(Chunk& chunk) {
  counted_ = 0;
  const std::uint64_t line = line_;
  std::size_t at = chunk.begin;
  if (skipping_) {
    const auto next = next_alike(chunk.text(), 0, column_);
    skipping_ = !next;
    at = next.value_or(chunk.size);
  }
  at = cut_from(chunk, at);
  if (at == chunk.begin && !ended_ && chunk.size > 0) {
    line_ = line;
    return false;
  }
  line_of(chunk.text(), at);
  const std::size_t size = chunk.size;
  keep_rest(chunk, at);
  chunk.size = size;  // records are views of all of it
  return true;
}

/// Takes object after object and returns where the first unfinished one begins.
std::size_t ChunkReader::cut_from(Chunk& chunk, std::size_t at) {
  const std::string_view text = chunk.text();
  while (at < text.size()) {
    if (text[at] != '{') {
      const std::size_t next = other_than_object(chunk, at);
      if (next == at) return at;
      at = next;
      continue;
    }
    const ObjectScan scan = scan_object(text, at);
    const bool in_object = !containers_.empty() && containers_.back() == Container::object;
    if (scan.end == ObjectScan::End::complete) {
      if (!in_object) chunk.records.push_back({at, scan.at - at, line_of(text, at)});
      at = scan.at;
    } else if (scan.end == ObjectScan::End::list) {
      containers_.insert(containers_.end(), {Container::object, Container::array});
      at = scan.at;
    } else if (scan.end == ObjectScan::End::broken) {
      at = give_up(chunk, at, kBrokenText);
    } else if (ended_) {
      at = give_up(chunk, at, kUnfinished);
    } else if (text.size() - at > kLongestRecord) {
      at = give_up(chunk, at, kTooLong);
    } else {
      return at;
    }
  }
  return at;
}

/// Steps over what stands between objects; returns `at` where more has to be read to know.
std::size_t ChunkReader::other_than_object(Chunk& chunk, std::size_t at) {
  const std::string_view text = chunk.text();
  const char c = text[at];
  const bool inside = !containers_.empty();
  if (is_blank(c) || (inside && (c == ',' || c == ':'))) return at + 1;
  if (c == '[' && (inside || begins_list(text, at))) {
    if (containers_.size() < kMostContainers) containers_.push_back(Container::array);
    return at + 1;
  }
  if (inside && (c == ']' || c == '}')) {
    const Container kind = c == ']' ? Container::array : Container::object;
    if (containers_.back() == kind) containers_.pop_back();
    return at + 1;
  }
  if (inside && c == '"') {
    bool broken = false;
    if (const auto end = behind_text(text, at, broken)) return *end;
    return broken || ended_ || text.size() - at > kLongestRecord ? at + 1 : at;
  }
  if (inside || c == ',') return at + 1;
  // Text that is no JSON: an object behind it on the same line counts.
  const std::size_t stop = text.find_first_of("{\n", at);
  if (stop == std::string_view::npos && !ended_ && text.size() - at < kLongestRecord) return at;
  if (stop == std::string_view::npos || text[stop] == '\n')
    chunk.bad.push_back({0, line_of(text, at), kNoObject});
  return std::min(stop, text.size());
}

/// Leaves out the record at `from` and goes on where the next one like it begins.
std::size_t ChunkReader::give_up(Chunk& chunk, std::size_t from, const char* reason) {
  const std::string_view text = chunk.text();
  chunk.bad.push_back({0, line_of(text, from), reason});
  const std::size_t line_begin = from == 0 ? 0 : text.rfind('\n', from - 1) + 1;
  column_ = from - line_begin;
  const auto next = next_alike(text, from, column_);
  skipping_ = !next && !ended_;
  return next.value_or(text.size());
}

void ChunkReader::keep_rest(Chunk& chunk, std::size_t from) {
  rest_.assign(chunk.buffer.begin() + static_cast<std::ptrdiff_t>(from),
               chunk.buffer.begin() + static_cast<std::ptrdiff_t>(chunk.size));
  chunk.size = from;
}

/// The line of a place, which must not stand before the last one that was asked about.
std::uint64_t ChunkReader::line_of(std::string_view text, std::size_t at) {
  const std::string_view part = text.substr(counted_, at - counted_);
  line_ += static_cast<std::uint64_t>(std::count(part.begin(), part.end(), '\n'));
  counted_ = at;
  return line_;
}

}  // namespace cnplint::flows
