// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <vector>

#include "rules/canonical.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::duplicate_key {
namespace {

using policy::DuplicateKey;

/// Where an object begins that nothing divides from the one before it: it has a kind and a version
/// of its own. None where all is one object.
std::vector<DuplicateKey> further_objects(const std::vector<DuplicateKey>& of_object) {
  const auto named = [&](std::string_view name) {
    std::vector<DuplicateKey> all;
    for (const DuplicateKey& each : of_object)
      if (each.key.text() == name) all.push_back(each);
    return all;
  };
  std::vector<DuplicateKey> begins = named("apiVersion");
  const std::vector<DuplicateKey> kinds = named("kind");
  if (begins.size() != kinds.size()) return {};
  for (std::size_t i = 0; i < begins.size(); ++i)
    if (kinds[i].key.index() < begins[i].key.index()) begins[i] = kinds[i];
  return begins;
}

void say_twice(const DuplicateKey& each, Report& report) {
  lint::Finding& finding =
      report.reject(each.key, kApiServer, "key " + quoted(each.key.text()) + " is written twice");
  finding.notes.push_back({each.first.range(), "first written here"});
  // The value stands right behind all that is of its key.
  const auto value_of = [](NodeRef key) {
    const policy::Document& document = key.document();
    return NodeRef(document, document.node(key.index()).subtree_end);
  };
  // Which of two that differ is meant nobody knows.
  if (canonical(value_of(each.key)) == canonical(value_of(each.first)))
    repair(finding, "take one out, they say the same", {policy::remove(each.key)});
}

void check(const PolicyContext& context, Report& report) {
  std::vector<DuplicateKey> all = policy::duplicate_keys(context.policy.root);
  const auto is_of_object = [&](const DuplicateKey& each) {
    return each.key.parent().index() == context.policy.root.index();
  };
  std::vector<DuplicateKey> own;
  std::ranges::copy_if(all, std::back_inserter(own), is_of_object);
  const std::vector<DuplicateKey> further = further_objects(own);
  for (const DuplicateKey& each : further)
    report
        .reject(each.key, kApiServer,
                "another object begins here, and no line `---` above it divides the two")
        .notes.push_back({each.first.range(), "the first one"});
  if (!further.empty()) std::erase_if(all, is_of_object);
  for (const DuplicateKey& each : all) say_twice(each, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "duplicate-key",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a key that is written twice in one mapping",
    .why =
        R"(Which of the two counts depends on the reader: kubectl silently takes the last one, strict
readers refuse the document. The rules under the other key are not there. Merge the two. Where all of an object
is written twice, the line `---` between two objects is missing.)",
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

}  // namespace cnplint::rules::duplicate_key
