// SPDX-License-Identifier: Apache-2.0
#include "project/fix_edits.h"

#include <algorithm>

namespace cnplint::project {
namespace {

using policy::Document;
using policy::Node;
using policy::NodeRef;

/// The node of a document that begins and ends where another one does, and says the same.
NodeRef node_like(const Document& document, NodeRef wanted) {
  const base::SourceRange place = wanted.range();
  if (document.empty() || document.composed()) return {};
  // Nodes stand in the order of the text.
  std::uint32_t low = 0;
  auto high = static_cast<std::uint32_t>(document.size());
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (document.node(middle).begin < place.begin)
      low = middle + 1;
    else
      high = middle;
  }
  for (; low < document.size() && document.node(low).begin == place.begin; ++low) {
    const Node& each = document.node(low);
    if (each.kind == policy::NodeKind::alias || each.end != place.end) continue;
    const NodeRef found(document, low);
    const bool same = found.is_mapping() == wanted.is_mapping() &&
                      found.is_sequence() == wanted.is_sequence() && found.text() == wanted.text();
    if (same) return found;
  }
  return {};
}

}  // namespace

WrittenNodes::WrittenNodes(const Inputs& inputs) : inputs_(inputs) {
  for (const File* file : inputs.files()) files_.emplace(&file->source(), file);
}

NodeRef WrittenNodes::operator()(NodeRef node) const {
  if (!node || node.document().is_of_chart()) return {};
  const base::SourceFile* file = node.range().file;
  if (inputs_.is_rendered(*file)) return {};
  if (!node.document().composed()) return node;
  const auto known = files_.find(file);
  if (known == files_.end()) return {};
  NodeRef found;
  known->second->content().each_document([&](const Document& document) {
    if (!found && !document.error()) found = node_like(document, node);
  });
  return found;
}

void make_edits(const Inputs& inputs, std::vector<lint::Finding>& findings) {
  const WrittenNodes written(inputs);
  for (lint::Finding& finding : findings) {
    lint::Fix& fix = finding.fix;
    if (fix.changes.empty()) {
      if (fix.edits.empty()) fix.applicability = lint::Applicability::display;
      continue;
    }
    auto edits = policy::edits_of(fix.changes, written);
    if (edits && !edits->empty())
      fix.edits = std::move(*edits);
    else
      fix.applicability = lint::Applicability::display;
    fix.changes.clear();
  }
}

}  // namespace cnplint::project
