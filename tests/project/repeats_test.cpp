// SPDX-License-Identifier: Apache-2.0
//
// Folding: what a template was rendered to is one finding; what somebody wrote twice is two.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "project/check.h"
#include "project/repeats.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

std::string policy(const std::string& ns, const std::string& cidr = "0.0.0.0/0",
                   const std::string& peer = "kube-system", const std::string& name = "baseline") {
  return "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: " + name +
         ", namespace: " + ns +
         "}\nspec:\n  endpointSelector: {}\n  ingress:\n  - fromEndpoints:\n    - matchLabels: "
         "{k8s:io.kubernetes.pod.namespace: " +
         peer + "}\n    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n  - fromCIDR: [" +
         cidr + "]\n    toPorts: [{ports: [{port: \"80\", protocol: TCP}]}]\n";
}

lint::Outcome outcome_of(tests::Projects& projects, const std::string& text, bool fold = true) {
  project::Project& project = projects.emplace_back(lint::Config());
  project::CheckOptions options;
  options.fold = fold;
  return project::check(project, project.open({}, {{"f.yaml", text}}), options);
}

/// The namespaces of the findings of a rule, each with its repeats.
std::string found(const std::string& text, std::string_view rule = "any-cidr") {
  tests::Projects projects;
  std::string result;
  for (const lint::Finding& finding : outcome_of(projects, text).findings)
    if (finding.rule->name == rule)
      result += finding.subject.substr(finding.subject.find('/') + 1) + "+" +
                std::to_string(finding.repeats) + (finding.suppressed ? "s " : " ");
  return result;
}

TEST(Repeats, OfATemplateAreOneFinding) {
  EXPECT_EQ(found(policy("a") + policy("b") + policy("c")), "a/baseline+2 ");
  // The namespace of the policy as a value, and one that all name.
  EXPECT_EQ(found(policy("x", "0.0.0.0/0", "x") + policy("web", "0.0.0.0/0", "web") +
                  policy("z", "0.0.0.0/0", "z")),
            "x/baseline+2 ");
  EXPECT_EQ(found(policy("kube-system") + policy("b") + policy("c")), "kube-system/baseline+2 ");
  EXPECT_EQ(found(policy("b") + policy("kube-system") + policy("c")), "b/baseline+2 ");
}

TEST(Repeats, AreThreeAtLeast) {
  EXPECT_EQ(found(policy("a") + policy("b")), "a/baseline+0 b/baseline+0 ");
}

TEST(Repeats, DifferInNothingElse) {
  EXPECT_EQ(found(policy("a") + policy("b", "0.0.0.0/0", "other") + policy("c")),
            "a/baseline+0 b/baseline+0 c/baseline+0 ");
  EXPECT_EQ(found(policy("a") + policy("b", "0.0.0.0/0", "kube-system", "mine") + policy("c")),
            "a/baseline+0 b/mine+0 c/baseline+0 ");
  EXPECT_EQ(
      found(policy("a") + policy("b", "\"0.0.0.0/0\"") + policy("c", "0.0.0.0/0, 1.1.1.1/32")),
      "a/baseline+0 b/baseline+0 c/baseline+0 ");
}

TEST(Repeats, OfOneNamespaceBelongToDifferentClusters) {
  const std::string cluster = policy("a") + policy("b") + policy("c");
  EXPECT_EQ(found(cluster + cluster), "a/baseline+2 a/baseline+2 ");
  EXPECT_EQ(found(policy("a") + policy("a") + policy("a")),
            "a/baseline+0 a/baseline+0 a/baseline+0 ");
}

TEST(Repeats, LeaveSuppressedOnesAlone) {
  const auto allowed = [](const std::string& ns) {
    std::string text = policy(ns);
    return text.insert(text.find("  - fromCIDR"), "  # cnplint: allow any-cidr -- known\n");
  };
  EXPECT_EQ(found(allowed("a") + policy("b") + policy("c") + policy("d")),
            "a/baseline+0s b/baseline+2 ");
  EXPECT_EQ(found(allowed("a") + allowed("b") + allowed("c")),
            "a/baseline+0s b/baseline+0s c/baseline+0s ");
}

TEST(Repeats, SayWhereElse) {
  tests::Projects projects;
  std::string text;
  for (char ns = 'a'; ns < 'a' + 22; ++ns)
    if (ns != 'n') text += policy(std::string(1, ns));  // a boolean
  const lint::Outcome outcome = outcome_of(projects, text);
  const auto finding = std::ranges::find_if(
      outcome.findings, [](const lint::Finding& each) { return each.rule->name == "any-cidr"; });
  ASSERT_NE(finding, outcome.findings.end());
  EXPECT_EQ(finding->notes.back().message, "the same in 20 more namespaces: b, c, d and 17 more");
  tests::Projects alone;
  const lint::Outcome first = outcome_of(alone, policy("a"));
  EXPECT_TRUE(std::ranges::any_of(first.findings, [&](const lint::Finding& each) {
    return lint::fingerprint(each) == lint::fingerprint(*finding);
  }));
}

/// The worst of the severities stands, and what may fail a run still does.
TEST(Repeats, KeepTheWorstSeverity) {
  tests::Projects projects;
  std::vector<lint::Finding> findings =
      outcome_of(projects, policy("a") + policy("b") + policy("c"), false).findings;
  std::erase_if(findings, [](const lint::Finding& each) { return each.rule->name != "any-cidr"; });
  ASSERT_EQ(findings.size(), 3U);
  findings[0].severity = lint::Severity::note;
  findings[2].severity = lint::Severity::error;
  project::fold_repeats(findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].severity, lint::Severity::error);
}

/// Whatever is folded: nothing is lost, what stays keeps its order, and folding again does nothing.
TEST(Repeats, LoseNothing) {
  std::mt19937 random(7);
  const auto pick = [&](std::size_t most) { return random() % most; };
  constexpr const char* kNamespaces[] = {"a", "b", "c", "d", "kube-system"};
  constexpr const char* kCidrs[] = {"0.0.0.0/0", "::/0"};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (std::size_t i = pick(9); i < 10; ++i)
      text += policy(kNamespaces[pick(5)], kCidrs[pick(2)], kNamespaces[pick(5)],
                     pick(4) == 0 ? "other" : "baseline");
    tests::Projects projects;
    const std::vector<lint::Finding> all = outcome_of(projects, text, false).findings;
    std::vector<lint::Finding> folded = all;
    project::fold_repeats(folded);
    std::size_t count = folded.size();
    std::size_t at = 0;
    for (const lint::Finding& each : folded) {
      count += each.repeats;
      while (at < all.size() && lint::fingerprint(all[at]) != lint::fingerprint(each)) ++at;
      ASSERT_LT(at++, all.size()) << text;
      EXPECT_NE(each.repeats, 1U);
    }
    EXPECT_EQ(count, all.size()) << text;
    const std::size_t once = folded.size();
    project::fold_repeats(folded);
    EXPECT_EQ(folded.size(), once);
  }
}

}  // namespace
}  // namespace cnplint
