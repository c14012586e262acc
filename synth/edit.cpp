// SPDX-License-Identifier: Apache-2.0
#include "synth/edit.h"

#include <algorithm>
#include <set>

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::NodeRef;

bool is_flow(NodeRef node) {
  const std::string_view text = node.range().text();
  return text.starts_with('[') || text.starts_with('{');
}

/// The first byte behind the line that a byte is on.
std::uint32_t end_of_line(const base::SourceFile& file, std::uint32_t at) {
  const std::size_t end = file.text().find('\n', at);
  return static_cast<std::uint32_t>(end == std::string_view::npos ? file.text().size() : end + 1);
}

std::uint32_t begin_of_line(const base::SourceFile& file, std::uint32_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : file.text().rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : static_cast<std::uint32_t>(before + 1);
}

/// Where the dash of an item of a block list is.
std::uint32_t dash_of(NodeRef item) {
  const std::string_view text = item.range().file->text();
  std::uint32_t at = item.range().begin;
  while (at > 0 && text[at - 1] != '-') --at;
  return at == 0 ? 0 : at - 1;
}

/// Lines behind the one on which a node ends; a last line without end gets one.
Edit lines_behind(const base::SourceFile& file, std::uint32_t end, std::string lines) {
  // The last byte, not the first one behind: an empty value ends where the next line begins.
  const std::uint32_t last = end == 0 ? 0 : end - 1;
  const std::uint32_t at = end_of_line(file, last);
  if (at > 0 && file.text()[at - 1] != '\n') lines.insert(0, "\n");
  return {{&file, at, at}, std::move(lines)};
}

/// Before the closing bracket of a list or mapping in one line.
Edit before_end(NodeRef flow, std::string text) {
  const base::SourceRange range = flow.range();
  if (flow.has_children()) text.insert(0, ", ");
  return {{range.file, range.end - 1, range.end - 1}, std::move(text)};
}

/// Whether a value stands where it is used: not behind an alias or a merge key.
bool is_own(NodeRef value, NodeRef mapping) {
  const NodeRef parent = value.parent();
  return parent == mapping;
}

}  // namespace

std::optional<Edit> append_item(NodeRef spec, Direction direction, const ItemText& item) {
  const std::string name(policy::direction_name(direction));
  const NodeRef list = spec.get(name);
  const base::SourceFile& file = *spec.range().file;
  const bool json = file.text().find_first_not_of(" \t\r\n") != std::string_view::npos &&
                    file.text()[file.text().find_first_not_of(" \t\r\n")] == '{';
  if (list && !is_own(list, spec)) return std::nullopt;
  if (list.is_sequence() && is_flow(list)) return before_end(list, item.flow(json));
  if (list.is_sequence()) {
    const std::uint32_t dash = dash_of(list.items().front());
    return lines_behind(file, list.range().end, item.block(dash - begin_of_line(file, dash)));
  }
  if (is_flow(spec)) {
    if (list) return std::nullopt;  // null
    return before_end(spec, json ? "\"" + name + "\": [" + item.flow(json) + "]"
                                 : name + ": [" + item.flow(json) + "]");
  }
  if (!spec.is_mapping() || !spec.has_children()) return std::nullopt;
  const NodeRef first = spec.written_entries().front().key;
  const std::uint32_t begin = first.range().begin;
  const std::size_t indent = begin - begin_of_line(file, begin);
  if (list) return lines_behind(file, list.key().range().end, item.block(indent + 2));
  return lines_behind(file, spec.range().end,
                      std::string(indent, ' ') + name + ":\n" + item.block(indent + 2));
}

std::optional<std::vector<Edit>> remove_items(NodeRef list, const std::vector<NodeRef>& items) {
  if (is_flow(list)) return std::nullopt;
  const base::SourceFile& file = *list.range().file;
  const bool all = items.size() == list.child_count();
  std::vector<Edit> edits;
  for (const NodeRef item : items) {
    const std::uint32_t dash = dash_of(item);
    std::uint32_t begin = begin_of_line(file, dash);
    const std::size_t indent = dash - begin;
    if (file.text().substr(begin, indent).find_first_not_of(' ') != std::string_view::npos)
      return std::nullopt;  // `- - {}`
    const std::uint32_t end = end_of_line(file, std::max(item.range().end, dash + 1) - 1);
    // Comments of the item stand as far in as it does.
    while (begin > 0) {
      const std::uint32_t above = begin_of_line(file, begin - 1);
      const std::string_view line = file.text().substr(above, begin - above);
      if (line.find_first_not_of(' ') != indent || line[indent] != '#') break;
      begin = above;
    }
    std::string rest;
    if (all && item == items.front()) rest = std::string(indent, ' ') + "- {}\n";
    edits.push_back({{&file, begin, end}, std::move(rest)});
  }
  return edits;
}

std::string applied(const base::SourceFile& file, std::vector<Edit> edits) {
  std::ranges::stable_sort(edits, {}, [](const Edit& each) { return each.range.begin; });
  const std::string_view text = file.text();
  const bool crlf = text.find("\r\n") != std::string_view::npos;
  std::string result;
  std::size_t at = 0;
  for (const Edit& edit : edits) {
    result.append(text.substr(at, edit.range.begin - at));
    for (const char c : edit.text) {
      if (c == '\n' && crlf) result += '\r';
      result += c;
    }
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
struct Change {
  std::size_t a;
  std::size_t a_end;
  std::size_t b;
  std::size_t b_end;
};

/// The changes between texts of which most lines are the same: at a difference, the nearest place
/// where both go on alike.
std::vector<Change> changes_of(const std::vector<std::string_view>& a,
                               const std::vector<std::string_view>& b) {
  std::vector<Change> changes;
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
  const std::vector<Change> changes = changes_of(a, b);
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

}  // namespace cnplint::synth
