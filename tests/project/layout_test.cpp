// SPDX-License-Identifier: Apache-2.0
//
// Which folders are of which clusters: a table, and what holds of every tree.
#include "project/layout.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "base/text.h"

namespace cnplint {
namespace {

using project::ClusterPlan;
using project::PlacedUnit;
using Strings = std::vector<std::string>;

/// `apps/prod/web.yaml: web dns`, of which the part before the last slash is the folder.
PlacedUnit placed_unit(std::string_view line) {
  const std::size_t colon = std::min(line.find(':'), line.size());
  const std::string path(line.substr(0, colon));
  const std::size_t slash = path.rfind('/');
  PlacedUnit result{slash == std::string::npos ? "" : path.substr(0, slash), path, {}};
  std::string name;
  for (const char c : std::string(line.substr(colon)) + " ") {
    if (c != ' ' && c != ':') {
      name += c;
    } else if (!name.empty()) {
      result.objects.push_back("CiliumNetworkPolicy/shop/" + name);
      name.clear();
    }
  }
  return result;
}

std::vector<PlacedUnit> placed_units(const Strings& lines) {
  std::vector<PlacedUnit> all;
  for (const std::string& line : lines) all.push_back(placed_unit(line));
  return all;
}

/// The clusters by name, with the paths that are in them.
using ClusterPaths = std::map<std::string, std::set<std::string>>;

ClusterPaths clusters_of(const std::vector<PlacedUnit>& units) {
  ClusterPaths result;
  for (const ClusterPlan& plan : project::plan_clusters(units)) {
    EXPECT_FALSE(result.contains(plan.name)) << plan.name << " is there twice";
    auto& paths = result[plan.name];
    for (const std::size_t each : plan.units) paths.insert(units[each].path);
  }
  return result;
}

/// `prod: a.yaml b.yaml`, a line a cluster.
Strings planned(const Strings& lines) {
  Strings result;
  for (const auto& [name, paths] : clusters_of(placed_units(lines)))
    result.push_back(name + ": " + base::joined(paths, " "));
  return result;
}

TEST(Layout, WithoutVariantsThereIsOneCluster) {
  EXPECT_EQ(planned({}), Strings{": "});
  EXPECT_EQ(planned({"a.yaml: a", "b.yaml: b", "c/d/e.yaml: e"}),
            Strings{": a.yaml b.yaml c/d/e.yaml"});
}

TEST(Layout, TwoOfOneFolderAreNoVariants) {
  EXPECT_EQ(planned({"a.yaml: web", "b.yaml: web"}), Strings{": a.yaml b.yaml"});
  EXPECT_EQ(planned({"x/a.yaml: web web", "x/b.yaml: web"}), Strings{": x/a.yaml x/b.yaml"});
}

TEST(Layout, FoldersWithOneObjectAreVariants) {
  EXPECT_EQ(
      planned({"red/web.yaml: web", "blue/web.yaml: web", "blue/dns.yaml: dns", "db.yaml: db"}),
      (Strings{"blue: blue/dns.yaml blue/web.yaml db.yaml", "red: db.yaml red/web.yaml"}));
}

TEST(Layout, OneObjectMakesAWholeFolderAVariant) {
  EXPECT_EQ(planned({"red/x/web.yaml: web", "red/y/cart.yaml: cart", "blue/z/web.yaml: web"}),
            (Strings{"blue: blue/z/web.yaml", "red: red/x/web.yaml red/y/cart.yaml"}));
}

TEST(Layout, VariantsOfOneNameAreOneCluster) {
  EXPECT_EQ(planned({"apps/prod/web.yaml: web", "apps/staging/web.yaml: web",
                     "infra/prod/dns.yaml: dns", "infra/staging/dns.yaml: dns"}),
            (Strings{"prod: apps/prod/web.yaml infra/prod/dns.yaml",
                     "staging: apps/staging/web.yaml infra/staging/dns.yaml"}));
}

TEST(Layout, VariantsNest) {
  EXPECT_EQ(planned({"prod/eu/web.yaml: web", "prod/us/web.yaml: web", "prod/dns.yaml: dns",
                     "staging/web.yaml: web", "all.yaml: all"}),
            (Strings{"prod/eu: all.yaml prod/dns.yaml prod/eu/web.yaml",
                     "prod/us: all.yaml prod/dns.yaml prod/us/web.yaml",
                     "staging: all.yaml staging/web.yaml"}));
  // What another tree has for all of prod is in both of its parts.
  EXPECT_EQ(planned({"apps/prod/eu/web.yaml: web", "apps/prod/us/web.yaml: web",
                     "apps/staging/web.yaml: web", "infra/prod/dns.yaml: dns",
                     "infra/staging/dns.yaml: dns"}),
            (Strings{"prod/eu: apps/prod/eu/web.yaml infra/prod/dns.yaml",
                     "prod/us: apps/prod/us/web.yaml infra/prod/dns.yaml",
                     "staging: apps/staging/web.yaml infra/staging/dns.yaml"}));
}

TEST(Layout, AFolderItselfAgainstOneBelow) {
  EXPECT_EQ(planned({"web.yaml: web", "sub/web.yaml: web", "other/db.yaml: db"}),
            (Strings{".: other/db.yaml web.yaml", "sub: other/db.yaml sub/web.yaml"}));
  EXPECT_EQ(planned({"apps/web.yaml: web", "apps/sub/web.yaml: web"}),
            (Strings{"apps: apps/web.yaml", "sub: apps/sub/web.yaml"}));
  // The folder below has its parent's name.
  EXPECT_EQ(planned({"apps/web.yaml: web", "apps/apps/web.yaml: web"}),
            (Strings{".: apps/web.yaml", "apps: apps/apps/web.yaml"}));
}

TEST(Layout, OfFourSiblingsThreeAreInConflict) {
  EXPECT_EQ(
      planned({"a/web.yaml: web", "b/web.yaml: web", "c/web.yaml: web", "d/db.yaml: db"}),
      (Strings{"a: a/web.yaml d/db.yaml", "b: b/web.yaml d/db.yaml", "c: c/web.yaml d/db.yaml"}));
}

TEST(Layout, ChainsOfConflicts) {
  // `a` and `c` have nothing in common but that each differs from `b`.
  EXPECT_EQ(planned({"a/1.yaml: x", "b/1.yaml: x y", "c/1.yaml: y"}),
            (Strings{"a: a/1.yaml", "b: b/1.yaml", "c: c/1.yaml"}));
}

TEST(Layout, EnvironmentsByName) {
  EXPECT_EQ(planned({"prod/web.yaml: web", "staging/db.yaml: db", "tools/t.yaml: t"}),
            (Strings{"prod: prod/web.yaml tools/t.yaml", "staging: staging/db.yaml tools/t.yaml"}));
  // One alone is a folder as others are.
  EXPECT_EQ(planned({"prod/web.yaml: web", "tools/t.yaml: t"}),
            Strings{": prod/web.yaml tools/t.yaml"});
  EXPECT_EQ(planned({"a/prod/web.yaml: web", "b/staging/db.yaml: db"}),
            Strings{": a/prod/web.yaml b/staging/db.yaml"});
  EXPECT_EQ(planned({"dev-tools/web.yaml: web", "prod/db.yaml: db"}),
            Strings{": dev-tools/web.yaml prod/db.yaml"});
  EXPECT_EQ(planned({"prod-eu-1/a.yaml: a", "prod-eu-2/b.yaml: b", "us-east-staging/c.yaml: c"}),
            (Strings{"prod-eu-1: prod-eu-1/a.yaml", "prod-eu-2: prod-eu-2/b.yaml",
                     "us-east-staging: us-east-staging/c.yaml"}));
}

TEST(Layout, NamesOfEnvironments) {
  for (const char* name :
       {"prod", "Production", "staging", "dev", "qa1", "dev2", "prod-eu", "eu-prod", "prod-eu-1",
        "us-east-1.staging", "test_03", "gke-dev-europe-west4", "cluster1-prod"})
    EXPECT_TRUE(project::is_environment_name(name)) << name;
  for (const char* name :
       {"", "-", "1", "eu", "us-east-1", "dev-tools", "developers", "production-line", "test-data",
        "tests", "stage-manager", "prod-shop", "product", "reproduction", "qa-team"})
    EXPECT_FALSE(project::is_environment_name(name)) << name;
}

TEST(Layout, SaysWhy) {
  const auto all =
      placed_units({"red/web.yaml: web", "blue/web.yaml: web", "prod/a.yaml", "dev/b.yaml"});
  std::map<std::string, Strings> why;
  for (const ClusterPlan& plan : project::plan_clusters(all))
    for (const project::Variant& each : plan.variants)
      why[plan.name].push_back(each.folder + ": " + each.why);
  EXPECT_EQ(why["red"],
            Strings{"red: `CiliumNetworkPolicy/shop/web` is in red/web.yaml and in blue/web.yaml"});
  EXPECT_EQ(why["blue"], Strings{"blue: `CiliumNetworkPolicy/shop/web` is in blue/web.yaml and in "
                                 "red/web.yaml"});
  EXPECT_EQ(why["prod"], Strings{"prod: by name, beside `dev`"});
  EXPECT_EQ(why["dev"], Strings{"dev: by name, beside `prod`"});
}

/// Trees of files in which folders of one name, folders inside of their namesakes, environments and
/// objects that stand twice are frequent.
class RandomFolders {
 public:
  explicit RandomFolders(unsigned seed) : random_(seed) {}

  std::vector<PlacedUnit> units() {
    std::vector<PlacedUnit> all;
    const int count = pick(14);
    for (int i = 0; i < count; ++i) {
      PlacedUnit each{folder(), {}, {}};
      each.path = each.folder + "/" + std::to_string(i) + ".yaml";
      for (int left = pick(3); left > 0; --left)
        each.objects.push_back("Kind/ns/" + std::to_string(pick(9)));
      all.push_back(std::move(each));
    }
    return all;
  }

  /// Nobody else's objects, in a folder of its own beside some unit.
  PlacedUnit unrelated(const std::vector<PlacedUnit>& units) {
    std::string folder = units.empty() ? "" : units[random_() % units.size()].folder;
    folder += folder.empty() ? "lonely" : "/lonely";
    return {folder, folder + "/l.yaml", {"Kind/ns/lonely"}};
  }

  void shuffle(std::vector<PlacedUnit>& units) { std::ranges::shuffle(units, random_); }

 private:
  int pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  std::string folder() {
    static constexpr std::array kNames{"a", "b", "prod", "staging", "eu"};
    std::string result;
    for (int depth = pick(5); depth > 0; --depth)
      result += (result.empty() ? "" : "/") + std::string(kNames[random_() % kNames.size()]);
    return result;
  }

  std::mt19937 random_;
};

constexpr unsigned kRandomTrees = 3000;

std::string described_tree(const std::vector<PlacedUnit>& units) {
  std::string text;
  for (const PlacedUnit& each : units)
    text += "\n" + each.path + ": " + base::joined(each.objects, " ");
  return text;
}

TEST(LayoutLaws, NoClusterHasAnObjectTwice) {
  for (unsigned seed = 0; seed < kRandomTrees; ++seed) {
    const auto units = RandomFolders(seed).units();
    for (const ClusterPlan& plan : project::plan_clusters(units)) {
      std::map<std::string, std::string> folder_of;
      for (const std::size_t each : plan.units)
        for (const std::string& object : units[each].objects) {
          const std::string& folder =
              folder_of.try_emplace(object, units[each].folder).first->second;
          ASSERT_EQ(folder, units[each].folder)
              << object << " in " << plan.name << described_tree(units);
        }
    }
  }
}

TEST(LayoutLaws, EveryUnitIsInACluster) {
  for (unsigned seed = 0; seed < kRandomTrees; ++seed) {
    const auto units = RandomFolders(seed).units();
    const auto plans = project::plan_clusters(units);
    ASSERT_FALSE(plans.empty());
    std::set<std::size_t> seen;
    for (const ClusterPlan& plan : plans) {
      ASSERT_TRUE(std::ranges::is_sorted(plan.units));
      ASSERT_EQ(plan.name.empty(), plans.size() == 1 && plan.variants.empty())
          << described_tree(units);
      seen.insert(plan.units.begin(), plan.units.end());
    }
    ASSERT_EQ(seen.size(), units.size()) << described_tree(units);
    ASSERT_TRUE(std::ranges::is_sorted(plans, {}, &ClusterPlan::name));
  }
}

/// Whether a unit stands in a folder, or is one of the files of it where that is `itself`.
bool stands_in(const PlacedUnit& unit, const std::string& folder) {
  return folder == "." ? unit.folder.empty()
                       : unit.folder == folder || unit.folder.starts_with(folder + "/");
}

TEST(LayoutLaws, WhatIsInNoVariantIsInEveryCluster) {
  for (unsigned seed = 0; seed < kRandomTrees; ++seed) {
    const auto units = RandomFolders(seed).units();
    const auto plans = project::plan_clusters(units);
    std::set<std::string> variants;
    for (const ClusterPlan& plan : plans)
      for (const project::Variant& each : plan.variants) variants.insert(each.folder);
    for (std::size_t i = 0; i < units.size(); ++i) {
      const auto holds = [&](const std::string& folder) { return stands_in(units[i], folder); };
      if (std::ranges::any_of(variants, holds)) continue;
      for (const ClusterPlan& plan : plans)
        ASSERT_TRUE(std::ranges::binary_search(plan.units, i))
            << units[i].path << " in " << plan.name << described_tree(units);
    }
  }
}

TEST(LayoutLaws, TheOrderOfUnitsDoesNotMatter) {
  for (unsigned seed = 0; seed < kRandomTrees; ++seed) {
    RandomFolders tree(seed);
    auto units = tree.units();
    const ClusterPaths before = clusters_of(units);
    const std::string was = described_tree(units);
    tree.shuffle(units);
    ASSERT_EQ(clusters_of(units), before) << was;
  }
}

TEST(LayoutLaws, AnUnrelatedUnitChangesNothingElse) {
  for (unsigned seed = 0; seed < kRandomTrees; ++seed) {
    RandomFolders tree(seed);
    auto units = tree.units();
    const ClusterPaths before = clusters_of(units);
    const PlacedUnit more = tree.unrelated(units);
    units.push_back(more);
    ClusterPaths after = clusters_of(units);
    std::size_t with_it = 0;
    for (auto& [name, paths] : after) with_it += paths.erase(more.path);
    ASSERT_GE(with_it, 1U);
    ASSERT_EQ(after, before) << described_tree(units);
  }
}

/// Objects of running clusters are of theirs alone, whatever its name looks like, and make no
/// folder a variant.
TEST(Layout, RunningClustersAreApart) {
  PlacedUnit file = placed_unit("policies/web.yaml: web");
  PlacedUnit eu = placed_unit("kube:prod/eu/x: web");
  eu.folder.clear();
  PlacedUnit prod = eu;
  eu.deployed = {{"prod/eu", "", ""}};
  prod.deployed = {{"prod", "", ""}};
  eu.running = prod.running = true;
  eu.objects.clear();
  prod.objects.clear();
  const std::vector<PlacedUnit> units{file, eu, prod};
  const std::vector<ClusterPlan> plans = project::plan_clusters(units);
  ASSERT_EQ(plans.size(), 2U);
  EXPECT_EQ(plans[0].name, "prod");
  EXPECT_EQ(plans[0].units, (std::vector<std::size_t>{0, 2}));
  EXPECT_EQ(plans[1].name, "prod/eu");
  EXPECT_EQ(plans[1].units, (std::vector<std::size_t>{0, 1}));
}

}  // namespace
}  // namespace cnplint
