// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "rules/each.h"

namespace cnplint::rules {
namespace {

void check_mapping(NodeRef mapping, Report& report) {
  std::map<std::string_view, NodeRef> seen;
  for (const policy::Entry& entry : mapping.written_entries()) {
    const auto [first, added] = seen.emplace(entry.key.text(), entry.key);
    if (added || entry.key.text() == "<<") continue;
    report.reject(entry.key, kApiServer, "key " + quoted(entry.key.text()) + " is written twice")
        .notes.push_back({first->second.range(), "first written here"});
  }
}

void check(const PolicyContext& context, Report& report) {
  const policy::Document& document = context.policy.root.document();
  const std::uint32_t end = document.node(context.policy.root.index()).subtree_end;
  for (std::uint32_t i = context.policy.root.index(); i < end; ++i)
    if ((document.node(i).flags & policy::Node::kDuplicates) != 0)
      check_mapping(NodeRef(document, i), report);
}

}  // namespace

CNPLINT_RULE(duplicate_key){
    .name = "duplicate-key",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a key that is written twice in one mapping",
    .why =
        R"(Which of the two counts depends on the reader: kubectl silently takes the last one, strict
readers refuse the document. The rules under the other key are not there. Merge the two.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  ingress:
  - fromEndpoints: [{matchLabels: {app: checkout}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
  - fromEndpoints: [{matchLabels: {app: checkout}}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules
