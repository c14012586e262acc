// SPDX-License-Identifier: Apache-2.0
//
// Which clusters the objects of Flux and Argo CD make of a repository, and what is in them.
#include "project/deployed_units.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <string>

#include "project/project.h"
#include "tests/golden.h"
#include "tests/seed.h"

namespace cnplint {
namespace {

using Files = std::map<std::string, std::string>;

std::string cnp(const std::string& metadata, const std::string& rest = "ingress: [{}]") {
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {" + metadata +
         "}\nspec: {endpointSelector: {}, " + rest + "}\n";
}

std::string flux(const std::string& name, const std::string& spec) {
  return "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
         "metadata: {name: " +
         name + ", namespace: flux-system}\nspec: {" + spec + "}\n";
}

std::string application(const std::string& name, const std::string& source,
                        const std::string& destination) {
  return "---\napiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name +
         ", namespace: argocd}\nspec: {source: {" + source + "}, destination: {" + destination +
         "}}\n";
}

std::string config_map(const std::string& data) {
  return "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: vars, namespace: flux-system}\n"
         "data: {" +
         data + "}\n";
}

/// A repository, opened as a whole.
class Opened {
 public:
  explicit Opened(const Files& files, lint::Config config = {}) {
    root_.write(".git/HEAD", "");
    for (const auto& [path, text] : files) root_.write(path, text);
    config.folder = root_.path().string();
    project_ = std::make_unique<project::Project>(std::move(config), base::FileSet(), 1);
    inputs_ = &project_->open({root_.path().string()});
  }

  /// `cluster: namespace/name namespace/name; ...`, policies in the order of the cluster.
  [[nodiscard]] std::string text() const {
    std::string all;
    for (const project::Cluster& cluster : inputs_->clusters()) {
      all += (all.empty() ? "" : "; ") + cluster.name() + ":";
      for (const policy::Policy& each : cluster.policies())
        all += " " + std::string(each.effective_namespace()) + "/" + std::string(each.name);
    }
    return all;
  }

  [[nodiscard]] std::string relative(const std::string& path) const {
    return path.substr(root_.path().string().size() + 1);
  }
  [[nodiscard]] const project::Inputs& inputs() const { return *inputs_; }

 private:
  tests::TemporaryFolder root_;
  std::unique_ptr<project::Project> project_;
  const project::Inputs* inputs_;
};

std::string clusters_of(const Files& files) { return Opened(files).text(); }

TEST(DeployedUnits, AFolderOfClustersIsACluster) {
  // Each deploys itself, and what it deploys deploys others.
  EXPECT_EQ(clusters_of({{"clusters/red/flux.yaml", flux("flux-system", "path: ./clusters/red")},
                         {"clusters/blue/flux.yaml", flux("flux-system", "path: ./clusters/blue")},
                         {"clusters/red/apps.yaml", flux("apps", "path: ./apps/red")},
                         {"clusters/blue/apps.yaml", flux("apps", "path: ./apps/blue")},
                         {"apps/red/np.yaml", cnp("name: a, namespace: red")},
                         {"apps/blue/ks.yaml", flux("more", "path: ./more")},
                         {"more/np.yaml", cnp("name: b, namespace: blue")}}),
            "blue: blue/b; red: red/a");
  // What deploys the folder of a cluster may be somewhere else.
  EXPECT_EQ(clusters_of({{"clusters/red/apps.yaml", flux("apps", "path: ./apps")},
                         {"clusters/blue/apps.yaml", flux("apps", "path: ./apps")},
                         {"apps/np.yaml", cnp("name: a, namespace: b")}}),
            "blue: b/a; red: b/a");
  EXPECT_EQ(clusters_of({{"clusters/red/apps.yaml", flux("apps", "path: ./apps")},
                         {"apps/np.yaml", cnp("name: a, namespace: b")}}),
            "red: b/a");
  EXPECT_EQ(clusters_of({{"operator.yaml",
                          "apiVersion: fluxcd.controlplane.io/v1\nkind: FluxInstance\n"
                          "metadata: {name: flux}\nspec: {sync: {kind: OCIRepository, "
                          "url: \"oci://x\", path: clusters/red}}\n"},
                         {"clusters/red/apps.yaml", flux("apps", "path: ./apps")},
                         {"apps/np.yaml", cnp("name: a, namespace: b")}}),
            "default: b/a");
  EXPECT_EQ(clusters_of({{"hub.yaml", flux("a",
                                           "path: ./a, kubeConfig: {secretRef: "
                                           "{name: red-kubeconfig}}") +
                                          flux("b",
                                               "path: ./b, kubeConfig: {secretRef: "
                                               "{name: blue}}")},
                         {"a/np.yaml", cnp("name: a, namespace: a")},
                         {"b/np.yaml", cnp("name: b, namespace: b")}}),
            "blue: b/b; red: a/a");
}

TEST(DeployedUnits, HubsAreClustersToo) {
  // A Secret that is called alike for every cluster: its namespace tells.
  const auto remote = [](const std::string& ns) {
    return "---\napiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
           "metadata: {name: apps, namespace: " +
           ns + "}\nspec: {path: ./" + ns +
           ", kubeConfig: {secretRef: {name: cluster-kubeconfig}}}\n";
  };
  EXPECT_EQ(clusters_of({{"hub/a.yaml", remote("one")},
                         {"hub/b.yaml", remote("two")},
                         {"one/np.yaml", cnp("name: a, namespace: a")},
                         {"two/np.yaml", cnp("name: a, namespace: a")}}),
            "one: a/a; two: a/a");
  // What the hub has itself is not in the others.
  EXPECT_EQ(clusters_of({{"hub/a.yaml", remote("one") + flux("own", "path: ./own")},
                         {"own/np.yaml", cnp("name: a, namespace: a")},
                         {"one/np.yaml", cnp("name: a, namespace: a")}}),
            "hub: a/a; one: a/a");
}

TEST(DeployedUnits, ValuesWithObjectsHideNothing) {
  const std::string object =
      "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: extra}, "
      "spec: {endpointSelector: {}, ingress: [{}]}}";
  EXPECT_EQ(
      clusters_of(
          {{"a.yaml",
            application("a", "path: a, helm: {valuesObject: {extraObjects: [" + object + "]}}",
                        "name: edge, namespace: m")},
           {"a/np.yaml", cnp("name: a")}}),
      "edge: m/extra m/a");
}

TEST(DeployedUnits, WhatNothingDeploysIsWhereItsFolderSays) {
  const Files files{{"clusters/red/apps.yaml", flux("apps", "path: ./apps/red")},
                    {"clusters/blue/apps.yaml", flux("apps", "path: ./apps/blue")},
                    {"clusters/blue/np.yaml", cnp("name: near, namespace: near")},
                    {"apps/red/np.yaml", cnp("name: a, namespace: b")},
                    {"apps/blue/np.yaml", cnp("name: a, namespace: b")},
                    {"shared/np.yaml", cnp("name: s, namespace: s")}};
  EXPECT_EQ(clusters_of(files), "blue: b/a near/near s/s; red: b/a s/s");
  Files more = files;  // an overlay that nobody deploys is no part of the others
  more["apps/old/np.yaml"] = cnp("name: a, namespace: b");
  EXPECT_EQ(clusters_of(more), "blue: b/a near/near s/s; old: b/a s/s; red: b/a s/s");
}

TEST(DeployedUnits, WhatFluxChanges) {
  const auto by = [](const std::string& spec, const Files& files) {
    Files all = files;
    all["flux.yaml"] = flux("apps", spec);
    return clusters_of(all);
  };
  const Files plain{{"apps/np.yaml", cnp("name: a, namespace: own")},
                    {"apps/sub/np.yaml", cnp("name: b")}};
  EXPECT_EQ(by("path: ./apps", plain), "default: own/a (apps/sub)/b");
  EXPECT_EQ(by("path: ./apps, targetNamespace: x", plain), "default: x/a x/b");
  EXPECT_EQ(by("path: ./apps, namePrefix: p-, nameSuffix: -s", plain),
            "default: own/p-a-s (apps)/p-b-s");
  EXPECT_EQ(by("path: ./apps, patches: [{patch: \"$patch: delete\\nkind: CiliumNetworkPolicy\\n"
               "apiVersion: cilium.io/v2\\nmetadata: {name: b}\\n\"}]",
               plain),
            "default: own/a");
  EXPECT_EQ(by("path: ./apps, patches: [{target: {name: a}, patch: "
               "\"[{op: replace, path: /metadata/namespace, value: z}]\"}]",
               plain),
            "default: z/a (apps)/b");
  // A kustomization below is one resource, what it does not name is nowhere.
  Files built = plain;
  built["apps/sub/kustomization.yaml"] = "namespace: k\nnamePrefix: k-\nresources: [np.yaml]\n";
  built["apps/sub/other/np.yaml"] = cnp("name: other");
  EXPECT_EQ(by("path: ./apps, namePrefix: p-", built),
            "default: (apps/sub/other)/other own/p-a k/p-k-b");
  built["other/kustomization.yaml"] = "resources: [../apps/sub]\n";
  EXPECT_EQ(by("path: ./apps/sub", built),
            "apps: own/a (apps/sub/other)/other k/k-b; other: k/k-b");
  // A folder with a kustomization: it is changed as if it said so itself.
  const Files one{{"apps/kustomization.yaml", "namespace: k\nresources: [np.yaml]\n"},
                  {"apps/np.yaml", cnp("name: a, namespace: own")}};
  EXPECT_EQ(by("path: ./apps", one), "default: k/a");
  EXPECT_EQ(by("path: ./apps, targetNamespace: x", one), "default: x/a");
  EXPECT_EQ(by("path: ./apps, targetNamespace: x", one) + "|" +
                clusters_of({{"flux.yaml", flux("a", "path: ./apps, targetNamespace: x") +
                                               flux("b", "path: ./apps, targetNamespace: z")},
                             {"apps/np.yaml", cnp("name: a")}}),
            "default: x/a|default: x/a z/a");
}

TEST(DeployedUnits, VariablesAreThoseOfTheCluster) {
  EXPECT_EQ(
      clusters_of({{"clusters/red/flux.yaml", flux("self", "path: ./clusters/red")},
                   {"clusters/blue/flux.yaml", flux("self", "path: ./clusters/blue")},
                   {"clusters/red/vars.yaml", config_map("ns: r, part: one")},
                   {"clusters/blue/vars.yaml", config_map("ns: b, part: two")},
                   {"clusters/red/apps.yaml", flux("base",
                                                   "path: ./base, postBuild: {substituteFrom: "
                                                   "[{kind: ConfigMap, name: vars}]}")},
                   {"clusters/blue/apps.yaml", flux("base",
                                                    "path: ./base, postBuild: {substituteFrom: "
                                                    "[{kind: ConfigMap, name: vars}]}")},
                   {"base/np.yaml", cnp("name: \"np-${part}\", namespace: \"${ns}\"")},
                   {"base/ks.yaml", flux("part", "path: \"./parts/${part}\"")},
                   {"parts/one/np.yaml", cnp("name: one, namespace: p")},
                   {"parts/two/np.yaml", cnp("name: two, namespace: p")}}),
      "blue: p/two b/np-two; red: p/one r/np-one");
  // Secrets are not known: what only they may give stays as it is written.
  EXPECT_EQ(clusters_of({{"flux.yaml", flux("a",
                                            "path: ./apps, postBuild: {substitute: {a: x}, "
                                            "substituteFrom: [{kind: Secret, name: s}]}")},
                         {"apps/np.yaml", cnp("name: \"${a}\", namespace: \"n-${b}\"")}}),
            "default: n-${b}/x");
  // An object may say that it has none.
  EXPECT_EQ(
      clusters_of({{"flux.yaml", flux("a", "path: ./apps, postBuild: {substitute: {a: x}}")},
                   {"apps/np.yaml", cnp("name: \"${a}\", namespace: n, annotations: "
                                        "{kustomize.toolkit.fluxcd.io/substitute: disabled}") +
                                        "---\n" + cnp("name: \"b-${a}\", namespace: n")}}),
      "default: n/${a} n/b-x");
}

TEST(DeployedUnits, ArgoCd) {
  const std::string here = "server: \"https://kubernetes.default.svc\"";
  const auto by = [](const std::string& objects) {
    return clusters_of({{"root.yaml", objects},
                        {"a/np.yaml", cnp("name: a")},
                        {"b/np.yaml", cnp("name: b, namespace: own")},
                        {"c/kustomization.yaml", "resources: [../b]\n"},
                        {"b/kustomization.yaml", "resources: [np.yaml]\n"}});
  };
  EXPECT_EQ(by(application("a", "path: a", here + ", namespace: x")), "default: own/b x/a");
  EXPECT_EQ(by(application("a", "path: a", "name: red, namespace: x") +
               application("b", "path: b", "server: \"https://10.0.0.1:6443\", namespace: y")),
            "10.0.0.1: own/b; c: own/b; red: x/a");
  EXPECT_EQ(by(application("a", "path: a", "name: red, namespace: x") +
               application("c", "path: c", here)),
            "in-cluster: own/b; red: x/a");
  // The namespace is filled in, and `kustomize` changes as a kustomization does.
  EXPECT_EQ(by(application("c", "path: c, kustomize: {namespace: z, namePrefix: p-}",
                           here + ", namespace: x")),
            "default: (a)/a z/p-b");
  EXPECT_EQ(
      by(application("c", "path: c, kustomize: {namespace: \"{{ns}}\"}", here + ", namespace: x")),
      "default: (a)/a own/b");
}

TEST(DeployedUnits, CirclesAndWhatGrowsEnd) {
  EXPECT_EQ(clusters_of({{"a/flux.yaml", flux("b", "path: ./b")},
                         {"b/flux.yaml", flux("a", "path: ./a")},
                         {"b/np.yaml", cnp("name: a, namespace: b")}}),
            "default: b/a");
  const std::string growing =
      flux("self", "path: ./a, postBuild: {substitute: {x: \"${x}${x}x\"}}");
  EXPECT_EQ(clusters_of({{"a/flux.yaml", growing}, {"a/np.yaml", cnp("name: a, namespace: b")}})
                .substr(0, 12),
            "default: b/a");
}

TEST(DeployedUnits, TheConfigurationMakesTheClusters) {
  const Files files{{"clusters/red/apps.yaml", flux("apps", "path: ./apps")},
                    {"clusters/blue/apps.yaml", flux("apps", "path: ./apps")},
                    {"apps/np.yaml", cnp("name: a, namespace: b")}};
  lint::Config config;
  config.clusters = {{"red", {"clusters/red/**"}, {}, {}}, {"green", {"green/**"}, {}, {}}};
  EXPECT_EQ(Opened(files, std::move(config)).text(), "red: b/a; green:");
}

TEST(DeployedUnits, ProblemsAreToldWhereEachStands) {
  const std::string missing =
      "path: ./apps, targetNamespace: x, patches: [{patch: \"kind: CiliumNetworkPolicy\\n"
      "apiVersion: cilium.io/v2\\nmetadata: {name: nobody}\\n\"}]";
  const Opened opened({{"clusters/red/apps.yaml", flux("apps", missing)},
                       {"clusters/blue/apps.yaml", flux("apps", missing)},
                       {"apps/np.yaml", cnp("name: a")}});
  std::multiset<std::string> problems;
  for (const project::KustomizeRoot& root : opened.inputs().kustomizations())
    for (const project::KustomizeProblem& each : root.build.problems) {
      const std::string& path = each.where.file->path();
      problems.insert(path.substr(path.find("clusters")) + ": " + each.message);
    }
  const std::string nobody =
      "the patch is for CiliumNetworkPolicy/nobody, which is not among the resources";
  EXPECT_EQ(problems, (std::multiset<std::string>{"clusters/blue/apps.yaml: " + nobody,
                                                  "clusters/red/apps.yaml: " + nobody}));
}

/// A random repository: folders with a policy each, kustomizations among them that include others,
/// and objects that deploy some, with changes or without.
class RandomDeployments {
 public:
  explicit RandomDeployments(std::uint64_t seed) : random_(seed) {}

  Files make() {
    for (const std::string& folder : kFolders) {
      files_[folder + "/np.yaml"] = cnp(one_in(2) ? "name: p" : "name: p, namespace: own",
                                        "ingress: [{toPorts: [{ports: [{port: \"1\", "
                                        "protocol: HTTP}]}]}]");
      if (one_in(3)) add_kustomization(folder);
    }
    for (int i = 0; i < 6; ++i) files_[any() + "/d" + std::to_string(i) + ".yaml"] = deployer(i);
    return files_;
  }

 private:
  static inline const std::vector<std::string> kFolders{
      "a", "a/b", "a/b/c", "prod", "staging", "clusters/x", "clusters/y", "clusters/x/z", "e"};

  bool one_in(unsigned n) { return random_() % n == 0; }
  const std::string& any() { return kFolders[random_() % kFolders.size()]; }

  void add_kustomization(const std::string& folder) {
    std::string text = one_in(3) ? "namespace: kust\n" : "";
    text += "resources:\n- np.yaml\n";
    const std::string up = std::string(std::size_t(std::ranges::count(folder, '/')) + 1, '.');
    if (one_in(2)) {
      std::string path;
      for (const char dot : up) path += dot == '.' ? "../" : "";
      text += "- " + path + any() + (one_in(2) ? "\n" : "/np.yaml\n");
    }
    files_[folder + "/kustomization.yaml"] = text;
  }

  std::string deployer(int number) {
    const std::string name = "d" + std::to_string(number);
    if (one_in(3))
      return application(name, "path: " + any() + (one_in(2) ? ", directory: {recurse: true}" : ""),
                         (one_in(2) ? "name: in-cluster" : "name: far") +
                             std::string(one_in(2) ? ", namespace: argo" : ""));
    std::string spec = "path: ./" + (one_in(8) ? std::string() : any());
    if (one_in(3)) spec += one_in(2) ? ", targetNamespace: t1" : ", targetNamespace: t2";
    if (one_in(4)) spec += ", namePrefix: x-";
    if (one_in(4)) spec += ", postBuild: {substitute: {v: w}}";
    if (one_in(6)) spec += ", kubeConfig: {secretRef: {name: far-kubeconfig}}";
    return flux(name, spec);
  }

  std::mt19937_64 random_;
  Files files_;
};

/// Whoever deploys what, what is wrong is found: nothing hides behind objects of Flux and Argo CD.
TEST(DeployedUnits, EveryPolicyIsJudgedInSomeCluster) {
  for (unsigned i = 0; i < 150; ++i) {
    const Files files = RandomDeployments(tests::seed() * 1000 + i).make();
    const Opened opened(files);
    std::set<std::string> refused;
    for (const project::Cluster& cluster : opened.inputs().clusters())
      for (const project::RefusedPolicy& each : cluster.refused())
        for (const lint::Finding& why : each.why)
          refused.insert(opened.relative(why.range.file->path()));
    for (const auto& [path, text] : files) {
      if (!path.ends_with("np.yaml") || refused.contains(path)) continue;
      std::string all;
      for (const auto& [name, content] : files)
        if (!name.ends_with("np.yaml")) all += "# " + name + "\n" + content;
      FAIL() << path << " of repository " << i << " is judged nowhere\n" << all << opened.text();
    }
  }
}

}  // namespace
}  // namespace cnplint
