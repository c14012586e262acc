// SPDX-License-Identifier: Apache-2.0
#include "policy/text/cut.h"

#include <algorithm>

namespace cnplint::policy {
namespace {

using base::SourceFile;

/// The first byte of the comment above a line: lines of comments that stand as far in.
std::uint32_t begin_with_comment(const SourceFile& file, std::uint32_t line, std::size_t indent) {
  while (line > 0) {
    const std::uint32_t above = begin_of_line(file, line - 1);
    const std::string_view text = file.text().substr(above, line - above);
    if (text.find_first_not_of(' ') != indent || text[indent] != '#') break;
    line = above;
  }
  return line;
}

/// Takes children of a mapping or list in brackets out, with their commas.
std::optional<Edits> cut_flow(const SourceFile& file, const std::vector<WrittenChild>& children,
                              const std::vector<std::size_t>& gone) {
  Edits edits;
  for (std::size_t i = 0; i < gone.size();) {
    std::size_t last = i;
    while (last + 1 < gone.size() && gone[last + 1] == gone[last] + 1) ++last;
    const std::size_t first = gone[i];
    const std::size_t behind = gone[last] + 1;
    base::SourceRange cut{&file, children[first].begin, children[gone[last]].end};
    std::string_view gap;
    if (behind < children.size()) {
      gap = file.text().substr(cut.end, children[behind].begin - cut.end);
      cut.end = children[behind].begin;
    } else {
      const std::uint32_t before = children[first - 1].end;
      gap = file.text().substr(before, cut.begin - before);
      cut.begin = before;
    }
    if (has_comment(gap)) return std::nullopt;
    edits.push_back({cut, ""});
    i = last + 1;
  }
  return edits;
}

/// Takes items or entries on lines of their own out.
std::optional<Edits> cut_lines(const SourceFile& file, NodeRef container,
                               const std::vector<WrittenChild>& children,
                               const std::vector<std::size_t>& gone) {
  Edits edits;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    const WrittenChild& child = children[gone[i]];
    const std::uint32_t head = head_of(file, container, child);
    if (head == file.text().size()) return std::nullopt;
    if (begins_line(file, head)) {
      edits.push_back({lines_of(file, head, child.end), ""});
      continue;
    }
    // The first one of a list's item: the next one comes up to its dash.
    if (gone[i] != 0 || children.size() == 1) return std::nullopt;
    std::size_t behind = 1;
    while (i + 1 < gone.size() && gone[i + 1] == behind) {
      ++i;
      ++behind;
    }
    const std::uint32_t next = head_of(file, container, children[behind]);
    const std::string_view gap =
        file.text().substr(children[behind - 1].end, next - children[behind - 1].end);
    const std::uint32_t line = begin_of_line(file, head);
    const bool explicit_key =
        file.text().substr(line, head - line).find('?') != std::string_view::npos;
    if (has_comment(gap) || explicit_key) return std::nullopt;
    edits.push_back({{&file, head, next}, ""});
  }
  return edits;
}

}  // namespace

bool has_comment(std::string_view text) { return text.find('#') != std::string_view::npos; }

std::optional<Seat> seat_of(NodeRef node) {
  Seat seat{node.parent(), 0, {}};
  if (!seat.container || has_alias(node)) return std::nullopt;
  seat.position = seat.container.is_mapping() ? node.ordinal() / 2 : node.ordinal();
  seat.children = written_children(seat.container);
  if (seat.position >= seat.children.size()) return std::nullopt;
  return seat;
}

std::uint32_t head_of(const SourceFile& file, NodeRef container, const WrittenChild& child) {
  return container.is_sequence() ? dash_of(file, child) : child.begin;
}

base::SourceRange lines_of(const SourceFile& file, std::uint32_t begin, std::uint32_t end) {
  const std::uint32_t line = begin_of_line(file, begin);
  return {&file, begin_with_comment(file, line, begin - line),
          end_of_line_of(file, std::max(end, begin + 1))};
}

std::optional<Edits> cut(NodeRef container, std::vector<std::size_t> gone) {
  const std::vector<WrittenChild> children = written_children(container);
  const SourceFile& file = container.document().file();
  std::ranges::sort(gone);
  gone.erase(std::unique(gone.begin(), gone.end()), gone.end());
  if (gone.size() == children.size()) return std::nullopt;
  return is_flow(container) ? cut_flow(file, children, gone)
                            : cut_lines(file, container, children, gone);
}

}  // namespace cnplint::policy
