// SPDX-License-Identifier: Apache-2.0
//
// What kustomize and Helm print keeps its meaning, and stands where it was written.
#include "project/rendered_places.h"

#include <gtest/gtest.h>

#include <random>

#include "policy/yaml/line_document.h"
#include "policy/yaml/reader.h"
#include "tests/project/kustomize_tree.h"
#include "tests/seed.h"

namespace cnplint {
namespace {

using policy::NodeRef;

/// A text that was read.
struct ReadText {
  explicit ReadText(const std::string& path, const std::string& text)
      : source(path, text), content(policy::read_documents(source)) {}
  [[nodiscard]] const policy::Document& document() const { return content.documents.front(); }
  [[nodiscard]] NodeRef root() const { return document().root(); }
  base::SourceFile source;
  policy::FileContent content;
};

/// A random value of YAML in flow style.
class RandomYaml {
 public:
  explicit RandomYaml(unsigned seed) : random_(seed) {}

  std::string mapping(int depth) {
    std::string text = "{";
    for (const char* key : {"a", "b", "c", "d"})
      if (pick(3) != 0)
        text += (text.size() > 1 ? ", " : "") + std::string(key) + ": " + value(depth);
    return text + "}";
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_() % below); }
  std::string value(int depth) {
    static const std::vector<std::string> kScalars{"1",   "\"1\"",   "true", "x",  "~",
                                                   "1.5", "\"yes\"", "''",   "y z"};
    if (depth == 0 || pick(3) == 0) return kScalars[pick(static_cast<unsigned>(kScalars.size()))];
    if (pick(2) == 0) return mapping(depth - 1);
    std::string list = "[";
    for (unsigned i = pick(4); i > 0; --i) list += value(depth - 1) + (i > 1 ? ", " : "");
    return list + "]";
  }
  std::mt19937 random_;
};

TEST(RenderedPlaces, KeepWhatIsSaidOverRandomObjects) {
  for (unsigned i = 0; i < 2000; ++i) {
    RandomYaml random(static_cast<unsigned>(tests::seed() + i));
    const ReadText written("written.yaml", "x: 1\n---\n" + random.mapping(3) + "\n");
    const ReadText printed("printed.yaml", random.mapping(3) + "\n");
    const policy::Document& document = written.content.documents.back();
    const auto beside = project::placed_beside(printed.root(), document.root(), document);
    ASSERT_TRUE(beside);
    ASSERT_EQ(tests::json_of(beside->root), tests::json_of(printed.root()))
        << written.source.text() << printed.source.text();
    tests::expect_places(beside->root);
    EXPECT_EQ(&beside->root.document().file(), &written.source);
    base::SourceFile lines_source("template.yaml", std::string(written.source.text()));
    const policy::Document lines = policy::document_of_lines(lines_source);
    std::size_t next = 0;
    const auto at_lines = project::placed_at_lines(printed.root(), lines, next);
    ASSERT_TRUE(at_lines);
    ASSERT_EQ(tests::json_of(at_lines->root), tests::json_of(printed.root()));
    tests::expect_places(at_lines->root);
    // The same object stands wholly where it is written.
    const auto same = project::placed_beside(document.root(), document.root(), document);
    ASSERT_TRUE(same);
    EXPECT_EQ(same->root.range().text(), document.root().range().text());
  }
}

/// `line:text` of the place of a value.
std::string place_of(NodeRef node) {
  const base::SourceRange range = node.range();
  return std::to_string(range.file->position(range.begin).line) + ":" + std::string(range.text());
}

TEST(RenderedPlaces, AreThoseOfWhatIsThere) {
  const ReadText written("w.yaml", "a: {b: 1, c: [x, y]}\nd: 2\n");
  const ReadText printed("p.yaml", "d: 2\na: {b: 3, c: [x, z, y], e: 4}\nf: {g: 5}\n");
  const auto object = project::placed_beside(printed.root(), written.root(), written.document());
  ASSERT_TRUE(object);
  const NodeRef a = object->root.get("a");
  EXPECT_EQ(place_of(object->root.get("d")), "2:2");
  EXPECT_EQ(place_of(a.get("b")), "1:1");
  EXPECT_EQ(place_of(a.get("c").items()[0]), "1:x");
  EXPECT_EQ(place_of(a.get("c").items()[1]), "1:[x, y]");
  EXPECT_EQ(place_of(a.get("c").items()[2]), "1:y");
  EXPECT_EQ(place_of(a.get("e")), "1:{b: 1, c: [x, y]}");
  EXPECT_EQ(place_of(object->root.get("f").get("g")).substr(0, 2), "1:");
}

TEST(RenderedPlaces, AreTheLinesOfATemplate) {
  base::SourceFile source("t.yaml",
                          "{{- range .Values.all }}\nkind: Pod\nspec:\n  port: {{ .port }}\n"
                          "  {{- toYaml .rest | nindent 2 }}\n  last: true\n{{- end }}\n");
  const policy::Document lines = policy::document_of_lines(source);
  const ReadText printed("p.yaml",
                         "# Source: x\nkind: Pod\nspec:\n  port: 80\n  more: 1\n  last: true\n");
  std::size_t next = 0;
  const auto object = project::placed_at_lines(printed.root(), lines, next);
  ASSERT_TRUE(object);
  const NodeRef spec = object->root.get("spec");
  EXPECT_EQ(place_of(object->root.get("kind")), "2:kind: Pod");
  EXPECT_EQ(place_of(spec.get("port")), "4:port: {{ .port }}");
  EXPECT_EQ(place_of(spec.get("last")), "6:last: true");
  EXPECT_EQ(place_of(spec.get("more")), "4:port: {{ .port }}");  // as its mapping
  // The next object is of the lines behind, or of a loop.
  base::SourceFile twice("two.yaml", "kind: A\nport: {{ 1 }}\n---\nkind: B\nport: {{ 2 }}\n");
  const policy::Document both = policy::document_of_lines(twice);
  const ReadText one("o.yaml", "kind: A\nport: 1\n");
  const ReadText two("o.yaml", "kind: B\nport: 2\n");
  next = 0;
  const auto first = project::placed_at_lines(one.root(), both, next);
  const auto second = project::placed_at_lines(two.root(), both, next);
  const auto again = project::placed_at_lines(one.root(), both, next);
  EXPECT_EQ(place_of(first->root.get("port")), "2:port: {{ 1 }}");
  EXPECT_EQ(place_of(second->root.get("port")), "5:port: {{ 2 }}");
  EXPECT_EQ(place_of(again->root.get("port")), "2:port: {{ 1 }}");
  // A template without lines of the object is a place as a whole.
  base::SourceFile empty("e.yaml", "");
  const policy::Document nothing = policy::document_of_lines(empty);
  next = 0;
  const auto nowhere = project::placed_at_lines(printed.root(), nothing, next);
  ASSERT_TRUE(nowhere);
  EXPECT_EQ(place_of(nowhere->root.get("kind")), "1:");
}

}  // namespace
}  // namespace cnplint
