// SPDX-License-Identifier: Apache-2.0
//
// Into which namespaces the objects of Flux and Argo CD put what names none.
#include "project/deployments.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "project/project.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using Files = std::map<std::string, std::string>;

const std::string kUnnamed =
    "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: web}\n"
    "spec: {endpointSelector: {}, ingress: [{}]}\n";

std::string flux_of(const std::string& spec, const std::string& name = "apps") {
  return "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n"
         "metadata: {name: " +
         name + ", namespace: flux-system}\nspec: {" + spec + "}\n";
}

std::string application_of(const std::string& source, const std::string& ns,
                           const std::string& name = "shop") {
  return "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: " + name +
         ", namespace: argocd}\nspec: {source: {" + source +
         "}, destination: {server: https://kubernetes.default.svc, namespace: " + ns + "}}\n";
}

std::string application_set(const std::string& generators, const std::string& path,
                            const std::string& ns) {
  return "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\n"
         "spec:\n  generators: " +
         generators + "\n  template: {spec: {source: {path: \"" + path +
         "\"}, destination: {namespace: \"" + ns + "\"}}}\n";
}

/// The namespaces of the policies of a repository, opened as a whole or by one of its folders.
std::string namespaces_of(const Files& files, const std::string& folder = {},
                          lint::Config config = {}) {
  const tests::TemporaryFolder root;
  root.write(".git/HEAD", "");
  for (const auto& [path, text] : files) root.write(path, text);
  config.folder = root.path().string();
  project::Project project(std::move(config), {}, 1);
  const project::Inputs& inputs = project.open({(root.path() / folder).string()});
  std::string all;
  for (const project::Cluster& cluster : inputs.clusters())
    for (const policy::Policy& each : cluster.policies())
      all += (all.empty() ? "" : " ") + std::string(each.effective_namespace());
  return all;
}

TEST(Deployments, OfFlux) {
  const auto by = [](const std::string& spec, const std::string& path = "apps/shop/web.yaml",
                     Files more = {}) {
    more["clusters/prod/apps.yaml"] = flux_of(spec);
    more[path] = kUnnamed;
    return namespaces_of(more);
  };
  EXPECT_EQ(by("path: ./apps/shop, targetNamespace: shop"), "shop");
  EXPECT_EQ(by("path: apps/shop/, targetNamespace: shop"), "shop");
  EXPECT_EQ(by("path: ./, targetNamespace: shop"), "shop");
  EXPECT_EQ(by("targetNamespace: shop"), "shop");
  EXPECT_EQ(by("path: ./apps/shop"), "(apps/shop)");
  EXPECT_EQ(by("path: ./apps/other, targetNamespace: shop"), "(apps/shop)");
  EXPECT_EQ(by("path: ../apps/shop, targetNamespace: shop"), "(apps/shop)");
  EXPECT_EQ(by("path: ./apps/shop, targetNamespace: \"${NS}\""), "(apps/shop)");
  // All below a folder, unless it has a kustomization.yaml.
  EXPECT_EQ(by("path: ./apps, targetNamespace: shop"), "shop");
  const Files kustomization{{"apps/kustomization.yaml", "resources: [other.yaml]\n"},
                            {"apps/other.yaml",
                             "apiVersion: v1\nkind: Namespace\n"
                             "metadata: {name: other}\n"}};
  EXPECT_EQ(by("path: ./apps, targetNamespace: shop", "apps/shop/web.yaml", kustomization),
            "(apps/shop)");
  // What a kustomization makes.
  const Files built{{"apps/shop/kustomization.yaml", "resources: [web.yaml]\n"}};
  EXPECT_EQ(by("path: ./apps/shop, targetNamespace: shop", "apps/shop/web.yaml", built), "shop");
  const Files named{{"apps/shop/kustomization.yaml", "namespace: own\nresources: [web.yaml]\n"}};
  EXPECT_EQ(by("path: ./apps/shop", "apps/shop/web.yaml", named), "own");
}

TEST(Deployments, OfArgoCd) {
  const auto by = [](const std::string& object, const std::string& path = "apps/shop/web.yaml") {
    return namespaces_of({{"argocd/apps.yaml", object}, {path, kUnnamed}});
  };
  EXPECT_EQ(by(application_of("path: apps/shop", "shop")), "shop");
  // The top of a folder only, unless it says otherwise.
  EXPECT_EQ(by(application_of("path: apps", "shop")), "(apps/shop)");
  EXPECT_EQ(by(application_of("path: apps, directory: {recurse: true}", "shop")), "shop");
  EXPECT_EQ(by(application_of("chart: shop", "shop")), "(apps/shop)");
  EXPECT_EQ(by("apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: s}\n"
               "spec: {sources: [{chart: x}, {path: apps/shop}], destination: {namespace: s}}\n"),
            "s");
  EXPECT_EQ(by(application_set("[{git: {directories: [{path: apps/*}]}}]", "{{path}}",
                               "{{path.basename}}")),
            "shop");
  EXPECT_EQ(by(application_set("[{git: {directories: [{path: apps/*}]}}]", "{{ .path.path }}",
                               "team-{{.path.basename}}")),
            "team-shop");
  EXPECT_EQ(by(application_set("[{git: {directories: [{path: \"*\"}]}}]", "{{path}}", "x")),
            "(apps/shop)");
  EXPECT_EQ(by(application_set("[{git: {directories: [{path: apps/*}, {path: apps/shop, "
                               "exclude: true}]}}]",
                               "{{path}}", "x")),
            "(apps/shop)");
  EXPECT_EQ(
      by(application_set("[{list: {elements: [{name: shop, ns: a}]}}]", "apps/{{name}}", "{{ns}}")),
      "a");
  EXPECT_EQ(by(application_set("[{matrix: {generators: [{list: {elements: [{dir: apps}]}}, "
                               "{git: {directories: [{path: \"{{dir}}/*\"}]}}]}}]",
                               "{{path}}", "{{dir}}-{{path.basename}}")),
            "apps-shop");
  EXPECT_EQ(by(application_set("[{clusters: {}}]", "apps/{{name}}", "{{ns}}")), "(apps/shop)");
}

TEST(Deployments, OnlyOfThisRepository) {
  const auto from = [](const std::string& origin, const std::string& address) {
    Files files{{"argocd/apps.yaml", application_of("path: apps, repoURL: " + address, "shop")},
                {"apps/web.yaml", kUnnamed}};
    if (!origin.empty())
      files[".git/config"] = "[core]\n\tbare = false\n[remote \"origin\"]\n\turl = " + origin +
                             "\n\tfetch = +refs/heads/*\n[remote \"x\"]\n\turl = other\n";
    return namespaces_of(files);
  };
  EXPECT_EQ(from("", "https://git.example/acme/platform"), "shop");
  EXPECT_EQ(from("git@git.example:acme/platform.git", "https://git.example/acme/platform"), "shop");
  EXPECT_EQ(from("https://git.example/fork/Platform/", "https://git.example/acme/platform.git"),
            "shop");
  EXPECT_EQ(from("git@git.example:acme/platform.git", "https://git.example/acme/charts"), "(apps)");
  const auto flux_from = [](const std::string& url) {
    return namespaces_of(
        {{".git/config", "[remote \"origin\"]\nurl = https://git.example/acme/platform\n"},
         {"clusters/a/s.yaml",
          "apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: s}\n"
          "spec: {url: " +
              url + "}\n"},
         {"clusters/a/k.yaml",
          flux_of("path: apps, targetNamespace: shop, sourceRef: {kind: GitRepository, name: s}")},
         {"apps/web.yaml", kUnnamed}});
  };
  EXPECT_EQ(flux_from("ssh://git@git.example/acme/platform"), "shop");
  EXPECT_EQ(flux_from("ssh://git@git.example/acme/other"), "(apps)");
}

TEST(Deployments, WhatSeveralDeployIsInTheNamespaceOfEach) {
  const auto by = [](const std::string& first, const std::string& second) {
    return namespaces_of({{"clusters/a/x.yaml", first},
                          {"clusters/a/y.yaml", second},
                          {"apps/shop/web.yaml", kUnnamed}});
  };
  EXPECT_EQ(by(flux_of("path: apps, targetNamespace: all"),
               flux_of("path: apps/shop, targetNamespace: shop", "shop")),
            "all shop");
  EXPECT_EQ(by(flux_of("path: apps/shop, targetNamespace: one"),
               flux_of("path: apps/shop, targetNamespace: two", "two")),
            "one two");
  EXPECT_EQ(by(flux_of("path: apps/shop, targetNamespace: one"), flux_of("path: apps/shop", "two")),
            "one");
}

TEST(Deployments, TheConfigurationIsStronger) {
  const Files files{{"k.yaml", flux_of("path: apps, targetNamespace: shop")},
                    {"apps/web.yaml", kUnnamed}};
  lint::Config config;
  config.namespaces = {{"apps/**", "mine"}};
  EXPECT_EQ(namespaces_of(files, {}, config), "mine");
  // One folder stays quick: who deploys it is not looked for.
  EXPECT_EQ(namespaces_of(files, "apps"), "(apps)");
}

}  // namespace
}  // namespace cnplint
