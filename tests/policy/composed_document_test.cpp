// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/composed_document.h"

#include <gtest/gtest.h>

#include "policy/yaml/reader.h"

namespace cnplint {
namespace {

using policy::ComposedValue;

/// A file, read as one document.
struct ReadFile {
  explicit ReadFile(std::string path, std::string text)
      : source(std::move(path), std::move(text)), content(policy::read_documents(source)) {}
  [[nodiscard]] policy::NodeRef root() const { return content.documents.front().root(); }

  base::SourceFile source;
  policy::FileContent content;
};

std::unique_ptr<const policy::Document> composed(const ComposedValue& value, const ReadFile& base) {
  auto result =
      policy::compose(value, base.content.documents.front(), policy::Booleans::as_written);
  EXPECT_TRUE(result) << result.error();
  return std::move(*result);
}

TEST(ComposedDocument, NodesOfTwoFilesHaveTheirPlaces) {
  const ReadFile base("base.yaml", "# base\na: one\nb: {c: 'two'}\n");
  const ReadFile other("other.yaml", "new: \"thr\\u0065e\"\n");
  ComposedValue value = ComposedValue::written(base.root());
  value.find("b")->set(ComposedValue::written(other.root().get("new").key()),
                       ComposedValue::written(other.root().get("new")));
  *value.find("a") = ComposedValue::string("x-one", base.root().get("a"));
  const auto document = composed(value, base);
  const policy::NodeRef root = document->root();
  EXPECT_EQ(root.get("a").text(), "x-one");
  EXPECT_EQ(root.get("a").range().text(), "one");
  EXPECT_EQ(root.get("b").get("c").text(), "two");
  EXPECT_EQ(root.get("b").get("c").range().file, &base.source);
  EXPECT_EQ(root.get("b").get("new").text(), "three");
  EXPECT_EQ(root.get("b").get("new").range().place(), "other.yaml:1:6");
  EXPECT_EQ(path_of(root.get("b").get("new")), "b.new");
  EXPECT_EQ(&document->file(), &base.source);
  EXPECT_EQ(document->range().end, base.content.documents.front().range().end);
  EXPECT_TRUE(document->composed());
  EXPECT_FALSE(base.content.documents.front().composed());
}

TEST(ComposedDocument, OfAComposedDocument) {
  const ReadFile base("base.yaml", "a: {b: 'it''s'}\n");
  const ReadFile other("other.yaml", "x: \"\\u0079\"\n");
  ComposedValue first = ComposedValue::written(base.root());
  first.set(ComposedValue::string("made", base.root()), ComposedValue::written(other.root()));
  const auto once = composed(first, base);
  ComposedValue second = ComposedValue::written(once->root());
  second.set(ComposedValue::string("again", base.root()), ComposedValue::written(once->root()));
  const auto twice = composed(second, base);
  const policy::NodeRef again = twice->root().get("again");
  EXPECT_EQ(again.get("a").get("b").text(), "it's");
  EXPECT_EQ(again.get("made").get("x").text(), "y");
  EXPECT_EQ(again.get("made").get("x").range().file, &other.source);
}

TEST(ComposedDocument, AliasesAndMergeKeysAreResolved) {
  const ReadFile base("base.yaml",
                      "x: &x {a: 1, b: 2}\ny: *x\nz: {<<: *x, b: 3, c: [*x]}\nk: {a: 1, a: 2}\n");
  const auto document = composed(ComposedValue::written(base.root()), base);
  const policy::NodeRef root = document->root();
  for (std::uint32_t i = 0; i < document->size(); ++i)
    EXPECT_NE(document->node(i).kind, policy::NodeKind::alias);
  EXPECT_EQ(root.get("y").get("b").text(), "2");
  EXPECT_EQ(root.get("z").entries().size(), 3U);
  EXPECT_EQ(root.get("z").get("a").range().place(), "base.yaml:1:11");
  EXPECT_EQ(root.get("z").get("b").text(), "3");
  EXPECT_EQ(root.get("z").get("c").items()[0].get("a").text(), "1");
  EXPECT_EQ(root.get("k").get("a").text(), "2");
  EXPECT_EQ(duplicate_keys(*document).size(), 1U);
}

TEST(ComposedDocument, HasAtMostAMillionNodes) {
  std::string text = "a:\n";
  for (int i = 0; i < 300'000; ++i) text += "- x\n";
  const ReadFile base("base.yaml", text);
  ComposedValue value = ComposedValue::written(base.root());
  const policy::NodeRef list = base.root().get("a");
  for (const char* key : {"b", "c"})
    value.set(ComposedValue::string(key, list), ComposedValue::written(list));
  EXPECT_EQ(composed(value, base)->size(), 900'007U);
  value.set(ComposedValue::string("d", list), ComposedValue::written(list));
  const auto result =
      policy::compose(value, base.content.documents.front(), policy::Booleans::as_written);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), "more than 1000000 nodes");
}

TEST(ComposedDocument, OldBooleansAreStringsWhereThatIsWanted) {
  const ReadFile base("base.yaml", "a: yes\nb: true\nc: 'no'\n");
  const auto document =
      policy::compose(ComposedValue::written(base.root()), base.content.documents.front(),
                      policy::Booleans::true_and_false);
  ASSERT_TRUE(document);
  EXPECT_TRUE((*document)->root().get("a").is_string());
  EXPECT_FALSE((*document)->root().get("b").is_string());
  EXPECT_TRUE((*document)->root().get("c").is_string());
}

}  // namespace
}  // namespace cnplint
