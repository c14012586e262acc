// SPDX-License-Identifier: Apache-2.0
#include "lint/report.h"

#include "base/hash.h"
#include "lint/rule.h"

namespace cnplint::lint {
namespace {

using policy::NodeRef;

/// At most the first line of a range: findings point into one line.
base::SourceRange first_line(base::SourceRange range) {
  // Nothing to see, as in an empty item of a list: point at what stands before it.
  if (range.begin == range.end && range.begin > 0) --range.begin;
  const std::string_view text = range.text();
  std::size_t length = std::min(text.find('\n'), text.size());
  if (length > 0 && text[length - 1] == '\r') --length;
  range.end = range.begin + static_cast<std::uint32_t>(length);
  return range;
}

}  // namespace

const std::string& KeyedPaths::of(NodeRef node) {
  const auto [found, added] = known_.try_emplace(node.index());
  if (!added || !node.parent()) return found->second;
  const NodeRef key = node.key();
  // References into an unordered_map stay good while it grows.
  found->second = of(node.parent()) + "/" +
                  (key ? std::string(key.text()) : base::hash_hex(node.range().text()));
  return found->second;
}

base::SourceRange culprit_range(NodeRef node) {
  if (node.is_scalar()) return first_line(node.visible_range());
  // An object is best known by its kind, wherever it stands.
  if (const NodeRef kind = node.get("kind");
      kind.is_scalar() && node.get("apiVersion") && !kind.range().text().empty())
    return first_line(kind.range());
  if (const NodeRef key = node.key()) return key.range();
  const auto entries = node.written_entries();
  if (entries.empty()) return first_line(node.range());
  if (const NodeRef kind = node.get("kind"); kind.is_scalar() && !kind.range().text().empty())
    return first_line(kind.range());
  return first_line(entries.front().key.range());
}

Finding& Report::add(NodeRef where, std::string message) {
  Finding& finding = add(culprit_range(where), std::move(message));
  finding.path = policy::path_of(where);
  finding.node = where;
  finding.document = where.document().index();
  return finding;
}

Finding& Report::reject(NodeRef where, std::uint8_t rejected_by, std::string message) {
  Finding& finding = add(where, std::move(message));
  finding.rejected_by = rejected_by;
  return finding;
}

Finding& Report::add(const policy::Policy& policy, NodeRef where, std::string message) {
  Finding& finding = add(where, std::move(message));
  finding.subject = policy.subject();
  return finding;
}

Finding& Report::add(base::SourceRange range, std::string message) {
  Finding& finding = findings_.emplace_back();
  finding.rule = &rule_;
  finding.severity = severity_;
  finding.range = range;
  finding.message = std::move(message);
  finding.subject = subject_;
  return finding;
}

}  // namespace cnplint::lint
