// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Reads one text; the file lives as long as this.
class Read {
 public:
  explicit Read(const std::string& text) : file_(store_.add("a.yaml", text)) {
    content_ = read_documents(file_);
  }
  FileContent& operator*() { return content_; }
  FileContent* operator->() { return &content_; }
  [[nodiscard]] NodeRef root(std::size_t i = 0) const { return content_.documents.at(i).root(); }

 private:
  base::SourceStore store_;
  base::SourceFile& file_;
  FileContent content_;
};

struct ScalarCase {
  const char* text;
  ScalarType type;
};

/// The table of go.yaml.in/yaml/v2: YAML 1.1.
TEST(Scalar, ResolvesAsKubectlDoes) {
  using enum ScalarType;
  const ScalarCase cases[] = {
      {"", null},
      {"~", null},
      {"null", null},
      {"Null", null},
      {"nULL", string},
      {"true", boolean},
      {"True", boolean},
      {"tRUE", string},
      {"yes", boolean},
      {"on", boolean},
      {"y", boolean},
      {"N", boolean},
      {"off", boolean},
      {"yEs", string},
      {"1", integer},
      {"-1", integer},
      {"+12", integer},
      {"010", integer},
      {"0o17", integer},
      {"0x1F", integer},
      {"0b101", integer},
      {"1_000", integer},
      {"089", floating},
      {"1.0", floating},
      {"1e3", floating},
      {".5", floating},
      {"1.", floating},
      {".inf", floating},
      {"-.INF", floating},
      {".nan", floating},
      {"1.2.3", string},
      {"80/tcp", string},
      {"2001-01-01", string},
      {"-", string},
      {".", string},
      {"0x", string},
      {"_1", string},
      {"10.0.0.0/8", string},
      {"::1", string},
      {"1:30", string},
  };
  for (const ScalarCase& each : cases) EXPECT_EQ(resolve_plain(each.text), each.type) << each.text;
}

TEST(Scalar, Values) {
  EXPECT_EQ(integer_value("010", ScalarType::integer), 8);
  EXPECT_EQ(integer_value("-0x10", ScalarType::integer), -16);
  EXPECT_EQ(integer_value("1_000", ScalarType::integer), 1000);
  EXPECT_EQ(integer_value("80.0", ScalarType::floating), 80);
  EXPECT_EQ(integer_value("80.5", ScalarType::floating), std::nullopt);
  EXPECT_EQ(integer_value("99999999999999999999", ScalarType::integer), std::nullopt);
  EXPECT_EQ(canonical_key("on", ScalarType::boolean), "true");
  EXPECT_EQ(canonical_key("010", ScalarType::integer), "8");
}

TEST(Reader, RangesHaveBothEnds) {
  Read read("a: 'x y' # c\nb:\n- [1, {c: d}]\ne: |\n  text\n\nf:\n");
  const NodeRef root = read.root();
  EXPECT_EQ(root.get("a").range().text(), "'x y'");
  EXPECT_EQ(root.get("a").text(), "x y");
  EXPECT_EQ(root.get("b").items()[0].range().text(), "[1, {c: d}]");
  EXPECT_EQ(root.get("e").text(), "text\n");
  EXPECT_EQ(root.get("e").range().text(), "|\n  text");
  EXPECT_TRUE(root.get("f").is_null());
  EXPECT_EQ(root.get("f").visible_range().text(), "f");
  EXPECT_EQ(path_of(root.get("b").items()[0].items()[1].get("c")), "b[0][1].c");
  ASSERT_EQ(read->comments.size(), 1U);
  EXPECT_EQ(read->comments[0].text(), "# c");
}

TEST(Reader, CommentsAreNotInsideScalars) {
  Read read("a: 'x # no'\nb: x#no # yes\nc: |\n  # no\nd: [ # yes\n 1] # yes\n# yes\n");
  std::string all;
  for (const auto& comment : read->comments) all += std::string(comment.text()) + ";";
  EXPECT_EQ(all, "# yes;# yes;# yes;# yes;");
}

TEST(Reader, DocumentsAreIndependent) {
  Read read("a: 1\n---\nb: [\n---\nc: 'x\n---\nd: 4\n...\n---\n# nothing\n---\ne: 5\n");
  ASSERT_EQ(read->documents.size(), 5U);
  EXPECT_EQ(read.root(0).get("a").text(), "1");
  EXPECT_TRUE(read->documents[1].error());
  EXPECT_TRUE(read->documents[2].error());
  EXPECT_EQ(read->documents[2].error()->range.first().line, 5U) << "where the quote was opened";
  EXPECT_EQ(read.root(3).get("d").text(), "4");
  EXPECT_EQ(read.root(4).get("e").text(), "5");
}

TEST(Reader, ByteOrderMarkDirectivesAndLineEndings) {
  Read read("\xEF\xBB\xBF\n---\r\na: 1\r\nb: \"\xc3\xbc\" \r\nc: d\r\n");
  ASSERT_EQ(read->documents.size(), 1U);
  EXPECT_EQ(read.root().get("b").range().text(), "\"\xc3\xbc\"");
  EXPECT_EQ(read.root().get("c").range().text(), "d");
  EXPECT_EQ(read.root().get("c").range().first().line, 5U);
}

TEST(Reader, AnchorsAndMerges) {
  Read read("base: &b {x: 1, y: 2}\nuse: *b\nmore:\n  <<: *b\n  y: 3\n");
  const NodeRef root = read.root();
  EXPECT_EQ(root.get("use").get("x").text(), "1");
  EXPECT_EQ(root.get("use").range().first().line, 1U) << "an alias is its anchor";
  EXPECT_EQ(root.get("more").get("x").text(), "1");
  EXPECT_EQ(root.get("more").get("y").text(), "3");
  EXPECT_EQ(root.get("more").entries().size(), 2U);
}

TEST(Reader, TheLastOfTwoKeysCounts) {
  Read read("a: 1\na: 2\n");
  EXPECT_TRUE(read.root().has_duplicates());
  EXPECT_EQ(read.root().get("a").text(), "2");
}

TEST(Reader, ExplicitTagsDecide) {
  Read read("a: !!str 80\nb: !!int \"80\"\nc: !custom 80\nd: !!null ~\n");
  EXPECT_EQ(read.root().get("a").type(), ScalarType::string);
  EXPECT_EQ(read.root().get("b").type(), ScalarType::integer);
  EXPECT_EQ(read.root().get("c").type(), ScalarType::string);
  EXPECT_TRUE(read.root().get("d").is_null());
}

TEST(Reader, BinaryIsDecodedInKeysAndValues) {
  Read read("!!binary a2luZA==: !!binary Q2lsaXVt\nx: !!binary \"/w==\"\n");
  EXPECT_EQ(read.root().get("kind").text(), "Cilium");
  EXPECT_EQ(read.root().get("x").text(), "\xEF\xBF\xBD") << "a byte that is no character";
  EXPECT_EQ(read.root().get("kind").range().text(), "!!binary Q2lsaXVt");
}

TEST(Reader, EveryWayToWriteAFile) {
  Read marks(
      "a: 1\n---\n\xEF\xBB\xBF"
      "b: 2\nc: 3\n");
  EXPECT_EQ(marks.root(1).get("c").text(), "3") << "a byte order mark in the middle";
  Read utf16(
      std::string("\xFF\xFE"
                  "a\0:\0 \0\xFC\0\n\0",
                  12));
  EXPECT_EQ(utf16.root().get("a").text(), "\xC3\xBC");
  Read big(std::string("\xFE\xFF\0a\0:\0 \xD8\x3D\xDE\x00\0\n", 14));
  EXPECT_EQ(big.root().get("a").text(), "\xF0\x9F\x98\x80");
  Read stream("{\"a\": 1}{\"b\": {\"c\": [\"}\"]}}\n\n {\"d\":2}");
  ASSERT_EQ(stream->documents.size(), 3U);
  EXPECT_EQ(stream.root(1).get("b").get("c").range().text(), "[\"}\"]");
  EXPECT_EQ(stream.root(2).get("d").range().first().line, 3U);
  Read pair(R"({"x": "\ud83d\ude00", "y": "\ud83d", "z": "\/"})");
  EXPECT_EQ(pair.root().get("x").text(), "\xF0\x9F\x98\x80");
  EXPECT_EQ(pair.root().get("y").text(), "\xEF\xBF\xBD");
  EXPECT_EQ(pair.root().get("z").range().text(), "\"\\/\"");
}

TEST(Reader, DeepMergesAreSeen) {
  std::string text = "l0: &l0 {kind: x}\n";
  for (int i = 1; i < 40; ++i)
    text += "l" + std::to_string(i) + ": &l" + std::to_string(i) + " {<<: *l" +
            std::to_string(i - 1) + "}\n";
  Read read(text);
  EXPECT_EQ(read.root().get("l39").get("kind").text(), "x");
}

std::string error_of(const std::string& text) {
  Read read(text);
  if (read->documents.empty() || !read->documents[0].error()) return "";
  return read->documents[0].error()->message;
}

TEST(Reader, Caps) {
  EXPECT_NE(error_of(std::string(100000, '[')).find("nested deeper than 64"), std::string::npos);
  EXPECT_EQ(error_of(std::string(60, '[') + std::string(60, ']')), "");
  EXPECT_NE(error_of("a: &a [*a]").find("contains itself"), std::string::npos);
  EXPECT_NE(error_of("a: *b").find("unknown anchor"), std::string::npos);
  EXPECT_NE(error_of("? [a]\n: b\n").find("mapping key"), std::string::npos);
  EXPECT_NE(error_of(std::string("a: \0b", 5)).find("NUL byte at offset 3"), std::string::npos);
  EXPECT_NE(error_of("a: \xed\xa0\x80").find("offset 3"), std::string::npos);
  EXPECT_NE(error_of("a: !!int x").find("`!!int`"), std::string::npos);
  EXPECT_NE(error_of("a: !!binary '*'").find("base64"), std::string::npos);
  EXPECT_NE(error_of("~: b").find("must not be null"), std::string::npos);
  EXPECT_NE(error_of("a: .inf").find("no number"), std::string::npos);
  EXPECT_NE(error_of("<<: 1").find("needs a mapping"), std::string::npos);
  EXPECT_NE(error_of("[\"\\/\"]").find("escape"), std::string::npos);
  EXPECT_NE(error_of("--- a: b\n").find("behind `---`"), std::string::npos);
  EXPECT_NE(error_of("%YAML 1.1\n---\na: b\n").find("directives"), std::string::npos);
  std::string laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    laughs += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) laughs += "," + before;
    laughs += "]\n";
  }
  EXPECT_NE(error_of(laughs).find("1000000 nodes"), std::string::npos);
}

/// What kubectl would pass over without a word is an error of its own.
TEST(Reader, TextBehindADocumentIsNotPassedOver) {
  for (const char* text : {"a: 1\n...\nb: 2\n", "[a]\nb: c\n", "  a: 1\nb: 2\n"}) {
    Read read(text);
    ASSERT_EQ(read->documents.size(), 2U) << text;
    EXPECT_FALSE(read->documents[0].error()) << text;
    ASSERT_TRUE(read->documents[1].error()) << text;
    EXPECT_NE(read->documents[1].error()->message.find("passes over"), std::string::npos) << text;
  }
}

TEST(Template, IsToldFromYaml) {
  const auto is_template = [](const std::string& text) {
    Read read(text);
    return template_marker(read->documents.at(0)).has_value();
  };
  EXPECT_TRUE(is_template("a: {{ .Values.x }}\n"));
  EXPECT_TRUE(is_template("{{- if .x }}\na: 1\n{{- end }}\n"));
  EXPECT_TRUE(is_template("{% if x %}\na: b: c\n"));
  EXPECT_TRUE(is_template("metadata: {name: \"{{ x }}\"}\n"));
  EXPECT_FALSE(is_template("a: 1 # {{ x }}\n"));
  EXPECT_FALSE(is_template("a: {b: {c: d}}\n"));
  EXPECT_FALSE(is_template("metadata: {annotations: {summary: \"{{ $labels.x }}\"}}\n"));
  EXPECT_FALSE(is_template("spec: {description: \"uses {{ braces }}\"}\n"));
  EXPECT_FALSE(is_template("a: [\n# {{ x }}\n"));
}

TEST(Placeholder, Forms) {
  EXPECT_TRUE(has_placeholder("${NAME}"));
  EXPECT_TRUE(has_placeholder("x-${NAME:=y}"));
  EXPECT_TRUE(has_placeholder("$(NAME)"));
  EXPECT_FALSE(has_placeholder("$NAME"));
  EXPECT_FALSE(has_placeholder("a$"));
  EXPECT_FALSE(has_placeholder("${}"));
  EXPECT_FALSE(has_placeholder("${x"));
}

}  // namespace
}  // namespace cnplint::policy
