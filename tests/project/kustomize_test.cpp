// SPDX-License-Identifier: Apache-2.0
//
// Golden cases: a folder each, built from its `overlay`, or from itself. expected.txt has every
// scalar of every object with the place that it is written at.
#include "project/kustomize.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/yaml/composed_document.h"
#include "tests/golden.h"
#include "tests/project/kustomize_tree.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;
using policy::NodeRef;
using project::KustomizeBuild;

std::vector<fs::path> kustomize_cases() {
  return tests::entries(tests::repository("tests/project/kustomize"));
}

fs::path top_of(const fs::path& folder) {
  return fs::exists(folder / "overlay") ? folder / "overlay" : folder;
}

/// A place relative to the folder of a case.
std::string place_in(const fs::path& folder, base::SourceRange range) {
  std::string place = range.place();
  const std::string prefix = folder.string() + "/";
  if (place.starts_with(prefix)) place.erase(0, prefix.size());
  return place;
}

void show_scalars(NodeRef node, const fs::path& folder, std::string& out) {
  node.each_entry([&](NodeRef, NodeRef value) { show_scalars(value, folder, out); });
  node.each_item([&](NodeRef item) { show_scalars(item, folder, out); });
  if (node.has_children()) return;
  out += "  " + path_of(node) + ": " + tests::json_of(node).dump() + "  @ " +
         place_in(folder, node.visible_range()) + "\n";
}

std::string build_text(const KustomizeBuild& build, const fs::path& folder) {
  std::string out;
  for (const project::BuiltObject& object : build.objects) {
    out += place_in(folder, object.written->range()) + (object.composed ? " composed\n" : "\n");
    show_scalars(object.root, folder, out);
  }
  const auto list = [&](const char* name, const std::vector<std::string>& all) {
    for (const std::string& each : all)
      out += std::string(name) + " " + fs::path(each).lexically_relative(folder).string() + "\n";
  };
  list("resource", build.resources);
  list("patch", build.patches);
  list("included", build.included);
  for (const std::string& each : build.remote) out += "remote " + each + "\n";
  if (build.ns) out += "namespace " + place_in(folder, build.ns.range()) + "\n";
  for (const project::KustomizeProblem& problem : build.problems) {
    out += (problem.note ? "note " : "problem ") + place_in(folder, problem.where) + " ";
    std::string message = problem.message;
    const std::string before = folder.string() + "/";
    for (std::size_t at = message.find(before); at != std::string::npos; at = message.find(before))
      message.erase(at, before.size());
    out += message;
    if (problem.other) out += "  @ " + place_in(folder, *problem.other);
    out += "\n";
  }
  return out;
}

TEST(Kustomize, GoldenCases) {
  for (const fs::path& folder : kustomize_cases()) {
    tests::KustomizeTree tree(tests::repository("tests/project/kustomize"));
    project::Kustomizer kustomizer(tree.files());
    const auto build = kustomizer.build(top_of(folder).string());
    ASSERT_TRUE(build) << build.error().message;
    tests::expect_golden(folder / "expected.txt", build_text(*build, folder));
  }
}

}  // namespace
}  // namespace cnplint
