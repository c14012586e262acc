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
      "  - fromEntities: [world]\n"
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

}  // namespace
}  // namespace cnplint
