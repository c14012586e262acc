// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "rules/mending.h"
#include "rules/selectors.h"

namespace cnplint::rules::label_never_in_identity {
namespace {

using lint::Claim;
using policy::Bearer;
using policy::ImpossibleKey;
using policy::Requirement;
using Reason = ImpossibleKey::Reason;

/// The names that people write as a value of a key `reserved` (P212).
constexpr std::array<std::string_view, 10> kReserved{
    "host",   "world", "world-ipv4", "world-ipv6",     "unmanaged",
    "health", "init",  "ingress",    "kube-apiserver", "remote-node"};

std::string key_of(const Requirement& requirement) {
  return requirement.match_label ? requirement.key.key_text()
                                 : std::string(string_of(requirement.key));
}

std::optional<ImpossibleKey> reserved_as_key(const PolicyContext& context,
                                             const Requirement& requirement) {
  if (!policy::is_cilium(context.policy.kind)) return std::nullopt;
  if (policy::without_source(key_of(requirement)) != "reserved" || requirement.values.size() != 1)
    return std::nullopt;
  const std::string_view value = requirement.values.front().text();
  if (std::ranges::find(kReserved, value) == kReserved.end()) return std::nullopt;
  return ImpossibleKey{Reason::reserved_as_key, "reserved:" + std::string(value)};
}

/// Whether another rule speaks of the key: of reserved labels where no endpoint has one, of keys
/// that name a namespace in another way, of keys that are none.
bool is_of_other_rule(const PolicyContext& context, const policy::SelectorUse& use,
                      std::string_view key) {
  if (!policy::is_selector_key(key, context.environment.cilium)) return true;
  if (!policy::is_cilium(context.policy.kind)) return false;
  const bool namespaced_subject = use.role == policy::SelectorUse::Role::subject &&
                                  context.policy.kind == policy::PolicyKind::cilium_network_policy;
  return (namespaced_subject && policy::source_of(key) == "reserved") ||
         !namespace_key_instead_of(key).empty();
}

std::string reason_of(const ImpossibleKey& found, std::string_view key) {
  const std::string name = quoted(key);
  switch (found.reason) {
    case Reason::filtered:
      return "Cilium keeps the label " + name + " out of identities";
    case Reason::of_cilium:
      return "Cilium has no label " + name;
    case Reason::unknown_source:
      return "no label has the source " + quoted(policy::source_of(key)) + " of " + name;
    case Reason::unknown_reserved:
      return "there is no reserved label " + name;
    case Reason::source_of_nodes:
      return "the labels of other nodes have the source `node`, not that of " + name;
    case Reason::namespace_of_node:
      return "nodes are in no namespace, none has " + name;
    case Reason::reserved_as_key:
      return name +
             " is an ordinary label that no pod has, reserved labels have their name in "
             "the key";
    case Reason::looks_like_ciliums:
      break;
  }
  return name + " is none of Cilium's labels";
}

std::string effect_of(bool positive, Bearer bearer) {
  if (!positive) return ", the condition is always met and leaves nobody out";
  switch (bearer) {
    case Bearer::pod:
      return ", the policy selects no pod";
    case Bearer::local_node:
      return ", the policy selects no node";
    case Bearer::remote_node:
    case Bearer::peer:
      break;
  }
  return ", the peer matches nobody";
}

std::string fix_of(const PolicyContext& context, const ImpossibleKey& found, std::string_view key) {
  const bool network_policy = context.policy.kind == policy::PolicyKind::network_policy;
  if (network_policy && key == kNameOfNamespace) return "write it under `namespaceSelector`";
  if (!found.meant.empty() && !network_policy) return "write " + quoted(found.meant);
  if (found.reason == Reason::filtered) return "select by other labels";
  return {};
}

/// What the finding claims, and of what: the selector, or the whole peer of a NetworkPolicy.
void claim(lint::Finding& finding, const policy::SelectorUse& use, Bearer bearer) {
  finding.node = use.selector;
  if (bearer == Bearer::pod || bearer == Bearer::local_node) {
    finding.claim = Claim::selects_nothing;
    return;
  }
  if (field_name(use.selector) == "podSelector") finding.node = use.selector.parent();
  finding.claim = Claim::allows_nothing;
}

/// Whether a condition asks for a value of a reserved label: these have none (P212).
bool has_only_values(const Requirement& requirement, std::string_view key) {
  return policy::source_of(key) == "reserved" && requirement.op == "In" &&
         !requirement.values.empty() && std::ranges::all_of(requirement.values, [](NodeRef each) {
           return each.is_scalar() && !string_of(each).empty() && !is_placeholder(each);
         });
}

void say_value(const policy::SelectorUse& use, const Requirement& requirement, Bearer bearer,
               Report& report) {
  const std::string key = key_of(requirement);
  lint::Finding& finding =
      report.add(requirement.values.front(),
                 "reserved labels have no value: no identity has `" + key + "` with " +
                     quoted(requirement.values.front().text()) + effect_of(true, bearer));
  finding.fix.title = "write `" + key + ": \"\"`";
  claim(finding, use, bearer);
}

void check(const PolicyContext& context, Report& report) {
  for (const policy::SelectorUse& use : context.selectors) {
    const auto bearer = bearer_of(use);
    if (!bearer) continue;
    for (const Requirement& requirement : use.requirements) {
      const std::string key = key_of(requirement);
      if (key.empty() || policy::has_placeholder(key) || is_of_other_rule(context, use, key))
        continue;
      auto found = policy::impossible_key(key, *bearer, context.environment);
      if (!found) found = reserved_as_key(context, requirement);
      if (!found && has_only_values(requirement, key)) say_value(use, requirement, *bearer, report);
      if (!found) continue;
      const bool positive = is_positive(requirement.op);
      std::string message = reason_of(*found, key) + effect_of(positive, *bearer);
      if (!found->meant.empty() && policy::is_cilium(context.policy.kind))
        message += ", did you mean " + quoted(found->meant) + "?";
      lint::Finding& finding = report.add(requirement.key, std::move(message));
      finding.fix.title = fix_of(context, *found, key);
      if (!found->meant.empty() && policy::is_cilium(context.policy.kind) &&
          requirement.key.is_scalar())
        finding.fix = lint::unsafe_fix(finding.fix.title + kSelectsOthers,
                                       {policy::set_text(requirement.key, found->meant)});
      if (positive && found->certain()) claim(finding, use, *bearer);
    }
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "label-never-in-identity",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a selector asks for a label that no identity has for Cilium",
    .why =
        R"(Cilium selects identities, and keeps many labels out of them: `kubernetes.io/...`, `k8s.io/...`,
`statefulset.kubernetes.io/pod-name`, `pod-template-hash`, since 1.20 `topology.kubernetes.io/...`,
also of nodes. The same goes for misspelt keys of its own (`io.kubernetes.podNamespace`), unknown
`reserved:` names and unknown sources (`foo:app`). A selector that asks for one matches nobody; `NotIn`
and `DoesNotExist` are always met. Nothing says so when the policy is applied. A cluster may keep more
or fewer labels: give the value of Cilium's option `labels` as `environment.labels`. Legitimate for a
NetworkPolicy that other network plugins enforce as well.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: primary, namespace: data}
spec:
  endpointSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: writer}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: primary, namespace: data}
spec:
  endpointSelector: {matchLabels: {app: db, role: primary}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: writer}}]
    toPorts: [{ports: [{port: "5432", protocol: TCP}]}]
)"},
    .facts = "P207 P212 P213 P214 P215 P218 A3.1 A3.3 A4.1 D46",
    .check_policy = check,
};

}  // namespace cnplint::rules::label_never_in_identity
