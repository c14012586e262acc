// SPDX-License-Identifier: Apache-2.0
//
// What holds of every kustomization, over random ones; and what an untrusted one may not do.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "project/kustomize.h"
#include "tests/golden.h"
#include "tests/project/kustomize_tree.h"

namespace cnplint {
namespace {

using policy::NodeRef;

std::string policy_named(const std::string& name, const std::string& rest = "spec: {}\n") {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata:\n  name: " + name + "\n" +
         rest;
}

/// How many scalars are plain text that does not stand at their place.
std::size_t made_scalars(NodeRef node) {
  std::size_t count = 0;
  node.each_entry(
      [&](NodeRef key, NodeRef value) { count += made_scalars(key) + made_scalars(value); });
  node.each_item([&](NodeRef item) { count += made_scalars(item); });
  if (node.is_scalar() && node.style() == policy::ScalarStyle::plain &&
      node.range().text() != node.text())
    ++count;
  return count;
}

/// Random values of JSON for the fields a to e.
class RandomValues {
 public:
  explicit RandomValues(unsigned seed) : random_(seed) {}

  nlohmann::json mapping(int depth, bool nulls) {
    nlohmann::json object = nlohmann::json::object();
    for (const char* key : {"a", "b", "c", "d", "e"})
      if (pick(2) == 0) object[key] = value(depth - 1, nulls);
    return object;
  }

  /// A patch for a value: mappings for mappings, lists for lists, and what is not there.
  nlohmann::json patch(const nlohmann::json& target, int depth) {
    nlohmann::json result = nlohmann::json::object();
    for (const char* key : {"a", "b", "c", "d", "e"}) {
      if (pick(2) == 0) continue;
      const bool known = target.contains(key) && !target[key].is_null();
      if (pick(4) == 0)
        result[key] = nullptr;
      else if (!known)
        result[key] = value(depth - 1, true);
      else if (target[key].is_object())
        result[key] = patch(target[key], depth - 1);
      else if (target[key].is_array())
        result[key] = nlohmann::json::array({value(depth - 1, false)});
      else
        result[key] = scalar();
    }
    return result;
  }

  unsigned pick(unsigned count) { return random_() % count; }

 private:
  nlohmann::json value(int depth, bool nulls) {
    const unsigned what = pick(depth > 0 ? 5 : 2);
    if (what == 0 && nulls) return nullptr;
    if (what <= 2) return scalar();
    if (what == 3) return nlohmann::json::array({scalar(), mapping(depth - 1, false)});
    return mapping(depth, nulls);
  }
  nlohmann::json scalar() {
    const unsigned what = pick(3);
    if (what == 0) return static_cast<int>(pick(100));
    if (what == 1) return pick(2) == 0;
    return "text " + std::to_string(pick(100));
  }

  std::mt19937 random_;
};

nlohmann::json object_of(const std::string& name, const nlohmann::json& spec) {
  return {{"apiVersion", "cilium.io/v2"},
          {"kind", "CiliumNetworkPolicy"},
          {"metadata", {{"name", name}}},
          {"spec", spec}};
}

/// A JSON merge patch (RFC 7386), but that what takes the place of a string, which is quoted in
/// JSON, is one.
void merge_into(nlohmann::json& target, const nlohmann::json& patch) {
  for (const auto& [key, value] : patch.items()) {
    const bool string = target.contains(key) && target[key].is_string();
    if (value.is_object() && target.contains(key) && target[key].is_object())
      merge_into(target[key], value);
    else if (string && (value.is_number() || value.is_boolean()))
      target[key] = value.dump();
    else
      target.merge_patch({{key, value}});
  }
}

/// JSON texts as documents of YAML.
std::string yaml_of(const std::vector<nlohmann::json>& objects) {
  std::string text;
  for (const nlohmann::json& object : objects) text += "---\n" + object.dump(1) + "\n";
  return text;
}

TEST(KustomizeLaws, StrategicMergeOfCustomResourcesIsJsonMergePatch) {
  RandomValues random(7);
  std::vector<nlohmann::json> objects;
  std::vector<nlohmann::json> patches;
  std::vector<nlohmann::json> expected;
  constexpr int kObjects = 200;
  constexpr int kDepth = 4;
  for (int i = 0; i < kObjects; ++i) {
    const std::string name = "p" + std::to_string(i);
    const nlohmann::json spec = random.mapping(kDepth, false);
    const nlohmann::json patch = random.patch(spec, kDepth);
    objects.push_back(object_of(name, spec));
    patches.push_back(object_of(name, patch));
    expected.push_back(objects.back());
    merge_into(expected.back()["spec"], patch);
  }
  const tests::KustomizeBuilt built(
      {{{"kustomization.yaml", "resources: [r.yaml]\npatches: [{path: p.yaml}]\n"},
        {"r.yaml", yaml_of(objects)},
        {"p.yaml", yaml_of(patches)}}});
  EXPECT_TRUE(built->problems.empty()) << built->problems.front().message;
  const std::vector<nlohmann::json> made = tests::json_of(*built);
  ASSERT_EQ(made.size(), expected.size());
  for (std::size_t i = 0; i < made.size(); ++i)
    EXPECT_EQ(made[i], expected[i]) << objects[i] << patches[i];
  for (const project::BuiltObject& object : built->objects) tests::expect_places(object.root);
  if (!tests::has_kubectl()) GTEST_SKIP() << "there is no kubectl to ask for the same";
  const auto printed = tests::kubectl_kustomize(built.top());
  ASSERT_TRUE(printed);
  std::vector<nlohmann::json> theirs = tests::json_of_text(*printed);
  std::ranges::sort(theirs);
  std::ranges::sort(expected);
  EXPECT_EQ(theirs, expected);
}

/// An overlay over a folder.
std::string overlay(const std::string& base, const std::string& rest) {
  return "resources: [" + base + "]\n" + rest;
}

std::vector<std::pair<std::string, std::string>> with_base(const std::string& overlay_text) {
  std::string objects;
  for (const auto& folder : tests::entries(tests::repository("tests/project/kustomize")))
    if (folder.filename() == "strategic_merge" || folder.filename() == "aliases")
      for (const auto& file : tests::entries(folder))
        if (file.filename() == "objects.yaml" || file.filename() == "policy.yaml")
          objects += "---\n" + tests::read(file);
  return {{"base/kustomization.yaml", "resources: [objects.yaml]\n"},
          {"base/objects.yaml", objects},
          {"overlay/kustomization.yaml", overlay_text}};
}

TEST(KustomizeLaws, AnOverlayThatSaysNothingChangesNothing) {
  const tests::KustomizeBuilt plain({with_base(""), "base"});
  const tests::KustomizeBuilt over(
      {with_base(overlay("../base", "labels: []\npatches: []\nnamespace: ''\n")), "overlay"});
  ASSERT_GT(plain->objects.size(), 4U);
  EXPECT_EQ(tests::json_of(*plain), tests::json_of(*over));
  for (const project::BuiltObject& object : over->objects) {
    EXPECT_EQ(object.composed, nullptr);
    EXPECT_EQ(&object.root.document(), object.written);
  }
}

TEST(KustomizeLaws, TwoLayersAreAsOne) {
  auto files = with_base(overlay("../base", "namespace: a\nnamePrefix: x-\nnameSuffix: -y\n"));
  files.emplace_back("top/kustomization.yaml",
                     overlay("../overlay", "namespace: b\nnamePrefix: w-\nnameSuffix: -z\n"));
  const tests::KustomizeBuilt two({files, "top"});
  const tests::KustomizeBuilt one(
      {with_base(overlay("../base", "namespace: b\nnamePrefix: w-x-\nnameSuffix: -y-z\n")),
       "overlay"});
  EXPECT_EQ(tests::json_of(*two), tests::json_of(*one));
  EXPECT_EQ(two->included.size(), 2U);
  ASSERT_TRUE(two->ns);
  EXPECT_EQ(two->ns.text(), "b");
}

TEST(KustomizeLaws, WhatIsNotChangedStandsWhereItIsWritten) {
  const tests::KustomizeBuilt built({with_base(overlay("../base", "namePrefix: x-\n")), "overlay"});
  for (const project::BuiltObject& object : built->objects) {
    tests::expect_places(object.root);
    ASSERT_NE(object.composed, nullptr);
    EXPECT_EQ(made_scalars(object.root), 1U) << "only the name is new";
    EXPECT_EQ(object.composed->range().begin, object.written->range().begin);
    EXPECT_EQ(object.composed->range().end, object.written->range().end);
    EXPECT_EQ(object.composed->index(), object.written->index());
    EXPECT_EQ(&object.composed->file(), &object.written->file());
  }
}

TEST(KustomizeHostile, ABaseIncludedTwiceInEachOfManyLayers) {
  std::vector<std::pair<std::string, std::string>> files{
      {"l0/kustomization.yaml", "resources: [p.yaml]\n"}, {"l0/p.yaml", policy_named("p")}};
  constexpr int kLayers = 60;
  for (int i = 1; i <= kLayers; ++i) {
    const std::string below = "../l" + std::to_string(i - 1);
    files.emplace_back("l" + std::to_string(i) + "/kustomization.yaml",
                       "resources: [" + below + ", " + below + "]\n");
  }
  const tests::KustomizeBuilt built({files, "l" + std::to_string(kLayers)});
  EXPECT_EQ(built->objects.size(), 1U);
  EXPECT_FALSE(built->problems.empty());
  EXPECT_LE(built->problems.size(), 4U);
}

TEST(KustomizeHostile, ObjectsThatDoubleInEachLayerEnd) {
  std::vector<std::pair<std::string, std::string>> files{
      {"l0/kustomization.yaml", "resources: [p.yaml]\n"}, {"l0/p.yaml", policy_named("p")}};
  constexpr int kLayers = 25;
  for (int i = 1; i <= kLayers; ++i) {
    const std::string below = "../l" + std::to_string(i - 1);
    const std::string name = std::to_string(i);
    files.emplace_back("a" + name + "/kustomization.yaml", overlay(below, "namePrefix: a\n"));
    files.emplace_back("b" + name + "/kustomization.yaml", overlay(below, "namePrefix: b\n"));
    files.emplace_back("l" + name + "/kustomization.yaml",
                       "resources: [../a" + name + ", ../b" + name + "]\n");
  }
  const tests::KustomizeBuilt built({files, "l" + std::to_string(kLayers)});
  EXPECT_TRUE(std::ranges::any_of(built->problems, [](const project::KustomizeProblem& each) {
    return each.message.find("too much") != std::string::npos;
  }));
  EXPECT_LT(built->objects.size(), 1'000'000U);
}

TEST(KustomizeHostile, ComponentsThatIncludeEachOtherTwiceEnd) {
  std::vector<std::pair<std::string, std::string>> files{
      {"top/kustomization.yaml", "resources: [p.yaml]\ncomponents: [../c40]\n"},
      {"top/p.yaml", policy_named("p")},
      {"c0/kustomization.yaml", "kind: Component\nnamePrefix: x\n"}};
  for (int i = 1; i <= 40; ++i) {
    const std::string below = "../c" + std::to_string(i - 1);
    files.emplace_back("c" + std::to_string(i) + "/kustomization.yaml",
                       "kind: Component\ncomponents: [" + below + ", " + below + "]\n");
  }
  const tests::KustomizeBuilt built({files, "top"});
  EXPECT_FALSE(built->problems.empty());
}

TEST(KustomizeHostile, CyclesAndLinksToThemselves) {
  const tests::TemporaryFolder folder;
  folder.write("kustomization.yaml", "resources: [a, b, a/b]\n");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "a");
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "b");
  tests::KustomizeTree tree(folder.path());
  project::Kustomizer kustomizer(tree.files());
  const auto build = kustomizer.build(folder.path().string());
  ASSERT_TRUE(build);
  EXPECT_EQ(build->problems.size(), 3U);
}

TEST(KustomizeHostile, WhatIsOutsideIsNotThere) {
  const tests::TemporaryFolder outside;
  outside.write("kustomization.yaml", "resources: [p.yaml]\n");
  outside.write("p.yaml", policy_named("secret"));
  const tests::TemporaryFolder folder;
  folder.write("kustomization.yaml",
               "resources: [" + outside.path().string() + ", link.yaml, links]\n");
  std::filesystem::create_symlink(outside.path() / "p.yaml", folder.path() / "link.yaml");
  std::filesystem::create_directory_symlink(outside.path(), folder.path() / "links");
  tests::KustomizeTree tree(folder.path());
  project::Kustomizer kustomizer(tree.files());
  const auto build = kustomizer.build(folder.path().string());
  ASSERT_TRUE(build);
  EXPECT_TRUE(build->objects.empty());
  EXPECT_EQ(build->problems.size(), 3U);
  EXPECT_EQ(tree.count(), 1U);
}

TEST(KustomizeHostile, CopiesOfCopies) {
  std::string doubling;
  std::string nesting;
  for (int i = 0; i < 60; ++i)
    doubling += "- {op: copy, from: /spec, path: /spec/x" + std::to_string(i) + "}\n";
  for (int i = 0; i < 3000; ++i) {
    nesting += "- {op: add, path: /n, value: {}}\n- {op: move, from: /spec, path: /n/m}\n";
    nesting += "- {op: move, from: /n, path: /spec}\n";
  }
  for (const std::string& operations : {doubling, nesting}) {
    const tests::KustomizeBuilt built(
        {{{"kustomization.yaml",
           "resources: [p.yaml]\npatches: [{path: j.yaml, target: {name: p}}]\n"},
          {"p.yaml", policy_named("p", "spec: {a: {b: c}}\n")},
          {"j.yaml", operations}}});
    EXPECT_EQ(built->problems.size(), 1U);
    EXPECT_EQ(built->objects.size(), 1U);
  }
}

TEST(KustomizeHostile, LongNamesAndPaths) {
  constexpr std::size_t kLong = 1'000'000;
  std::string path;
  for (std::size_t i = 0; i < kLong; ++i) path += "a/";
  std::vector<std::pair<std::string, std::string>> files{
      {"l0/kustomization.yaml", "resources: [p.yaml]\nlabels: [{pairs: {x: z}, fields: [{path: " +
                                    path + ", create: true}]}]\n"},
      {"l0/p.yaml", policy_named("p")}};
  constexpr int kLayers = 60;
  for (int i = 1; i <= kLayers; ++i)
    files.emplace_back(
        "l" + std::to_string(i) + "/kustomization.yaml",
        overlay("../l" + std::to_string(i - 1), "namePrefix: " + std::string(kLong, 'x') + "\n"));
  const tests::KustomizeBuilt built({files, "l" + std::to_string(kLayers)});
  EXPECT_EQ(built->problems.size(), 1U);
}

TEST(KustomizeHostile, AliasesThatExpand) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 5; ++i) {
    const std::string below = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + below;
    for (int k = 0; k < 9; ++k) text += ", " + below;
    text += "]\n";
  }
  std::string patch = policy_named("p", text);
  for (int i = 0; i < 20; ++i) patch += "b" + std::to_string(i) + ": *a4\n";
  // The reader takes up to a million nodes; five copies of that are too many for one object.
  std::string five;
  for (int i = 0; i < 12; ++i)
    five += "- {op: copy, from: /a4, path: /c" + std::to_string(i) + "}\n";
  const tests::KustomizeBuilt built(
      {{{"kustomization.yaml",
         "resources: [p.yaml]\npatches:\n- path: p2.yaml\n- path: j.yaml\n  target: "
         "{name: p}\n"},
        {"p.yaml", policy_named("p", text)},
        {"p2.yaml", patch},
        {"j.yaml", five}}});
  EXPECT_FALSE(built->problems.empty());
  EXPECT_TRUE(built->objects.empty());
}

TEST(KustomizeHostile, AHundredComponents) {
  std::string list;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 100; ++i) {
    const std::string name = "c" + std::to_string(i);
    list += "  - ../" + name + "\n";
    files.emplace_back(name + "/kustomization.yaml",
                       "kind: Component\ncommonAnnotations: {a" + std::to_string(i) + ": b}\n");
  }
  files.emplace_back("top/kustomization.yaml", "resources: [p.yaml]\ncomponents:\n" + list);
  files.emplace_back("top/p.yaml", policy_named("p"));
  const tests::KustomizeBuilt built({files, "top"});
  EXPECT_TRUE(built->problems.empty());
  ASSERT_EQ(built->objects.size(), 1U);
  EXPECT_EQ(built->objects[0].root.get("metadata").get("annotations").child_count(), 100U);
}

TEST(Kustomize, WhatIsSharedIsReadOnce) {
  const tests::TemporaryFolder folder;
  folder.write("base/kustomization.yaml", "resources: [p.yaml, missing.yaml]\n");
  folder.write("base/p.yaml", policy_named("p"));
  tests::KustomizeTree tree(folder.path());
  project::Kustomizer kustomizer(tree.files());
  for (int i = 0; i < 20; ++i) {
    const std::string name = "o" + std::to_string(i);
    folder.write(name + "/kustomization.yaml", overlay("../base", "namespace: " + name + "\n"));
    const auto build = kustomizer.build((folder.path() / name).string());
    ASSERT_TRUE(build);
    ASSERT_EQ(build->objects.size(), 1U);
    EXPECT_EQ(build->objects[0].root.get("metadata").get("namespace").text(), name);
    EXPECT_EQ(build->problems.size(), 1U) << "what the base has is said of each overlay";
  }
  EXPECT_EQ(tree.count(), 22U);
}

TEST(Kustomize, AFolderWithoutAKustomizationIsAnError) {
  const tests::TemporaryFolder folder;
  tests::KustomizeTree tree(folder.path());
  project::Kustomizer kustomizer(tree.files());
  EXPECT_FALSE(kustomizer.build(folder.path().string()));
  folder.write("kustomization.yml", "resources: []\n");
  EXPECT_TRUE(kustomizer.build(folder.path().string()));
  folder.write("two/kustomization.yml", "resources: []\n");
  folder.write("two/Kustomization", "resources: []\n");
  const auto both = kustomizer.build((folder.path() / "two").string());
  ASSERT_FALSE(both);
  EXPECT_NE(both.error().message.find("more than one kustomization"), std::string::npos);
}

}  // namespace
}  // namespace cnplint
