// SPDX-License-Identifier: Apache-2.0
#include "policy/text/put.h"

#include <algorithm>

#include "base/text.h"
#include "policy/text/cut.h"
#include "policy/text/layout.h"

namespace cnplint::policy {
namespace {

using base::SourceFile;

bool in_flow_context(NodeRef node) {
  for (NodeRef at = node.parent(); at; at = at.parent())
    if (is_flow(at)) return true;
  return false;
}

/// The value of a change in one line, as the document of a node has it.
std::string in_one_line(const Change& change, NodeRef node) {
  return in_flow(change.value, is_json(node));
}

std::optional<Edits> set_scalar(const Change& change, NodeRef node) {
  const base::SourceRange place = content_of(node);
  std::string text = change.key.empty() ? in_one_line(change, node)
                                        : scalar_in_style(change.key, node.style(),
                                                          in_flow_context(node), is_json(node));
  if (place.begin == place.end) text.insert(0, " ");
  return Edits{{place, std::move(text)}};
}

/// What a value that stands on lines of its own becomes.
std::optional<Edits> replace_lines(const Change& change, NodeRef node) {
  const base::SourceRange place = content_of(node);
  const SourceFile& file = *place.file;
  const NodeRef key = node.key();
  const std::size_t column = column_of(file, place.begin);
  BlockStyle style = style_of(node, column);
  if (!key) {
    std::string text = in_block(change.value, style).substr(column);
    text.pop_back();
    return Edits{{place, std::move(text)}};
  }
  // The dashes of a list may stand below the key, the entries of a mapping further in.
  const std::size_t outer = column_of(file, key.range().begin);
  if (change.value.is_map() && column <= outer) style.indent = outer + style.step;
  if (!begins_line(file, place.begin)) return std::nullopt;
  std::string text = in_block(change.value, style);
  text.pop_back();
  return Edits{{{&file, begin_of_line(file, place.begin), place.end}, std::move(text)}};
}

/// What stands behind a colon, with the blanks before it; none where a comment or an anchor is
/// between them.
std::optional<base::SourceRange> behind_colon(NodeRef node) {
  const base::SourceRange place = content_of(node);
  const SourceFile& file = *place.file;
  const std::size_t colon = file.text().find(':', node.key().range().end);
  const base::SourceRange behind{&file, static_cast<std::uint32_t>(colon + 1), place.end};
  const std::string_view gap =
      behind.text().substr(0, std::max(place.begin, behind.begin) - behind.begin);
  if (place.begin != node.range().begin || has_comment(gap)) return std::nullopt;
  return behind;
}

/// The value of a node in lines, or behind its key or dash.
std::optional<Edits> set_lines(const Change& change, NodeRef node) {
  const base::SourceRange place = content_of(node);
  const SourceFile& file = *place.file;
  const bool in_lines = !node.is_scalar() && !is_flow(node);
  if (in_lines && !change.value.fits_in_line()) return replace_lines(change, node);
  const NodeRef key = node.key();
  if (!key) return Edits{{place, in_one_line(change, node)}};
  const auto behind = behind_colon(node);
  if (!behind) return std::nullopt;
  const std::string_view rest =
      file.text().substr(place.end, end_of_line_of(file, place.end + 1) - place.end);
  const bool alone = rest.find_first_not_of(" \r\n") == std::string_view::npos;
  if (change.value.fits_in_line() || !alone)
    return Edits{{*behind, " " + in_one_line(change, node)}};
  const BlockStyle style = style_of(node, column_of(file, key.range().begin));
  std::string text = entry_in_block("x", change.value, style).substr(style.indent + 2);
  text.pop_back();
  return Edits{{*behind, std::move(text)}};
}

}  // namespace

std::optional<Edits> set_node(const Change& change, NodeRef node) {
  if (!change.key.empty() && !node.is_scalar()) return std::nullopt;  // only a text has quotes
  if (is_json(node) || in_flow_context(node) || (node.is_scalar() && change.value.fits_in_line()))
    return set_scalar(change, node);
  return set_lines(change, node);
}

std::optional<Edits> rename_key(const Change& change, NodeRef node) {
  const NodeRef key = node.parent().is_mapping() && node.ordinal() % 2 == 0 ? node : node.key();
  if (!key || has_alias(node)) return std::nullopt;
  Change text{Change::Kind::set, key, change.key, {}, {}};
  return set_scalar(text, key);
}

namespace {

/// What is put into a mapping or list in brackets, each without what is around it.
std::vector<std::string> flow_children(const Change& change, bool json) {
  if (!change.key.empty())
    return {in_flow(Value::text(change.key), json) + ": " + in_flow(change.value, json)};
  std::vector<std::string> children;
  for (const Value& item : change.value.items()) children.push_back(in_flow(item, json));
  return children;
}

std::optional<Edits> add_flow(const Change& change, NodeRef node) {
  const base::SourceRange place = content_of(node);
  const SourceFile& file = *place.file;
  const std::vector<std::string> added = flow_children(change, is_json(node));
  const std::vector<WrittenChild> children = written_children(node);
  if (!place.text().ends_with('}') && !place.text().ends_with(']')) return std::nullopt;
  if (children.empty()) {
    const base::SourceRange inside{&file, place.begin + 1, place.end - 1};
    if (has_comment(inside.text())) return std::nullopt;
    return Edits{{inside, base::joined(added, ", ")}};
  }
  const WrittenChild& last = children.back();
  const bool on_lines = begins_line(file, last.begin);
  const std::string lead =
      on_lines ? ",\n" + std::string(column_of(file, last.begin), ' ') : std::string(", ");
  return Edits{{{&file, last.end, last.end}, lead + base::joined(added, lead)}};
}

std::string block_children(const Change& change, const BlockStyle& style) {
  if (!change.key.empty()) return entry_in_block(change.key, change.value, style);
  std::string lines;
  for (const Value& item : change.value.items()) lines += item_in_block(item, style);
  return lines;
}

/// The mapping or list that has what is added and nothing else.
Value whole_value(const Change& change) {
  return change.key.empty() ? change.value : Value::map({{change.key, change.value}});
}

}  // namespace

std::optional<Edits> add_child(const Change& change, NodeRef node) {
  const bool mapping = !change.key.empty();
  if (node.is_null()) return set_node({Change::Kind::set, node, {}, whole_value(change), {}}, node);
  if (mapping ? !node.is_mapping() || node.get(change.key) : !node.is_sequence())
    return std::nullopt;
  // An empty list has no style yet.
  if (!node.has_children() && node.key() && content_of(node).begin == node.range().begin)
    return set_node({Change::Kind::set, node, {}, whole_value(change), {}}, node);
  if (is_flow(node)) return add_flow(change, node);
  const SourceFile& file = node.document().file();
  const std::vector<WrittenChild> children = written_children(node);
  const std::uint32_t head = head_of(file, node, children.front());
  if (head == file.text().size()) return std::nullopt;
  const BlockStyle style = style_of(node, column_of(file, head));
  return Edits{lines_behind(file, children.back().end, block_children(change, style))};
}

std::optional<Edits> extend_list(const Change& change, NodeRef node) {
  const NodeRef list = node.get(change.key);
  if (!list) return add_child(change, node);
  if (list.parent() != node || list.key().key_text() != change.key || has_alias(list))
    return std::nullopt;
  return add_child({Change::Kind::add, list, {}, change.value, {}}, list);
}

std::optional<Edits> put_child(const Change& change, NodeRef node) {
  const auto seat = seat_of(node);
  if (!seat || !seat->container.is_sequence()) return std::nullopt;
  const SourceFile& file = node.document().file();
  const WrittenChild& child = seat->children[seat->position];
  if (is_flow(seat->container))
    return Edits{{{&file, child.begin, child.begin}, in_flow(change.value, is_json(node)) + ", "}};
  const std::uint32_t dash = dash_of(file, child);
  if (dash == file.text().size() || !begins_line(file, dash)) return std::nullopt;
  const std::uint32_t at = lines_of(file, dash, child.end).begin;
  return Edits{
      {{&file, at, at}, item_in_block(change.value, style_of(node, column_of(file, dash)))}};
}

Edit lines_behind(const SourceFile& file, std::uint32_t end, std::string lines) {
  const std::uint32_t at = end_of_line_of(file, end);
  if (at > 0 && file.text()[at - 1] != '\n') {
    lines.insert(0, "\n");
    lines.pop_back();
  }
  return {{&file, at, at}, std::move(lines)};
}

}  // namespace cnplint::policy
