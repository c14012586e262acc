// SPDX-License-Identifier: Apache-2.0
#include "policy/model/label_filter.h"

#include <gtest/gtest.h>

#include <string_view>
#include <vector>

namespace cnplint {
namespace {

using policy::LabelFilter;
using policy::Release;

bool keeps(std::string_view patterns, std::string_view key, int minor = 20) {
  return LabelFilter(patterns).keeps("k8s", key, Release{minor});
}

TEST(LabelFilter, CiliumsOwnListKeepsOutWhatSaysNothingOfAnApplication) {
  for (const std::string_view key :
       {"io.kubernetes.pod.name", "kubernetes.io/hostname", "statefulset.kubernetes.io/pod-name",
        "apps.kubernetes.io/pod-index", "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/controller-uid", "beta.kubernetes.io/os",
        "failure-domain.beta.kubernetes.io/zone", "k8s.io/cluster-service", "pod-template-hash",
        "pod-template-generation", "controller-revision-hash", "controller-uid", "annotation.x",
        "etcd_node"})
    EXPECT_FALSE(keeps("", key)) << key;
  for (const std::string_view key :
       {"app", "app.kubernetes.io/name", "io.kubernetes.pod.namespace",
        "io.cilium.k8s.namespace.labels.team",
        "io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name",
        "io.cilium.k8s.policy.cluster", "io.cilium.k8s.policy.serviceaccount",
        "node-role.kubernetes.io/worker", "batch.kubernetes.io/job-name", "example.com/k8s.io"})
    EXPECT_TRUE(keeps("", key)) << key;
}

TEST(LabelFilter, TheListGrewWithReleases) {
  EXPECT_TRUE(keeps("", "topology.kubernetes.io/zone", 19));
  EXPECT_FALSE(keeps("", "topology.kubernetes.io/zone", 20));
  // A service account is only missing where a pattern keeps all others out.
  EXPECT_TRUE(keeps("", "io.cilium.k8s.policy.serviceaccount", 17));
  EXPECT_FALSE(keeps("app", "io.cilium.k8s.policy.serviceaccount", 17));
  EXPECT_TRUE(keeps("app", "io.cilium.k8s.policy.serviceaccount", 18));
}

TEST(LabelFilter, APatternThatKeepsInKeepsOthersOut) {
  constexpr std::string_view kPatterns = "k8s:app$  k8s:team\n";
  EXPECT_TRUE(keeps(kPatterns, "app"));
  EXPECT_FALSE(keeps(kPatterns, "app-tier"));
  EXPECT_TRUE(keeps(kPatterns, "team-of-owner"));
  EXPECT_FALSE(keeps(kPatterns, "env"));
  EXPECT_TRUE(keeps(kPatterns, "io.kubernetes.pod.namespace"));
  EXPECT_TRUE(keeps(kPatterns, "app.kubernetes.io/name"));
  EXPECT_TRUE(LabelFilter(kPatterns).keeps("reserved", "host", Release{}));
}

TEST(LabelFilter, APatternThatKeepsOutKeepsOthersIn) {
  EXPECT_FALSE(keeps("k8s:!job-name", "job-name"));
  EXPECT_TRUE(keeps("k8s:!job-name", "env"));
  EXPECT_FALSE(keeps("!.*\\.example\\.com/", "a.example.com/x"));
  EXPECT_TRUE(keeps("cni:!job-name", "job-name"));
}

TEST(LabelFilter, TheLongerMatchWins) {
  EXPECT_TRUE(keeps("k8s:kubernetes\\.io/hostname k8s:.*", "kubernetes.io/hostname"));
  EXPECT_FALSE(keeps("k8s:kube k8s:.", "kubernetes.io/hostname"));
  EXPECT_TRUE(
      keeps("k8s:statefulset\\.kubernetes\\.io/pod-name.* k8s:.*", "statefulset.kubernetes.io/x"));
}

TEST(LabelFilter, SaysWhatIsWrongWithPatterns) {
  EXPECT_EQ(LabelFilter::mistake("k8s:app !env"), "");
  EXPECT_EQ(LabelFilter::mistake(""), "");
  EXPECT_NE(LabelFilter::mistake("k8s:app k8s:(").find("`k8s:(`"), std::string::npos);
  EXPECT_NE(LabelFilter::mistake("k8s:").find("names no labels"), std::string::npos);
  EXPECT_NE(LabelFilter::mistake("!k8s:env").find("`k8s:!env`"), std::string::npos);
  EXPECT_TRUE(keeps("k8s:(", "env"));
}

}  // namespace
}  // namespace cnplint
