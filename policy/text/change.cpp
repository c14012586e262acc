// SPDX-License-Identifier: Apache-2.0
//
// Every change is made in the form that is there: lines where there are lines, brackets where there
// are brackets. What has a form that is not known here stays, and the change as a whole with it.
#include "policy/text/change.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "policy/text/cut.h"
#include "policy/text/layout.h"
#include "policy/text/put.h"

namespace cnplint::policy {
namespace {

using base::SourceFile;

/// Nothing where a change cannot be made.
using Made = std::optional<Edits>;

/// A text of lines, shifted by so many blanks; empty lines stay empty.
std::string shifted(std::string_view lines, std::ptrdiff_t by) {
  std::string result;
  while (!lines.empty()) {
    const std::size_t end = std::min(lines.find('\n'), lines.size() - 1) + 1;
    std::string_view line = lines.substr(0, end);
    lines.remove_prefix(end);
    if (line.find_first_not_of(" \r\n") == std::string_view::npos) {
      result += line;
      continue;
    }
    for (std::ptrdiff_t i = by; i < 0 && line.starts_with(' '); ++i) line.remove_prefix(1);
    if (by > 0) result.append(static_cast<std::size_t>(by), ' ');
    result += line;
  }
  return result;
}

/// `\r` goes: whoever applies edits adds it again.
std::string without_returns(std::string_view text) {
  std::string result(text);
  std::erase(result, '\r');
  return result;
}

/// Takes children of one container out; where all go, empty brackets stay.
Made cut_or_empty(NodeRef container, const std::vector<std::size_t>& gone) {
  if (Made edits = cut(container, gone)) return edits;
  const std::vector<WrittenChild> children = written_children(container);
  const bool all = std::set<std::size_t>(gone.begin(), gone.end()).size() == children.size();
  if (!all || has_comment(container.range().text()) || is_used_elsewhere(container))
    return std::nullopt;
  Value empty = container.is_mapping() ? Value::map() : Value::list();
  return set_node(set(container, std::move(empty)), container);
}

Made move_child(NodeRef node, NodeRef to) {
  const auto seat = seat_of(node);
  if (!seat || !seat->container.is_mapping() || &node.document() != &to.document() ||
      is_used_elsewhere(node))
    return std::nullopt;
  const NodeRef key = node.key();
  Made edits = cut_or_empty(seat->container, {seat->position});
  if (!edits || !to.is_mapping() || to.get(key.text())) return std::nullopt;
  const SourceFile& file = node.document().file();
  const WrittenChild& child = seat->children[seat->position];
  if (is_flow(seat->container) || is_flow(to) || !to.has_children()) {
    // Comments only move as lines.
    for (const Edit& edit : *edits)
      if (has_comment(edit.range.text())) return std::nullopt;
    const Made added = add_child(add_entry(to, key.key_text(), Value::of(node)), to);
    if (!added) return std::nullopt;
    edits->insert(edits->end(), added->begin(), added->end());
    return edits;
  }
  const std::vector<WrittenChild> there = written_children(to);
  const std::size_t column = column_of(file, there.front().begin);
  const auto by = static_cast<std::ptrdiff_t>(column) -
                  static_cast<std::ptrdiff_t>(column_of(file, child.begin));
  base::SourceRange own = lines_of(file, child.begin, child.end);
  std::string lines;
  if (!begins_line(file, child.begin)) {
    lines.append(column_of(file, child.begin), ' ');
    own.begin = child.begin;
  }
  lines += without_returns(own.text());
  if (!lines.ends_with('\n')) lines += '\n';
  edits->push_back(lines_behind(file, there.back().end, shifted(lines, by)));
  return edits;
}

Made lift_item(NodeRef node, NodeRef to) {
  const auto seat = seat_of(node);
  const auto target = seat_of(to);
  if (!seat || !target || seat->container != target->container || !seat->container.is_sequence() ||
      target->position >= seat->position)
    return std::nullopt;
  Made edits = cut(seat->container, {seat->position});
  if (!edits) return std::nullopt;
  const SourceFile& file = node.document().file();
  const WrittenChild& child = seat->children[seat->position];
  const WrittenChild& before = seat->children[target->position];
  if (is_flow(seat->container)) {
    const base::SourceRange written{&file, child.begin, child.end};
    edits->push_back({{&file, before.begin, before.begin}, std::string(written.text()) + ", "});
    return edits;
  }
  const base::SourceRange lines = lines_of(file, dash_of(file, child), child.end);
  const std::uint32_t dash = dash_of(file, before);
  if (!begins_line(file, dash)) return std::nullopt;
  const std::uint32_t at = lines_of(file, dash, before.end).begin;
  std::string text = without_returns(lines.text());
  if (!text.ends_with('\n')) text += '\n';
  edits->push_back({{&file, at, at}, std::move(text)});
  return edits;
}

/// The dash between two mappings of a list goes.
Made join_item(NodeRef node) {
  const auto seat = seat_of(node);
  if (!seat || !seat->container.is_sequence() || seat->position == 0 || !node.is_mapping())
    return std::nullopt;
  const NodeRef before = seat->container.items()[seat->position - 1];
  if (!before.is_mapping() || before.parent() != seat->container || has_alias(before) ||
      is_flow(before) != is_flow(node))
    return std::nullopt;
  for (const Entry& entry : node.entries())
    if (before.get(entry.key.text())) return std::nullopt;
  const SourceFile& file = node.document().file();
  const WrittenChild& own = seat->children[seat->position];
  const WrittenChild& other = seat->children[seat->position - 1];
  if (is_flow(node)) {
    const base::SourceRange between{&file, other.end - 1, own.begin + 1};
    if (has_comment(between.text()) || content_of(node).begin != own.begin) return std::nullopt;
    return Edits{{between, node.has_children() && before.has_children() ? ", " : ""}};
  }
  const std::uint32_t dash = dash_of(file, own);
  if (dash == file.text().size() || !begins_line(file, dash) ||
      column_of(file, own.begin) != column_of(file, other.begin) ||
      content_of(node).begin != own.begin || content_of(before).begin != other.begin)
    return std::nullopt;
  return Edits{{{&file, dash, dash + 1}, " "}};
}

/// Makes changes one by one; what is taken out of one container at once.
class Editor {
 public:
  explicit Editor(const WrittenAt& written) : written_(written) {}

  Made run(const Changes& changes) {
    for (const Change& change : changes)
      if (!make(change)) return std::nullopt;
    for (const auto& [place, gone] : gone_)
      if (!take(cut_or_empty(NodeRef(*place.first, place.second), gone))) return std::nullopt;
    sort_edits(edits_);
    for (std::size_t i = 1; i < edits_.size(); ++i) {
      const base::SourceRange& before = edits_[i - 1].range;
      if (before.file == edits_[i].range.file && edits_[i].range.begin < before.end)
        return std::nullopt;
    }
    return std::move(edits_);
  }

 private:
  bool take(Made edits) {
    if (!edits) return false;
    std::ranges::move(*edits, std::back_inserter(edits_));
    return true;
  }

  bool make(const Change& change) {
    const NodeRef node = written_(change.node);
    if (!node || node.document().form() == DocumentForm::quoted_text || is_shared(node))
      return false;
    if (change.kind == Change::Kind::remove) return remember(node);
    if (!change.to) return take(made(change, node, {}));
    const NodeRef to = written_(change.to);
    return to && !is_shared(to) && take(made(change, node, to));
  }

  static Made made(const Change& change, NodeRef node, NodeRef to) {
    switch (change.kind) {
      case Change::Kind::set:
        return set_node(change, node);
      case Change::Kind::rename:
        return rename_key(change, node);
      case Change::Kind::add:
        return add_child(change, node);
      case Change::Kind::extend:
        return extend_list(change, node);
      case Change::Kind::put:
        return put_child(change, node);
      case Change::Kind::move:
        return move_child(node, to);
      case Change::Kind::lift:
        return lift_item(node, to);
      case Change::Kind::join:
        return join_item(node);
      case Change::Kind::remove:
        break;
    }
    return std::nullopt;
  }

  bool remember(NodeRef node) {
    const auto seat = seat_of(node);
    if (!seat || is_used_elsewhere(node)) return false;
    // Of an entry that is named by its key the value goes as well.
    const Document& document = node.document();
    const bool is_key = seat->container.is_mapping() && node.ordinal() % 2 == 0;
    const std::uint32_t value = document.node(node.index()).subtree_end;
    if (is_key && document.node(value).kind != NodeKind::alias &&
        is_used_elsewhere(NodeRef(document, value)))
      return false;
    gone_[{&node.document(), seat->container.index()}].push_back(seat->position);
    return true;
  }

  const WrittenAt& written_;
  Edits edits_;
  std::map<std::pair<const Document*, std::uint32_t>, std::vector<std::size_t>> gone_;
};

}  // namespace

Change set(NodeRef node, Value value) {
  return {Change::Kind::set, node, {}, std::move(value), {}};
}
Change set_text(NodeRef node, std::string text) {
  return {Change::Kind::set, node, std::move(text), {}, {}};
}
Change rename(NodeRef value, std::string key) {
  return {Change::Kind::rename, value, std::move(key), {}, {}};
}
Change remove(NodeRef node) { return {Change::Kind::remove, node, {}, {}, {}}; }
Change add_entry(NodeRef mapping, std::string key, Value value) {
  return {Change::Kind::add, mapping, std::move(key), std::move(value), {}};
}
Change add_item(NodeRef list, Value value) {
  return {Change::Kind::add, list, {}, Value::list({std::move(value)}), {}};
}
Change add_to_list(NodeRef mapping, std::string key, std::vector<Value> items) {
  return {Change::Kind::extend, mapping, std::move(key), Value::list(std::move(items)), {}};
}
Change put_before(NodeRef item, Value value) {
  return {Change::Kind::put, item, {}, std::move(value), {}};
}
Change move_entry(NodeRef value, NodeRef mapping) {
  return {Change::Kind::move, value, {}, {}, mapping};
}
Change lift_before(NodeRef item, NodeRef before) {
  return {Change::Kind::lift, item, {}, {}, before};
}
Change join_with_previous(NodeRef item) { return {Change::Kind::join, item, {}, {}, {}}; }

Changes remove_rules(NodeRef list, const std::vector<NodeRef>& rules) {
  Changes changes;
  const bool all = rules.size() == list.child_count();
  for (const NodeRef rule : rules)
    changes.push_back(all && rule == rules.front() ? set(rule, Value::map()) : remove(rule));
  return changes;
}

NodeRef written_here(NodeRef node) {
  return node && !node.document().composed() ? node : NodeRef();
}

std::optional<Edits> edits_of(const Changes& changes, const WrittenAt& written) {
  return Editor(written).run(changes);
}

}  // namespace cnplint::policy
