// SPDX-License-Identifier: Apache-2.0
//
// A project that changes is the one that would be opened anew; and what is refused does not depend
// on the rules that a configuration turns off.
#include "project/project.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "lint/report.h"
#include "policy/model/cluster_facts.h"
#include "policy/model/dns_server.h"
#include "policy/verdict/verdict.h"
#include "policy/verdict/workload_endpoint.h"
#include "project/check.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

/// All that commands make of a cluster, as text.
std::string everything(const project::Project& project, const project::Inputs& inputs) {
  const lint::Outcome outcome = project::check(project, inputs);
  const project::Cluster& cluster = inputs.clusters().front();
  std::string text = reporters::render_json({outcome, rules::catalogue(), "0", "1.20"});
  for (const policy::Policy& policy : cluster.policies()) text += policy.subject() + "\n";
  for (const project::RefusedPolicy& each : cluster.refused())
    text += "refused " + each.subject + ": " + each.reason() + "\n";
  for (const policy::Workload& each : cluster.inventory().workloads) text += each.subject + "\n";
  for (const std::string& error : inputs.errors()) text += error + "\n";
  for (const policy::Conditions& each : cluster.rules()->selectors)
    for (const policy::Condition& condition : each) text += condition.text() + "\n";
  return text + std::to_string(cluster.rules()->rules.size());
}

/// Texts of all kinds: the inputs of the golden cases of rules.
std::vector<std::string> texts() {
  std::vector<std::string> all{"", "- [", "kind: Pod\nmetadata: {name: a, labels: {app: a}}\n"};
  for (const auto& folder : tests::entries(tests::repository("tests/rules")))
    if (std::filesystem::is_directory(folder))
      for (const auto& file : tests::entries(folder))
        if (file.extension() == ".yaml") all.push_back(tests::read(file));
  return all;
}

TEST(ProjectLaws, EditedIsLikeOpenedAnew) {
  const std::vector<std::string> all = texts();
  std::mt19937 random(13);
  const auto any_text = [&] { return all[random() % all.size()]; };
  const std::vector<std::string> names{"a.yaml", "b.yaml", "c.yaml", "d.yaml", "e.yaml"};
  constexpr int kProjects = 12;
  constexpr int kEdits = 12;
  for (int run = 0; run < kProjects; ++run) {
    std::vector<project::InMemory> files;
    for (std::size_t i = 0; i < 3; ++i) files.push_back({names[i], any_text()});
    project::Project project({}, {}, 1);
    const project::Inputs& inputs = project.open({}, files);
    for (int edit = 0; edit < kEdits; ++edit) {
      const std::string& name = names[random() % names.size()];
      const auto known = std::ranges::find(files, name, &project::InMemory::path);
      if (random() % 4 == 0) {
        project.forget(name);
        if (known != files.end()) files.erase(known);
      } else {
        const std::string text = any_text();
        project.set_text(name, text);
        if (known != files.end())
          known->text = text;
        else
          files.push_back({name, text});
      }
      project::Project anew({}, {}, 1);
      ASSERT_EQ(everything(project, inputs), everything(anew, anew.open({}, files)))
          << "edit " << edit << " of " << name;
    }
  }
}

TEST(Project, ReadsJudgesAndTranslatesOnce) {
  const tests::TemporaryFolder folder;
  const std::string path =
      folder.write("p.yaml", tests::read(tests::repository("tests/rules/no_ports/bad.yaml")))
          .string();
  project::Project project({});
  const project::Inputs& by_path = project.open({path});
  const project::Inputs& by_folder = project.open({folder.path().string()});
  ASSERT_EQ(by_path.files().size(), 1U);
  EXPECT_EQ(by_path.files(), by_folder.files());
  const project::Cluster& one = by_path.clusters().front();
  const project::Cluster& other = by_folder.clusters().front();
  EXPECT_EQ(&one.judge(), &other.judge());
  EXPECT_EQ(&one.policies().front(), &other.policies().front());
  EXPECT_EQ(one.rules(), one.rules());
  const auto old = [](policy::Environment& own) { own.cilium = policy::Release{16}; };
  EXPECT_NE(&project.open({path}, {}, old).clusters().front().judge(), &one.judge());
}

TEST(Project, TextsOfOneNameAreTwoFiles) {
  const std::string policy = tests::read(tests::repository("tests/rules/no_ports/good.yaml"));
  project::Project project({});
  const project::Inputs& first = project.open({}, {{"t#inlinePolicies", policy}});
  const project::Inputs& second = project.open({}, {{"t#inlinePolicies", "- ["}});
  EXPECT_EQ(first.clusters().front().policies().size(), 1U);
  EXPECT_EQ(second.clusters().front().policies().size(), 0U);
  EXPECT_EQ(second.errors().size(), 1U);
  EXPECT_EQ(second.files().front()->path(), "t#inlinePolicies");
}

/// A rule as it would stand in rules/: workloads that no policy lets reach the cluster's DNS.
void check_dns(const lint::ClusterContext& context, lint::Report& report) {
  const policy::Inventory& inventory = context.cluster.inventory;
  std::vector<policy::Endpoint> endpoints;
  for (const policy::Workload& each : inventory.workloads)
    endpoints.push_back(policy::workload_endpoint(each, inventory, context.cluster.environment));
  const auto is_dns = [](const policy::Workload& each) { return each.ns == "kube-system"; };
  const auto server = static_cast<std::uint32_t>(std::ranges::find_if(inventory.workloads, is_dns) -
                                                 inventory.workloads.begin());
  const policy::VerdictEngine engine(context.rules, endpoints);
  for (std::uint32_t i = 0; i < inventory.workloads.size(); ++i)
    if (!policy::passes(engine
                            .decide(policy::Direction::egress,
                                    {i, server, policy::ip_protocol::kUdp, policy::kDnsPort})
                            .verdict))
      report.add(inventory.workloads[i].place, "no DNS");
}

TEST(Project, ARuleAsksForVerdicts) {
  const std::string pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: ";
  const std::string text = pod + "a, namespace: shop, labels: {app: a}}\n" + pod +
                           "b, namespace: shop, labels: {app: b}}\n" + pod +
                           "dns, namespace: kube-system, labels: {k8s-app: kube-dns}}\n" + R"(---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: all, namespace: shop}
spec: {endpointSelector: {}, egress: [{}]}
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: b, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: b}}
  egress:
  - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}]
    toPorts: [{ports: [{port: "53", protocol: UDP}]}]
)";
  lint::Rule rule = *rules::catalogue().front();
  rule.check_document = nullptr;
  rule.check_policy = nullptr;
  rule.check_cluster = check_dns;
  project::Project project({});
  project::CheckOptions options;
  options.rules = {&rule};
  const lint::Outcome outcome =
      project::check(project, project.open({}, {{"p.yaml", text}}), options);
  ASSERT_EQ(outcome.findings.size(), 1U);
  EXPECT_EQ(outcome.findings.front().range.text(), "a");
}

/// Over the admission vectors: whatever a configuration turns off, the same policies are refused,
/// and they are those that `lint` says are rejected.
TEST(ProjectLaws, RefusalDoesNotDependOnTheConfiguration) {
  std::vector<project::InMemory> files;
  for (const auto& vector : tests::vectors("admission.jsonl.gz"))
    files.push_back({vector["id"].get<std::string>() + ".yaml", vector["yaml"]});
  lint::Config silent;
  for (const lint::Rule* rule : rules::catalogue())
    silent.rules[std::string(rule->name)].off = true;
  project::Project loud({});
  project::Project quiet(silent);
  const project::Inputs& inputs = loud.open({}, files);
  const project::Inputs& quietly = quiet.open({}, files);
  EXPECT_TRUE(project::check(quiet, quietly).findings.empty());
  const project::Cluster& said = inputs.clusters().front();
  const project::Cluster& unsaid = quietly.clusters().front();
  ASSERT_EQ(said.refused().size(), unsaid.refused().size());
  for (std::size_t i = 0; i < said.refused().size(); ++i) {
    EXPECT_EQ(said.refused()[i].subject, unsaid.refused()[i].subject);
    EXPECT_EQ(said.refused()[i].reason(), unsaid.refused()[i].reason());
  }
  std::set<std::string> by_lint;
  for (const lint::Finding& finding : project::check(loud, inputs).findings)
    if (finding.rejected_by != lint::kNobody && !finding.subject.empty())
      by_lint.insert(finding.range.file->path());
  std::set<std::string> by_cluster;
  for (const project::RefusedPolicy& each : said.refused())
    by_cluster.insert(each.place().file->path());
  EXPECT_EQ(by_lint, by_cluster);
  EXPECT_GT(by_cluster.size(), 300U);
}

}  // namespace
}  // namespace cnplint
