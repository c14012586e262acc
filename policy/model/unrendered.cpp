// SPDX-License-Identifier: Apache-2.0
#include "policy/model/unrendered.h"

#include <initializer_list>

#include "policy/model/chart_installer.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// The first of some texts that is there; empty where it is filled in later.
std::string first_known(std::initializer_list<std::string_view> texts) {
  for (const std::string_view text : texts)
    if (!text.empty()) return has_placeholder(text) ? std::string() : std::string(text);
  return {};
}

}  // namespace

std::optional<Unrendered> unrendered_by(const Manifest& manifest) {
  const NodeRef spec = manifest.root.get("spec");
  const auto made = [&](std::string ns) {
    return Unrendered{std::string(manifest.kind) + " " + std::string(manifest.name().text()),
                      std::move(ns)};
  };
  if (is_helm_release(manifest) || is_helm_chart(manifest))
    return made(first_known({spec.get("targetNamespace").text(), manifest.ns().text(),
                             manifest.default_namespace, manifest.unnamed_namespace}));
  const NodeRef application = application_spec(manifest);
  if (chart_sources(application).empty()) return std::nullopt;
  return made(first_known({application.get("destination").get("namespace").text()}));
}

}  // namespace cnplint::policy
