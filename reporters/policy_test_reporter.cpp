// SPDX-License-Identifier: Apache-2.0
#include "reporters/policy_test_reporter.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "reporters/paint.h"

namespace cnplint::reporters {
namespace {

using harness::TestResult;
using policy::SideResult;

constexpr std::array<TestFormat, 5> kTestFormats{{{"text", render_test_text},
                                                  {"json", render_test_json},
                                                  {"junit", render_test_junit},
                                                  {"tap", render_test_tap},
                                                  {"github", render_test_github}}};

/// The first lines of a range as they stand in the file, without their common indentation.
void add_excerpt(base::SourceRange range, std::vector<std::string>& lines) {
  constexpr std::uint32_t kMost = 3;
  constexpr std::size_t kLongest = 110;
  const std::uint32_t first = range.first().line;
  const std::uint32_t last = std::min(range.last().line, first + kMost - 1);
  const std::size_t indent =
      std::min(range.file->line(first).find_first_not_of(' '), range.file->line(first).size());
  for (std::uint32_t number = first; number <= last; ++number) {
    std::string_view line = range.file->line(number);
    if (line.find_first_not_of(' ') == std::string_view::npos) continue;
    line.remove_prefix(std::min(indent, line.find_first_not_of(' ')));
    lines.push_back("        " + base::shortened(line, kLongest));
  }
}

/// `path:line` of the beginning of a range.
std::string line_text(base::SourceRange range, RepositoryPlaces* places) {
  const std::string& shown = range.file->path();
  return (places == nullptr ? shown : places->path(shown)) + ":" +
         std::to_string(range.first().line);
}

void add_side(std::string_view name, const SideResult& side, RepositoryPlaces* places,
              std::vector<std::string>& lines) {
  constexpr std::size_t kWidth = 9;
  std::string head(name);
  head.resize(kWidth, ' ');
  lines.push_back("  " + head + verdict_text(side));
  for (const policy::MatchedRule& rule : side.matched) {
    lines.push_back("    " + std::string(rule.decides ? "* " : "  ") +
                    std::string(policy::verdict_name(rule.effect)) + " by " + rule.policy + " " +
                    rule.path + " (" + line_text(rule.range, places) + ")");
    add_excerpt(rule.peer, lines);
  }
}

}  // namespace

std::span<const TestFormat> test_formats() { return kTestFormats; }

std::string connection_text(const TestResult& result) {
  if (result.from.empty()) return {};
  std::string text = result.from + " -> " + result.to;
  if (result.protocol != 0) {
    const std::string protocol(policy::protocol_name(result.protocol));
    const bool icmp = policy::ip_protocol::is_icmp(result.protocol);
    text += icmp ? " " + protocol + " type " + std::to_string(result.port)
                 : " " + std::to_string(result.port) + "/" + protocol;
  }
  return result.request.empty() ? text : text + " " + result.request;
}

std::string title(const TestResult& result) {
  const std::string connection = connection_text(result);
  std::string text = result.name.empty() ? "unnamed invariant" : result.name;
  if (!connection.empty()) text = result.name.empty() ? connection : text + ": " + connection;
  return result.cluster.empty() ? text : text + " (cluster " + result.cluster + ")";
}

std::string verdict_text(const SideResult& side) {
  std::string text(policy::verdict_name(side.verdict));
  for (const std::string& policy : side.policies)
    text += (&policy == &side.policies.front() ? " by " : ", ") + policy;
  if (side.synthetic != policy::Synthetic::none && side.verdict == policy::Verdict::allow)
    text += " by " + std::string(policy::synthetic_name(side.synthetic));
  if (side.authentication != policy::Authentication::disabled)
    text +=
        ", with authentication " + std::string(policy::authentication_name(side.authentication));
  if (side.request && policy::passes(side.verdict))
    text += *side.request ? ", the request is allowed" : ", the request is denied";
  return text;
}

std::vector<std::string> explanation(const TestResult& result, RepositoryPlaces* places) {
  std::vector<std::string> lines;
  for (const std::string& problem : result.problems) lines.push_back("  " + problem);
  if (result.protocol == 0) return lines;
  add_side("egress", result.egress, places, lines);
  add_side("ingress", result.ingress, places, lines);
  for (const harness::Reason& reason : result.reasons) {
    std::string where;
    if (reason.range.file != nullptr) where = " (" + line_text(reason.range, places) + ")";
    lines.push_back("  hint: " + reason.message + where);
    if (reason.range.file != nullptr) add_excerpt(reason.range, lines);
  }
  return lines;
}

}  // namespace cnplint::reporters
