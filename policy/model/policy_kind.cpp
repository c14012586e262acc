// SPDX-License-Identifier: Apache-2.0
#include "policy/model/policy_kind.h"

#include "base/text.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Other projects have a NetworkPolicy and an EgressFirewall too: their group tells them apart.
bool serves(const KindFacts& facts, std::string_view group) {
  const bool former = !facts.former_group.empty() && group == facts.former_group;
  return facts.name_is_unique || former || group == group_of(facts.api_version);
}

}  // namespace

bool mentions_policy(std::string_view text) {
  return std::ranges::any_of(kPolicyKinds, [&](const KindFacts& facts) {
    return text.find(facts.name) != std::string_view::npos ||
           text.find(group_of(facts.api_version)) != std::string_view::npos;
  });
}

std::string resource_name(std::string_view kind) {
  std::string name = base::lower(kind);
  if (name.ends_with('y')) return name.substr(0, name.size() - 1) + "ies";
  // Some are plurals already, as Endpoints and ServiceIntentions.
  return name.ends_with('s') ? name : name + "s";
}

bool is_template(const Document& document) {
  if (!document.is_of_chart() && !template_marker(document)) return false;
  return document.error() || std::ranges::any_of(manifests(document.root()), [](const auto& each) {
           return !each.contained && policy_kind(each).has_value();
         });
}

bool is_policy_group(std::string_view group) {
  return std::ranges::any_of(
      kPolicyKinds, [&](const KindFacts& facts) { return group == group_of(facts.api_version); });
}

std::optional<PolicyKind> policy_kind(const Manifest& manifest) {
  const std::string_view group = group_of(manifest.api_version);
  const auto found = std::ranges::find_if(kPolicyKinds, [&](const KindFacts& facts) {
    return facts.name == manifest.kind && serves(facts, group);
  });
  return found == kPolicyKinds.end() ? std::nullopt : std::optional(found->kind);
}

}  // namespace cnplint::policy
