// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "base/blanks.h"
#include "policy/model/label.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_label_key {
namespace {

bool is_valid(const PolicyContext& context, const policy::SelectorUse& use, std::string_view key) {
  if (!policy::is_cilium(context.policy.kind)) return policy::is_label_key(key);
  // Keys of a CIDR group selector get the source cidrgroup before they are checked (R4).
  const bool group = use.role == policy::SelectorUse::Role::cidr_group;
  if (group && key.find(':') == std::string_view::npos)
    return policy::is_selector_key("cidrgroup:" + std::string(key), context.environment.cilium);
  return policy::is_selector_key(key, context.environment.cilium);
}

/// What is wrong with a key, or to be written for it, where that is known.
/// The label `key=value` that is written as a key; empty where it is none.
std::pair<std::string, std::string> label_in(const policy::Requirement& requirement,
                                             std::string_view key) {
  const std::size_t equals = key.find('=');
  if (equals == std::string_view::npos || !requirement.match_label) return {};
  const std::string_view name = key.substr(0, equals);
  const std::string_view value = key.substr(equals + 1);
  if (!policy::is_label_key(policy::without_source(name)) || !policy::is_label_value(value))
    return {};
  return {std::string(name), std::string(value)};
}

std::string key_hint(const policy::Requirement& requirement, std::string_view key) {
  if (std::string blanks = base::blanks_hint(key); !blanks.empty()) return blanks;
  const auto [name, value] = label_in(requirement, key);
  return name.empty() ? "" : ": write `" + name + ": " + value + "`";
}

/// Without the blanks at its ends and beside what stands between its parts.
std::string without_vain_blanks(std::string_view key) {
  std::string text;
  for (std::string_view rest = base::without_blanks(key); !rest.empty();) {
    const std::size_t end = std::min(rest.find_first_of(":/"), rest.size() - 1) + 1;
    const bool last = end == rest.size();
    text += base::without_blanks(rest.substr(0, last ? end : end - 1));
    if (!last) text += rest[end - 1];
    rest = base::without_blanks(rest.substr(end));
  }
  return text;
}

policy::Changes renamed(const policy::Requirement& requirement, const std::string& key) {
  return {requirement.match_label ? policy::rename(requirement.where, key)
                                  : policy::set_text(requirement.key, key)};
}

void check(const PolicyContext& context, Report& report) {
  const std::uint8_t refuser = policy::is_cilium(context.policy.kind) ? kCilium : kApiServer;
  for (const policy::SelectorUse& use : context.selectors) {
    if (use.role == policy::SelectorUse::Role::service) continue;  // Cilium does not check these
    for (const policy::Requirement& requirement : use.requirements) {
      const std::string_view key = string_of(requirement.key);
      if (is_placeholder(requirement.key) || is_valid(context, use, key)) continue;
      lint::Finding& finding = report.reject(
          requirement.key && !requirement.key.is_null() ? requirement.key : requirement.where,
          refuser, quoted(key) + " is not a valid label key" + key_hint(requirement, key));
      if (const std::string meant = without_vain_blanks(key); is_valid(context, use, meant))
        mend(finding, context.policy, "write " + quoted(meant), renamed(requirement, meant));
      else if (const auto label = label_in(requirement, key);
               !label.first.empty() && string_of(requirement.where).empty())
        mend(finding, context.policy, "write `" + label.first + ": " + label.second + "`",
             {policy::rename(requirement.where, label.first),
              policy::set(requirement.where, policy::Value::text(label.second))});
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-label-key",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a key in a selector that no label can have",
    .why =
        R"(A key is `name` or `prefix/name`, with an optional source in front: `k8s:app`. The name has at
most 63 characters, the prefix is a DNS name, and there is at most one colon. The API server does
not look at keys. Before Cilium 1.20 the source counts as part of the key, which leaves less room
for it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {"app name": cart}}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_label_key
