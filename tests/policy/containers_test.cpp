// SPDX-License-Identifier: Apache-2.0
//
// What stands in objects and in texts, and where.
#include <gtest/gtest.h>

#include <chrono>

#include "policy/model/inside.h"
#include "policy/model/policy.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Every policy of a text: its place and its subject, a line each; and the errors.
std::string policies_of(const std::string& text) {
  base::SourceFile file("f.yaml", text);
  FileContent content = read_documents(file);
  read_texts(file, content);
  std::string result;
  content.each_document([&](const Document& document) {
    if (document.error()) {
      result += document.error()->range.place() + " " + document.error()->message + "\n";
      return;
    }
    for (const Manifest& each : manifests(document.root()))
      if (const auto kind = policy_kind(each)) {
        const Policy policy = read_policy(*kind, each);
        result += policy.heading.get("kind").range().place() + " " + policy.subject() + "\n";
      }
  });
  return result;
}

const std::string kPolicy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n";
const std::string kAcm =
    "apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\nspec:\n";
const std::string kMap = "apiVersion: v1\nkind: ConfigMap\ndata:\n";

TEST(Containers, WhatRemovesObjectsHoldsNone) {
  for (const char* type : {"musthave", "MustOnlyHave"})
    EXPECT_EQ(policies_of(kAcm + "  object-templates:\n  - complianceType: " + type +
                          "\n    objectDefinition: {apiVersion: networking.k8s.io/v1, kind: "
                          "NetworkPolicy, metadata: {name: a, namespace: b}}\n"),
              "f.yaml:6:64 NetworkPolicy/b/a\n");
  for (const char* type : {"mustnothave", "MustNotHave"})
    EXPECT_EQ(policies_of(kAcm + "  object-templates:\n  - complianceType: " + type +
                          "\n    objectDefinition: {apiVersion: networking.k8s.io/v1, kind: "
                          "NetworkPolicy, metadata: {name: a, namespace: b}}\n"),
              "");
}

TEST(Containers, AnObjectWithoutANamespaceHasTheOneThatItsContainerSelects) {
  const std::string rest =
      "  object-templates:\n  - complianceType: musthave\n    objectDefinition: {apiVersion: "
      "networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}}\n";
  EXPECT_EQ(policies_of(kAcm + "  namespaceSelector: {include: [shop-*, x]}\n" + rest),
            "f.yaml:7:64 NetworkPolicy/shop-*/a\n");
  EXPECT_EQ(policies_of(kAcm + "  namespaceSelector: {matchLabels: {a: b}}\n" + rest),
            "f.yaml:7:64 NetworkPolicy/*/a\n");
  EXPECT_EQ(policies_of(kAcm + rest), "f.yaml:6:64 NetworkPolicy/default/a\n");
}

TEST(Containers, OnlyTheKindsOfTheirGroupsAreContainers) {
  const std::string objects =
      "objects:\n- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy}\n";
  EXPECT_NE(policies_of("apiVersion: template.openshift.io/v1\nkind: Template\n" + objects), "");
  EXPECT_NE(policies_of("apiVersion: v1\nkind: Template\n" + objects), "");
  EXPECT_EQ(policies_of("apiVersion: other.io/v1\nkind: Template\n" + objects), "");
}

TEST(Containers, ValuesHoldObjectsUnderTheNamesOfSuchValuesOnly) {
  const std::string object = "[{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy}]\n";
  EXPECT_NE(policies_of("extraObjects: " + object), "");
  EXPECT_NE(
      policies_of("a: {b: {c: {extraDeploy: " + object.substr(0, object.size() - 1) + "}}}\n"), "");
  EXPECT_EQ(policies_of("targets: " + object), "");
  EXPECT_EQ(policies_of("extraObjects: [{kind: NetworkPolicy}]\n"), "");
}

TEST(Containers, TextsKeepTheirPlaces) {
  EXPECT_EQ(
      policies_of(kMap + "  a: |\n    apiVersion: networking.k8s.io/v1\n    kind: NetworkPolicy\n"
                         "    ---\n    # more\n\n    apiVersion: networking.k8s.io/v1\n"
                         "    kind: NetworkPolicy\n    metadata: {name: b}"),
      "f.yaml:6:11 NetworkPolicy/default/\nf.yaml:11:11 NetworkPolicy/default/b\n");
  EXPECT_EQ(policies_of(kMap + "  a: &x |+4\n        apiVersion: networking.k8s.io/v1\n"
                               "        kind: NetworkPolicy\n\n  b: *x\n"),
            "f.yaml:6:15 NetworkPolicy/default/\n")
      << "a text is read once";
  EXPECT_EQ(policies_of("apiVersion: v1\r\nkind: ConfigMap\r\ndata:\r\n  a: |\r\n"
                        "    apiVersion: networking.k8s.io/v1\r\n    kind: NetworkPolicy\r\n"),
            "f.yaml:6:11 NetworkPolicy/default/\n");
}

TEST(Containers, OtherScalarsHaveThePlaceWhereTheyBegin) {
  const std::string two =
      "f.yaml:4:6 NetworkPolicy/default/a\nf.yaml:4:6 NetworkPolicy/default/b\n";
  EXPECT_EQ(policies_of(kMap + "  a: \"apiVersion: networking.k8s.io/v1\\nkind: NetworkPolicy\\n"
                               "metadata: {name: a}\\n---\\napiVersion: networking.k8s.io/v1\\n"
                               "kind: NetworkPolicy\\nmetadata: {name: \\\"b\\\"}\\n\"\n"),
            two);
  EXPECT_EQ(policies_of(kMap + "  a: >\n    apiVersion: networking.k8s.io/v1\n\n"
                               "    kind: NetworkPolicy\n\n    metadata: {name: a}\n\n    ---\n\n"
                               "    apiVersion: networking.k8s.io/v1\n\n    kind: NetworkPolicy\n\n"
                               "    metadata: {name: b}\n"),
            two);
  EXPECT_EQ(policies_of(kMap + "  a: '{\"apiVersion\": \"networking.k8s.io/v1\", \"kind\": "
                               "\"NetworkPolicy\", \"metadata\": {\"name\": \"a\"}}'\n"),
            "f.yaml:4:6 NetworkPolicy/default/a\n");
}

TEST(Containers, ATextThatCannotBeReadIsAnErrorWhereItIsMeantAsAPolicy) {
  const std::string wrong = "    metadata: {name: a\n    spec: {}\n";
  EXPECT_NE(policies_of(kMap + "  a: |\n    kind: NetworkPolicy\n" + wrong), "");
  EXPECT_NE(policies_of(kMap + "  a: '{\"kind\": \"NetworkPolicy\", '\n"), "");
  EXPECT_EQ(policies_of(kMap + "  a: |\n    kind: Deployment\n    cilium.io/x: y\n" + wrong), "");
  EXPECT_EQ(
      policies_of(kMap + "  a: |\n    #!/bin/sh\n    cat <<E\n    kind: NetworkPolicy\n" + wrong),
      "");
  EXPECT_EQ(policies_of(kMap + "  a: 'kind: NetworkPolicy, as I said: {'\n"), "");
}

TEST(Containers, VariablesAreValues) {
  EXPECT_EQ(with_placeholders("a: {{ .b }}-{{c}}\n"), "a: $(_____)-$(__)\n");
  EXPECT_EQ(with_placeholders("{{ a\n}} {{}}"), "{{ a\n}} $(_)");
  EXPECT_EQ(
      policies_of("apiVersion: redhatcop.redhat.io/v1alpha1\nkind: NamespaceConfig\nspec:\n"
                  "  templates:\n  - objectTemplate: |\n      " +
                  std::string("apiVersion: networking.k8s.io/v1\n      kind: NetworkPolicy\n") +
                  "      metadata:\n        name: {{ .Name }}-x\n        namespace: {{ .Name }}\n"),
      "f.yaml:7:13 NetworkPolicy/{{ .Name }}/{{ .Name }}-x\n");
}

TEST(Containers, WhatIsBesideAGeneratedObjectNamesIt) {
  EXPECT_EQ(policies_of("apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec:\n  rules:\n"
                        "  - generate:\n      apiVersion: networking.k8s.io/v1\n"
                        "      kind: NetworkPolicy\n      name: deny\n"
                        "      namespace: \"{{request.object.metadata.name}}\"\n"
                        "      data: {spec: {podSelector: {}}}\n"),
            "f.yaml:7:13 NetworkPolicy/{{request.object.metadata.name}}/deny\n");
}

std::string repeated(const std::string& text, std::size_t count) {
  std::string result;
  for (std::size_t i = 0; i < count; ++i) result += text;
  return result;
}

/// Containers in containers, aliases and long texts: each would hang or fill the memory of a
/// careless reader.
TEST(Containers, NothingHangs) {
  std::string nested = "kind: NetworkPolicy\n";
  for (int i = 0; i < 60; ++i) {
    std::string inner;
    for (std::size_t at = 0; at < nested.size();) {
      const std::size_t end = nested.find('\n', at) + 1;
      inner += "    " + nested.substr(at, end - at);
      at = end;
    }
    nested = "apiVersion: v1\nkind: ConfigMap\ndata:\n  a: |\n" + inner;
  }
  std::string flow = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy}";
  for (int i = 0; i < 60; ++i) flow = "{apiVersion: v1, kind: Template, objects: [" + flow + "]}";
  std::string quoted_text = kPolicy;
  for (int i = 0; i < 8; ++i) {
    std::string escaped;
    for (const char c : quoted_text)
      escaped += c == '\n'               ? "\\n"
                 : c == '"' || c == '\\' ? std::string("\\") + c
                                         : std::string(1, c);
    quoted_text = kMap + "  a: \"" + escaped + "\"\n";
  }
  const std::string bomb =
      "a: &a {apiVersion: v1, kind: Template, objects: [x, x]}\n"
      "b: &b {apiVersion: v1, kind: Template, objects: [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]}\n"
      "c: &c {apiVersion: v1, kind: Template, objects: [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]}\n"
      "extraObjects: [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n";
  const std::string cases[] = {
      nested,
      flow,
      quoted_text,
      bomb,
      kMap + repeated("  ? |\n    k\n  : |\n    kind: NetworkPolicy\n", 20000),
      kMap + "  a: &a |\n    kind: NetworkPolicy\n    metadata: {name: " + repeated("x", 100000) +
          "}\n  b: [" + repeated("*a, ", 1000) + "]\n",
      kMap + "  a: \"kind: NetworkPolicy\\n" + repeated("---\\nkind: NetworkPolicy\\n", 20000) +
          "\"\n",
      kMap + "  a: |\n" + repeated("    kind: NetworkPolicy\n    ---\n", 20000),
      kMap + "  a: |\n    kind: NetworkPolicy\n    x: " + repeated("{{ ", 200000) + "\n",
      kMap + "  a: |\n    kind: NetworkPolicy\n" + repeated("    x: {{ y\n", 50000) + "    z: }}\n",
      "extraObjects:\n" + repeated("- |\n  kind: NetworkPolicy\n", 20000),
      "kind: List\nitems: [" + repeated("{a: b}, ", 100000) + "]\napiVersion: v1\n",
      "kind: Template\napiVersion: v1\nobjects:\n- &o {kind: ConfigMap, apiVersion: v1, data: {a: "
      "'" +
          repeated("x", 1000000) + "'}}\n" + repeated("- *o\n", 50000),
      kMap + "  a: |",
      kMap + "  a: |\n",
      kMap + "  a: |2",
      kMap + "  a: |\n\n\n    \n",
      kMap + "  a: |-\n    --- NetworkPolicy",
      kMap + "  a: \"\\xff\\x00 NetworkPolicy\"\n",
  };
  for (const std::string& text : cases) {
    const auto start = std::chrono::steady_clock::now();
    policies_of(text);
    constexpr std::chrono::seconds kLong{5};
    EXPECT_LT(std::chrono::steady_clock::now() - start, kLong) << text.substr(0, 200);
  }
}

}  // namespace
}  // namespace cnplint::policy
