// SPDX-License-Identifier: Apache-2.0
#include "policy/model/other_policy.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "policy/model/policy.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kNoReader = "no release of Cilium reads it, other networks do";
constexpr std::string_view kCalico = "Calico decides by it, Cilium does not read it";
constexpr std::string_view kAntrea = "Antrea decides by it, Cilium does not read it";
constexpr std::string_view kMesh = "the service mesh decides by it, after Cilium";
constexpr std::string_view kUnknown = "what reads this kind may decide by it";

/// facts/cluster-network-policy.md K1 has the first three.
constexpr std::array<OtherPolicyKind, 18> kOtherKinds{{
    {"policy.networking.k8s.io", "AdminNetworkPolicy", kNoReader},
    {"policy.networking.k8s.io", "BaselineAdminNetworkPolicy", kNoReader},
    {"policy.networking.k8s.io", "ClusterNetworkPolicy",
     "Cilium decides by it since 1.20 where k8sClusterNetworkPolicy is enabled"},
    {"crd.projectcalico.org", "NetworkPolicy", kCalico},
    {"crd.projectcalico.org", "GlobalNetworkPolicy", kCalico},
    {"projectcalico.org", "NetworkPolicy", kCalico},
    {"projectcalico.org", "GlobalNetworkPolicy", kCalico},
    {"crd.antrea.io", "NetworkPolicy", kAntrea},
    {"crd.antrea.io", "ClusterNetworkPolicy", kAntrea},
    {"security.antrea.tanzu.vmware.com", "NetworkPolicy", kAntrea},
    {"security.antrea.tanzu.vmware.com", "ClusterNetworkPolicy", kAntrea},
    {"security.istio.io", "AuthorizationPolicy", kMesh},
    {"policy.linkerd.io", "AuthorizationPolicy", kMesh},
    {"policy.linkerd.io", "ServerAuthorization", kMesh},
    {"kuma.io", "MeshTrafficPermission", kMesh},
    {"consul.hashicorp.com", "ServiceIntentions", kMesh},
    {"networking.gke.io", "FQDNNetworkPolicy", "GKE decides by it, beside what is here"},
    {"k8s.cni.cncf.io", "MultiNetworkPolicy",
     "it is about secondary networks, which Cilium does not enforce"},
}};

/// Policies that only report what they would do.
bool is_staged(std::string_view kind) { return kind.starts_with("Staged"); }

std::string_view why_of(const Manifest& manifest) {
  const std::string_view group = group_of(manifest.api_version);
  const auto known = std::ranges::find_if(kOtherKinds, [&](const OtherPolicyKind& each) {
    return each.group == group && each.kind == manifest.kind;
  });
  if (known != kOtherKinds.end()) return known->why;
  if (!manifest.kind.ends_with("NetworkPolicy") || is_staged(manifest.kind)) return {};
  // With a group of ours, or in the core group, such a kind is a mistake of its own.
  const bool core = group == manifest.api_version;
  return core || is_policy_group(group) ? std::string_view() : kUnknown;
}

}  // namespace

std::span<const OtherPolicyKind> other_policy_kinds() { return kOtherKinds; }

std::optional<OtherPolicy> other_policy(const Manifest& manifest) {
  if (policy_kind(manifest)) return std::nullopt;
  const std::string_view why = why_of(manifest);
  if (why.empty()) return std::nullopt;
  const std::string_view ns = manifest.ns().text();
  std::string subject = std::string(manifest.kind) + "/";
  if (!ns.empty()) subject += std::string(ns) + "/";
  subject += manifest.name().text();
  const NodeRef kind = (manifest.heading ? manifest.heading : manifest.root).get("kind");
  return OtherPolicy{std::move(subject), (kind ? kind : manifest.root).range(), std::string(why)};
}

}  // namespace cnplint::policy
