// SPDX-License-Identifier: Apache-2.0
#include "policy/text/layout.h"

#include <algorithm>
#include <string>

namespace cnplint::policy {
namespace {

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Whether a list is one of lines with dashes, as the value of a key.
bool is_keyed_block_list(NodeRef node) {
  return node.is_sequence() && node.key() && node.has_children() && !is_flow(node);
}

}  // namespace

std::uint32_t begin_of_line(const base::SourceFile& file, std::uint32_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : file.text().rfind('\n', at - 1);
  return before == std::string_view::npos ? 0 : static_cast<std::uint32_t>(before + 1);
}

std::uint32_t end_of_line(const base::SourceFile& file, std::uint32_t at) {
  const std::size_t end = file.text().find('\n', at);
  return static_cast<std::uint32_t>(end == std::string_view::npos ? file.text().size() : end + 1);
}

std::uint32_t end_of_line_of(const base::SourceFile& file, std::uint32_t end) {
  // The last byte, not the first one behind: an empty value ends where the next line begins.
  return end_of_line(file, end == 0 ? 0 : end - 1);
}

std::size_t column_of(const base::SourceFile& file, std::uint32_t at) {
  return at - begin_of_line(file, at);
}

bool begins_line(const base::SourceFile& file, std::uint32_t at) {
  const std::uint32_t begin = begin_of_line(file, at);
  return file.text().substr(begin, at - begin).find_first_not_of(" \t") == std::string_view::npos;
}

base::SourceRange content_of(NodeRef node) {
  base::SourceRange range = node.range();
  while (range.begin < range.end) {
    const std::string_view text = range.text();
    if (text.front() != '&' && text.front() != '!') break;
    std::size_t at = 0;
    while (at < text.size() && !is_white(text[at])) ++at;
    while (at < text.size() && is_white(text[at])) ++at;
    range.begin += static_cast<std::uint32_t>(at);
  }
  return range;
}

bool is_flow(NodeRef node) {
  if (node.is_scalar()) return false;
  const std::string_view text = content_of(node).text();
  return text.starts_with('[') || text.starts_with('{');
}

bool is_json(NodeRef node) {
  const Document& document = node.document();
  if (!is_flow(document.root())) return false;
  for (std::uint32_t i = 1; i < document.size(); ++i) {
    const Node& each = document.node(i);
    const bool key = document.node(each.parent).kind == NodeKind::mapping && each.ordinal == 0;
    if (key) return each.style == ScalarStyle::double_quoted;
  }
  return false;
}

bool is_shared(NodeRef node) {
  const Document& document = node.document();
  return std::ranges::any_of(document.aliased(), [&](std::uint32_t target) {
    return target <= node.index() && node.index() < document.node(target).subtree_end;
  });
}

bool has_alias(NodeRef node) {
  const Document& document = node.document();
  for (std::uint32_t i = node.index() + 1; i < document.size(); ++i)
    if (document.node(i).kind == NodeKind::alias && document.node(i).text_begin == node.index())
      return true;
  return false;
}

bool is_used_elsewhere(NodeRef node) {
  const Document& document = node.document();
  const std::uint32_t end = document.node(node.index()).subtree_end;
  for (std::uint32_t i = end; i < document.size(); ++i) {
    const Node& each = document.node(i);
    if (each.kind == NodeKind::alias && node.index() <= each.text_begin && each.text_begin < end)
      return true;
  }
  return false;
}

std::vector<WrittenChild> written_children(NodeRef container) {
  std::vector<WrittenChild> children;
  const Document& document = container.document();
  const std::uint32_t end = document.node(container.index()).subtree_end;
  for (std::uint32_t at = container.index() + 1; at < end;) {
    const std::uint32_t last = container.is_mapping() ? document.node(at).subtree_end : at;
    children.push_back({document.node(at).begin, document.node(last).end, at});
    at = document.node(last).subtree_end;
  }
  return children;
}

std::uint32_t dash_of(const base::SourceFile& file, const WrittenChild& item) {
  const std::string_view text = file.text();
  std::uint32_t at = item.begin;
  while (at > 0 && is_white(text[at - 1])) --at;
  if (at > 0 && text[at - 1] == '-') return at - 1;
  // A comment between the dash and what it is for.
  return static_cast<std::uint32_t>(text.size());
}

BlockStyle style_of(NodeRef node, std::size_t indent) {
  BlockStyle style;
  style.indent = indent;
  const Document& document = node.document();
  const base::SourceFile& file = document.file();
  bool list = false;
  bool step = false;
  for (std::uint32_t i = 0; i < document.size() && !(list && step); ++i) {
    const NodeRef each(document, i);
    if (document.node(i).kind == NodeKind::alias || each.is_scalar() || !each.key()) continue;
    const std::size_t key = column_of(file, each.key().range().begin);
    if (!list && is_keyed_block_list(each)) {
      list = true;
      style.indented_lists = column_of(file, content_of(each).begin) > key;
    } else if (!step && each.is_mapping() && each.has_children() && !is_flow(each)) {
      const std::size_t column = column_of(file, written_children(each).front().begin);
      step = column > key;
      if (step) style.step = column - key;
    }
  }
  return style;
}

}  // namespace cnplint::policy
