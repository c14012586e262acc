// SPDX-License-Identifier: Apache-2.0
#include "project/shared_findings.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "lint/rule.h"

namespace cnplint::project {
namespace {

using lint::Finding;

/// The namespace of a `Kind/namespace/name`.
std::string_view namespace_in(std::string_view subject) {
  const std::size_t first = subject.find('/');
  const std::size_t last = subject.rfind('/');
  if (first == last) return {};
  return subject.substr(first + 1, last - first - 1);
}

bool is_of_name(char c) { return base::is_alnum(c) || c == '-'; }

/// A message without the namespace of its subject: two overlays say it with another one.
std::string without_namespace(const Finding& finding) {
  const std::string_view ns = namespace_in(finding.subject);
  std::string_view rest = finding.message;
  if (ns.empty()) return std::string(rest);
  std::string text;
  for (std::size_t at = rest.find(ns); at != std::string_view::npos; at = rest.find(ns)) {
    const std::string_view before = rest.substr(0, at);
    rest.remove_prefix(at + ns.size());
    const bool whole = (before.empty() || !is_of_name(before.back())) &&
                       (rest.empty() || !is_of_name(rest.front()));
    text += before;
    text += whole ? std::string_view("\0", 1) : ns;
  }
  return text += rest;
}

}  // namespace

void add_clusters(const std::vector<std::uint32_t>& more, std::vector<std::uint32_t>& all) {
  std::vector<std::uint32_t> both;
  std::ranges::set_union(all, more, std::back_inserter(both));
  all = std::move(both);
}

void merge_same(std::vector<Finding>& findings, bool shared) {
  std::vector<std::string> messages;
  if (shared)
    for (const Finding& each : findings) messages.push_back(without_namespace(each));
  // Objects of a container may stand at one place; overlays have one object under several names.
  const auto key = [&](std::size_t i) {
    const Finding& finding = findings[i];
    return std::make_tuple(finding.range.begin, finding.range.end, finding.rule->name,
                           std::string_view(shared ? messages[i] : finding.message),
                           std::string_view(finding.path),
                           shared ? std::string_view() : std::string_view(finding.subject));
  };
  std::vector<std::size_t> order(findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, key);
  std::vector<Finding> merged;
  merged.reserve(findings.size());
  for (auto at = order.begin(); at != order.end();) {
    Finding& first = findings[*at];
    auto next = std::next(at);
    for (; next != order.end() && key(*next) == key(*at); ++next)
      add_clusters(findings[*next].clusters, first.clusters);
    merged.push_back(std::move(first));
    at = next;
  }
  findings = std::move(merged);
}

std::filesystem::path chart_or_folder_of(const base::SourceFile& file) {
  std::filesystem::path own = std::filesystem::path(file.path()).parent_path();
  std::error_code ignored;
  for (std::filesystem::path at = own;; at = at.parent_path()) {
    if (std::filesystem::exists(at / "Chart.yaml", ignored)) return at;
    if (at.empty() || at == at.parent_path()) return own;
  }
}

}  // namespace cnplint::project
