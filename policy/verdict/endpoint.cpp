// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/endpoint.h"

#include <algorithm>
#include <array>

#include "policy/model/label.h"

namespace cnplint::policy {

Label parse_label(std::string_view text) {
  Label label{"unspec", {}, {}};
  const std::size_t equals = text.find('=');
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && (equals == std::string_view::npos || colon < equals)) {
    if (colon > 0) label.source = text.substr(0, colon);
    text.remove_prefix(colon + 1);
  }
  const std::size_t split = text.find('=');
  label.key = text.substr(0, split);
  if (split != std::string_view::npos) label.value = text.substr(split + 1);
  return label;
}

std::string to_string(const Label& label) {
  return label.source + ":" + label.key + (label.value.empty() ? "" : "=" + label.value);
}

bool is_filtered_label(std::string_view key) { return !LabelFilter().keeps("k8s", key, {}); }

std::vector<Label> identity_labels(const PodFacts& pod, const LabelFilter& filter,
                                   Release release) {
  std::vector<Label> labels;
  for (const auto& [key, value] : pod.labels)
    if (!key.starts_with("io.cilium.k8s")) labels.push_back({"k8s", key, value});
  for (const auto& [key, value] : pod.namespace_labels)
    labels.push_back({"k8s", std::string(kNamespaceLabelsPrefix) + key, value});
  const std::string name_label(kNamespaceNameLabel);
  if (std::ranges::find(labels, name_label, &Label::key) == labels.end())
    labels.push_back({"k8s", name_label, pod.ns});
  labels.push_back({"k8s", std::string(kNamespaceLabel), pod.ns});
  labels.push_back({"k8s", std::string(kServiceAccountLabel), pod.service_account});
  labels.push_back({"k8s", std::string(kClusterLabel), pod.cluster});
  std::erase_if(
      labels, [&](const Label& label) { return !filter.keeps(label.source, label.key, release); });
  std::ranges::sort(labels);
  return labels;
}

EndpointKind kind_of_labels(const std::vector<Label>& labels, std::string_view cluster) {
  constexpr std::array<std::pair<std::string_view, EndpointKind>, 6> kReserved{
      {{"host", EndpointKind::host},
       {"remote-node", EndpointKind::remote_node},
       {"health", EndpointKind::health},
       {"ingress", EndpointKind::ingress},
       {"init", EndpointKind::init},
       {"unmanaged", EndpointKind::unmanaged}}};
  const auto has_reserved = [&](std::string_view key) {
    return std::ranges::any_of(
        labels, [&](const Label& label) { return label.source == "reserved" && label.key == key; });
  };
  for (const auto& [key, kind] : kReserved)
    if (has_reserved(key)) return kind;
  const bool external = std::ranges::any_of(labels, [](const Label& label) {
    return label.source == "cidr" || label.source == "fqdn" || label.source == "cidrgroup" ||
           (label.source == "reserved" &&
            (label.key.starts_with("world") || label.key == "kube-apiserver"));
  });
  if (external) return EndpointKind::external;
  for (const Label& label : labels) {
    if (label.source == "reserved") return EndpointKind::unmanaged;  // unknown, or what may come
    if (label.source == "k8s" && label.key == kClusterLabel && label.value != cluster)
      return EndpointKind::mesh_pod;
  }
  return EndpointKind::pod;
}

std::string_view namespace_of_pod(const Endpoint& endpoint) {
  for (const Label& label : endpoint.labels)
    if (label.source == "k8s" && label.key == kNamespaceLabel) return label.value;
  return {};
}

}  // namespace cnplint::policy
