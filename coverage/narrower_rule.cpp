// SPDX-License-Identifier: Apache-2.0
#include "coverage/narrower_rule.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "coverage/coverage.h"
#include "policy/text/value.h"

namespace cnplint::coverage {
namespace {

using policy::NodeRef;

class NarrowerRule {
 public:
  explicit NarrowerRule(const RuleCoverage& rule) : rule_(rule) {
    for (const auto* parts : {&rule.peers, &rule.ports})
      for (const PartCoverage& part : *parts)
        if (part.connections == 0) unused_.insert(part.where.index());
  }

  std::string run() {
    return unused_.empty() ? std::string() : "- " + policy::in_flow(value(rule_.where));
  }

 private:
  /// Whether nothing is left of a node: it is unused, or a list of such, or an entry of toPorts
  /// whose ports are.
  [[nodiscard]] bool is_gone(NodeRef node) const {
    if (unused_.contains(node.index())) return true;
    if (node.is_sequence() && node.child_count() > 0)
      return std::ranges::all_of(node.items(), [&](NodeRef item) { return is_gone(item); });
    const NodeRef ports = node.is_mapping() ? node.get("ports") : NodeRef();
    return ports && is_gone(ports);
  }

  [[nodiscard]] policy::Value value(NodeRef node) const {
    if (node.is_scalar()) return policy::Value::of(node);
    policy::Value left = node.is_mapping() ? policy::Value::map() : policy::Value::list();
    node.each_entry([&](NodeRef key, NodeRef each) {
      if (!is_gone(each)) left.set(key.key_text(), value(each));
    });
    node.each_item([&](NodeRef item) {
      if (!is_gone(item)) left.add(value(item));
    });
    return left;
  }

  const RuleCoverage& rule_;
  std::set<std::uint32_t> unused_;  ///< indices of nodes; a rule is in one document
};

}  // namespace

std::string one_line(NodeRef node) {
  constexpr std::size_t kLongest = 100;
  std::string text;
  bool blank = false;
  for (const char c : node.range().text()) {
    const bool is_blank = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (is_blank && !blank) text += ' ';
    if (!is_blank) text += c;
    blank = is_blank;
  }
  while (text.ends_with(' ')) text.pop_back();
  return base::shortened(text, kLongest);
}

std::string narrower_rule(const RuleCoverage& rule) { return NarrowerRule(rule).run(); }

}  // namespace cnplint::coverage
