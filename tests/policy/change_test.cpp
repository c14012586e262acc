// SPDX-License-Identifier: Apache-2.0
//
// Changes of texts: each kind in every style, and the law that a changed text says what the change
// means and keeps all the rest.
#include <gtest/gtest.h>

#include <functional>

#include "policy/text/change.h"
#include "policy/yaml/reader.h"
#include "tests/policy/random_yaml.h"

namespace cnplint {
namespace {

using policy::NodeRef;
using policy::Value;

using Maker = std::function<policy::Changes(NodeRef)>;

/// A text with the changes that are made of its root.
std::string changed(const std::string& before, const Maker& make) {
  base::SourceStore store;
  base::SourceFile& file = store.add("p.yaml", before);
  const auto content = policy::read_documents(file);
  const auto edits = policy::edits_of(make(content.documents.front().root()));
  return edits ? policy::applied(file, *edits) : "no edit";
}

struct ChangeCase {
  const char* before;
  const char* after;
};

void expect_changed(const std::vector<ChangeCase>& table, const Maker& make) {
  for (const ChangeCase& each : table) EXPECT_EQ(changed(each.before, make), each.after);
}

TEST(TextChange, SetsATextInItsQuotes) {
  const std::vector<ChangeCase> table{
      {"a: x # why\n", "a: 8080x # why\n"},
      {"a: 'x'\n", "a: '8080x'\n"},
      {"a: \"x\"\n", "a: \"8080x\"\n"},
      {"a: |\n  x\nb: 1\n", "a: 8080x\nb: 1\n"},
      {"{a: x}\n", "{a: 8080x}\n"},
      {"- 1\n", "no edit"},
      {"a: {b: c}\n", "no edit"},
      {"a:\n- c\n", "no edit"},
      {"a: &k x\n", "a: &k 8080x\n"},
      {"a: &k x\nb: *k\n", "no edit"},  // it would change in two places
      {R"({"a": "x"})", R"({"a": "8080x"})"},
      {"a:\n", "a: 8080x\n"},
      {"a: # nothing\n", "a: 8080x # nothing\n"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::set_text(root.get("a"), "8080x")};
  });
}

TEST(TextChange, QuotesATextThatYamlTakesForSomethingElse) {
  const auto set = [](const std::string& text) {
    return [text](NodeRef root) {
      return policy::Changes{policy::set(root.get("a"), Value::text(text))};
    };
  };
  for (const char* text : {"on", "8080", "010", "", "null", "~", "a: b", "- a", "*", "#x", "1e3"}) {
    const std::string after = changed("a: x\n", set(text));
    base::SourceStore store;
    const auto content = policy::read_documents(store.add("p", after));
    EXPECT_TRUE(content.documents.front().root().get("a").is_string()) << after;
    EXPECT_EQ(content.documents.front().root().get("a").text(), text) << after;
  }
}

TEST(TextChange, SetsAListInTheStyleThatIsThere) {
  const std::vector<ChangeCase> table{
      {"a: []\n", "a:\n- {}\n"},
      {"a: [] # none\n", "a: [{}] # none\n"},
      {"a:\nb: 1\n", "a:\n- {}\nb: 1\n"},
      {"x:\n  - 1\na: []\n", "x:\n  - 1\na:\n  - {}\n"},
      {"a:\n- 1\n# end\n", "a:\n- {}\n# end\n"},
      {"{a: []}\n", "{a: [{}]}\n"},
      {"{\n  \"a\": []\n}\n", "{\n  \"a\": [{}]\n}\n"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::set(root.get("a"), Value::list({Value::map()}))};
  });
}

TEST(TextChange, RenamesAKey) {
  const std::vector<ChangeCase> table{
      {"a: 1 # x\n", "toPorts: 1 # x\n"},   {"\"a\": 1\n", "\"toPorts\": 1\n"},
      {R"({"a": 1})", R"({"toPorts": 1})"}, {"'a':\n- 1\n", "'toPorts':\n- 1\n"},
      {"a: &x 1\nb: *x\n", "no edit"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::rename(root.get("a"), "toPorts")};
  });
}

TEST(TextChange, AppendsToAListInTheStyleThatIsThere) {
  const std::vector<ChangeCase> table{
      {"ingress:\n- a: 1 # why\negress: []\n",
       "ingress:\n- a: 1 # why\n# seen\n- new: 1\negress: []\n"},
      {"ingress:\n      -   a: 1\n          b:\n          - c",
       "ingress:\n      -   a: 1\n          b:\n          - c\n      # seen\n      - new: 1"},
      {"ingress: [{a: 1}]\n", "ingress: [{a: 1}, {new: 1}]\n"},
      {"ingress: []\n", "ingress:\n# seen\n- new: 1\n"},
      {"ingress:\negress: []\n", "ingress:\n# seen\n- new: 1\negress: []\n"},
      {"egress:\n- {}\n# end\n", "egress:\n- {}\ningress:\n# seen\n- new: 1\n# end\n"},
      {"{egress: []}\n", "{egress: [], ingress: [{new: 1}]}\n"},
      {R"({"ingress": [{"a": 1}]})", R"({"ingress": [{"a": 1}, {"new": 1}]})"},
      {"{\n  \"ingress\": [\n    {\"a\": 1}\n  ]\n}\n",
       "{\n  \"ingress\": [\n    {\"a\": 1},\n    {\"new\": 1}\n  ]\n}\n"},
      {"ingress:\r\n- a: 1\r\n", "ingress:\r\n- a: 1\r\n# seen\r\n- new: 1\r\n"},
      {"x: &x\n- a: 1\ningress: *x\n", "no edit"},
      {"ingress: &x [1]\n", "ingress: &x [1, {new: 1}]\n"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::add_to_list(
        root, "ingress", {Value::map({{"new", Value::number(1)}}).with_comment({"seen"})})};
  });
}

TEST(TextChange, RemovesRulesWithTheirComments) {
  const auto removed = [](const std::string& before, const std::vector<std::size_t>& which) {
    return changed(before, [&](NodeRef root) {
      std::vector<NodeRef> items;
      for (const std::size_t each : which) items.push_back(root.get("ingress").items()[each]);
      return policy::remove_rules(root.get("ingress"), items);
    });
  };
  const std::string text =
      "ingress:\n  # first\n  # item\n  - a: 1\n    b: 2\n  # second\n  - c\n  - d # d\n# end\n";
  EXPECT_EQ(removed(text, {0}), "ingress:\n  # second\n  - c\n  - d # d\n# end\n");
  EXPECT_EQ(removed(text, {1, 2}), "ingress:\n  # first\n  # item\n  - a: 1\n    b: 2\n# end\n");
  EXPECT_EQ(removed(text, {0, 1, 2}), "ingress:\n  # first\n  # item\n  - {}\n# end\n");
  EXPECT_EQ(removed("ingress: [a, b]\n", {0}), "ingress: [b]\n");
  EXPECT_EQ(removed("ingress: [a, b]\n", {0, 1}), "ingress: [{}]\n");
  EXPECT_EQ(removed("ingress: [a, &x b]\nc: *x\n", {1}), "no edit");
}

TEST(TextChange, RemovesEntries) {
  const std::vector<ChangeCase> table{
      {"x: 1\n# of a\na:\n  b: 1\ny: 2\n", "x: 1\ny: 2\n"},
      {"{x: 1, a: 2, y: 3}\n", "{x: 1, y: 3}\n"},
      {"{x: 1, a: 2}\n", "{x: 1}\n"},
      {"{\n  \"x\": 1,\n  \"a\": 2\n}\n", "{\n  \"x\": 1\n}\n"},
      {"a: 1\n", "{}\n"},
  };
  expect_changed(table,
                 [](NodeRef root) { return policy::Changes{policy::remove(root.get("a"))}; });
  EXPECT_EQ(changed("- a: 1\n  b: 2\n- c\n",
                    [](NodeRef root) {
                      return policy::Changes{policy::remove(root.items().front().get("a"))};
                    }),
            "- b: 2\n- c\n");
}

TEST(TextChange, MovesAnEntryIntoAnotherMapping) {
  const std::vector<ChangeCase> table{
      {"a:\n  - b # b\n  - c\nto:\n    x: 1\n",
       "to:\n    x: 1\n    a:\n      - b # b\n      - c\n"},
      {"to:\n    x: 1\na: 1\n", "to:\n    x: 1\n    a: 1\n"},
      {"{to: {x: 1}, a: [1, 2]}\n", "{to: {x: 1, a: [1, 2]}}\n"},
      {"to: {}\na:\n- 1\n", "to:\n  a:\n  - 1\n"},
      {"to: {a: 1}\na: 2\n", "no edit"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::move_entry(root.get("a"), root.get("to"))};
  });
}

TEST(TextChange, LiftsAnItem) {
  const std::vector<ChangeCase> table{
      {"- a: 1\n# b\n- b: 1 # this\n  c: 2\n- d\n", "# b\n- b: 1 # this\n  c: 2\n- a: 1\n- d\n"},
      {"- a\n- b", "- b\n- a\n"},
      {"[a, b, c]\n", "[b, a, c]\n"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::lift_before(root.items()[1], root.items()[0])};
  });
}

TEST(TextChange, JoinsItemsThatADashSplits) {
  const std::vector<ChangeCase> table{
      {"- a: 1\n# b\n- b: 1 # this\n", "- a: 1\n# b\n  b: 1 # this\n"},
      {"- a: 1\n- a: 2\n", "no edit"},
      {"[{a: 1}, {b: 2}]\n", "[{a: 1, b: 2}]\n"},
      {"- a: 1\n-   b: 2\n", "no edit"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{policy::join_with_previous(root.items()[1])};
  });
}

TEST(TextChange, PutsAnItemBeforeAnother) {
  const std::vector<ChangeCase> table{
      {"- a\n# b\n- b\n", "- a\n- {new: 1}\n# b\n- b\n"},
      {"[a, b]\n", "[a, {new: 1}, b]\n"},
  };
  expect_changed(table, [](NodeRef root) {
    return policy::Changes{
        policy::put_before(root.items()[1], Value::map({{"new", Value::number(1)}}).in_line())};
  });
}

TEST(TextEdit, PatchesAreUnifiedDiffs) {
  const std::string before = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n";
  const std::string after = "1\n2\n3\n4\nnew\n5\n6\n7\n8\n9\n10\n12\n";
  EXPECT_EQ(
      policy::unified_diff("p", &before, after),
      "--- a/p\n+++ b/p\n@@ -2,11 +2,11 @@\n 2\n 3\n 4\n+new\n 5\n 6\n 7\n 8\n 9\n 10\n-11\n 12\n");
  EXPECT_EQ(policy::unified_diff("p", nullptr, "a\nb"),
            "--- /dev/null\n+++ b/p\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n");
  EXPECT_EQ(policy::unified_diff("p", &before, before), "");
}

/// Whatever the style, a changed text reads as the changed value, and loses no comment but those of
/// what was taken out.
TEST(TextChangeLaw, SaysWhatWasMeantAndKeepsTheRest) {
  constexpr int kTexts = 4000;
  std::size_t made = 0;
  for (int i = 0; i < kTexts && !HasFailure(); ++i) {
    const tests::RandomChange random(static_cast<std::uint64_t>(i));
    base::SourceStore store;
    base::SourceFile& file = store.add("p.yaml", random.text());
    const auto content = policy::read_documents(file);
    ASSERT_FALSE(content.documents.front().error()) << random.text();
    const NodeRef root = content.documents.front().root();
    ASSERT_EQ(tests::plain_json(root), random.before()) << random.text();
    const auto edits = policy::edits_of(random.changes(root));
    if (!edits) continue;
    ++made;
    const std::string after = policy::applied(file, *edits);
    base::SourceStore changed_store;
    const auto changed = policy::read_documents(changed_store.add("p.yaml", after));
    const std::string shown = random.what() + "\n" + random.text() + "---\n" + after;
    ASSERT_EQ(changed.documents.size(), 1U) << shown;
    ASSERT_FALSE(changed.documents.front().error()) << shown;
    EXPECT_EQ(tests::plain_json(changed.documents.front().root()), random.after()) << shown;
    const bool crlf = random.text().find("\r\n") != std::string::npos;
    for (std::size_t at = after.find('\n'); at != std::string::npos; at = after.find('\n', at + 1))
      EXPECT_EQ(at > 0 && after[at - 1] == '\r', crlf) << shown;
    for (const std::string& comment : random.kept_comments())
      EXPECT_NE(after.find(comment), std::string::npos) << comment << "\n" << shown;
  }
  EXPECT_GT(made, kTexts / 2U);
}

/// A value reads as itself in every style.
TEST(TextValueLaw, ReadsAsItself) {
  constexpr int kValues = 2000;
  for (int i = 0; i < kValues && !HasFailure(); ++i) {
    const tests::RandomValue random(static_cast<std::uint64_t>(i));
    for (const std::string& text :
         {policy::in_block(random.value()), policy::in_block(random.value(), {2, 4, true}),
          policy::in_flow(random.value()) + "\n", policy::in_flow(random.value(), true) + "\n"}) {
      base::SourceStore store;
      const auto content = policy::read_documents(store.add("p", text));
      ASSERT_EQ(content.documents.size(), 1U) << text;
      ASSERT_FALSE(content.documents.front().error()) << text;
      EXPECT_EQ(tests::plain_json(content.documents.front().root()), random.json()) << text;
    }
  }
}

}  // namespace
}  // namespace cnplint
