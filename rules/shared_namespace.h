// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace cnplint::rules {

/// Whether a namespace, by the names that their installers give it, is one whose pods come to those
/// of other namespaces: Ingress controllers and gateways, meshes, monitoring, operators.
inline bool is_shared_namespace(std::string_view ns) {
  constexpr std::array<std::string_view, 20> kNames{"ingress",
                                                    "ingress-nginx",
                                                    "nginx-ingress",
                                                    "traefik",
                                                    "istio-ingress",
                                                    "linkerd",
                                                    "linkerd-viz",
                                                    "contour",
                                                    "projectcontour",
                                                    "haproxy-controller",
                                                    "kong",
                                                    "cloudflared",
                                                    "monitoring",
                                                    "prometheus",
                                                    "observability",
                                                    "kube-prometheus",
                                                    "openshift-ingress",
                                                    "openshift-monitoring",
                                                    "openshift-user-workload-monitoring",
                                                    "cert-manager"};
  return ns.ends_with("-system") || ns.ends_with("-operator") || ns.ends_with("-operators") ||
         std::ranges::find(kNames, ns) != kNames.end();
}

}  // namespace cnplint::rules
