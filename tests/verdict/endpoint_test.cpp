// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/endpoint.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace cnplint {
namespace {

using policy::EndpointKind;
using policy::Label;

std::vector<Label> labels(const std::vector<std::string>& texts) {
  std::vector<Label> result;
  for (const std::string& text : texts) result.push_back(policy::parse_label(text));
  return result;
}

TEST(Labels, AreReadWithSourceKeyAndValue) {
  EXPECT_EQ(policy::parse_label("k8s:app=a=b"), (Label{"k8s", "app", "a=b"}));
  EXPECT_EQ(policy::parse_label("reserved:host"), (Label{"reserved", "host", ""}));
  EXPECT_EQ(policy::parse_label("app"), (Label{"unspec", "app", ""}));
  EXPECT_EQ(policy::parse_label("app=x:y"), (Label{"unspec", "app", "x:y"}));
  EXPECT_EQ(policy::parse_label("k8s:io.kubernetes.pod.namespace=shop"),
            (Label{"k8s", "io.kubernetes.pod.namespace", "shop"}));
  for (const char* text : {"k8s:app=a", "reserved:world", "cidr:10.0.0.0/8"})
    EXPECT_EQ(policy::to_string(policy::parse_label(text)), text);
}

TEST(Labels, SayWhatKindAnEndpointIs) {
  const std::vector<std::pair<std::vector<std::string>, EndpointKind>> cases{
      {{"k8s:app=a", "k8s:io.cilium.k8s.policy.cluster=default"}, EndpointKind::pod},
      {{"k8s:app=a"}, EndpointKind::pod},
      {{"k8s:app=a", "k8s:io.cilium.k8s.policy.cluster=other"}, EndpointKind::mesh_pod},
      {{"reserved:host", "reserved:kube-apiserver"}, EndpointKind::host},
      {{"reserved:kube-apiserver", "reserved:remote-node"}, EndpointKind::remote_node},
      {{"reserved:kube-apiserver", "cidr:1.2.3.4/32", "reserved:world"}, EndpointKind::external},
      {{"reserved:world-ipv6"}, EndpointKind::external},
      {{"fqdn:api.stripe.com", "reserved:world"}, EndpointKind::external},
      {{"reserved:init"}, EndpointKind::init},
      {{"reserved:health"}, EndpointKind::health},
      {{"reserved:ingress"}, EndpointKind::ingress},
      {{"reserved:unmanaged"}, EndpointKind::unmanaged},
      {{"reserved:unknown"}, EndpointKind::unmanaged}};
  for (const auto& [texts, kind] : cases)
    EXPECT_EQ(policy::kind_of_labels(labels(texts), "default"), kind) << texts.front();
}

TEST(Labels, OfAPodLeaveOutWhatCiliumFilters) {
  const policy::PodFacts pod{"shop",
                             {{"app", "cart"},
                              {"app.kubernetes.io/name", "cart"},
                              {"pod-template-hash", "5d4f"},
                              {"statefulset.kubernetes.io/pod-name", "cart-0"},
                              {"topology.kubernetes.io/zone", "a"},
                              {"io.cilium.k8s.policy.cluster", "forged"}},
                             {{"team", "web"}},
                             "robot",
                             "prod"};
  std::vector<std::string> actual;
  for (const Label& label : policy::identity_labels(pod))
    actual.push_back(policy::to_string(label));
  const std::vector<std::string> expected{
      "k8s:app=cart",
      "k8s:app.kubernetes.io/name=cart",
      "k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=shop",
      "k8s:io.cilium.k8s.namespace.labels.team=web",
      "k8s:io.cilium.k8s.policy.cluster=prod",
      "k8s:io.cilium.k8s.policy.serviceaccount=robot",
      "k8s:io.kubernetes.pod.namespace=shop"};
  EXPECT_EQ(actual, expected);
}

}  // namespace
}  // namespace cnplint
