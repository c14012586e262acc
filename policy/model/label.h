// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "policy/model/release.h"

namespace cnplint::policy {

inline constexpr std::string_view kNamespaceLabel = "io.kubernetes.pod.namespace";
inline constexpr std::string_view kNamespaceLabelsPrefix = "io.cilium.k8s.namespace.labels.";
/// The name of a pod's namespace as one of the namespace's labels.
inline constexpr std::string_view kNamespaceNameLabel =
    "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name";

/// Whether a key of an identity is the name of its namespace, under either label that has it.
constexpr bool is_namespace_name_key(std::string_view key) {
  return key == kNamespaceLabel || key == kNamespaceNameLabel;
}
/// Whether a key of an identity is a label of its namespace, other than the name.
constexpr bool is_namespace_label_key(std::string_view key) {
  return key.starts_with(kNamespaceLabelsPrefix) && key != kNamespaceNameLabel;
}
/// Whether a key of an identity says something of its namespace: the name, or a label.
constexpr bool is_namespace_key(std::string_view key) {
  return is_namespace_name_key(key) || is_namespace_label_key(key);
}

inline constexpr std::string_view kClusterLabel = "io.cilium.k8s.policy.cluster";
inline constexpr std::string_view kServiceAccountLabel = "io.cilium.k8s.policy.serviceaccount";

/// A Kubernetes label value: up to 63 characters, alphanumeric ends, `-_.` inside; may be empty.
bool is_label_value(std::string_view text);
/// A Kubernetes label key: an optional DNS-subdomain prefix and `/`, and a name of up to 63.
bool is_label_key(std::string_view text);
/// A DNS subdomain (RFC 1123), as names of most objects: lower case, up to 253.
bool is_dns_subdomain(std::string_view text);
/// A DNS label (RFC 1123), as names of namespaces: lower case, up to 63, no dot.
bool is_dns_label(std::string_view text);

/// A Cilium selector key: `[source:]key`. Valid as V014 has it (1.20), or V014b before: there the
/// key is first rewritten to `source.key` and that must be a label key.
bool is_selector_key(std::string_view text, Release release);

/// The key without its source.
std::string_view without_source(std::string_view key);
/// The source of a key, `any` where none is written.
std::string_view source_of(std::string_view key);

}  // namespace cnplint::policy
