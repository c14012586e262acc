// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/blanks.h"
#include "base/nearest.h"
#include "rules/each.h"
#include "rules/joined_words.h"
#include "rules/mending.h"

namespace cnplint::rules::unknown_entity {
namespace {

constexpr std::array<std::string_view, 11> kEntities{
    "all",       "world",       "cluster", "host", "init",          "ingress",
    "unmanaged", "remote-node", "health",  "none", "kube-apiserver"};

/// What people call entities that Cilium calls otherwise.
struct OtherName {
  std::string_view name;
  std::string_view entity;
};
constexpr std::array<OtherName, 22> kOtherNames{{
    {"api", "kube-apiserver"},
    {"api-server", "kube-apiserver"},
    {"apiserver", "kube-apiserver"},
    {"control-plane", "kube-apiserver"},
    {"kube-api", "kube-apiserver"},
    {"kubernetes", "kube-apiserver"},
    {"kubernetes-api", "kube-apiserver"},
    {"external", "world"},
    {"internet", "world"},
    {"outside", "world"},
    {"public", "world"},
    {"any", "all"},
    {"anyone", "all"},
    {"everyone", "all"},
    {"everything", "all"},
    {"internal", "cluster"},
    {"pods", "cluster"},
    {"kubelet", "host"},
    {"localhost", "host"},
    {"node", "host"},
    {"nodes", "remote-node"},
    {"other-nodes", "remote-node"},
}};

/// The entity that people call so; empty where none is.
std::string_view meant_by_other_name(std::string_view name) {
  const std::string_view word = base::without_blanks(name);
  for (const OtherName& other : kOtherNames)
    if (base::equal_ignoring_case(word, other.name)) return other.entity;
  return {};
}

std::string entity_problem(std::string_view name) {
  const std::string message = "unknown entity " + quoted(name);
  if (const std::string_view meant = meant_by_other_name(name); !meant.empty())
    return message + ", did you mean " + quoted(meant) + "?";
  return message + base::allowed_values_hint(name, kEntities);
}

void check(const PolicyContext& context, Report& report) {
  each_checked_peer(context, PeerKind::entities, [&](const RuleItem&, NodeRef entity) {
    const std::string_view name = string_of(entity);
    // The agent knows these two as well, the API server does not.
    const bool by_family = name == "world-ipv4" || name == "world-ipv6";
    if (by_family || is_placeholder(entity) || !entity.is_scalar() ||
        std::ranges::find(kEntities, name) != kEntities.end())
      return;
    const std::string several =
        joined_problem(name, "entities", "an item for each of", [](std::string_view word) {
          return std::ranges::find(kEntities, word) != kEntities.end();
        });
    lint::Finding& finding =
        report.reject(entity, kCilium, several.empty() ? entity_problem(name) : several);
    if (!several.empty()) {
      mend(finding, context.policy, "write an item for each",
           items_for(entity, joined_words(name)));
      return;
    }
    std::string_view meant = meant_by_other_name(name);
    if (meant.empty()) meant = base::nearest_spelling(base::without_blanks(name), kEntities);
    if (!meant.empty())
      mend(finding, context.policy, "write " + quoted(meant),
           {policy::set_text(entity, std::string(meant))});
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-entity",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an entity that Cilium does not know",
    .why = R"(Entities are a fixed list. Cilium refuses the whole policy for one unknown name.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{fromEntities: [internet]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress: [{fromEntities: [world]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_entity
