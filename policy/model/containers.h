// SPDX-License-Identifier: Apache-2.0
//
// Objects that other objects hold: a template that makes them, a policy that keeps them up, a
// chart's values that add them. A row says where they stand; `manifests` and `texts_of` read them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace cnplint::policy {

/// What stands in a place of a container.
enum class Held : std::uint8_t {
  object,            ///< an object
  removable_object,  ///< `objectDefinition` of an object, and `complianceType` beside it
  generated_object,  ///< `data` of an object, and its kind, apiVersion, name, namespace beside it
  values,            ///< values of a Helm chart
  text,              ///< a text: objects, or values of a chart
  template_text,     ///< a text that is a template whatever is in it
};

/// A place of the objects of a kind where others stand.
struct Container {
  std::string_view kind;
  std::string_view group;  ///< of its apiVersion; `v1` for the core group
  std::string_view path;   ///< keys; `[]` is every item of a list, `*` every entry of a mapping
  Held held;
};

inline constexpr std::array<Container, 30> kContainers{{
    {"Template", "template.openshift.io", "objects[]", Held::object},
    {"Template", "v1", "objects[]", Held::object},
    {"Policy", "policy.open-cluster-management.io", "spec.policy-templates[].objectDefinition",
     Held::object},
    {"ConfigurationPolicy", "policy.open-cluster-management.io", "spec.object-templates[]",
     Held::removable_object},
    {"ConfigurationPolicy", "policy.open-cluster-management.io", "spec.object-templates-raw",
     Held::template_text},
    {"ManifestWork", "work.open-cluster-management.io", "spec.workload.manifests[]", Held::object},
    {"ManifestWorkReplicaSet", "work.open-cluster-management.io",
     "spec.manifestWorkTemplate.workload.manifests[]", Held::object},
    {"SyncSet", "hive.openshift.io", "spec.resources[]", Held::object},
    {"SelectorSyncSet", "hive.openshift.io", "spec.resources[]", Held::object},
    {"NamespaceConfig", "redhatcop.redhat.io", "spec.templates[].objectTemplate", Held::text},
    {"UserConfig", "redhatcop.redhat.io", "spec.templates[].objectTemplate", Held::text},
    {"GroupConfig", "redhatcop.redhat.io", "spec.templates[].objectTemplate", Held::text},
    {"ClusterPolicy", "kyverno.io", "spec.rules[].generate", Held::generated_object},
    {"ClusterPolicy", "kyverno.io", "spec.rules[].generate.foreach[]", Held::generated_object},
    {"Policy", "kyverno.io", "spec.rules[].generate", Held::generated_object},
    {"Policy", "kyverno.io", "spec.rules[].generate.foreach[]", Held::generated_object},
    {"Object", "kubernetes.crossplane.io", "spec.forProvider.manifest", Held::object},
    {"HelmRelease", "helm.toolkit.fluxcd.io", "spec.values", Held::values},
    {"Application", "argoproj.io", "spec.source.helm.valuesObject", Held::values},
    {"Application", "argoproj.io", "spec.source.helm.values", Held::text},
    {"Application", "argoproj.io", "spec.sources[].helm.valuesObject", Held::values},
    {"Application", "argoproj.io", "spec.sources[].helm.values", Held::text},
    {"ApplicationSet", "argoproj.io", "spec.template.spec.source.helm.valuesObject", Held::values},
    {"ApplicationSet", "argoproj.io", "spec.template.spec.source.helm.values", Held::text},
    {"ApplicationSet", "argoproj.io", "spec.template.spec.sources[].helm.valuesObject",
     Held::values},
    {"ApplicationSet", "argoproj.io", "spec.template.spec.sources[].helm.values", Held::text},
    {"HelmChart", "helm.cattle.io", "spec.valuesContent", Held::text},
    {"HelmChartConfig", "helm.cattle.io", "spec.valuesContent", Held::text},
    {"ConfigMap", "v1", "data.*", Held::text},
    {"Secret", "v1", "stringData.*", Held::text},
}};

/// The values by which charts add objects of their users, at any depth of their values: a list or a
/// mapping of objects or texts, or one text. Only what has a kind and an apiVersion is an object.
inline constexpr std::array<std::string_view, 18> kValuesOfObjects{"additionalManifests",
                                                                   "additionalObjects",
                                                                   "additionalResources",
                                                                   "extraDeploy",
                                                                   "extraK8sManifests",
                                                                   "extraKubeObjects",
                                                                   "extraManifests",
                                                                   "extraObjects",
                                                                   "extraRawManifests",
                                                                   "extraRawResources",
                                                                   "extraResources",
                                                                   "extraTemplates",
                                                                   "kubernetesExtraObjects",
                                                                   "manifests",
                                                                   "rawManifests",
                                                                   "rawResources",
                                                                   "resources",
                                                                   "templates"};

}  // namespace cnplint::policy
