// SPDX-License-Identifier: Apache-2.0
//
// What Flux makes of `${NAME}`: fluxcd/pkg/envsubst, and "Post build variable substitution" of its
// documentation.
#include "project/flux_substitution.h"

#include <gtest/gtest.h>

#include "policy/yaml/reader.h"
#include "tests/node_json.h"
#include "tests/project/kustomize_tree.h"

namespace cnplint {
namespace {

using project::FluxVariables;

const FluxVariables kAll{{{"name", "shop"}, {"empty", ""}, {"port", "80"}, {"quote", "\""}}, true};
const FluxVariables kSome{kAll.values, false};
const std::string kUnknown = "(unknown)";

std::string filled_in(std::string_view text, const FluxVariables& variables = kAll) {
  return project::substituted(text, variables).value_or(kUnknown);
}

TEST(FluxSubstitution, Texts) {
  EXPECT_EQ(filled_in("a ${name} b ${port}"), "a shop b 80");
  EXPECT_EQ(filled_in("${name}${name}"), "shopshop");
  EXPECT_EQ(filled_in("no variable: $name $(name) {name}"), "no variable: $name $(name) {name}");
  EXPECT_EQ(filled_in("$${name} ${name}"), "${name} shop");
  EXPECT_EQ(filled_in("${name:-x} ${other:-x} ${other:=y z} ${other-x} ${other=x}"),
            "shop x y z x x");
  EXPECT_EQ(filled_in("[${empty:-x}][${empty-x}][${empty}]"), "[x][][]");
  EXPECT_EQ(filled_in("${other:-}"), "");
  EXPECT_EQ(filled_in("${open"), "${open");
  // Whoever gives nothing gets nothing, where all variables are known.
  EXPECT_EQ(filled_in("[${other}]"), "[]");
  EXPECT_EQ(filled_in("[${other}]", kSome), kUnknown);
  EXPECT_EQ(filled_in("[${other:-x}]", kSome), kUnknown);
  EXPECT_EQ(filled_in("[${name}]", kSome), "[shop]");
  // Functions, and variables in defaults, are not followed.
  for (const char* text : {"${name^^}", "${name:0:2}", "${name#s}", "${name/s/t}", "${#name}",
                           "${other:-${name}}", "${}", "${1:}"})
    EXPECT_EQ(filled_in(text), kUnknown) << text;
}

TEST(FluxSubstitution, WhatGrowsEnds) {
  FluxVariables variables{{{"x", std::string(40'000, 'x')}}, true};
  EXPECT_EQ(filled_in("${x}", variables).size(), 40'000U);
  EXPECT_EQ(filled_in("${x}${x}", variables), kUnknown);
}

/// An object of one value, filled in, as JSON.
std::string value_of(const std::string& yaml, const FluxVariables& variables = kAll) {
  base::SourceFile file("a.yaml", "v: " + yaml + "\n");
  const policy::FileContent content = policy::read_documents(file);
  policy::ComposedValue value = policy::ComposedValue::written(content.documents.front().root());
  const bool changed = project::substitute(value, variables);
  const auto made =
      policy::compose(value, content.documents.front(), policy::Booleans::true_and_false);
  EXPECT_TRUE(made);
  const nlohmann::json json = tests::json_of((*made)->root());
  EXPECT_EQ(changed, json != tests::json_of(content.documents.front().root()));
  tests::expect_places((*made)->root());
  return json["v"].dump();
}

TEST(FluxSubstitution, ValuesAreReadWithoutTheirQuotes) {
  EXPECT_EQ(value_of("${name}"), "\"shop\"");
  EXPECT_EQ(value_of("\"${port}\""), "80");
  EXPECT_EQ(value_of("'${port}${port}'"), "8080");
  EXPECT_EQ(value_of("\"${other:=true}\""), "true");
  EXPECT_EQ(value_of("\"${other}\""), "null");
  EXPECT_EQ(value_of("\"${quote}${port}${quote}\""), "\"80\"");
  EXPECT_EQ(value_of("\"*.${name}.example\""), "\"*.shop.example\"");
  EXPECT_EQ(value_of("\"*${port}\""), "\"*80\"");
  EXPECT_EQ(value_of("\"80\""), "\"80\"");
  EXPECT_EQ(value_of("[{a: \"${port}\"}, \"x-${port}\"]"), "[{\"a\":80},\"x-80\"]");
  EXPECT_EQ(value_of("{\"${name}\": 1}"), "{\"shop\":1}");
  EXPECT_EQ(value_of("|\n  a: ${port}\n  b"), "\"a: 80\\nb\\n\"");
}

TEST(FluxSubstitution, WhatWouldBeMoreThanOneValueStays) {
  for (const char* value : {"[1, 2]", "{a: 1}", "a: b", "a\nb", "a #b", "*alias", R"("a"b")"})
    EXPECT_EQ(value_of("\"${list}\"", {{{"list", value}}, true}), "\"${list}\"") << value;
}

}  // namespace
}  // namespace cnplint
