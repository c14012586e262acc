// SPDX-License-Identifier: Apache-2.0
#include "project/shared_findings.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "base/text.h"

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

void add_clusters(const std::vector<std::uint32_t>& more, std::vector<std::uint32_t>& all) {
  std::vector<std::uint32_t> both;
  std::ranges::set_union(all, more, std::back_inserter(both));
  all = std::move(both);
}

}  // namespace

void merge_shared(std::vector<Finding>& findings, bool shared) {
  struct Keyed {
    std::string message;
    Finding finding;
  };
  // Objects of a container may stand at one place; overlays have one object under several names.
  std::vector<Keyed> keyed;
  keyed.reserve(findings.size());
  for (Finding& each : findings)
    keyed.push_back({shared ? without_namespace(each) : each.message, std::move(each)});
  const auto key = [shared](const Keyed& each) {
    const Finding& finding = each.finding;
    return std::make_tuple(finding.range.begin, finding.range.end, finding.rule->name,
                           std::string_view(each.message), std::string_view(finding.path),
                           shared ? std::string_view() : std::string_view(finding.subject));
  };
  std::ranges::stable_sort(keyed, {}, key);
  findings.clear();
  for (std::size_t i = 0; i < keyed.size();) {
    std::size_t same = i + 1;
    for (; same < keyed.size() && key(keyed[same]) == key(keyed[i]); ++same)
      add_clusters(keyed[same].finding.clusters, keyed[i].finding.clusters);
    findings.push_back(std::move(keyed[i].finding));
    i = same;
  }
}

}  // namespace cnplint::project
