// SPDX-License-Identifier: Apache-2.0
//
// What is read of a cluster, by the recorded kubectl of tests/kube: limits, and what is asked for.
// tests/cli/cases/kube_* have what people see.
#include "project/kube_cluster.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>

#include "policy/model/other_policy.h"
#include "policy/model/policy_kind.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using namespace std::chrono_literals;

/// Puts the recorded kubectl first on the PATH.
class KubeCluster : public testing::Test {
 protected:
  KubeCluster() {
    const char* const before = std::getenv("PATH");
    saved_ = before == nullptr ? "" : before;
    ::setenv("PATH", (tests::repository("tests/kube/bin").string() + ":" + saved_).c_str(), 1);
  }
  ~KubeCluster() override { ::setenv("PATH", saved_.c_str(), 1); }

  static std::string error_of(const std::string& input, project::KubectlLimits limits = {}) {
    const auto read = project::read_kube_cluster(input, limits);
    return read ? "none" : read.error().message;
  }

 private:
  std::string saved_;
};

TEST_F(KubeCluster, CostsSoMuchAtMost) {
  // 30 seconds are recorded: it is not waited for.
  EXPECT_TRUE(error_of("kube:slow", {200ms}).starts_with("kube:slow: kubectl: it took too long; "));
  EXPECT_TRUE(
      error_of("kube:prod", {20s, 1000}).starts_with("kube:prod: kubectl: it prints too much; "));
  EXPECT_EQ(error_of("kube:prod"), "none");
}

TEST_F(KubeCluster, EachMissingRightIsAnError) {
  const auto read = project::read_kube_cluster("kube:forbidden");
  ASSERT_FALSE(read);
  EXPECT_NE(read.error().message.find("`services` is forbidden"), std::string::npos);
  ASSERT_EQ(read.error().more.size(), 1U);
  EXPECT_NE(read.error().more[0].find("`ciliumnetworkpolicies.cilium.io` is forbidden"),
            std::string::npos);
}

TEST_F(KubeCluster, NoSecretAndNothingElseIsAskedFor) {
  const tests::TemporaryFolder folder;
  const std::string log = (folder.path() / "log").string();
  ::setenv("KUBECTL_LOG", log.c_str(), 1);
  const auto read = project::read_kube_cluster("kube:prod");
  ::unsetenv("KUBECTL_LOG");
  ASSERT_TRUE(read);
  std::istringstream lines(tests::read(log));
  int calls = 0;
  for (std::string line; std::getline(lines, line); ++calls) {
    EXPECT_TRUE(line.starts_with("kubectl get ") || line.starts_with("kubectl api-resources "))
        << line;
    EXPECT_EQ(line.find("secret"), std::string::npos) << line;
  }
  EXPECT_EQ(calls, 3);
  // The ConfigMap of the shop is recorded, and not read.
  EXPECT_EQ(std::ranges::count_if(*read,
                                  [](const project::InMemory& each) {
                                    return each.path.find("/configmaps/") != std::string::npos;
                                  }),
            1);
}

TEST(KubeResources, HaveThePluralOfTheApiServer) {
  // As their CustomResourceDefinitions name them.
  EXPECT_EQ(policy::resource_name("CiliumNetworkPolicy"), "ciliumnetworkpolicies");
  EXPECT_EQ(policy::resource_name("EgressFirewall"), "egressfirewalls");
  EXPECT_EQ(policy::resource_name("ServiceIntentions"), "serviceintentions");
  EXPECT_EQ(policy::resource_name("MeshTrafficPermission"), "meshtrafficpermissions");
  EXPECT_GE(policy::other_policy_kinds().size(), 3U);
}

}  // namespace
}  // namespace cnplint
