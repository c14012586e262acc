// SPDX-License-Identifier: Apache-2.0
//
// What workloads are selected by where labels do not do.
#include <gtest/gtest.h>

#include "policy/verdict/label_quality.h"
#include "project/guarantees.h"
#include "synth/evidence.h"
#include "synth/flow_list.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using Texts = std::vector<std::string>;

const char* const kAccount = "io.cilium.k8s.policy.serviceaccount";

/// A flow of a run of a Job to the database, with these labels instead of app.
std::string run_of(const std::string& job, const std::string& labels,
                   const std::string& kind = "Job") {
  std::string line = flow({.from = "shop/" + job, .from_labels = labels});
  line.erase(line.find("\"k8s:app=" + job + "\","), ("\"k8s:app=" + job + "\",").size());
  line.replace(line.find("Deployment"), 10, kind);
  return line;
}
std::string job_labels(const std::string& job, const std::string& account) {
  return ",\"k8s:batch.kubernetes.io/job-name=" + job + "\",\"k8s:job-name=" + job +
         "\",\"k8s:" + kAccount + "=" + account + "\"";
}

TEST(SynthLabels, RunsOfJobs) {
  const std::vector<std::tuple<const char*, const char*, const char*>> table{
      {"Job", "nightly-29387465", "nightly"},      {"Job", "nightly-1702900800", "nightly"},
      {"CronJob", "nightly", "nightly"},           {"Job", "import-x7k2p", "import"},
      {"Job", "migrate-schema", "migrate-schema"}, {"Job", "migrate-3", "migrate-3"},
      {"Job", "-29387465", "-29387465"},           {"Deployment", "api-29387465", "api-29387465"},
      {"", "api-29387465", "api-29387465"},
  };
  for (const auto& [kind, name, owner] : table)
    EXPECT_EQ(policy::without_run(kind, name), owner) << kind << " " << name;
  // Two runs are one workload, and so is the CronJob that other lines name.
  const auto result =
      synthesised(run_of("report-29100000", job_labels("report-29100000", "reporter")) +
                  run_of("report-29101440", job_labels("report-29101440", "reporter")) +
                  run_of("report", job_labels("report-29102880", "reporter"), "CronJob"));
  ASSERT_EQ(result->synthesis.drafts.policies.size(), 2U);
  const synth::PolicyDraft* policy = result->policy("shop/report");
  ASSERT_NE(policy, nullptr);
  EXPECT_EQ(policy->selector, (synth::Labels{{kAccount, "reporter"}}));
  EXPECT_EQ(policy->workload_kind, "CronJob");
  EXPECT_EQ(ingress(result->policy("shop/db")),
            Texts{std::string(kAccount) + "=reporter@shop 5432/TCP"});
  EXPECT_NE(evidence_json(result->synthesis).find("\"labelChoice\": \"service-account\""),
            std::string::npos);
  EXPECT_FALSE(result->has("job-name"));
  // Of one run alone its name is none of the workload's either, under whatever key.
  const auto one = synthesised(run_of("report-29100000", job_labels("report-29100000", "reporter") +
                                                             ",\"k8s:app=report-29100000\""));
  EXPECT_EQ(one->policy("shop/report")->selector, (synth::Labels{{kAccount, "reporter"}}));
}

TEST(SynthLabels, ServiceAccountsStandInForLabels) {
  // `default` is everybody's, and a NetworkPolicy knows labels only.
  const std::string nobody = run_of("load-29100000", job_labels("load-29100000", "default"));
  EXPECT_EQ(synthesised(nobody + flow({.from = "web/front"}))->left_out(),
            Texts{"unnameable: shop/load-29100000 -> shop/db 5432/TCP"});
  synth::SynthesisOptions network;
  network.draft.kind = policy::PolicyKind::network_policy;
  EXPECT_EQ(synthesised(run_of("load-29100000", job_labels("load-29100000", "loader")) +
                            flow({.from = "web/front"}),
                        network)
                ->left_out(),
            Texts{"unnameable: shop/load-29100000 -> shop/db 5432/TCP"});
  // A stable label comes first; a version only after the account.
  const std::string account = std::string(",\"k8s:") + kAccount + "=cart-sa\"";
  EXPECT_EQ(synthesised(flow({.from_labels = account}))->policy("shop/cart")->selector,
            (synth::Labels{{"app", "cart"}}));
  std::string other =
      flow({.from = "shop/b",
            .port = 80,
            .from_labels = std::string(R"(,"k8s:version=v2","k8s:)") + kAccount + "=b-sa\""});
  other.replace(other.find("app=b"), 5, "app=cart");
  const auto both = synthesised(flow({.from_labels = ",\"k8s:version=v1\"" + account}) + other);
  EXPECT_EQ(both->policy("shop/cart")->selector,
            (synth::Labels{{"app", "cart"}, {kAccount, "cart-sa"}}));
  // A manifest with the same account is a neighbour.
  const auto shared = synthesised(run_of("load-29100000", job_labels("load-29100000", "loader")),
                                  {}, R"(apiVersion: apps/v1
kind: Deployment
metadata: {name: other, namespace: shop}
spec:
  selector: {matchLabels: {app: other}}
  template:
    metadata: {labels: {app: other}}
    spec: {serviceAccountName: loader, containers: [{name: c, image: c}]}
)");
  EXPECT_EQ(shared->policy("shop/load")->selector, (synth::Labels{{kAccount, "loader"}}));
  const auto found =
      std::ranges::find(shared->synthesis.parties.all, "shop/load", &synth::Party::name);
  EXPECT_EQ(found->collisions, Texts{"Deployment/shop/other"});
}

TEST(SynthLabels, DenyListsKnowRunsByEitherName) {
  const tests::TemporaryFolder folder;
  for (const char* name : {"shop/report", "shop/report-29100000"}) {
    synth::SynthesisOptions options;
    options.learn.forbidden =
        *synth::read_flow_list(folder.write("deny", name + std::string(" -> *\n")).string());
    EXPECT_EQ(
        synthesised(run_of("report-29100000", job_labels("report-29100000", "reporter")) + flow({}),
                    options)
            ->left_out(),
        Texts{"forbidden: shop/report-29100000 -> shop/db 5432/TCP"});
  }
}

std::string asking_dns(const std::string& label) {
  std::string line = flow({.to = "kube-system/dns", .port = 53, .protocol = "UDP"});
  return line.replace(line.find("k8s:app=dns"), 11, "k8s:" + label);
}

TEST(SynthLabels, KeysThatAPeerDoesNotHave) {
  synth::SynthesisOptions options;
  options.labels.keys = {"app"};
  const auto result =
      synthesised(asking_dns("k8s-app=kube-dns") +
                      flow({.from_labels = R"(,"k8s:app.kubernetes.io/name=cart")"}),
                  options);
  EXPECT_EQ(result->left_out(), Texts{});
  EXPECT_EQ(egress(result->policy("shop/cart")),
            (Texts{"app=db@shop 5432/TCP", "k8s-app=kube-dns@kube-system 53/ANY"}));
  // Who has the key is selected by it alone.
  EXPECT_EQ(result->policy("shop/cart")->selector, (synth::Labels{{"app", "cart"}}));
}

TEST(SynthLabels, WhatWasSeenIsNotRefusedAsUnseen) {
  // Nothing is common to the pods of the server, and the usual rule for DNS lets one be asked.
  const auto result =
      synthesised(asking_dns("k8s-app=kube-dns") + asking_dns("k8s-app=other") + flow({}));
  EXPECT_EQ(result->left_out(), Texts(2, "unnameable: shop/cart -> kube-system/dns 53/UDP"));
  EXPECT_TRUE(result->synthesis.drafts.assumed_resolver);
  // What was left out on purpose is told as that.
  std::string wide = flow({.from = "shop/b",
                           .port = 9999,
                           .verdict = "DROPPED",
                           .drop_reason = 133,
                           .from_labels = R"(,"k8s:role=worker")"});
  wide.replace(wide.find("app=b"), 5, "app=a");
  std::string worker = flow({.from = "shop/b", .port = 80, .from_labels = R"(,"k8s:role=worker")"});
  worker.replace(worker.find("app=b"), 5, "app=a");
  const auto refused =
      tests::synthesised_unchecked(wide + worker + flow({.from = "shop/a", .port = 9999}));
  const auto guarantees =
      project::check_guarantees(refused->synthesis, refused->options, refused->environment, 1);
  EXPECT_NE(
      std::ranges::find(guarantees.failures, "passes and was left out: shop/b -> shop/db 9999/TCP"),
      guarantees.failures.end())
      << ::testing::PrintToString(guarantees.failures);
}

}  // namespace
}  // namespace cnplint
