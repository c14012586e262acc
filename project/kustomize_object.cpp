// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_object.h"

#include <algorithm>
#include <array>

namespace cnplint::project {
namespace {

using GroupAndKind = std::pair<std::string_view, std::string_view>;

/// Kinds of the API of Kubernetes 1.32 whose objects have no namespace.
constexpr std::array<GroupAndKind, 27> kClusterwide{{
    {"", "ComponentStatus"},
    {"", "Namespace"},
    {"", "Node"},
    {"", "PersistentVolume"},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "MutatingWebhookConfiguration"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicy"},
    {"admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding"},
    {"admissionregistration.k8s.io", "ValidatingWebhookConfiguration"},
    {"apiextensions.k8s.io", "CustomResourceDefinition"},
    {"apiregistration.k8s.io", "APIService"},
    {"authentication.k8s.io", "TokenReview"},
    {"authorization.k8s.io", "SelfSubjectAccessReview"},
    {"authorization.k8s.io", "SubjectAccessReview"},
    {"certificates.k8s.io", "CertificateSigningRequest"},
    {"flowcontrol.apiserver.k8s.io", "FlowSchema"},
    {"flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration"},
    {"networking.k8s.io", "IngressClass"},
    {"node.k8s.io", "RuntimeClass"},
    {"rbac.authorization.k8s.io", "ClusterRole"},
    {"rbac.authorization.k8s.io", "ClusterRoleBinding"},
    {"scheduling.k8s.io", "PriorityClass"},
    {"storage.k8s.io", "CSIDriver"},
    {"storage.k8s.io", "CSINode"},
    {"storage.k8s.io", "StorageClass"},
    {"storage.k8s.io", "VolumeAttachment"},
}};

/// The same of custom resources, by their CRDs.
constexpr std::array<GroupAndKind, 31> kCustomClusterwide{{
    {"cert-manager.io", "ClusterIssuer"},
    {"cilium.io", "CiliumBGPAdvertisement"},
    {"cilium.io", "CiliumBGPClusterConfig"},
    {"cilium.io", "CiliumBGPNodeConfig"},
    {"cilium.io", "CiliumBGPNodeConfigOverride"},
    {"cilium.io", "CiliumBGPPeerConfig"},
    {"cilium.io", "CiliumBGPPeeringPolicy"},
    {"cilium.io", "CiliumCIDRGroup"},
    {"cilium.io", "CiliumClusterwideEnvoyConfig"},
    {"cilium.io", "CiliumClusterwideNetworkPolicy"},
    {"cilium.io", "CiliumEgressGatewayPolicy"},
    {"cilium.io", "CiliumExternalWorkload"},
    {"cilium.io", "CiliumIdentity"},
    {"cilium.io", "CiliumL2AnnouncementPolicy"},
    {"cilium.io", "CiliumLoadBalancerIPPool"},
    {"cilium.io", "CiliumNode"},
    {"cilium.io", "CiliumPodIPPool"},
    {"config.openshift.io", "Network"},
    {"crd.projectcalico.org", "GlobalNetworkPolicy"},
    {"external-secrets.io", "ClusterExternalSecret"},
    {"external-secrets.io", "ClusterSecretStore"},
    {"gateway.networking.k8s.io", "GatewayClass"},
    {"kyverno.io", "ClusterCleanupPolicy"},
    {"kyverno.io", "ClusterPolicy"},
    {"network.openshift.io", "NetNamespace"},
    {"policy.networking.k8s.io", "AdminNetworkPolicy"},
    {"policy.networking.k8s.io", "BaselineAdminNetworkPolicy"},
    {"policy.networking.k8s.io", "ClusterNetworkPolicy"},
    {"projectcalico.org", "GlobalNetworkPolicy"},
    {"project.openshift.io", "Project"},
    {"security.openshift.io", "SecurityContextConstraints"},
}};

}  // namespace

bool is_known_clusterwide(const KustomizeId& id) {
  return std::ranges::find(kClusterwide, GroupAndKind(id.group, id.kind)) != kClusterwide.end();
}

bool is_custom_clusterwide(const KustomizeId& id) {
  return std::ranges::find(kCustomClusterwide, GroupAndKind(id.group, id.kind)) !=
         kCustomClusterwide.end();
}

std::string_view KustomizeId::effective_namespace() const {
  if (is_known_clusterwide(*this)) return "_non_namespaceable_";
  return ns.empty() ? "default" : std::string_view(ns);
}

bool KustomizeId::same_as(const KustomizeId& other) const {
  return name == other.name && kind == other.kind && group == other.group &&
         version == other.version && effective_namespace() == other.effective_namespace();
}

std::string KustomizeId::text() const {
  return ns.empty() ? kind + "/" + name : kind + "/" + ns + "/" + name;
}

std::size_t KustomizeId::weight() const {
  constexpr std::size_t kBytes = 16;
  return 1 + (group.size() + version.size() + kind.size() + name.size() + ns.size()) / kBytes;
}

std::size_t KustomizeObject::weight() const {
  std::size_t sum = value.extent().values + id.weight();
  for (const KustomizeId& each : former) sum += each.weight();
  return sum;
}

policy::ComposedValue* KustomizeObject::find(std::initializer_list<std::string_view> path) {
  policy::ComposedValue* at = &value;
  for (const std::string_view step : path) {
    at = at->find(step);
    if (at == nullptr) return nullptr;
  }
  return at;
}

namespace {

KustomizeId id_from(std::string_view api_version, std::string_view kind, std::string_view name,
                    std::string_view ns) {
  const std::size_t slash = api_version.find('/');
  const bool group = slash != std::string_view::npos;
  return {std::string(group ? api_version.substr(0, slash) : std::string_view()),
          std::string(group ? api_version.substr(slash + 1) : api_version), std::string(kind),
          std::string(name), std::string(ns)};
}

}  // namespace

KustomizeId id_of(policy::NodeRef root) {
  const policy::NodeRef metadata = root.get("metadata");
  return id_from(root.get("apiVersion").text(), root.get("kind").text(),
                 metadata.get("name").text(), metadata.get("namespace").text());
}

void KustomizeObject::identify() {
  const auto text = [&](std::initializer_list<std::string_view> path) {
    const policy::ComposedValue* found = find(path);
    return found != nullptr ? found->text() : std::string_view();
  };
  id = id_from(text({"apiVersion"}), text({"kind"}), text({"metadata", "name"}),
               text({"metadata", "namespace"}));
}

bool KustomizeRun::spend(std::size_t steps, base::SourceRange where) {
  spent_ += steps;
  if (exhausted_ || spent_ <= kMostSteps) return !exhausted_;
  exhausted_ = true;
  problems_.add({where, "the kustomization makes too much of its parts; the rest is left out"});
  return false;
}

void KustomizeProblems::add(KustomizeProblem problem) {
  if (problems_.size() == kMost) return;
  if (known_.emplace(problem.where.file, problem.where.begin, problem.message).second)
    problems_.push_back(std::move(problem));
}

}  // namespace cnplint::project
