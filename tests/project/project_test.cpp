// SPDX-License-Identifier: Apache-2.0
//
// A project that changes is the one that would be opened anew; and what is refused does not depend
// on the rules that a configuration turns off.
#include "project/project.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "project/check.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

/// All that commands make of a cluster, as text.
std::string everything(const project::Project& project, const project::Cluster& cluster) {
  const lint::Outcome outcome = project::check(project, cluster);
  std::string text = reporters::render_json({outcome, rules::catalogue(), "0", "1.20"});
  for (const policy::Policy& policy : cluster.policies()) text += policy.subject() + "\n";
  for (const project::RefusedPolicy& each : cluster.refused())
    text += "refused " + each.subject + ": " + each.reason() + "\n";
  for (const policy::Workload& each : cluster.inventory().workloads) text += each.subject + "\n";
  for (const std::string& error : cluster.errors()) text += error + "\n";
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
    const project::Cluster& cluster = project.open({}, files);
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
      ASSERT_EQ(everything(project, cluster), everything(anew, anew.open({}, files)))
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
  const project::Cluster& one = project.open({path});
  const project::Cluster& other = project.open({folder.path().string()});
  ASSERT_EQ(one.files().size(), 1U);
  EXPECT_EQ(one.files(), other.files());
  EXPECT_EQ(&one.judge(), &other.judge());
  EXPECT_EQ(&one.policies().front(), &other.policies().front());
  EXPECT_EQ(one.rules(), one.rules());
  policy::Environment old;
  old.cilium = policy::Release{16};
  EXPECT_NE(&project.open({path}, old).judge(), &one.judge());
}

TEST(Project, TextsOfOneNameAreTwoFiles) {
  const std::string policy = tests::read(tests::repository("tests/rules/no_ports/good.yaml"));
  project::Project project({});
  const project::Cluster& first = project.open({}, {{"t#inlinePolicies", policy}});
  const project::Cluster& second = project.open({}, {{"t#inlinePolicies", "- ["}});
  EXPECT_EQ(first.policies().size(), 1U);
  EXPECT_EQ(second.policies().size(), 0U);
  EXPECT_EQ(second.errors().size(), 1U);
  EXPECT_EQ(second.files().front()->path(), "t#inlinePolicies");
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
  const project::Cluster& said = loud.open({}, files);
  const project::Cluster& unsaid = quiet.open({}, files);
  EXPECT_TRUE(project::check(quiet, unsaid).findings.empty());
  ASSERT_EQ(said.refused().size(), unsaid.refused().size());
  for (std::size_t i = 0; i < said.refused().size(); ++i) {
    EXPECT_EQ(said.refused()[i].subject, unsaid.refused()[i].subject);
    EXPECT_EQ(said.refused()[i].reason(), unsaid.refused()[i].reason());
  }
  std::set<std::string> by_lint;
  for (const lint::Finding& finding : project::check(loud, said).findings)
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
