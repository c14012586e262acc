// SPDX-License-Identifier: Apache-2.0
//
// Objects of Flux, Argo CD and k3s that install Helm charts and the manifests of folders.
#pragma once

#include <vector>

#include "policy/model/manifest.h"

namespace cnplint::policy {

/// A HelmRelease of Flux, a Kustomization and a source of these, and what Flux's operator installs
/// Flux by.
bool is_helm_release(const Manifest& manifest);
bool is_flux_kustomization(const Manifest& manifest);
bool is_git_repository(const Manifest& manifest);
bool is_flux_instance(const Manifest& manifest);
/// Whether it deploys folders: a Kustomization or FluxInstance of Flux, or one of Argo CD's.
bool is_deployer(const Manifest& manifest);
/// A HelmChart of k3s and RKE2, or their HelmChartConfig, which adds values to one.
bool is_helm_chart(const Manifest& manifest);
bool is_helm_chart_config(const Manifest& manifest);
/// The spec of an Application of Argo CD, or the one that an ApplicationSet makes its own of; none
/// of another object.
NodeRef application_spec(const Manifest& manifest);
/// The sources of such a spec, and those that are charts of a repository of charts.
std::vector<NodeRef> sources_of(NodeRef application_spec);
std::vector<NodeRef> chart_sources(NodeRef application_spec);

}  // namespace cnplint::policy
