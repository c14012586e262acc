// SPDX-License-Identifier: Apache-2.0
#include "policy/model/host_network.h"

#include <array>

namespace cnplint::policy {

std::span<const HostNetworkPods> host_network_pods() {
  static constexpr std::array<HostNetworkPods, 32> kPods{{
      // Static pods of kubeadm and whoever follows it.
      {"kube-system", "component", "kube-apiserver", "kube-apiserver", true},
      {"kube-system", "component", "kube-controller-manager", "kube-controller-manager"},
      {"kube-system", "component", "kube-scheduler", "kube-scheduler"},
      {"kube-system", "component", "etcd", "etcd"},
      {"kube-system", "k8s-app", "kube-apiserver", "kube-apiserver", true},
      {"kube-system", "k8s-app", "kube-controller-manager", "kube-controller-manager"},
      {"kube-system", "k8s-app", "kube-scheduler", "kube-scheduler"},
      {"kube-system", "k8s-app", "etcd", "etcd"},
      {"kube-system", "tier", "control-plane", "the control plane"},
      // No pod at all: the node itself.
      {"", "app", "kubelet", "the kubelet"},
      // Agents of networks and of clouds.
      {"kube-system", "k8s-app", "kube-proxy", "kube-proxy"},
      {"kube-system", "k8s-app", "cilium", "the Cilium agent"},
      {"kube-system", "app.kubernetes.io/name", "cilium-agent", "the Cilium agent"},
      {"kube-system", "k8s-app", "cilium-envoy", "Cilium's Envoy"},
      {"kube-system", "app.kubernetes.io/name", "cilium-envoy", "Cilium's Envoy"},
      {"kube-system", "app.kubernetes.io/name", "cilium-operator", "the Cilium operator"},
      {"kube-system", "io.cilium/app", "operator", "the Cilium operator"},
      {"kube-system", "k8s-app", "calico-node", "calico-node"},
      {"calico-system", "k8s-app", "calico-node", "calico-node"},
      {"kube-system", "k8s-app", "aws-node", "aws-node"},
      {"kube-flannel", "app", "flannel", "flannel"},
      {"metallb-system", "component", "speaker", "the MetalLB speaker"},
      {"metallb-system", "app.kubernetes.io/component", "speaker", "the MetalLB speaker"},
      // Exporters of nodes.
      {"", "app.kubernetes.io/name", "node-exporter", "node-exporter"},
      {"", "app.kubernetes.io/name", "prometheus-node-exporter", "node-exporter"},
      {"", "app", "prometheus-node-exporter", "node-exporter"},
      // OpenShift.
      {"openshift-kube-apiserver", "", "", "kube-apiserver", true},
      {"openshift-etcd", "", "", "etcd"},
      {"openshift-kube-controller-manager", "", "", "kube-controller-manager"},
      {"openshift-kube-scheduler", "", "", "kube-scheduler"},
      {"openshift-ovn-kubernetes", "", "", "OVN-Kubernetes"},
      {"openshift-sdn", "", "", "OpenShift SDN"},
  }};
  return kPods;
}

}  // namespace cnplint::policy
