// SPDX-License-Identifier: Apache-2.0
#include "policy/text/edit.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "policy/text/layout.h"

namespace cnplint::policy {

void sort_edits(Edits& edits) {
  // What is put in before a byte comes before what replaces that byte.
  std::ranges::stable_sort(
      edits, {}, [](const Edit& each) { return std::pair(each.range.begin, each.range.end); });
}

bool overlap(const Edit& one, const Edit& other) {
  const base::SourceRange& a = one.range;
  const base::SourceRange& b = other.range;
  if (a.file != b.file) return false;
  if (a.begin == b.begin) return true;
  return a.begin < b.begin ? b.begin < a.end : a.begin < b.end;
}

namespace {

/// Adds a text with the line ends of a file.
void append_with_line_ends(std::string_view text, bool crlf, std::string& result) {
  for (const char c : text) {
    if (c == '\n' && crlf) result += '\r';
    result += c;
  }
}

bool has_crlf(const base::SourceFile& file) {
  return file.text().find("\r\n") != std::string_view::npos;
}

}  // namespace

std::string inserted_text(const Edit& edit) {
  std::string result;
  append_with_line_ends(edit.text, has_crlf(*edit.range.file), result);
  return result;
}

Edit joined(const Edits& edits) {
  const base::SourceFile& file = *edits.front().range.file;
  Edit all{{&file, edits.front().range.begin, edits.front().range.begin}, {}};
  for (const Edit& edit : edits) {
    all.text += file.text().substr(all.range.end, edit.range.begin - all.range.end);
    all.text += inserted_text(edit);
    all.range.end = edit.range.end;
  }
  return all;
}

ChangedLines changed_lines(const Edits& edits) {
  const Edit all = joined(edits);
  const base::SourceFile& file = *all.range.file;
  const std::uint32_t begin = begin_of_line(file, all.range.begin);
  // What is put in between two lines changes neither.
  const bool between = all.range.begin == all.range.end && begin == all.range.begin;
  const std::uint32_t end = between ? all.range.end : end_of_line_of(file, all.range.end);
  return {std::string(file.text().substr(begin, end - begin)),
          std::string(file.text().substr(begin, all.range.begin - begin)) + all.text +
              std::string(file.text().substr(all.range.end, end - all.range.end))};
}

std::string applied(const base::SourceFile& file, Edits edits) {
  sort_edits(edits);
  const std::string_view text = file.text();
  const bool crlf = has_crlf(file);
  std::string result;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    result.append(text.substr(at, edit.range.begin - at));
    append_with_line_ends(edit.text, crlf, result);
    at = edit.range.end;
  }
  return result.append(text.substr(at));
}

namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

/// A run of lines that differ: [a, a_end) of the one text became [b, b_end) of the other.
struct LineChange {
  std::size_t a;
  std::size_t a_end;
  std::size_t b;
  std::size_t b_end;
};

/// The changes between texts of which most lines are the same: at a difference, the nearest place
/// where both go on alike.
std::vector<LineChange> changes_of(const std::vector<std::string_view>& a,
                                   const std::vector<std::string_view>& b) {
  std::vector<LineChange> changes;
  std::size_t i = 0;
  std::size_t j = 0;
  constexpr std::size_t kAlike = 3;
  const auto alike = [&](std::size_t x, std::size_t y) {
    for (std::size_t k = 0; k < kAlike; ++k) {
      const bool ends = x + k >= a.size() && y + k >= b.size();
      if (ends) return true;
      if (x + k >= a.size() || y + k >= b.size() || a[x + k] != b[y + k]) return false;
    }
    return true;
  };
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
      continue;
    }
    const std::size_t begin_i = i;
    const std::size_t begin_j = j;
    const std::size_t most = (a.size() - i) + (b.size() - j);
    bool found = false;
    for (std::size_t sum = 1; sum <= most && !found; ++sum)
      for (std::size_t x = 0; x <= sum && !found; ++x) {
        const std::size_t y = sum - x;
        if (i + x > a.size() || j + y > b.size() || !alike(i + x, j + y)) continue;
        found = true;
        i += x;
        j += y;
      }
    changes.push_back({begin_i, i, begin_j, j});
  }
  return changes;
}

/// A change as those of its lines that are really different: the longest common lines stay.
void add_finer(const LineChange& change, const std::vector<std::string_view>& a,
               const std::vector<std::string_view>& b, std::vector<LineChange>& finer) {
  constexpr std::size_t kMostCells = 250'000;
  const std::size_t rows = change.a_end - change.a;
  const std::size_t columns = change.b_end - change.b;
  if (rows == 0 || columns == 0 || rows * columns > kMostCells) return finer.push_back(change);
  // How many lines the rests have in common.
  std::vector<std::uint32_t> common((rows + 1) * (columns + 1));
  const auto at = [&](std::size_t row, std::size_t column) -> std::uint32_t& {
    return common[row * (columns + 1) + column];
  };
  for (std::size_t i = rows; i-- > 0;)
    for (std::size_t j = columns; j-- > 0;)
      at(i, j) = a[change.a + i] == b[change.b + j] ? at(i + 1, j + 1) + 1
                                                    : std::max(at(i + 1, j), at(i, j + 1));
  std::size_t i = 0;
  std::size_t j = 0;
  LineChange open{change.a, change.a, change.b, change.b};
  const auto close = [&] {
    open.a_end = change.a + i;
    open.b_end = change.b + j;
    if (open.a < open.a_end || open.b < open.b_end) finer.push_back(open);
  };
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[change.a + i] == b[change.b + j]) {
      close();
      ++i;
      ++j;
      open = {change.a + i, 0, change.b + j, 0};
    } else if (j == columns || (i < rows && at(i + 1, j) >= at(i, j + 1))) {
      ++i;
    } else {
      ++j;
    }
  }
  close();
}

void add_line(char mark, std::string_view line, std::string& text) {
  text += mark;
  text += line;
  if (!line.ends_with('\n')) text += "\n\\ No newline at end of file\n";
}

std::string hunk_place(char mark, std::size_t begin, std::size_t end) {
  // Of no lines, the one before them is named.
  const std::size_t first = begin == end ? begin : begin + 1;
  return std::string(1, mark) + std::to_string(first) + "," + std::to_string(end - begin);
}

}  // namespace

std::string unified_diff(const std::string& path, const std::string* before,
                         const std::string& after) {
  constexpr std::size_t kContext = 3;
  const std::vector<std::string_view> a =
      before == nullptr ? std::vector<std::string_view>() : lines_of(*before);
  const std::vector<std::string_view> b = lines_of(after);
  std::vector<LineChange> changes;
  for (const LineChange& each : changes_of(a, b)) add_finer(each, a, b, changes);
  if (changes.empty()) return {};
  std::string text =
      "--- " + (before == nullptr ? "/dev/null" : "a/" + path) + "\n+++ b/" + path + "\n";
  for (std::size_t first = 0; first < changes.size();) {
    std::size_t last = first;
    while (last + 1 < changes.size() && changes[last + 1].a - changes[last].a_end <= 2 * kContext)
      ++last;
    const std::size_t lead = std::min(kContext, changes[first].a);
    const std::size_t tail = std::min(kContext, a.size() - changes[last].a_end);
    const std::size_t a_begin = changes[first].a - lead;
    text += "@@ " + hunk_place('-', a_begin, changes[last].a_end + tail) + " " +
            hunk_place('+', changes[first].b - lead, changes[last].b_end + tail) + " @@\n";
    std::size_t at = a_begin;
    for (std::size_t i = first; i <= last; ++i) {
      for (; at < changes[i].a; ++at) add_line(' ', a[at], text);
      for (; at < changes[i].a_end; ++at) add_line('-', a[at], text);
      for (std::size_t line = changes[i].b; line < changes[i].b_end; ++line)
        add_line('+', b[line], text);
    }
    for (; at < changes[last].a_end + tail; ++at) add_line(' ', a[at], text);
    first = last + 1;
  }
  return text;
}

}  // namespace cnplint::policy
