// SPDX-License-Identifier: Apache-2.0
#include "project/causes.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "lint/rule.h"

namespace cnplint::project {
namespace {

using lint::Family;
using lint::Finding;

/// Where in a policy a finding is: `spec.egress` and the position there, as texts of its path.
struct Place {
  std::string_view list;
  std::string_view item;
};

/// The rule of a policy that a path is in or below; none where it is in no rule.
std::optional<Place> place_of(std::string_view path) {
  constexpr std::array<std::string_view, 4> kLists{".ingress[", ".egress[", ".ingressDeny[",
                                                   ".egressDeny["};
  for (const std::string_view list : kLists) {
    const std::size_t at = path.find(list);
    if (at == std::string_view::npos) continue;
    const std::size_t end = path.find(']', at);
    if (end == std::string_view::npos) continue;
    return Place{path.substr(0, at + list.size() - 1), path.substr(0, end + 1)};
  }
  return std::nullopt;
}

/// What a finding is about: a rule, or a list of them, of one policy.
using Key = std::tuple<std::uint32_t, std::string_view, std::string_view>;
Key key_of(const Finding& finding, std::string_view path) {
  return {finding.document, finding.subject, path};
}

void add_note(Finding& cause, const Finding& consequence) {
  cause.notes.push_back({consequence.range, consequence.message});
  if (consequence.voids > 0)
    cause.notes.insert(cause.notes.end(), consequence.notes.begin(), consequence.notes.end());
}

/// Takes consequences into their causes.
class Folding {
 public:
  explicit Folding(std::vector<Finding>& findings) : findings_(findings) {}

  void run() {
    for (Finding& each : findings_)
      if ((each.pruned || each.opens) && !each.suppressed) add_cause(each);
    // What a rule opens comes before what is void beside it.
    for (const bool exposure : {true, false})
      for (Finding& each : findings_)
        if (!each.suppressed && is_of_a_wide_rule(each) && (each.voids == 0) == exposure)
          add_wide(each);
    std::set<const Finding*> folded;
    for (const Finding& each : findings_)
      if (Finding* cause = cause_of(each)) {
        add_note(*cause, each);
        folded.insert(&each);
      }
    std::erase_if(findings_, [&](const Finding& each) { return folded.contains(&each); });
  }

 private:
  /// Whether it says of a rule that it allows much, or that others are void beside it.
  static bool is_of_a_wide_rule(const Finding& finding) {
    return finding.voids > 0 || (finding.rule->family == Family::exposure &&
                                 finding.rule->certainty != lint::Certainty::needs_capture);
  }

  void add_cause(Finding& finding) {
    const auto place = place_of(finding.path);
    if (!place) return;
    of_item_.try_emplace(key_of(finding, place->item), &finding);
    if (finding.pruned) of_list_.try_emplace(key_of(finding, place->list), &finding);
  }

  void add_wide(Finding& finding) {
    const auto place = place_of(finding.path);
    if (!place) return;
    Finding*& worst = worst_.try_emplace(key_of(finding, place->item), &finding).first->second;
    // Of equal ones the one that points deepest: a peer says more than the list that it is in.
    if (std::pair(finding.severity, finding.path.size()) >
        std::pair(worst->severity, worst->path.size()))
      worst = &finding;
  }

  /// The finding that another one follows from; null where it stands for itself.
  Finding* cause_of(const Finding& finding) {
    if (finding.suppressed || finding.severity == lint::Severity::error || finding.opens)
      return nullptr;
    const auto place = place_of(finding.path);
    if (!place) return nullptr;
    const Family family = finding.rule->family;
    if (family == Family::exposure || family == Family::effect)
      if (Finding* cause = find(of_item_, finding, place->item)) return cause;
    if (family == Family::connectivity)
      if (Finding* cause = find(of_list_, finding, place->list)) return cause;
    if (!is_of_a_wide_rule(finding)) return nullptr;
    Finding* worst = find(worst_, finding, place->item);
    return worst != nullptr && worst->rule != finding.rule ? worst : nullptr;
  }

  using Known = std::map<Key, Finding*>;
  static Finding* find(const Known& known, const Finding& finding, std::string_view path) {
    const auto found = known.find(key_of(finding, path));
    return found == known.end() ? nullptr : found->second;
  }

  std::vector<Finding>& findings_;
  Known of_item_;  ///< causes by the rule that they are in
  Known of_list_;  ///< pruned fields by its list
  Known worst_;    ///< of what is said of how wide a rule is
};

}  // namespace

void fold_consequences(std::vector<Finding>& findings) { Folding(findings).run(); }

std::vector<bool> overruled(const std::vector<std::vector<Finding>>& findings,
                            const std::vector<std::size_t>& policies) {
  constexpr std::size_t kLeast = 5;
  constexpr std::size_t kPart = 4;
  std::vector<std::uint32_t> all(policies.size());
  std::iota(all.begin(), all.end(), 0U);
  std::vector<bool> result(policies.size());
  for (const std::vector<Finding>& of_file : findings)
    for (const Finding& each : of_file) {
      if (each.suppressed || each.voids < kLeast) continue;
      for (const std::uint32_t cluster : each.clusters.empty() ? all : each.clusters)
        if (std::size_t{each.voids} * kPart >= policies[cluster]) result[cluster] = true;
    }
  return result;
}

bool is_overruled(const Finding& finding, const std::vector<bool>& clusters) {
  if (!finding.between || finding.clusters.empty())
    return finding.between && std::ranges::find(clusters, false) == clusters.end();
  return std::ranges::all_of(finding.clusters,
                             [&](std::uint32_t cluster) { return clusters[cluster]; });
}

}  // namespace cnplint::project
