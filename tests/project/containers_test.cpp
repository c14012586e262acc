// SPDX-License-Identifier: Apache-2.0
//
// Laws of policies in other objects: a policy has the findings that it has alone, with the bytes of
// what is written, and a variable is never wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <sstream>

#include "policy/model/policy_kind.h"
#include "policy/yaml/reader.h"
#include "project/check.h"
#include "rules/catalogue.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

std::string indented(const std::string& text, std::size_t columns, const std::string& first = "") {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    const std::string head = result.empty() && !first.empty() ? first : std::string(columns, ' ');
    result += line.empty() ? "\n" : head + line + "\n";
  }
  return result;
}

/// A way to put a policy into something else.
struct Wrapping {
  const char* name;
  const char* before;
  std::size_t columns;     ///< of the policy's lines
  const char* first = "";  ///< what stands there in the first line instead of blanks
  bool text = false;       ///< the policy is a text in it
};

constexpr std::array<Wrapping, 20> kWrappings{{
    {"List", "apiVersion: v1\nkind: List\nitems:\n", 2, "- "},
    {"Template",
     "apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n", 2,
     "- "},
    {"former Template", "apiVersion: v1\nkind: Template\nobjects:\n", 2, "- "},
    {"Policy of Open Cluster Management",
     "apiVersion: policy.open-cluster-management.io/v1\nkind: Policy\nmetadata: {name: "
     "p}\nspec:\n"
     "  policy-templates:\n  - objectDefinition:\n"
     "      apiVersion: policy.open-cluster-management.io/v1\n      kind: ConfigurationPolicy\n"
     "      metadata: {name: c}\n      spec:\n        object-templates:\n"
     "        - complianceType: musthave\n          objectDefinition:\n",
     12},
    {"raw templates without templates",
     "apiVersion: policy.open-cluster-management.io/v1\nkind: ConfigurationPolicy\n"
     "metadata: {name: c}\nspec:\n  object-templates-raw: |\n    - complianceType: musthave\n"
     "      objectDefinition:\n",
     8, "", true},
    {"ManifestWork",
     "apiVersion: work.open-cluster-management.io/v1\nkind: ManifestWork\nspec:\n  workload:\n"
     "    manifests:\n",
     6, "    - "},
    {"SyncSet", "apiVersion: hive.openshift.io/v1\nkind: SyncSet\nspec:\n  resources:\n", 4,
     "  - "},
    {"Object",
     "apiVersion: kubernetes.crossplane.io/v1alpha2\nkind: Object\nspec:\n  forProvider:\n"
     "    manifest:\n",
     6},
    {"values", "replicas: 1\ngrafana:\n  extraObjects:\n", 4, "  - "},
    {"values with names", "rawResources:\n  one:\n", 4},
    {"HelmRelease",
     "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nspec:\n  values:\n"
     "    extraDeploy:\n",
     6, "    - "},
    {"Application",
     "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  sources:\n  - helm:\n"
     "      valuesObject:\n        extraManifests:\n",
     10, "        - "},
    {"values as a text",
     "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec:\n  source:\n    helm:\n"
     "      values: |\n        extraManifests:\n",
     10, "        - ", true},
    {"NamespaceConfig",
     "apiVersion: redhatcop.redhat.io/v1alpha1\nkind: NamespaceConfig\nspec:\n  templates:\n"
     "  - objectTemplate: |\n",
     6, "", true},
    {"ConfigMap", "apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |\n", 4, "", true},
    {"ConfigMap, folded away", "apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |2-\n", 4,
     "", true},
    {"Secret", "apiVersion: v1\nkind: Secret\nstringData:\n  policy.yaml: |+\n", 4, "", true},
    {"ConfigMap behind another policy",
     "apiVersion: v1\nkind: ConfigMap\ndata:\n  policy.yaml: |\n    apiVersion: v1\n    kind: "
     "Pod\n"
     "    ---\n",
     4, "", true},
    {"ConfigMap in a ConfigMap",
     "apiVersion: v1\nkind: ConfigMap\ndata:\n  map.yaml: |\n    apiVersion: v1\n"
     "    kind: ConfigMap\n    data:\n      policy.yaml: |\n",
     8, "", true},
    {"Template in a List",
     "apiVersion: v1\nkind: List\nitems:\n- apiVersion: template.openshift.io/v1\n"
     "  kind: Template\n  objects:\n",
     4, "  - "},
}};

/// Lints texts one after the other, without files.
class Linter {
 public:
  lint::Outcome lint(const std::string& text) {
    return project::check(project_,
                          project_.open({}, {{"p" + std::to_string(++texts_) + ".yaml", text}}));
  }

 private:
  project::Project project_{{}, {}, 1};
  std::size_t texts_ = 0;
};

/// What is said of a text, and of which bytes, without their places.
std::multiset<std::string> said(Linter& linter, const std::string& text, bool with_bytes = true) {
  std::multiset<std::string> all;
  const lint::Outcome outcome = linter.lint(text);
  for (const lint::Finding& finding : outcome.findings)
    all.insert(std::string(finding.rule->name) + ": " + finding.message + " of " + finding.subject +
               (with_bytes ? " at " + std::string(finding.range.text()) : ""));
  return all;
}

/// Policies with and without mistakes: the examples of all rules, but for those that are several
/// documents, or none, or about comments.
std::vector<std::string> policies() {
  std::vector<std::string> all;
  for (const lint::Rule* rule : rules::catalogue())
    for (const std::string_view example : {rule->example.bad, rule->example.good}) {
      base::SourceFile file("p.yaml", std::string(example));
      const policy::FileContent content = policy::read_documents(file);
      if (content.documents.size() == 1 && !content.documents[0].error() &&
          content.comments.empty() && rule->name != "unresolved-variable" &&
          !policy::is_template(content.documents[0]))
        all.emplace_back(example);
    }
  return all;
}

TEST(PoliciesInside, APolicyInsideHasTheFindingsThatItHasAlone) {
  ASSERT_GT(policies().size(), 100U);
  Linter linter;
  for (const std::string& policy : policies()) {
    const auto alone = said(linter, policy);
    for (const Wrapping& each : kWrappings) {
      // Placeholders of plain files are no news; in a container they are.
      auto inside = said(linter, each.before + indented(policy, each.columns, each.first));
      std::erase_if(inside, [](const std::string& finding) {
        return finding.starts_with("unresolved-variable");
      });
      EXPECT_EQ(inside, alone) << each.name << "\n" << policy;
    }
  }
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result + "\"";
}

TEST(PoliciesInside, AQuotedPolicyHasThemAtItsScalar) {
  const std::string before = "apiVersion: v1\nkind: ConfigMap\ndata:\n  p: ";
  Linter linter;
  for (const std::string& policy : policies()) {
    const std::string text = before + quoted(policy) + "\n";
    auto inside = said(linter, text, false);
    std::erase_if(inside, [](const std::string& finding) {
      return finding.starts_with("unresolved-variable");
    });
    EXPECT_EQ(inside, said(linter, policy, false)) << policy;
    const lint::Outcome outcome = linter.lint(text);
    for (const lint::Finding& finding : outcome.findings)
      EXPECT_EQ(finding.range.place().substr(finding.range.place().rfind("yaml") + 4), ":4:6");
  }
}

/// The policy as Kyverno generates it: what names it stands beside what is in it.
std::string generated(const std::string& policy) {
  base::SourceFile file("p.yaml", policy);
  const policy::FileContent content = policy::read_documents(file);
  const policy::NodeRef root = content.documents[0].root();
  const auto field = [&](const char* name, policy::NodeRef value) {
    return value ? "      " + std::string(name) + ": " + std::string(value.range().text()) + "\n"
                 : "";
  };
  const std::size_t spec = policy.find("\nspec");
  return "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: k}\nspec:\n  rules:\n"
         "  - name: r\n    generate:\n" +
         field("apiVersion", root.get("apiVersion")) + field("kind", root.get("kind")) +
         field("name", root.get("metadata").get("name")) +
         field("namespace", root.get("metadata").get("namespace")) + "      data:\n" +
         (spec == std::string::npos ? "" : indented(policy.substr(spec + 1), 8));
}

TEST(PoliciesInside, AGeneratedPolicyHasThemToo) {
  std::size_t compared = 0;
  Linter linter;
  for (const std::string& policy : policies()) {
    // What is beside the object has other places, and what is filled in is said of it.
    if (policy.find("\nspec") == std::string::npos ||
        policy.find("annotations") != std::string::npos ||
        policy.find("{name: ") == std::string::npos || policy.find("${") != std::string::npos)
      continue;
    // A generated object has its namespace elsewhere, and a clusterwide one none.
    if (policy.find("Clusterwide") != std::string::npos &&
        policy.find("namespace: ") != std::string::npos)
      continue;
    ++compared;
    EXPECT_EQ(said(linter, generated(policy)), said(linter, policy)) << policy;
  }
  EXPECT_GT(compared, 80U);
}

/// Rules that say more than a note of a text.
std::map<std::string_view, lint::Severity> complaints(Linter& linter, const std::string& text) {
  std::map<std::string_view, lint::Severity> all;
  const lint::Outcome outcome = linter.lint(text);
  for (const lint::Finding& finding : outcome.findings)
    if (finding.severity > lint::Severity::note) all[finding.rule->name] = finding.severity;
  return all;
}

/// Whether a rule says what another one said before, of an entity that was the world.
bool is_other_word(std::string_view rule,
                   const std::map<std::string_view, lint::Severity>& before) {
  return rule == "no-ports" && before.contains("world-egress-all-ports");
}

/// A policy with a variable in the place of a node.
std::string with_variable(const std::string& policy, policy::NodeRef node,
                          const std::string& variable) {
  const base::SourceRange range = node.range();
  const std::size_t line = policy.rfind('\n', range.begin) + 1;
  const bool first = policy.find_first_not_of(' ', line) >= range.begin;
  // Behind the indentation of the key that it is the value of.
  return policy.substr(0, range.begin) + (first ? std::string(20, ' ') : "") + variable +
         policy.substr(range.end);
}

TEST(PoliciesInside, AVariableIsNeverWrong) {
  std::size_t tried = 0;
  Linter linter;
  for (const std::string& policy : policies()) {
    const auto before = complaints(linter, kWrappings[1].before + indented(policy, 2, "- "));
    const auto is_error = [](const auto& each) { return each.second == lint::Severity::error; };
    if (std::ranges::any_of(before, is_error)) continue;
    base::SourceFile file("p.yaml", policy);
    const policy::FileContent content = policy::read_documents(file);
    const policy::Document& document = content.documents[0];
    const policy::NodeRef spec = document.root().get("spec");
    if (!spec) continue;
    for (std::uint32_t i = spec.index(); i < document.size(); ++i) {
      const policy::NodeRef node(document, i);
      if (node.index() != i || node.range().text().empty()) continue;
      if (node.parent().is_mapping() && !node.key()) continue;  // a key
      for (const char* variable : {"\"${V}\"", "\"{{ x.y }}\""}) {
        const std::string text = with_variable(policy, node, variable);
        for (const auto& [rule, severity] :
             complaints(linter, kWrappings[1].before + indented(text, 2, "- ")))
          EXPECT_TRUE(before.contains(rule) || is_other_word(rule, before)) << rule << "\n" << text;
        ++tried;
      }
    }
  }
  EXPECT_GT(tried, 1000U);
}

}  // namespace
}  // namespace cnplint
