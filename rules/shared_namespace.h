// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace cnplint::rules {

/// Whether a namespace, by the names that their installers give it, is one whose pods come to those
/// of every other namespace: Ingress controllers and gateways, meshes, monitoring.
inline bool is_shared_namespace(std::string_view ns) {
  constexpr std::array<std::string_view, 22> kNames{"ingress",
                                                    "ingress-nginx",
                                                    "nginx-ingress",
                                                    "traefik",
                                                    "istio-system",
                                                    "istio-ingress",
                                                    "linkerd",
                                                    "linkerd-viz",
                                                    "contour",
                                                    "projectcontour",
                                                    "envoy-gateway-system",
                                                    "gateway-system",
                                                    "haproxy-controller",
                                                    "kong",
                                                    "cloudflared",
                                                    "monitoring",
                                                    "prometheus",
                                                    "observability",
                                                    "openshift-ingress",
                                                    "openshift-monitoring",
                                                    "openshift-user-workload-monitoring",
                                                    "cattle-monitoring-system"};
  return std::ranges::find(kNames, ns) != kNames.end();
}

}  // namespace cnplint::rules
