// SPDX-License-Identifier: Apache-2.0
//
// kubectl is asked what it makes of kustomizations, where there is one.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "project/kustomize.h"
#include "tests/golden.h"
#include "tests/project/kustomize_tree.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

/// Objects as texts, without the namespace that kustomize gives to what can have none.
std::vector<std::string> comparable(std::vector<nlohmann::json> objects) {
  std::vector<std::string> texts;
  for (nlohmann::json& object : objects) {
    if (object.value("kind", "") == "CiliumClusterwideNetworkPolicy")
      object["metadata"].erase("namespace");
    texts.push_back(object.dump());
  }
  std::ranges::sort(texts);
  return texts;
}

TEST(KustomizeOracle, KubectlMakesTheSame) {
  if (!tests::has_kubectl()) GTEST_SKIP() << "there is no kubectl to ask";
  for (const fs::path& folder : tests::entries(tests::repository("tests/project/kustomize"))) {
    const fs::path top = fs::exists(folder / "overlay") ? folder / "overlay" : folder;
    tests::KustomizeTree tree(tests::repository("tests/project/kustomize"));
    project::Kustomizer kustomizer(tree.files());
    const auto build = kustomizer.build(top.string());
    ASSERT_TRUE(build);
    const auto printed = tests::kubectl_kustomize(top);
    EXPECT_EQ(printed.has_value(), tests::errors_of(*build).empty())
        << folder << "\n"
        << ::testing::PrintToString(tests::errors_of(*build));
    if (printed) {
      EXPECT_EQ(comparable(tests::json_of(*build)), comparable(tests::json_of_text(*printed)))
          << folder;
    }
  }
}

/// Random kustomizations: two bases, an overlay, a component, patches of all forms.
class RandomTree {
 public:
  explicit RandomTree(unsigned seed) : random_(seed), given_(one_in(3)) {}

  tests::KustomizeSources make() {
    tests::KustomizeSources sources;
    sources.folder = "overlay";
    sources.files = {
        {"one/kustomization.yaml", "resources: [r.yaml]\n" + settings(1)},
        {"one/r.yaml", objects("a") + objects("b")},
        {"two/kustomization.yaml", "resources: [../one, r.yaml]\n" + settings(2)},
        {"two/r.yaml", objects("c")},
        {"component/kustomization.yaml",
         "kind: Component\n" + any({"resources: [r.yaml]\n", ""}) + settings(3)},
        {"component/r.yaml", objects("d")},
        {"overlay/kustomization.yaml",
         "resources: [../two]\n" + (one_in(2) ? "components: [../component]\n" : std::string()) +
             settings(4)}};
    return sources;
  }

 private:
  bool one_in(unsigned count) { return random_() % count == 0; }
  std::string any(const std::vector<std::string>& texts) { return texts[random_() % texts.size()]; }

  std::string objects(const std::string& name) {
    const std::string ns = given_ ? ", namespace: given" : "";
    std::string text;
    const auto add = [&](const std::string& type, const std::string& spec) {
      text += "---\n" + type + "\nmetadata: {name: " + name + ns +
              ", labels: {app: " + any({"web", "db"}) + "}}\n" + spec + "\n";
    };
    add("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy",
        "spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromEntities: [host]}]}");
    add("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy",
        "spec: {podSelector: " + any({"{}", "{matchLabels: {app: web}}"}) +
            ", ingress: [{from: [{podSelector: {matchLabels: {a: b}}}]}]}");
    add("apiVersion: v1\nkind: ServiceAccount", "");
    add("apiVersion: v1\nkind: Service", "spec: {ports: [{port: 80, name: http}]}");
    add("apiVersion: apps/v1\nkind: " + any({"Deployment", "Deployment", "DaemonSet"}),
        "spec: {template: {spec: {serviceAccountName: " + any({"a", "b", "other"}) +
            ", containers: [{name: x, image: x:1, ports: [{containerPort: 80, name: http}]}, "
            "{name: "
            "y}]}}}");
    return text;
  }

  std::string settings(int level) {
    std::string text;
    if (one_in(3)) text += "namespace: ns" + std::to_string(level) + "\n";
    if (one_in(3)) text += "namePrefix: p" + std::to_string(level) + "-\n";
    if (one_in(3)) text += "nameSuffix: -s" + std::to_string(level) + "\n";
    if (one_in(3)) text += "commonAnnotations: {level: \"" + std::to_string(level) + "\"}\n";
    if (one_in(3)) text += "commonLabels: {level: l" + std::to_string(level) + "}\n";
    if (one_in(3))
      text += "labels: [{pairs: {x: z}, " +
              any({"includeSelectors", "includeTemplates", "includeSelectors"}) + ": true}]\n";
    std::string patches;
    while (one_in(2)) patches += patch();
    if (!patches.empty()) text += "patches:\n" + patches;
    if (one_in(4))
      text +=
          "patchesJson6902:\n- target: {version: v2, group: cilium.io, kind: "
          "CiliumNetworkPolicy, name: a}\n  patch: '" +
          operations() + "'\n";
    return text;
  }

  std::string operations() {
    return any({R"([{"op": "add", "path": "/spec/x", "value": 1}])",
                R"([{"op": "replace", "path": "/metadata/labels/app", "value": "new"}])",
                R"([{"op": "copy", "from": "/metadata/name", "path": "/spec/copied"}])",
                R"([{"op": "move", "from": "/spec/ingress", "path": "/spec/moved"}])",
                R"([{"op": "test", "path": "/metadata/labels/app", "value": "web"}])",
                R"([{"op": "remove", "path": "/metadata/labels"}])"});
  }

  std::string patch() {
    if (one_in(2)) {
      const std::string target =
          any({"kind: CiliumNetworkPolicy", "kind: .*Policy, name: a.*", "labelSelector: app=web",
               "namespace: given, kind: Service", "group: apps", "name: p1-a", "namespace: default",
               "kind: ServiceAccount, name: \"a|b\""});
      return "- target: {" + target + "}\n  patch: '" + operations() + "'\n";
    }
    const std::string name = any({"a", "a", "b", "b", "b", "c"}) + (given_ ? ", namespace: given"
                                                                    : one_in(9) ? ", namespace: x"
                                                                                : "");
    const std::string cilium =
        "apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: N}, spec: {ingress: "
        "null, egress: [{}]}";
    const std::string kubernetes =
        "apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: N, labels: {l: "
        "m}}, spec: {policyTypes: [Egress], ingress: [{}]}";
    const std::string deployment =
        "apiVersion: apps/v1, kind: Deployment, metadata: {name: N}, spec: {template: {spec: "
        "{containers: [{name: z}, {name: y, image: y:2}, {name: x, ports: [{containerPort: 80, "
        "name: web}, {containerPort: 81}]}]}}}";
    const std::string service =
        "apiVersion: v1, kind: Service, metadata: {name: N}, spec: {ports: [{port: 80, "
        "targetPort: 1}, {port: 81}]}";
    const std::string deletion =
        "$patch: delete, apiVersion: v1, kind: ServiceAccount, metadata: {name: N}";
    const std::string body = any({cilium, kubernetes, deployment, service, deletion});
    std::string text = body;
    text.replace(text.find("name: N"), 7, "name: " + name);
    const std::string target =
        one_in(3) ? "  target: {kind: " + any({"Deployment", "CiliumNetworkPolicy"}) + "}\n" : "";
    return "- patch: '{" + text + "}'\n" + target;
  }

  std::mt19937 random_;
  bool given_;  ///< whether objects have a namespace
};

TEST(KustomizeOracle, RandomTrees) {
  if (!tests::has_kubectl()) GTEST_SKIP() << "there is no kubectl to ask";
  constexpr unsigned kTrees = 12;
  unsigned good = 0;
  for (unsigned seed = 0; seed < kTrees; ++seed) {
    const tests::KustomizeSources sources = RandomTree(seed).make();
    const tests::KustomizeBuilt built(sources);
    const auto printed = tests::kubectl_kustomize(built.top());
    const std::vector<std::string> errors = tests::errors_of(*built);
    std::string all;
    for (const auto& [name, text] : sources.files) all += "# " + name + "\n" + text;
    ASSERT_EQ(printed.has_value(), errors.empty()) << seed << "\n"
                                                   << ::testing::PrintToString(errors) << "\n"
                                                   << all;
    for (const project::BuiltObject& object : built->objects) tests::expect_places(object.root);
    if (!printed) continue;
    ++good;
    std::vector<nlohmann::json> theirs = tests::json_of_text(*printed);
    std::vector<nlohmann::json> ours = tests::json_of(*built);
    std::ranges::sort(theirs);
    std::ranges::sort(ours);
    for (std::size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i)
      ASSERT_EQ(ours[i], theirs[i]) << seed << "\n" << all;
    ASSERT_EQ(ours.size(), theirs.size()) << seed << "\n" << all;
  }
  EXPECT_GT(good, 0U);
}

}  // namespace
}  // namespace cnplint
