// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace cnplint::rules {

/// Whether a namespace is one that installers of clusters fill: what a repository has of it is
/// never all of it.
inline bool is_system_namespace(std::string_view ns) {
  constexpr std::array<std::string_view, 14> kPrefixes{
      "kube-",  "openshift", "gke-",    "gmp-",    "aks-",          "amazon-", "aws-",
      "azure-", "cattle-",   "calico-", "tigera-", "cilium-secret", "fleet-",  "rke2-"};
  return std::ranges::any_of(kPrefixes,
                             [&](std::string_view prefix) { return ns.starts_with(prefix); });
}

}  // namespace cnplint::rules
