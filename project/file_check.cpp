// SPDX-License-Identifier: Apache-2.0
#include "project/file_check.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "lint/report.h"

namespace cnplint::project {
namespace {

using lint::Finding;
using policy::Document;

template <class Check>
void run_rule(const ActiveRule& active, const std::string& subject, std::vector<Finding>& findings,
              const Check& check) {
  const std::size_t before = findings.size();
  lint::Report report(*active.rule, active.rule->severity, subject, findings);
  check(report);
  for (Finding& finding : std::span(findings).subspan(before)) settle(finding, active.setting);
  limit_findings(findings, before);
}

/// Checks one policy.
class PolicyCheck {
 public:
  PolicyCheck(const JudgedPolicy& judged, const Judge& judge, std::vector<Finding>& findings)
      : judged_(judged), judge_(judge), findings_(findings) {}

  void run(std::span<const ActiveRule> rules) {
    const schemas::Schema& schema = judge_.schemas().of(judged_.policy.kind);
    const std::size_t first = findings_.size();
    const std::string subject = judged_.policy.subject();
    const std::vector<policy::SelectorUse> selectors = policy::selector_uses(judged_.policy);
    for (const ActiveRule& active : rules) {
      if (active.rule->check_policy == nullptr) continue;
      if (active.rule->family == lint::Family::validity) {
        add_judged(active);
        continue;
      }
      if (judged_.structure_unknown && active.rule->family != lint::Family::hygiene) continue;
      const lint::Options options(active.setting);
      run_rule(active, subject, findings_, [&](lint::Report& report) {
        active.rule->check_policy(
            {judged_.policy, judge_.environment(), schema, judged_.violations, selectors, options},
            report);
      });
    }
    fold_structural(first);
    lint::KeyedPaths paths;
    for (Finding& finding : std::span(findings_).subspan(first))
      if (finding.node) finding.keyed_path = paths.of(finding.node);
  }

 private:
  /// What a validity rule said when the policy was judged, by the severity that it has here.
  void add_judged(const ActiveRule& active) {
    for (const Finding& finding : judged_.findings) {
      if (finding.rule != active.rule) continue;
      settle(findings_.emplace_back(finding), active.setting);
    }
  }

  /// Where an admission rule and the schema name the same culprit, one of them says it for both:
  /// the schema where Cilium cannot even decode the value, else the admission rule.
  void fold_structural(std::size_t first) {
    const std::span<Finding> added = std::span(findings_).subspan(first);
    std::vector<Finding*> rejections;
    for (Finding& finding : added)
      if (finding.rejected_by != lint::kNobody && !finding.pruned) rejections.push_back(&finding);
    const auto node_of = [](const Finding* finding) { return finding->node.index(); };
    std::ranges::stable_sort(rejections, {}, node_of);
    std::set<const Finding*> folded;
    for (auto at = rejections.begin(); at != rejections.end();) {
      const auto end = std::find_if(at, rejections.end(), [&](const Finding* other) {
        return node_of(other) != node_of(*at);
      });
      fold({at, end}, folded);
      at = end;
    }
    if (folded.empty()) return;
    std::vector<Finding> kept;
    for (Finding& finding : added)
      if (!folded.contains(&finding)) kept.push_back(std::move(finding));
    findings_.resize(first);
    std::ranges::move(kept, std::back_inserter(findings_));
  }

  /// The rejections of one node.
  static void fold(std::span<Finding* const> same, std::set<const Finding*>& folded) {
    const auto undecodable = [](const Finding* finding) {
      return finding->rule->structural && (finding->rejected_by & lint::kCilium) != 0;
    };
    const auto specific = [](const Finding* finding) { return !finding->rule->structural; };
    const bool decoded = std::ranges::none_of(same, undecodable);
    if (std::ranges::none_of(same, specific)) return;
    std::uint8_t all = lint::kNobody;
    for (const Finding* finding : same) all |= finding->rejected_by;
    for (Finding* finding : same) {
      if (specific(finding) == decoded)
        finding->rejected_by = all;
      else
        folded.insert(finding);
    }
  }

  const JudgedPolicy& judged_;
  const Judge& judge_;
  std::vector<Finding>& findings_;
};

}  // namespace

void settle(Finding& finding, const lint::RuleSetting& setting) {
  if (setting.severity && finding.severity == finding.rule->severity)
    finding.severity = *setting.severity;
  if (finding.strict && !setting.strict) finding.severity = lint::Severity::note;
}

std::vector<ActiveRule> active_rules(const lint::Config& config,
                                     std::span<const lint::Rule* const> rules,
                                     const std::string& path) {
  std::vector<ActiveRule> active;
  for (const lint::Rule* rule : rules) {
    lint::RuleSetting setting = config.setting(*rule, path);
    const lint::Severity severity = setting.severity.value_or(rule->severity);
    if (!setting.off) active.push_back({rule, severity, std::move(setting)});
  }
  return active;
}

std::vector<Finding> check_documents(const File& file, const RulesOf& rules) {
  std::vector<Finding> findings;
  file.content().each_document([&](const Document& document) {
    lint::KeyedPaths paths;
    const std::size_t first = findings.size();
    for (const ActiveRule& active : rules(document))
      if (active.rule->check_document != nullptr)
        run_rule(active, "", findings,
                 [&](lint::Report& report) { active.rule->check_document({document}, report); });
    for (Finding& finding : std::span(findings).subspan(first))
      if (finding.node) finding.keyed_path = paths.of(finding.node);
  });
  return findings;
}

std::vector<Finding> check_policies(const Judgement& judgement, const Judge& judge,
                                    const RulesOf& rules) {
  std::vector<Finding> findings;
  for (const JudgedPolicy& each : judgement.policies)
    PolicyCheck(each, judge, findings).run(rules(each.policy.root.document()));
  return findings;
}

}  // namespace cnplint::project
