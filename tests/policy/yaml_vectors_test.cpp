// SPDX-License-Identifier: Apache-2.0
//
// What kubectl reads is what we read. The vectors are files in all styles of YAML and JSON with
// what the reader of kubectl makes of them; tests/tools/yaml_oracle wrote them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "policy/yaml/characters.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/scalar.h"
#include "tests/conformance/vectors.h"
#include "tests/node_json.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using policy::NodeRef;
using policy::ScalarType;

std::string decoded_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string result;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = (bits << 6U) | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    result += static_cast<char>((bits >> count) & 0xFFU);
  }
  return result;
}

/// Numbers are compared as floats: how many of their digits are written is not the reader's doing.
Json number_of(NodeRef node) {
  if (const auto value = policy::integer_value(node.text(), node.type()))
    return static_cast<double>(*value);
  std::string text(node.text());
  std::erase(text, '_');
  const bool integer = node.type() == ScalarType::integer;
  if (text.starts_with("0b"))
    return static_cast<double>(std::strtoull(text.c_str() + 2, nullptr, 2));
  if (integer && text.starts_with("0") && !text.starts_with("0x"))
    return static_cast<double>(std::strtoull(text.c_str(), nullptr, 8));
  if (const auto value = policy::integer_value(node.text(), ScalarType::integer))
    return static_cast<double>(*value);  // `!!float 0o17`
  return std::strtod(text.c_str(), nullptr);
}

Json with_floats(const Json& value) {
  if (value.is_number()) return value.get<double>();
  Json result = value;
  if (value.is_structured())
    for (auto& each : result) each = with_floats(each);
  return result;
}

/// A node as kubectl's conversion to JSON has it.
Json json_of(NodeRef node) { return tests::node_json(node, number_of); }

struct Ours {
  std::vector<Json> documents;
  std::vector<std::string> errors;
};

Ours read(const std::string& bytes) {
  base::SourceStore store;
  const policy::FileContent content = policy::read_documents(store.add("a.yaml", bytes));
  Ours ours;
  for (const policy::Document& document : content.documents)
    if (document.error())
      ours.errors.push_back(document.error()->message);
    else
      ours.documents.push_back(json_of(document.root()));
  return ours;
}

/// The documents of a vector.
std::vector<Json> documents_of(const Json& vector) {
  std::vector<Json> result;
  for (const Json& each : vector.at("documents")) result.push_back(with_floats(each));
  return result;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// Where we read on purpose what kubectl does not read, or otherwise; none of it hides anything.
bool is_read_otherwise(const std::string& text) {
  // A byte order mark at the start of a line is no part of a name.
  if (text.find("\xEF\xBB\xBF", 1) != std::string::npos) return true;
  // A lone CR and the breaks of Unicode end lines for the parser, but not for the cut at `---`, nor
  // where kubectl takes a CR away or adds a line break at the end.
  for (std::size_t at = text.find('\r'); at != std::string::npos; at = text.find('\r', at + 1))
    if (text.substr(at, 2) != "\r\n") return true;
  if (!text.empty() && (text.back() == ' ' || text.back() == '\t')) return true;
  return has(text, "\xE2\x80\xA8") || has(text, "\xE2\x80\xA9") || has(text, "\xC2\x85");
}

/// Whether we may refuse what kubectl reads. That is the safe side, but must not meet real
/// policies: text that kubectl passes over (behind `...`, behind the end of a document), bytes that
/// are not UTF-8, what is no YAML to other readers (`[a:,b]`, `\'`), values under a key that is
/// written twice.
bool may_be_refused(std::string_view style) { return style != "policy"; }

/// Why we may read what kubectl refuses.
bool may_be_accepted(std::string_view text, std::string_view error) {
  return error.starts_with("json: ")              // later releases go on with YAML then
         || has(error, "cannot start any token")  // a tab between documents
         || (has(text, "?") && (has(text, "{") || has(text, "[")))  // `{a ?b}`
         || has(text, "[!,");
}

struct Score {
  std::size_t read = 0;
  std::size_t refused = 0;
  std::size_t excused = 0;
};

void check(const Json& vector, Score& score) {
  const std::string text = decoded_base64(vector.at("text").get<std::string>());
  const std::string shown = Json(text).dump(-1, ' ', true, Json::error_handler_t::replace);
  const Ours ours = read(text);
  if (is_read_otherwise(text)) {
    ++score.excused;
  } else if (vector.contains("error")) {
    ++score.refused;
    const std::string error = vector.at("error");
    if (!ours.errors.empty()) return;
    ++score.excused;
    EXPECT_TRUE(may_be_accepted(text, error)) << shown << "\nkubectl: " << error;
  } else if (ours.errors.empty()) {
    ++score.read;
    EXPECT_EQ(ours.documents, documents_of(vector)) << shown;
  } else {
    ++score.excused;
    const std::string style = vector.at("style");
    EXPECT_TRUE(may_be_refused(style) || has(ours.errors.front(), "a part of the tag"))
        << shown << "\nwe say: " << ours.errors.front();
  }
}

/// The vectors that are kept, or those that a run of the oracle has just made (yaml_oracle.sh).
TEST(YamlVectors, WeReadWhatKubectlReads) {
  const char* fresh = std::getenv("CNPLINT_YAML_VECTORS");
  Score score;
  for (const Json& vector : tests::vectors(fresh != nullptr ? fresh : "yaml.jsonl.gz"))
    check(vector, score);
  EXPECT_GT(score.read, 3 * score.excused);
  EXPECT_GT(score.refused, score.excused);
}

}  // namespace
}  // namespace cnplint
