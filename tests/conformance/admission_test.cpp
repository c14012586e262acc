// SPDX-License-Identifier: Apache-2.0
//
// The admission vectors of the real Cilium 1.20 engine. Two levels: the schema's violations must be
// those of the API server word for word, and the findings must say who refuses a policy.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "lint/rule.h"
#include "policy/yaml/reader.h"
#include "rules/catalogue.h"
#include "schemas/validator.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using Words = std::set<std::string>;

using tests::vectors;

Words words(const Json& vector, const char* key) {
  return vector.contains(key) ? vector[key].get<Words>() : Words();
}

/// How the API server's validator names a violation, with the entries that it adds to one.
void add_as_apiserver(const schemas::Violation& violation, Words& errors) {
  using schemas::Keyword;
  const std::string path = violation.path();
  if (path.starts_with("metadata.")) return;  // no part of the vectors
  const schemas::SchemaNode& schema = *violation.schema;
  const auto add = [&](const std::string& at, std::string_view word) {
    errors.insert(at + ": " + std::string(word));
  };
  if (violation.keyword == Keyword::type && schema.format_cidr && !violation.node.is_null())
    return add(path, "format");  // a format on a value of another type is what it complains of
  add(path, schemas::keyword_name(violation.keyword));
  if (violation.keyword == Keyword::type) {
    if (!schema.one_of.empty() && !violation.node.is_null()) add(path, "oneOf");
    if (schema.int_or_string) add(path, "anyOf");
    // A fraction makes the rule of the whole object unreadable, too.
    const bool number = schema.int_or_string || (schema.types & schemas::kInteger) != 0;
    if (number && violation.node.is_scalar() &&
        violation.node.type() == policy::ScalarType::floating)
      add("", "type");
  }
  const auto& branches = violation.keyword == Keyword::one_of ? schema.one_of : schema.any_of;
  if (violation.keyword != Keyword::one_of && violation.keyword != Keyword::any_of) return;
  for (const schemas::Branch& branch : branches)
    for (const std::string& field : branch) {
      const policy::NodeRef value = violation.node.get(field);
      if (value && !value.is_null()) return;
    }
  add(path + "." + branches.front().front(), "required");
}

TEST(ConformanceSchema, AdmissionVectorsWordForWord) {
  const schemas::Schema schema = schemas::compile_schema("ciliumnetworkpolicy", {});
  const std::vector<Json> all = vectors("admission.jsonl.gz");
  ASSERT_EQ(all.size(), 1300U);
  for (const Json& vector : all) {
    base::SourceStore store;
    const auto content = policy::read_documents(store.add("vector.yaml", vector["yaml"]));
    ASSERT_EQ(content.documents.size(), 1U) << vector["id"];
    Words errors;
    Words pruned;
    Words nulls;
    for (const auto& violation : schemas::validate(schema, content.documents[0].root())) {
      if (violation.keyword == schemas::Keyword::unknown_field)
        pruned.insert(violation.path());
      else if (violation.keyword == schemas::Keyword::null_field)
        nulls.insert(violation.path());
      else
        add_as_apiserver(violation, errors);
    }
    Words expected = words(vector["crd"], "errors");
    expected.erase("apiVersion: unknown");  // not the schema's: rule wrong-api-version
    EXPECT_EQ(errors, expected) << vector["id"] << " " << vector["note"];
    EXPECT_EQ(pruned, words(vector, "pruned")) << vector["id"];
    EXPECT_EQ(nulls, words(vector, "nulls_pruned")) << vector["id"];
  }
}

lint::Config config_of(const Json& vector) {
  lint::Config config;
  const Json options = vector.value("options", Json::object());
  config.environment.node_selector_labels = options.value("node_selector_labels", false);
  config.environment.l7_proxy = options.value("l7_proxy", true);
  config.environment.icmp_rules = options.value("icmp_rules", true);
  config.environment.extended_ip_protocols = options.value("extended_ip_protocols", false);
  return config;
}

/// The findings of one document of a file.
std::vector<const lint::Finding*> findings_of(const lint::Outcome& outcome,
                                              const std::filesystem::path& file,
                                              std::uint32_t document) {
  std::vector<const lint::Finding*> result;
  for (const lint::Finding& finding : outcome.findings)
    if (finding.range.file->path() == file && finding.document == document)
      result.push_back(&finding);
  return result;
}

bool rejected(const std::vector<const lint::Finding*>& findings, std::uint8_t by) {
  return std::ranges::any_of(
      findings, [&](const lint::Finding* finding) { return (finding->rejected_by & by) != 0; });
}

std::string listed(const std::vector<const lint::Finding*>& findings) {
  std::string text;
  for (const lint::Finding* finding : findings)
    text += std::string(finding->rule->name) + ": " + finding->message + "\n";
  return text;
}

/// The rules that speak for the reasons of the vectors.
const std::map<std::string, Words> kRulesByReason{
    {"V001", {"policy-without-rules"}},
    {"V002", {"missing-selector"}},
    {"V003", {"two-selectors"}},
    {"V010", {"invalid-selector-expression"}},
    {"V011", {"invalid-selector-expression"}},
    {"V012", {"invalid-selector-expression"}},
    {"V013", {"invalid-label-value"}},
    {"V014", {"invalid-label-key"}},
    {"V020", {"mixed-peer-kinds"}},
    {"V021", {"node-peers-disabled"}},
    {"V023", {"unknown-entity"}},
    {"V030", {"l7-in-host-policy"}},
    {"V031", {"l7-without-proxy"}},
    {"V032", {"dns-rules-on-ingress"}},
    {"V033", {"icmp-rules-disabled"}},
    {"V034", {"icmps-beside-ports"}},
    {"V040", {"mixed-peer-kinds"}},
    {"V042", {"node-peers-disabled"}},
    {"V044", {"unknown-entity"}},
    {"V045", {"l7-without-proxy"}},
    {"V046", {"l7-in-host-policy"}},
    {"V047", {"icmp-rules-disabled", "icmps-beside-ports"}},
    {"V048", {"fqdn-with-name-and-pattern"}},
    {"V049", {"invalid-dns-name"}},
    {"V049b", {"invalid-dns-name"}},
    {"V050", {"missing-port"}},
    {"V051", {"invalid-port"}},
    {"V052", {"port-with-portless-protocol"}},
    {"V053", {"dns-rules-on-port-range"}},
    {"V054", {"unknown-protocol"}},
    {"V055", {"too-many-ports"}},
    {"V056", {"l7-without-tcp-port"}},
    {"V057", {"server-names-with-l7"}},
    {"V058", {"empty-server-name"}},
    {"V059", {"listener-on-ingress"}},
    {"V059b", {"listener-with-l7"}},
    {"V05A", {"l7-on-port-zero"}},
    {"V05B", {"dns-rules-without-ports"}},
    {"V05C", {"mixed-l7-kinds"}},
    {"V05E", {"invalid-http-regex"}},
    {"V05F", {"invalid-header-match"}},
    {"V05G", {"invalid-dns-name"}},
    {"V060", {"invalid-cidr"}},
    {"V061", {"unclear-cidr-source"}},
    {"V062", {"unclear-cidr-source"}},
    {"V063", {"invalid-selector-expression", "invalid-label-key", "invalid-label-value"}},
    {"V064", {"invalid-cidr"}},
    {"V065", {"invalid-cidr"}},
    {"V066", {"except-outside-cidr"}},
    {"V067", {"except-outside-cidr"}},
    {"V080", {"too-many-icmp-fields"}},
    {"V081", {"unknown-icmp-family"}},
    {"V082", {"unknown-icmp-type"}},
    {"V085", {"rule-label-without-key"}},
    {"V090", {"missing-name"}},
    {"V091", {"policy-without-spec"}},
    {"V092", {"node-selector-in-namespaced-policy"}},
    {"V093", {"node-selector-in-namespaced-policy"}},
    {"decode", {"wrong-type", "value-out-of-range"}},
    {"refused", {"invalid-cidr", "wrong-type", "unknown-icmp-type"}},
};

void expect_reason(const std::vector<const lint::Finding*>& findings, const Json& vector) {
  const std::string reason = vector["agent"].value("reason", "");
  if (reason.empty()) return;
  const Words& expected = kRulesByReason.at(reason);
  for (const lint::Finding* finding : findings)
    if ((finding->rejected_by & lint::kCilium) != 0 &&
        expected.contains(std::string(finding->rule->name)))
      return;
  ADD_FAILURE() << vector["id"] << ": no finding for " << reason << "\n" << listed(findings);
}

/// Whether a field is in something of a wrong type, so that its being dropped is no finding of its
/// own.
bool is_in_wrong_type(const std::vector<const lint::Finding*>& findings, const std::string& path) {
  return std::ranges::any_of(findings, [&](const lint::Finding* finding) {
    return finding->rule->name == "wrong-type" && path.starts_with(finding->path + ".");
  });
}

void expect_as_recorded(const std::vector<const lint::Finding*>& findings, const Json& vector) {
  EXPECT_EQ(!rejected(findings, lint::kApiServer), vector["crd"]["valid"].get<bool>())
      << vector["id"] << " " << vector["note"] << "\n"
      << listed(findings);
  EXPECT_EQ(!rejected(findings, lint::kCilium), vector["agent"]["valid"].get<bool>())
      << vector["id"] << " " << vector["note"] << "\n"
      << listed(findings);
  Words pruned;
  for (const lint::Finding* finding : findings)
    if (finding->pruned) pruned.insert(finding->path);
  Words recorded = words(vector, "pruned");
  std::erase_if(recorded, [&](const auto& path) { return is_in_wrong_type(findings, path); });
  EXPECT_EQ(pruned, recorded) << vector["id"];
  expect_reason(findings, vector);
}

TEST(ConformanceAdmission, WhoRefusesAndWhy) {
  std::map<std::string, std::vector<Json>> by_options;
  for (const Json& vector : vectors("admission.jsonl.gz"))
    by_options[vector.value("options", Json::object()).dump()].push_back(vector);
  for (const auto& [options, group] : by_options) {
    const tests::TemporaryFolder folder;
    const auto file_of = [&](const Json& vector) {
      return folder.path() / (vector["id"].get<std::string>() + ".yaml");
    };
    for (const Json& vector : group) folder.write(file_of(vector).filename(), vector["yaml"]);
    tests::Projects projects;
    const lint::Outcome outcome =
        tests::lint_paths(projects, {folder.path().string()}, config_of(group.front()));
    for (const Json& vector : group)
      expect_as_recorded(findings_of(outcome, file_of(vector), 0), vector);
  }
}

TEST(ConformanceAdmission, RealPolicies) {
  const auto corpus = tests::repository("../shared/corpus/devantler-platform");
  if (!std::filesystem::exists(corpus)) GTEST_SKIP() << corpus << " is not on this machine";
  tests::Projects projects;
  const lint::Outcome outcome = tests::lint_paths(projects, {corpus.string()});
  std::size_t checked = 0;
  for (const Json& vector : vectors("real-admission.jsonl.gz")) {
    const auto file = (corpus / vector["path"].get<std::string>()).lexically_normal();
    if (!std::filesystem::exists(file)) continue;
    ++checked;
    const auto findings = findings_of(outcome, file, vector["doc_index"].get<std::uint32_t>());
    const bool crd = !vector.contains("crd") || vector["crd"]["valid"].get<bool>();
    EXPECT_EQ(!rejected(findings, lint::kApiServer), crd) << file;
    EXPECT_EQ(!rejected(findings, lint::kCilium), vector["agent"]["valid"].get<bool>()) << file;
  }
  EXPECT_GT(checked, 40U);
}

}  // namespace
}  // namespace cnplint
