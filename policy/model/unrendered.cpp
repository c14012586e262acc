// SPDX-License-Identifier: Apache-2.0
#include "policy/model/unrendered.h"

#include <algorithm>
#include <initializer_list>

#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// The first of some texts that is there; empty where it is filled in later.
std::string first_known(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    if (!text.empty()) return has_placeholder(text) ? std::string() : std::string(text);
  return {};
}

/// Whether an Application takes a chart from a repository of charts.
bool has_chart(NodeRef spec) {
  const auto is_chart = [](NodeRef source) { return static_cast<bool>(source.get("chart")); };
  const auto sources = spec.get("sources").items();
  return is_chart(spec.get("source")) || std::ranges::any_of(sources, is_chart);
}

}  // namespace

std::optional<Unrendered> unrendered_by(const Manifest& manifest) {
  const NodeRef spec = manifest.root.get("spec");
  const auto made = [&](std::string ns) {
    return Unrendered{std::string(manifest.kind) + " " + std::string(manifest.name().text()),
                      std::move(ns)};
  };
  const bool of_flux = manifest.api_version.starts_with("helm.toolkit.fluxcd.io/");
  const bool of_k3s = manifest.api_version.starts_with("helm.cattle.io/");
  if ((of_flux && manifest.kind == "HelmRelease") || (of_k3s && manifest.kind == "HelmChart"))
    return made(first_known({spec.get("targetNamespace").text(), manifest.ns().text(),
                             manifest.default_namespace, manifest.unnamed_namespace}));
  if (!manifest.api_version.starts_with("argoproj.io/")) return std::nullopt;
  if (manifest.kind == "Application" && has_chart(spec))
    return made(first_known({spec.get("destination").get("namespace").text()}));
  const NodeRef of_set = spec.get("template").get("spec");
  if (manifest.kind == "ApplicationSet" && has_chart(of_set))
    return made(first_known({of_set.get("destination").get("namespace").text()}));
  return std::nullopt;
}

}  // namespace cnplint::policy
