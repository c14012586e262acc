// SPDX-License-Identifier: Apache-2.0
//
// Cilium's own settings, in every form in which repositories give them.
#include "project/cilium_environment.h"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "project/project.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

/// A folder with some files, opened.
class CiliumRepository {
 public:
  explicit CiliumRepository(const std::map<std::string, std::string>& files,
                            lint::Config config = {})
      : project_(std::move(config), {}, 1) {
    for (const auto& [path, text] : files) folder_.write(path, text);
    folder_.write(".git/HEAD", "");
    inputs_ = &project_.open({folder_.path().string()});
  }
  [[nodiscard]] const project::Cluster& cluster(const std::string& name = {}) const {
    const auto found = inputs_->cluster(name);
    EXPECT_TRUE(found) << found.error().message;
    return **found;
  }
  [[nodiscard]] const policy::Environment& environment(const std::string& name = {}) const {
    return cluster(name).environment();
  }
  /// The notes, paths from the folder.
  [[nodiscard]] std::string notes() const {
    std::string all;
    for (const std::string& each : inputs_->notes()) {
      const std::size_t at = each.rfind(folder_.path().string(), 0);
      all += (at == 0 ? each.substr(folder_.path().string().size() + 1) : each) + "\n";
    }
    return all;
  }

 private:
  tests::TemporaryFolder folder_;
  project::Project project_;
  const project::Inputs* inputs_ = nullptr;
};

std::string cilium_config(const std::string& data) {
  return "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: "
         "kube-system}\n"
         "data: " +
         data + "\n";
}

std::string helm_release(const std::string& values, const std::string& version = "1.19.3") {
  return "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
         "metadata: {name: cilium, namespace: kube-system}\n"
         "spec:\n  chart: {spec: {chart: cilium, version: \"" +
         version + "\"}}\n  values: " + values + "\n";
}

TEST(CiliumEnvironment, OfTheAgentsConfigMap) {
  const CiliumRepository repository(
      {{"c.yaml",
        cilium_config(R"({enable-policy: always, enable-host-firewall: "true", cluster-name: eu,
  enable-node-selector-labels: "true", enable-l7-proxy: "false", enable-icmp-rules: "false",
  enable-extended-ip-protocols: "true", mesh-auth-enabled: "true", enable-ipv6: "false",
  policy-default-local-cluster: "false", policy-cidr-match-mode: nodes, labels: "k8s:app"})")}});
  const policy::Environment& found = repository.environment();
  EXPECT_EQ(found.enforcement, policy::Enforcement::always);
  EXPECT_TRUE(found.host_firewall);
  EXPECT_EQ(found.cluster, "eu");
  EXPECT_EQ(repository.cluster().name(), "eu");
  EXPECT_TRUE(found.node_selector_labels);
  EXPECT_FALSE(found.l7_proxy);
  EXPECT_FALSE(found.icmp_rules);
  EXPECT_TRUE(found.extended_ip_protocols);
  EXPECT_TRUE(found.mutual_auth);
  EXPECT_TRUE(found.ipv4);
  EXPECT_FALSE(found.ipv6);
  EXPECT_EQ(found.local_cluster, std::optional(false));
  EXPECT_TRUE(found.cidr_matches_nodes);
  EXPECT_EQ(found.labels.text(), "k8s:app");
  EXPECT_EQ(found.cilium, policy::Release());
  EXPECT_EQ(repository.notes(), "");
}

TEST(CiliumEnvironment, OfWhateverInstallsTheChart) {
  const std::string values = "{hostFirewall: {enabled: true}}";
  const std::string text = "hostFirewall: {enabled: true}";
  const std::string source = "{chart: cilium, repoURL: https://helm.cilium.io, targetRevision: ";
  const std::map<std::string, std::string> argo{
      {"values", source + "1.19.3, helm: {values: \"" + text + "\"}}"},
      {"valuesObject", source + "1.19.3, helm: {valuesObject: " + values + "}}"},
      {"parameters", source + "1.19.3, helm: {parameters: [{name: hostFirewall.enabled, "
                              "value: \"true\"}]}}"}};
  std::map<std::string, std::map<std::string, std::string>> repositories{
      {"Flux", {{"r.yaml", helm_release(values)}}},
      {"Flux, of an OCI repository",
       {{"r.yaml",
         "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
         "metadata: {name: net}\nspec: {chartRef: {kind: OCIRepository, name: cilium}, "
         "values: " +
             values + "}\n"}}},
      {"Flux, values of a ConfigMap",
       {{"r.yaml",
         "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n"
         "metadata: {name: cilium}\nspec:\n  chart: {spec: {chart: cilium, version: "
         "1.19.3}}\n  valuesFrom: [{kind: ConfigMap, name: v}]\n"},
        {"v.yaml",
         "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: v}\ndata:\n  values.yaml: |\n"
         "    " +
             text + "\n"}}},
      {"k3s",
       {{"h.yaml",
         "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: cilium}\n"
         "spec: {chart: cilium, version: 1.19.3, valuesContent: \"" +
             text + "\"}\n"}}},
      {"RKE2",
       {{"h.yaml",
         "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\n"
         "metadata: {name: rke2-cilium}\nspec: {valuesContent: \"" +
             text + "\"}\n"}}},
      {"a chart that depends on Cilium's",
       {{"net/Chart.yaml",
         "apiVersion: v2\nname: net\nversion: 0.1.0\n"
         "dependencies: [{name: cilium, version: 1.19.3}]\n"},
        {"net/values.yaml", "cilium: " + values + "\n"}}},
      {"a kustomization",
       {{"kustomization.yaml",
         "helmCharts:\n- {name: cilium, version: 1.19.3, valuesFile: v.yaml}\n"},
        {"v.yaml", text + "\n"}}},
      {"a kustomization, inline",
       {{"kustomization.yaml",
         "helmCharts: [{name: cilium, version: 1.19.3, valuesInline: " + values + "}]\n"}}}};
  for (const auto& [name, of_helm] : argo) {
    const std::string head = "apiVersion: argoproj.io/v1alpha1\nkind: Application";
    repositories["Argo CD, " + name] = {
        {"a.yaml", head + "\nmetadata: {name: cilium}\nspec: {source: " + of_helm + "}\n"}};
    repositories["Argo CD, a set, " + name] = {
        {"a.yaml", head + "Set\nmetadata: {name: cilium}\nspec: {template: {spec: {sources: [" +
                       of_helm + "]}}}\n"}};
  }
  EXPECT_EQ(repositories.size(), 14U);
  for (const auto& [name, files] : repositories) {
    SCOPED_TRACE(name);
    const CiliumRepository repository(files);
    EXPECT_TRUE(repository.environment().host_firewall);
    EXPECT_TRUE(repository.cluster().sources().contains("hostFirewall"));
    const bool versioned = name != "RKE2" && name != "Flux, of an OCI repository";
    EXPECT_EQ(release_name(repository.environment().cilium), versioned ? "1.19" : "1.20");
  }
}

TEST(CiliumEnvironment, VersionsAndRanges) {
  for (const auto& [version, expected] :
       std::map<std::string, std::string>{{"1.17.6", "1.17"},
                                          {"v1.18", "1.18"},
                                          {"~1.18.0", "1.18"},
                                          {"1.16.x", "1.16"},
                                          {">=1.19.0 <1.20.0", "1.19"},
                                          {"1.19.0-rc.1", "1.19"}}) {
    const CiliumRepository repository({{"r.yaml", helm_release("{}", version)}});
    EXPECT_EQ(release_name(repository.environment().cilium), expected) << version;
    EXPECT_EQ(repository.notes(), "") << version;
  }
  const CiliumRepository old({{"r.yaml", helm_release("{}", "1.15.3")}});
  EXPECT_EQ(old.environment().cilium, policy::Release());
  EXPECT_EQ(old.notes(),
            "r.yaml:5:42: HelmRelease kube-system/cilium gives Cilium's cilium as "
            "`1.15.3`: no release from 1.16 to 1.20; left out\n");
  // What is filled in later is not known.
  const CiliumRepository later({{"r.yaml", helm_release("{l7Proxy: \"${L7}\"}", "${VERSION}")}});
  EXPECT_EQ(later.environment(), policy::Environment());
  EXPECT_EQ(later.notes(), "");
}

TEST(CiliumEnvironment, WhatIsGivenIsStronger) {
  const std::map<std::string, std::string> files{
      {"r.yaml", helm_release("{hostFirewall: {enabled: true}, ipv6: {enabled: false}}")}};
  lint::Config config;
  config.given = {{"hostFirewall", ".cnplint.yaml:1:1"}, {"cilium", "--cilium"}};
  config.environment.cilium = policy::Release{17};
  const CiliumRepository repository(files, config);
  EXPECT_FALSE(repository.environment().host_firewall);
  EXPECT_EQ(repository.environment().cilium, policy::Release{17});
  EXPECT_FALSE(repository.environment().ipv6);
  EXPECT_EQ(repository.cluster().sources().at("cilium"), "--cilium");
}

TEST(CiliumEnvironment, TheConfigMapIsWhatTheAgentsRead) {
  const CiliumRepository repository({{"a.yaml", cilium_config("{enable-l7-proxy: \"false\"}")},
                                     {"r.yaml", helm_release("{l7Proxy: true}")}});
  EXPECT_FALSE(repository.environment().l7_proxy);
  EXPECT_EQ(repository.notes(), "l7Proxy of Cilium is `true` (HelmRelease kube-system/cilium, " +
                                    repository.cluster().units().back()->path() +
                                    ":6:21) and `false` (ConfigMap kube-system/cilium-config, " +
                                    repository.cluster().units().front()->path() +
                                    ":4:25); the latter counts\n");
}

TEST(CiliumEnvironment, TwoClustersMayDiffer) {
  const std::string policy =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: shop}\n"
      "spec: {endpointSelector: {}, ingress: [{}]}\n";
  const CiliumRepository repository(
      {{"apps/a.yaml", policy},
       {"clusters/prod/cilium.yaml", helm_release("{}", "1.18.2")},
       {"clusters/staging/Chart.yaml",
        "apiVersion: v2\nname: net\n"
        "dependencies: [{name: cilium, version: 1.20.0}]\n"},
       {"clusters/staging/values.yaml", "cilium: {l7Proxy: false}\n"}});
  EXPECT_EQ(release_name(repository.environment("prod").cilium), "1.18");
  EXPECT_TRUE(repository.environment("prod").l7_proxy);
  EXPECT_EQ(release_name(repository.environment("staging").cilium), "1.20");
  EXPECT_FALSE(repository.environment("staging").l7_proxy);
  for (const char* name : {"prod", "staging"})
    EXPECT_EQ(repository.cluster(name).policies().size(), 1U);
}

TEST(CiliumEnvironment, OtherChartsSayNothing) {
  std::string other = helm_release("{hostFirewall: {enabled: true}}");
  other.replace(other.find("chart: cilium"), 13, "chart: podinfo");
  EXPECT_EQ(CiliumRepository({{"r.yaml", other}}).environment(), policy::Environment());
}

}  // namespace
}  // namespace cnplint
