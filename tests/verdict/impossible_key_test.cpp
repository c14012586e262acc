// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/impossible_key.h"

#include <gtest/gtest.h>

#include <string_view>

namespace cnplint {
namespace {

using policy::Bearer;
using policy::Environment;
using Reason = policy::ImpossibleKey::Reason;

struct Case {
  std::string_view key;
  std::string_view meant;
  Reason reason;
  Bearer bearer = Bearer::peer;
};

TEST(ImpossibleKey, SaysWhyAndWhatWasMeant) {
  const Case cases[] = {
      {"kubernetes.io/os", {}, Reason::filtered, Bearer::local_node},
      {"k8s:statefulset.kubernetes.io/pod-name", {}, Reason::filtered},
      {"io.kubernetes.pod.name", {}, Reason::filtered},
      {"k8s.io.kubernetes.pod.namespace", "io.kubernetes.pod.namespace", Reason::filtered},
      {"k8s:io.kubernetes.podNamespace", "io.kubernetes.pod.namespace", Reason::filtered},
      {"k8s.io.kubernetes.pod.namespace.labels.tenant", "io.cilium.k8s.namespace.labels.tenant",
       Reason::filtered},
      {"io.cilium.k8s.namespace.label.tenant", "io.cilium.k8s.namespace.labels.tenant",
       Reason::of_cilium},
      {"io.cilium.k8s.policy.serviceAccount", "io.cilium.k8s.policy.serviceaccount",
       Reason::of_cilium},
      {"io.cilium.k8s.policy.name", {}, Reason::of_cilium},
      {"io.cilium.k8s.namespace.labels.", {}, Reason::of_cilium},
      {"podNamespace", "io.kubernetes.pod.namespace", Reason::looks_like_ciliums},
      {"io.kubernets.pod.namespace", "io.kubernetes.pod.namespace", Reason::looks_like_ciliums},
      {"io.cilum.k8s.namespace.labels.tenant", "io.cilium.k8s.namespace.labels.tenant",
       Reason::looks_like_ciliums},
      {"reserved:kubeapiserver", "reserved:kube-apiserver", Reason::unknown_reserved},
      {"reserved:all", {}, Reason::unknown_reserved},
      {"reserved.none", {}, Reason::reserved_as_key},
      {"reserved.health", "reserved:health", Reason::reserved_as_key},
      {"k8:app", "k8s:app", Reason::unknown_source},
      {"foo:bar", {}, Reason::unknown_source},
      {"k8s:zone", "zone", Reason::source_of_nodes, Bearer::remote_node},
      {"io.kubernetes.pod.namespace", {}, Reason::namespace_of_node, Bearer::local_node},
  };
  for (const Case& each : cases) {
    const auto found = policy::impossible_key(each.key, each.bearer, Environment());
    ASSERT_TRUE(found) << each.key;
    EXPECT_EQ(found->reason, each.reason) << each.key;
    EXPECT_EQ(found->meant, each.meant) << each.key;
  }
}

TEST(ImpossibleKey, IsNoneThatSomebodyHas) {
  for (const std::string_view key :
       {"app", "k8s:app", "any:app.kubernetes.io/name", "io.kubernetes.pod.namespace",
        "k8s:io.cilium.k8s.namespace.labels.tenant", "io.cilium.k8s.policy.cluster",
        "io.cilium.k8s.policy.serviceaccount", "reserved:world", "reserved:kube-apiserver",
        "namespace", "pod-namespace", "example.com/namespace", "k8s-app", "io.cilium/app",
        "node-role.kubernetes.io/worker", "cidr:10.0.0.0/8", "service-account"})
    EXPECT_FALSE(policy::impossible_key(key, Bearer::peer, Environment())) << key;
  EXPECT_FALSE(
      policy::impossible_key("topology.kubernetes.io/zone", Bearer::remote_node, Environment()));
}

TEST(ImpossibleKey, IsAsTheClusterFiltersLabels) {
  Environment environment;
  environment.labels = policy::LabelFilter("k8s:app k8s:statefulset\\.kubernetes\\.io/pod-name.*");
  EXPECT_TRUE(policy::impossible_key("tier", Bearer::pod, environment));
  EXPECT_FALSE(policy::impossible_key("app", Bearer::pod, environment));
  environment = Environment();
  environment.cilium = policy::Release{19};
  EXPECT_FALSE(
      policy::impossible_key("topology.kubernetes.io/zone", Bearer::local_node, environment));
}

}  // namespace
}  // namespace cnplint
