// SPDX-License-Identifier: Apache-2.0
#include "policy/model/chart_installer.h"

#include <algorithm>
#include <string_view>

namespace cnplint::policy {
namespace {

bool is_a(const Manifest& manifest, std::string_view kind, std::string_view group_and_slash) {
  return manifest.kind == kind && manifest.api_version.starts_with(group_and_slash);
}

}  // namespace

bool is_helm_release(const Manifest& manifest) {
  return is_a(manifest, "HelmRelease", "helm.toolkit.fluxcd.io/");
}

bool is_flux_kustomization(const Manifest& manifest) {
  return is_a(manifest, "Kustomization", "kustomize.toolkit.fluxcd.io/");
}

bool is_git_repository(const Manifest& manifest) {
  return is_a(manifest, "GitRepository", "source.toolkit.fluxcd.io/");
}

bool is_flux_instance(const Manifest& manifest) {
  return is_a(manifest, "FluxInstance", "fluxcd.controlplane.io/");
}

bool is_deployer(const Manifest& manifest) {
  return is_flux_kustomization(manifest) || is_flux_instance(manifest) ||
         is_a(manifest, "Application", "argoproj.io/") ||
         is_a(manifest, "ApplicationSet", "argoproj.io/");
}

bool is_helm_chart(const Manifest& manifest) {
  return is_a(manifest, "HelmChart", "helm.cattle.io/");
}

bool is_helm_chart_config(const Manifest& manifest) {
  return is_a(manifest, "HelmChartConfig", "helm.cattle.io/");
}

NodeRef application_spec(const Manifest& manifest) {
  const NodeRef spec = manifest.root.get("spec");
  if (is_a(manifest, "Application", "argoproj.io/")) return spec;
  if (is_a(manifest, "ApplicationSet", "argoproj.io/")) return spec.get("template").get("spec");
  return {};
}

std::vector<NodeRef> sources_of(NodeRef application_spec) {
  std::vector<NodeRef> all = application_spec.get("sources").items();
  if (const NodeRef source = application_spec.get("source")) all.push_back(source);
  return all;
}

std::vector<NodeRef> chart_sources(NodeRef application_spec) {
  std::vector<NodeRef> all = sources_of(application_spec);
  std::erase_if(all, [](NodeRef source) { return !source.get("chart"); });
  return all;
}

}  // namespace cnplint::policy
