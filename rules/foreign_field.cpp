// SPDX-License-Identifier: Apache-2.0
#include "rules/foreign_field.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "rules/each.h"

namespace cnplint::rules {
namespace {

using policy::Dialect;

/// Where in a policy a field stands.
enum class FieldPlace : std::uint8_t { spec, ingress_item, egress_item, pod_selector };

/// A field of other kinds, and what those of a dialect have for it at the same place.
struct ForeignField {
  Dialect dialect;
  FieldPlace place;
  std::string_view field;
  std::string_view hint;
};

constexpr Dialect kOfCilium = Dialect::cilium;
constexpr Dialect kOfKubernetes = Dialect::network_policy;
constexpr std::string_view kPeersFrom =
    "write `fromEndpoints` for pods, `fromCIDRSet` for addresses, `fromEntities` for others";
constexpr std::string_view kPeersTo =
    "write `toEndpoints` for pods, `toCIDRSet` for addresses, `toFQDNs` or `toEntities` for others";
constexpr std::string_view kPodsFrom = "write `from` with `podSelector` and `namespaceSelector`";
constexpr std::string_view kPodsTo = "write `to` with `podSelector` and `namespaceSelector`";
constexpr std::string_view kBlockFrom = "write `from` with `ipBlock`";
constexpr std::string_view kBlockTo = "write `to` with `ipBlock`";
constexpr std::string_view kNoDeny = "a NetworkPolicy cannot deny: write a CiliumNetworkPolicy";
constexpr std::string_view kNoSuchPeers =
    "a NetworkPolicy has no such peers: write a CiliumNetworkPolicy, or `ipBlock`";

constexpr std::array<ForeignField, 36> kForeignFields{{
    {kOfCilium, FieldPlace::spec, "podSelector", "write `endpointSelector`"},
    {kOfCilium, FieldPlace::spec, "namespaceSelector",
     "write `endpointSelector` with labels `k8s:io.cilium.k8s.namespace.labels.`..., which a "
     "CiliumClusterwideNetworkPolicy can have"},
    {kOfCilium, FieldPlace::spec, "policyTypes",
     "default deny follows from the rules, or from `enableDefaultDeny`"},
    {kOfCilium, FieldPlace::ingress_item, "from", kPeersFrom},
    {kOfCilium, FieldPlace::egress_item, "to", kPeersTo},
    {kOfCilium, FieldPlace::egress_item, "from", kPeersTo},
    {kOfCilium, FieldPlace::ingress_item, "to", kPeersFrom},
    {kOfCilium, FieldPlace::ingress_item, "ports", "write `toPorts` with `ports` in it"},
    {kOfCilium, FieldPlace::egress_item, "ports", "write `toPorts` with `ports` in it"},
    {kOfCilium, FieldPlace::ingress_item, "podSelector", "write `fromEndpoints`"},
    {kOfCilium, FieldPlace::egress_item, "podSelector", "write `toEndpoints`"},
    {kOfCilium, FieldPlace::ingress_item, "namespaceSelector",
     "write `fromEndpoints` with labels `k8s:io.cilium.k8s.namespace.labels.`..."},
    {kOfCilium, FieldPlace::egress_item, "namespaceSelector",
     "write `toEndpoints` with labels `k8s:io.cilium.k8s.namespace.labels.`..."},
    {kOfCilium, FieldPlace::ingress_item, "ipBlock", "write `fromCIDRSet`"},
    {kOfCilium, FieldPlace::egress_item, "ipBlock", "write `toCIDRSet`"},
    {kOfCilium, FieldPlace::pod_selector, "podSelector",
     "write what is in it in its place: this is a selector of pods"},
    {kOfCilium, FieldPlace::pod_selector, "namespaceSelector",
     "write labels `k8s:io.kubernetes.pod.namespace` or `k8s:io.cilium.k8s.namespace.labels.`..."},
    {kOfCilium, FieldPlace::pod_selector, "ipBlock",
     "write `fromCIDRSet` or `toCIDRSet` in an item of its own"},
    {kOfKubernetes, FieldPlace::spec, "endpointSelector", "write `podSelector`"},
    {kOfKubernetes, FieldPlace::spec, "enableDefaultDeny", "write `policyTypes`"},
    {kOfKubernetes, FieldPlace::spec, "ingressDeny", kNoDeny},
    {kOfKubernetes, FieldPlace::spec, "egressDeny", kNoDeny},
    {kOfKubernetes, FieldPlace::ingress_item, "toPorts", "write `ports`"},
    {kOfKubernetes, FieldPlace::egress_item, "toPorts", "write `ports`"},
    {kOfKubernetes, FieldPlace::ingress_item, "fromEndpoints", kPodsFrom},
    {kOfKubernetes, FieldPlace::egress_item, "toEndpoints", kPodsTo},
    {kOfKubernetes, FieldPlace::ingress_item, "fromCIDR", kBlockFrom},
    {kOfKubernetes, FieldPlace::ingress_item, "fromCIDRSet", kBlockFrom},
    {kOfKubernetes, FieldPlace::egress_item, "toCIDR", kBlockTo},
    {kOfKubernetes, FieldPlace::egress_item, "toCIDRSet", kBlockTo},
    {kOfKubernetes, FieldPlace::ingress_item, "fromEntities", kNoSuchPeers},
    {kOfKubernetes, FieldPlace::egress_item, "toEntities", kNoSuchPeers},
    {kOfKubernetes, FieldPlace::egress_item, "toFQDNs", kNoSuchPeers},
    {kOfKubernetes, FieldPlace::egress_item, "toServices", kNoSuchPeers},
    {kOfKubernetes, FieldPlace::ingress_item, "ipBlock", kBlockFrom},
    {kOfKubernetes, FieldPlace::egress_item, "ipBlock", kBlockTo},
}};

std::optional<FieldPlace> place_of(const PolicyContext& context, NodeRef object) {
  for (const policy::Spec& spec : context.policy.specs) {
    if (spec.node == object) return FieldPlace::spec;
    for (const RuleItem& item : spec.items)
      if (item.node == object)
        return item.direction == Direction::ingress ? FieldPlace::ingress_item
                                                    : FieldPlace::egress_item;
  }
  for (const policy::SelectorUse& use : context.selectors)
    if (use.selector == object && use.role == policy::SelectorUse::Role::peer)
      return FieldPlace::pod_selector;
  return std::nullopt;
}

}  // namespace

std::string foreign_field_hint(const PolicyContext& context, NodeRef field) {
  const Dialect dialect = policy::facts_of(context.policy.kind).dialect;
  const std::string_view name = field_name(field);
  const auto is_candidate = [&](const ForeignField& each) {
    return each.dialect == dialect && each.field == name;
  };
  if (std::ranges::none_of(kForeignFields, is_candidate)) return {};
  const auto place = place_of(context, field.parent());
  for (const ForeignField& each : kForeignFields)
    if (is_candidate(each) && each.place == place) return std::string(each.hint);
  return {};
}

std::string denied_field_hint(const PolicyContext& context, NodeRef field) {
  constexpr std::array<std::string_view, 5> kOfRequests{"rules", "listener", "terminatingTLS",
                                                        "originatingTLS", "serverNames"};
  if (!policy::is_cilium(context.policy.kind) ||
      std::ranges::find(kOfRequests, field_name(field)) == kOfRequests.end())
    return {};
  const NodeRef object = field.parent();
  bool denies = false;
  each_item(context.policy, [&](const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      denies = denies || (item.deny && rule.node == object);
  });
  return denies ? "deny rules know no L7" : "";
}

}  // namespace cnplint::rules
