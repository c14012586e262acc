// SPDX-License-Identifier: Apache-2.0
//
// One cause gives one finding.
#include "project/causes.h"

#include <gtest/gtest.h>

#include "tests/golden.h"

namespace cnplint {
namespace {

std::string policy_with(const std::string& rules) {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n"
         "metadata: {name: cart, namespace: shop}\nspec:\n"
         "  endpointSelector: {matchLabels: {app: cart}}\n" +
         rules;
}

std::string findings(const std::string& rules) {
  tests::Projects projects;
  return tests::concise(tests::lint_text(projects, policy_with(rules)));
}

TEST(Causes, AFieldThatIsDroppedIsTheCauseOfWhatIsLeft) {
  const std::string all = findings(
      "  ingress:\n"
      "  - fromEndpoint: [{matchLabels: {app: web}}]\n"
      "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n");
  EXPECT_EQ(all.find("warning"), std::string::npos) << all;
  EXPECT_NE(all.find("7:5 error unknown-field"), std::string::npos) << all;
  EXPECT_NE(all.find("  note 8:5 ingress without peers"), std::string::npos) << all;
}

TEST(Causes, AnotherRuleOfThePolicyStandsForItself) {
  const std::string all = findings(
      "  ingress:\n"
      "  - fromEndpoint: [{matchLabels: {app: web}}]\n"
      "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n"
      "  - fromEntities: [all]\n"
      "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n");
  EXPECT_NE(all.find("9:20 warning world-ingress"), std::string::npos) << all;
}

TEST(Causes, WhatIsAllowedIsNoCause) {
  const std::string all = findings(
      "  ingress:\n"
      "  # cnplint: allow unknown-field -- known\n"
      "  - fromEndpoint: [{matchLabels: {app: web}}]\n"
      "    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n");
  EXPECT_NE(all.find("9:5 warning world-ingress"), std::string::npos) << all;
}

TEST(Causes, TheWorstExposureOfARuleStandsForAll) {
  const std::string all = findings(
      "  ingress:\n"
      "  - fromEndpoints: [{matchExpressions: [{key: io.kubernetes.pod.namespace, operator: "
      "Exists}]}]\n");
  EXPECT_EQ(all.find("no-ports"), std::string::npos) << all;
  EXPECT_NE(all.find("7:22 warning cluster-wide-peer"), std::string::npos) << all;
  EXPECT_NE(all.find("  note 7:5 no ports"), std::string::npos) << all;
}

/// A deny for every pod of a namespace, six policies that it beats, and two that have nothing to do
/// with it: one denies always what the other one allows.
std::string overruled_namespace(const std::string& above_the_deny) {
  const auto policy = [](const std::string& name, const std::string& app,
                         const std::string& rules) {
    return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: " + name +
           ", namespace: shop}\nspec:\n  endpointSelector: {" + app + "}\n" + rules + "---\n";
  };
  const auto app = [](const std::string& name) { return "matchLabels: {app: " + name + "}"; };
  std::string all = policy("deny", "", above_the_deny + "  egressDeny: [{toEntities: [all]}]\n");
  for (const char* name : {"a", "b", "c", "d", "e", "f"})
    all += policy(name, app(name), "  egress: [{toEndpoints: [{matchLabels: {app: db}}]}]\n");
  all += policy("g", app("g"), "  ingress: [{fromEndpoints: [{matchLabels: {app: a}}]}]\n");
  all += policy("h", app("g"), "  ingressDeny: [{fromEndpoints: [{matchLabels: {app: a}}]}]\n");
  return all;
}

std::string of_two_policies(const std::string& text) {
  tests::Projects projects;
  const std::string all = tests::concise(tests::lint_text(projects, text));
  const std::size_t at = all.find("this rule never allows anything");
  return at == std::string::npos ? all
                                 : all.substr(all.rfind('\n', at) + 1, at - all.rfind('\n', at));
}

TEST(Causes, WhereOneRuleOverrulesMostOthersTheRestIsForStrictReviewers) {
  EXPECT_NE(of_two_policies(overruled_namespace("")).find("note allow-always-denied"),
            std::string::npos);
  EXPECT_NE(
      of_two_policies(overruled_namespace("  # cnplint: allow allow-always-denied -- meant\n"))
          .find("warning allow-always-denied"),
      std::string::npos);
}

}  // namespace
}  // namespace cnplint
