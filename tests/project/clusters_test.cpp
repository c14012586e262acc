// SPDX-License-Identifier: Apache-2.0
//
// Clusters of a repository on the disk: what is edited is like what is opened anew, also below
// kustomizations, and spelling and threads change nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "lint/finding.h"
#include "project/check.h"
#include "reporters/clusters.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"
#include "tests/golden.h"

namespace cnplint::clusters_test {
namespace {

std::string policy(const std::string& name, const std::string& ns, const std::string& port) {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: " + name +
         (ns.empty() ? "" : ", namespace: " + ns) +
         "}\nspec:\n  endpointSelector: {matchLabels: {app: " + name +
         "}}\n  ingress:\n  - fromEndpoints: [{matchLabels: {app: client}}]\n    toPorts: [{ports: "
         "[{port: \"" +
         port + "\", protocol: TCP}]}]\n";
}

/// A base with two overlays, plain folders of environments, and a folder without namespaces.
void write_tree(const tests::TemporaryFolder& folder) {
  folder.write("base/kustomization.yaml", "resources: [web.yaml, db.yaml]\n");
  folder.write("base/web.yaml", policy("web", "", "80"));
  folder.write("base/db.yaml", policy("db", "", "5432"));
  for (const std::string name : {"prod", "staging"}) {
    folder.write(
        "overlays/" + name + "/kustomization.yaml",
        "namespace: shop-" + name + "\nresources: [../../base]\npatches:\n- path: p.yaml\n");
    folder.write("overlays/" + name + "/p.yaml", policy("web", "", name == "prod" ? "81" : "82"));
    folder.write("plain/" + name + "/x.yaml", policy("x", "plain", "8080"));
  }
  folder.write("apps/one.yaml", policy("one", "", "9090"));
}

std::vector<std::string> texts() {
  return {policy("web", "", "80"),
          policy("web", "", "99999"),
          policy("x", "plain", "1"),
          "resources: [web.yaml]\n",
          "resources: [",
          "namespace: n\nresources: [../../base]\n",
          "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a}\n",
          ""};
}

std::string everything(const project::Project& project, const project::Inputs& inputs) {
  std::vector<const project::Cluster*> clusters;
  for (const project::Cluster& each : inputs.clusters()) clusters.push_back(&each);
  const lint::Outcome outcome = project::check(project, inputs);
  std::string text = reporters::render_json({outcome, rules::catalogue(), "0", "1.20"}) +
                     reporters::render_clusters_json(clusters);
  for (const std::string& note : inputs.notes()) text += note + "\n";
  return text;
}

TEST(ClusterLaws, EditedBelowKustomizationsIsLikeOpenedAnew) {
  const std::vector<std::string> files{"base/web.yaml",        "base/kustomization.yaml",
                                       "overlays/prod/p.yaml", "overlays/prod/kustomization.yaml",
                                       "plain/prod/x.yaml",    "apps/one.yaml"};
  const std::vector<std::string> all = texts();
  std::mt19937 random(14);
  for (int run = 0; run < 6; ++run) {
    const tests::TemporaryFolder folder;
    write_tree(folder);
    const std::string root = folder.path().string();
    project::Project project({}, {}, 1);
    const project::Inputs& inputs = project.open({root});
    for (int edit = 0; edit < 8; ++edit) {
      const std::string& name = files[random() % files.size()];
      const std::string& text = all[random() % all.size()];
      project.set_text(folder.write(name, text).string(), text);
      project::Project anew({}, {}, 1);
      ASSERT_EQ(everything(project, inputs), everything(anew, anew.open({root})))
          << "edit " << edit << " of " << name << ": " << text;
    }
  }
}

TEST(ClusterLaws, ThreadsChangeNothing) {
  const tests::TemporaryFolder folder;
  write_tree(folder);
  const std::string root = folder.path().string();
  project::Project one({}, {}, 1);
  project::Project many({}, {}, 4);
  EXPECT_EQ(everything(one, one.open({root})), everything(many, many.open({root})));
}

TEST(Clusters, ALinkThatWasCheckedOutAsAFileIsSaid) {
  const tests::TemporaryFolder folder;
  folder.write("link.yaml", "../other/x.yaml");
  folder.write("word.yaml", "word\n");
  project::Project project({}, {}, 1);
  const project::Inputs& inputs = project.open({folder.path().string()});
  ASSERT_EQ(inputs.notes().size(), 1U);
  EXPECT_NE(inputs.notes().front().find("link.yaml: nothing but `../other/x.yaml`"),
            std::string::npos);
}

TEST(Clusters, AFindingKeepsItsFingerprintWhenAClusterComes) {
  const tests::TemporaryFolder folder;
  write_tree(folder);
  folder.write("base/db.yaml", policy("db", "", "99999"));
  const auto fingerprints = [&] {
    project::Project project({}, {}, 1);
    const lint::Outcome outcome = project::check(project, project.open({folder.path().string()}));
    std::vector<std::string> all;
    for (const lint::Finding& each : outcome.findings)
      if (each.range.file->path().ends_with("db.yaml")) all.push_back(lint::fingerprint(each));
    return all;
  };
  const std::vector<std::string> before = fingerprints();
  EXPECT_EQ(before.size(), 1U);
  folder.write("overlays/aaa/kustomization.yaml", "namespace: first\nresources: [../../base]\n");
  EXPECT_EQ(fingerprints(), before);
}

}  // namespace
}  // namespace cnplint::clusters_test
