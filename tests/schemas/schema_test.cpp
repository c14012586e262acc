// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "policy/model/policy_kind.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"
#include "schemas/schema.h"
#include "schemas/validator.h"
#include "tests/golden.h"

namespace cnplint::schemas {
namespace {

using Json = nlohmann::json;
using policy::NodeRef;

/// A node as JSON, as the API server gets it: nulls of mappings dropped.
Json to_json(NodeRef node) {
  if (node.is_mapping()) {
    Json object = Json::object();
    for (const policy::Entry& entry : node.entries())
      if (!entry.value.is_null()) object[entry.key.key_text()] = to_json(entry.value);
    return object;
  }
  if (node.is_sequence()) {
    Json array = Json::array();
    for (const NodeRef item : node.items()) array.push_back(to_json(item));
    return array;
  }
  const std::string text(node.text());
  switch (node.type()) {
    case policy::ScalarType::null:
      return nullptr;
    case policy::ScalarType::boolean:
      return policy::boolean_value(text);
    case policy::ScalarType::integer:
    case policy::ScalarType::floating:
      if (const auto value = policy::integer_value(text, node.type())) return *value;
      return 0.5;
    default:
      return text;
  }
}

/// What valijson cannot judge: it compiles patterns with std::regex, which has no \P.
void drop_what_valijson_lacks(Json& schema) {
  if (schema.is_object() && schema.contains("pattern") &&
      schema["pattern"].get<std::string>().find("\\P") != std::string::npos)
    schema.erase("pattern");
  if (schema.is_structured())
    for (Json& child : schema) drop_what_valijson_lacks(child);
}

class Oracle {
 public:
  Oracle(const std::string& name, policy::Release release)
      : json_(Json::parse(plain_json_schema(name, release))) {
    drop_what_valijson_lacks(json_);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(valijson::adapters::NlohmannJsonAdapter(json_), schema_);
  }

  bool accepts(const Json& document) {
    valijson::Validator validator;
    return validator.validate(schema_, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
  }

 private:
  Json json_;
  valijson::Schema schema_;
};

/// Whether ours accepts it by the keywords that both know: `cidr` is a format of Kubernetes.
bool ours_accepts(const Schema& schema, NodeRef root) {
  for (const Violation& violation : validate(schema, root)) {
    const bool theirs_not =
        violation.keyword == Keyword::format || violation.keyword == Keyword::null_field ||
        (violation.keyword == Keyword::duplicate && violation.schema->name == "conditions") ||
        (violation.keyword == Keyword::pattern &&
         violation.schema->pattern_text.find("\\P") != std::string::npos);
    if (!theirs_not) return false;
  }
  return true;
}

struct Mutation {
  const char* find;
  const char* replace;
};

TEST(SchemaOracle, AgreesWithValijson) {
  const std::string base = tests::read(tests::repository("tests/schemas/everything.yaml"));
  const Mutation mutations[] = {
      {"", ""},
      {"matchLabels: {app: api}", "matchLabels: {app: 1}"},
      {"operator: Exists", "operator: exists"},
      {"- world", "- internet"},
      {"endPort: 90", "endPort: 70000"},
      {"endPort: 90", "endPort: '90'"},
      {"endPort: 90", "endPort: -1"},
      {"protocol: TCP", "protocol: tcp"},
      {"mode: required", "mode: always"},
      {"mode: required", "level: x"},
      {"matchName: a.b", "matchName: a.b, matchPattern: '*'"},
      {"matchName: a.b", "matchName: 'a b'"},
      {"serverNames: [a.b]", "serverNames: []"},
      {"serverNames: [a.b]", "serverNames: [a.b, a.b]"},
      {"http:", "htp:"},
      {"endpointSelector:", "nodeSelector: {}\n  endpointSelector:"},
      {"priority: 5", "priority: 0"},
      {"priority: 5", "priority: 101"},
      {"name: filters", "name: ''"},
      {"type: 8", "type: Echoo"},
      {"type: 8", "type: [8]"},
      {"log: {value: x}", "log: {value: 123456789012345678901234567890123}"},
      {"log: {value: x}", "log: {value: '123456789012345678901234567890123'}"},
      {"metadata:", "meta:"},
      {"description: d", "description: [d]"},
      {"ingress: true", "ingress: 'true'"},
      {"value: v", "value: {a: b}"},
      {"cidrGroupRef: g", "cidrGroupRef: G"},
      {"k8sServiceSelector: {selector:", "k8sServiceSelector: {selectr:"},
  };
  for (const int minor : {16, 17, 18, 19, 20}) {
    const policy::Release release{minor};
    const Schema schema = compile_schema("ciliumnetworkpolicy", release);
    Oracle oracle("ciliumnetworkpolicy", release);
    for (const Mutation& mutation : mutations) {
      std::string text = base;
      const std::string find = mutation.find;
      if (!find.empty()) {
        ASSERT_NE(text.find(find), std::string::npos) << find;
        text.replace(text.find(find), find.size(), mutation.replace);
      }
      base::SourceStore store;
      const auto content = policy::read_documents(store.add("a.yaml", text));
      ASSERT_FALSE(content.documents.at(0).error()) << mutation.replace;
      const NodeRef root = content.documents[0].root();
      EXPECT_EQ(ours_accepts(schema, root), oracle.accepts(to_json(root)))
          << "1." << minor << ": " << mutation.find << " -> " << mutation.replace;
    }
  }
}

TEST(Schema, EverythingIsAcceptedBy120) {
  const Schema schema = compile_schema("ciliumnetworkpolicy", {});
  base::SourceStore store;
  const auto content = policy::read_documents(
      store.add("a.yaml", tests::read(tests::repository("tests/schemas/everything.yaml"))));
  for (const Violation& violation : validate(schema, content.documents.at(0).root()))
    ADD_FAILURE() << violation.path() << ": " << describe(violation, schema);
}

struct FieldCase {
  const char* field;
  int first;
  int last;
};

/// facts/cilium-validation.md 1: what came, changed and went between 1.16 and 1.20.
TEST(Schema, FieldsByRelease) {
  const FieldCase cases[] = {
      {"log: {value: x}", 18, 20},
      {"ingress: [{fromCIDRSet: [{cidrGroupSelector: {}}]}]", 17, 20},
      {"ingress: [{toPorts: [{ports: [{port: '1'}], rules: {kafka: []}}]}]", 16, 19},
      {"ingress: [{toPorts: [{ports: [{port: '1'}], rules: {l7proto: x, l7: []}}]}]", 16, 19},
      {"ingress: [{fromRequires: [{matchLabels: {a: b}}]}]", 16, 18},
      {"ingress: [{fromRequires: []}]", 16, 20},
      {"ingress: [{toPorts: [{ports: [{protocol: TCP}]}]}]", 19, 20},
      {"ingress: [{toPorts: [{ports: [{port: '0', protocol: VRRP}]}]}]", 19, 20},
      {"ingress: [{toPorts: [{ports: [{port: '0', protocol: GRE}]}]}]", 20, 20},
      {"egress: [{toPorts: [{ports: [{port: '1'}], serverNames: []}]}]", 16, 17},
      {"egress: [{toPorts: [{ports: [{port: '1'}], serverNames: ['a*.b']}]}]", 20, 20},
      {"egress: [{toPorts: [{ports: [{port: '1'}], serverNames: ['*.b']}]}]", 18, 20},
      {"description: no rules", 16, 17},
      {"enableDefaultDeny: {ingress: false}\n  ingress: []", 16, 20},
  };
  for (const FieldCase& each : cases)
    for (int minor = 16; minor <= 20; ++minor) {
      const Schema schema = compile_schema("ciliumnetworkpolicy", {minor});
      const std::string rules = std::string(each.field).find("gress") != std::string::npos ||
                                        std::string(each.field) == "description: no rules"
                                    ? ""
                                    : "\n  ingress: []";
      base::SourceStore store;
      const auto content = policy::read_documents(store.add(
          "a.yaml",
          "metadata: {}\nspec:\n  endpointSelector: {}\n  " + std::string(each.field) + rules));
      const bool accepted = validate(schema, content.documents.at(0).root()).empty();
      // 1.16 and 1.17 take any list of names; patterns came with 1.18.
      const bool names_unchecked =
          minor < 18 && std::string(each.field).find("serverNames: ['") != std::string::npos;
      EXPECT_EQ(accepted, (minor >= each.first && minor <= each.last) || names_unchecked)
          << each.field << " in 1." << minor;
    }
}

TEST(Schema, EveryKindOfPolicyHasItsOwn) {
  std::vector<std::string_view> names;
  for (const policy::KindFacts& facts : policy::kPolicyKinds) {
    const Json schema = Json::parse(embedded_schema(facts.schema));
    EXPECT_EQ(schema["title"], facts.name);
    names.push_back(facts.schema);
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(Schema, EveryBundledSchemaCompilesAndExports) {
  for (const std::string_view name : bundled_schema_names())
    for (int minor = 16; minor <= 20; ++minor) {
      EXPECT_FALSE(compile_schema(name, {minor}).nodes().empty());
      const std::string plain = plain_json_schema(name, {minor});
      EXPECT_EQ(plain.find("x-cilium"), std::string::npos) << name;
      EXPECT_EQ(plain.find(".json#"), std::string::npos) << name;
      EXPECT_TRUE(Json::accept(plain)) << name;
    }
}

}  // namespace
}  // namespace cnplint::schemas
