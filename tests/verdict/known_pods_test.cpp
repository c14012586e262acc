// SPDX-License-Identifier: Apache-2.0
//
// What the input knows of pods: whom selectors select among its workloads, and of which namespaces
// it has all.
#include "policy/verdict/known_pods.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "project/project.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using policy::Knowledge;

constexpr std::string_view kWorkloads = R"(
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: store}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  template:
    metadata: {labels: {app: cart}}
    spec: {serviceAccountName: buyer, containers: [{name: c, image: c}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: shop}
spec:
  template:
    metadata: {labels: {app: agent}}
    spec: {hostNetwork: true, containers: [{name: c, image: c}]}
---
apiVersion: v1
kind: Pod
metadata: {name: late, namespace: web, labels: {app: "${APP}"}}
spec: {containers: [{name: c, image: c}]}
)";

/// A selector as text, read.
struct Selector {
  explicit Selector(const std::string& text)
      : content(policy::read_documents(store.add("selector.yaml", text))),
        conditions(policy::conditions(content.documents.front().root())) {}

  base::SourceStore store;
  policy::FileContent content;
  policy::Conditions conditions;
};

/// The pods of some manifests.
struct Pods {
  explicit Pods(const std::string& manifests, lint::Config config = {})
      : project(std::move(config), {}, 1),
        inventory(project.open({}, {{"all.yaml", manifests}}).clusters().front().inventory()),
        pods(inventory, environment) {}

  /// The names of the workloads that a selector selects.
  [[nodiscard]] std::string selected(const std::string& selector) const {
    const Selector read(selector);
    std::vector<std::string> names;
    for (const std::uint32_t each : pods.selected(read.conditions))
      names.emplace_back(name_of(pods.workload(each)));
    return base::joined(names, " ");
  }
  /// The same for one in the network of its node; empty for none.
  [[nodiscard]] std::string on_host(const std::string& selector) const {
    const Selector read(selector);
    const auto pod = pods.first_selected(read.conditions, true);
    return pod ? std::string(name_of(pods.workload(*pod))) : "";
  }

  policy::Environment environment;
  project::Project project;
  const policy::Inventory& inventory;
  policy::KnownPods pods;
};

TEST(KnownPods, AreSelectedByWhatTheirIdentityHas) {
  const Pods known{std::string(kWorkloads)};
  // The label of the pod in `web` is filled in later: it may be any.
  EXPECT_EQ(known.selected("matchLabels: {app: cart}"), "cart late");
  EXPECT_EQ(known.selected("matchLabels: {app: cart, io.kubernetes.pod.namespace: shop}"), "cart");
  EXPECT_EQ(known.selected("matchLabels: {io.cilium.k8s.policy.serviceaccount: buyer}"), "cart");
  EXPECT_EQ(known.selected("matchLabels: {k8s:app: other, io.kubernetes.pod.namespace: shop}"), "");
  EXPECT_EQ(known.selected("{}"), "cart late");
  EXPECT_EQ(known.selected("matchLabels: {app: agent, io.kubernetes.pod.namespace: shop}"), "");
  EXPECT_EQ(known.on_host("matchLabels: {app: agent}"), "agent");
}

TEST(KnownPods, LabelsOfNamespacesAreKnownWhereTheNamespaceIs) {
  const Pods known{std::string(kWorkloads)};
  EXPECT_EQ(known.selected("matchLabels: {io.cilium.k8s.namespace.labels.team: store}"),
            "cart late");
  EXPECT_EQ(known.selected("matchLabels: {io.cilium.k8s.namespace.labels.team: other}"), "late");
}

TEST(KnownPods, WhatIsNotRenderedMakesNamespacesPartlyKnown) {
  const auto of = [](const std::string& more, lint::Config config = {}) {
    const Pods known{std::string(kWorkloads) + more, std::move(config)};
    return std::pair(known.pods.of_namespace("shop"), known.pods.of_namespace("elsewhere"));
  };
  using enum Knowledge;
  EXPECT_EQ(of(""), std::pair(complete, none));
  const std::string release = R"(---
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: cart, namespace: NAMESPACE}
spec: {chart: {spec: {chart: cart}}}
)";
  const auto in = [&](std::string_view ns) {
    std::string text = release;
    text.replace(text.find("NAMESPACE"), 9, ns);
    return text;
  };
  EXPECT_EQ(of(in("shop")), std::pair(partial, none));
  EXPECT_EQ(of(in("web")), std::pair(complete, none));
  EXPECT_EQ(of(in("'${NS}'")), std::pair(partial, none));
  const std::string application = R"(---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cart, namespace: argocd}
spec:
  source: {repoURL: https://charts.example.com, SOURCE}
  destination: {namespace: shop}
)";
  const auto from = [&](std::string_view source) {
    std::string text = application;
    text.replace(text.find("SOURCE"), 6, source);
    return text;
  };
  EXPECT_EQ(of(from("chart: cart")), std::pair(partial, none));
  EXPECT_EQ(of(from("path: apps/cart")), std::pair(complete, none));
  lint::Config says;
  says.inventory_complete = true;
  EXPECT_EQ(of(in("shop"), says), std::pair(complete, complete));
  says.inventory_complete = false;
  EXPECT_EQ(of("", says), std::pair(partial, none));
}

TEST(KnownPods, ChartsAndRemoteResourcesMakeAllPartlyKnown) {
  const auto of_shop = [](const tests::TemporaryFolder& folder) {
    project::Project project({}, {}, 1);
    const auto& inputs = project.open({folder.path().string()});
    const policy::Environment environment;
    const policy::KnownPods pods(inputs.clusters().front().inventory(), environment);
    return pods.of_namespace("shop");
  };
  const tests::TemporaryFolder plain;
  plain.write("all.yaml", std::string(kWorkloads));
  EXPECT_EQ(of_shop(plain), Knowledge::complete);
  const tests::TemporaryFolder chart;
  chart.write("all.yaml", std::string(kWorkloads));
  chart.write("chart/Chart.yaml", "apiVersion: v2\nname: cart\nversion: 0.1.0\n");
  EXPECT_EQ(of_shop(chart), Knowledge::partial);
  const tests::TemporaryFolder remote;
  remote.write("all.yaml", std::string(kWorkloads));
  remote.write("kustomization.yaml", "resources: [all.yaml, 'https://example.com/more.yaml']\n");
  EXPECT_EQ(of_shop(remote), Knowledge::partial);
}

}  // namespace
}  // namespace cnplint
