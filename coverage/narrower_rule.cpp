// SPDX-License-Identifier: Apache-2.0
#include "coverage/narrower_rule.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "coverage/coverage.h"
#include "policy/yaml/emit.h"

namespace cnplint::coverage {
namespace {

using policy::NodeRef;

class RuleWriter {
 public:
  explicit RuleWriter(const RuleCoverage& rule) : rule_(rule) {
    for (const auto* parts : {&rule.peers, &rule.ports})
      for (const PartCoverage& part : *parts)
        if (part.connections == 0) unused_.insert(part.where.index());
  }

  std::string run() {
    if (unused_.empty()) return {};
    YAML::Emitter out;
    out.SetMapFormat(YAML::Flow);
    out.SetSeqFormat(YAML::Flow);
    write(out, rule_.where);
    std::string text = out.good() ? out.c_str() : "";
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? text : "- " + text;
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

  void write(YAML::Emitter& out, NodeRef node) const {
    if (node.is_mapping()) {
      out << YAML::BeginMap;
      for (const policy::Entry& entry : node.entries()) {
        if (is_gone(entry.value)) continue;
        out << YAML::Key;
        policy::emit_text(out, std::string(entry.key.text()));
        out << YAML::Value;
        write(out, entry.value);
      }
      out << YAML::EndMap;
    } else if (node.is_sequence()) {
      out << YAML::BeginSeq;
      for (const NodeRef item : node.items())
        if (!is_gone(item)) write(out, item);
      out << YAML::EndSeq;
    } else if (node.is_string()) {
      policy::emit_text(out, std::string(node.text()));
    } else {
      out << (node.text().empty() ? "null" : std::string(node.text()));
    }
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

std::string narrower_rule(const RuleCoverage& rule) { return RuleWriter(rule).run(); }

}  // namespace cnplint::coverage
