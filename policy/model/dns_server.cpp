// SPDX-License-Identifier: Apache-2.0
#include "policy/model/dns_server.h"

#include <array>

namespace cnplint::policy {

std::span<const DnsServerLabel> dns_server_labels() {
  static constexpr std::array<DnsServerLabel, 11> kLabels{{
      {"kube-system", "k8s-app", "kube-dns"},
      {"kube-system", "k8s-app", "coredns"},
      {"kube-system", "k8s-app", "node-local-dns", kDnsPort, true},
      {"kube-system", "app.kubernetes.io/name", "coredns"},
      {"kube-system", "app.kubernetes.io/name", "kube-dns"},
      {"kube-system", "app.kubernetes.io/name", "rke2-coredns"},
      {"kube-system", "app.kubernetes.io/name", "node-local-dns", kDnsPort, true},
      {"kube-system", "app", "coredns"},
      {"kube-system", "app", "kube-dns"},
      {"kube-system", "eks.amazonaws.com/component", "coredns"},
      {"openshift-dns", "dns.operator.openshift.io/daemonset-dns", "default", kOpenShiftDnsPort},
  }};
  return kLabels;
}

}  // namespace cnplint::policy
