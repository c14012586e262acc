// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "policy/model/label.h"
#include "policy/verdict/known_pods.h"

namespace cnplint {
namespace {

using policy::Condition;
using policy::Conditions;

Condition in(std::string_view key, std::vector<std::string> values) {
  return policy::condition(key, Condition::Op::in, std::move(values), "k8s");
}

policy::Workload pod(std::string_view ns, policy::LabelPairs labels, bool host_network = false) {
  policy::Workload result;
  result.subject = "Pod/" + std::string(ns) + "/x";
  result.ns = ns;
  result.labels = std::move(labels);
  result.host_network = host_network;
  return result;
}

TEST(KnownPodsSearch, FindsAPodByAnyOfItsLabels) {
  policy::Inventory inventory;
  inventory.workloads = {pod("shop", {{"app", "cart"}}), pod("web", {{"app", "fe"}, {"tier", "a"}}),
                         pod("web", {{"app", "agent"}}, true), pod("web", {{"app", "${APP}"}})};
  inventory.workloads[1].service_account = "robot";
  const policy::KnownPods pods(inventory, {});
  EXPECT_EQ(pods.first_selected({in("app", {"other", "fe"})}), 1U);
  EXPECT_EQ(pods.first_selected({in(policy::kServiceAccountLabel, {"robot"})}), 1U);
  EXPECT_TRUE(pods.none_selected({in(policy::kServiceAccountLabel, {"nobody"})}));
  EXPECT_TRUE(pods.none_selected({in("tier", {"b"})}));
  EXPECT_EQ(pods.first_selected({in("app", {"agent"})}, true), 2U);
  // A value that is filled in later may be any.
  EXPECT_EQ(pods.first_selected({in("app", {"lost"})}), 3U);
  EXPECT_TRUE(pods.none_selected({in("app", {"lost"}), in(policy::kNamespaceLabel, {"shop"})}));
  EXPECT_FALSE(pods.none_selected({in(policy::kNamespaceLabel, {"shop"})}));
}

TEST(KnownPodsSearch, SaysNothingForSureWhereTooManyWouldHaveToBeTried) {
  policy::Inventory inventory;
  for (int i = 0; i < 1000; ++i) inventory.workloads.push_back(pod("shop", {{"app", "cart"}}));
  const policy::KnownPods pods(inventory, {});
  const Conditions never{in("app", {"cart"}),
                         policy::condition("app", Condition::Op::does_not_exist, {}, "k8s")};
  EXPECT_FALSE(pods.none_selected(never));
  EXPECT_FALSE(pods.first_selected(never));
}

}  // namespace
}  // namespace cnplint
