// SPDX-License-Identifier: Apache-2.0
#include "reporters/sarif_parts.h"

#include <filesystem>

#include "base/escape.h"
#include "reporters/documentation.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;

}  // namespace

std::string sentence(std::string_view text) {
  std::string result(text);
  if (!result.empty() && result.front() >= 'a' && result.front() <= 'z')
    result.front() = static_cast<char>(result.front() - 'a' + 'A');
  if (!result.ends_with('.') && !result.ends_with('?')) result += '.';
  return result;
}

Json region_json(base::SourceRange range, bool snippet) {
  const base::LineColumn first = range.first();
  const base::LineColumn last = range.last();
  Json region = {{"startLine", first.line},
                 {"startColumn", first.column},
                 {"endLine", last.line},
                 {"endColumn", last.column}};
  if (snippet) region["snippet"] = {{"text", range.text()}};
  return region;
}

Json artifact_json(const std::string& path) {
  if (!path.starts_with('/') && !path.starts_with("../"))
    return {{"uri", base::for_uri(path)}, {"uriBaseId", "%SRCROOT%"}};
  return {{"uri",
           "file://" + base::for_uri(std::filesystem::absolute(path).lexically_normal().string())}};
}

Json location_json(base::SourceRange range, const RepositoryPlace& place) {
  // The lines of a rendered text are not those of what it was rendered from.
  if (!place.rendered.empty())
    return {{"physicalLocation", {{"artifactLocation", artifact_json(place.file)}}}};
  const std::uint32_t line = range.first().line;
  const base::SourceFile& file = *range.file;
  constexpr std::uint32_t kAround = 1;
  const std::uint32_t before = line > kAround ? line - kAround : 1;
  // A region is inside of its context, so that what ends further down has its end there.
  const std::uint32_t last = range.last().line;
  const bool has_after = !file.line(last + kAround).empty();
  const std::uint32_t after = has_after ? last + kAround : last;
  const std::uint32_t begin = file.line_begin(before);
  const std::uint32_t end = file.line_begin(after + 1);
  Json physical = {{"artifactLocation", artifact_json(place.file)},
                   {"region", region_json(range, true)}};
  if (before < line || after > last)
    physical["contextRegion"] = {{"startLine", before},
                                 {"endLine", after},
                                 {"snippet", {{"text", file.text().substr(begin, end - begin)}}}};
  return {{"physicalLocation", physical}};
}

std::string sarif_log(std::string_view version, const Json& rules, const Json& invocation,
                      const Json& results) {
  Json driver = {{"name", "cnplint"},
                 {"fullName", "cnplint " + std::string(version)},
                 {"version", version},
                 {"semanticVersion", version}};
  driver["informationUri"] = kHomepage;
  driver["rules"] = rules;
  const Json run = {{"tool", {{"driver", driver}}},
                    {"invocations", Json::array({invocation})},
                    {"columnKind", "unicodeCodePoints"},
                    {"originalUriBaseIds",
                     {{"%SRCROOT%", {{"description", {{"text", "The root of the repository."}}}}}}},
                    {"automationDetails", {{"id", "cnplint/"}}},
                    {"results", results}};
  const Json root = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                     {"version", "2.1.0"},
                     {"runs", Json::array({run})}};
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
