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
using policy::NodeRef;

/// Lints the documents of one file, one after the other.
class FileCheck {
 public:
  FileCheck(const File& file, const RulesOfDocument& rules, const Judge& judge)
      : file_(file), rules_of_(rules), judge_(judge), judgement_(file.judgement(judge)) {}

  FileFindings run() {
    count();
    for (const Document& document : file_.content().documents) check_document(document);
    return std::move(result_);
  }

 private:
  void count() {
    lint::Counts& counts = result_.counts;
    counts.files = 1;
    counts.policies = judgement_.policies.size();
    counts.templates = judgement_.templates.size();
    counts.broken = judgement_.broken.size();
    counts.no_manifests = file_.left_out() ? 1 : 0;
  }

  void check_document(const Document& document) {
    rules_ = rules_of_(document);
    const std::size_t first = result_.findings.size();
    for (const ActiveRule& active : rules_)
      if (active.rule->check_document != nullptr)
        run(active, "",
            [&](lint::Report& report) { active.rule->check_document({document}, report); });
    for (; next_ < judgement_.policies.size(); ++next_) {
      const JudgedPolicy& policy = judgement_.policies[next_];
      if (&policy.policy.root.document() != &document) break;
      check_policy(policy);
    }
    lint::KeyedPaths paths;
    for (Finding& finding : std::span(result_.findings).subspan(first)) {
      finding.document = document.index();
      if (finding.node) finding.keyed_path = paths.of(finding.node);
    }
  }

  void check_policy(const JudgedPolicy& judged) {
    const schemas::Schema& schema = judge_.schemas().of(judged.policy.kind);
    const std::size_t first = result_.findings.size();
    const std::string subject = judged.policy.subject();
    const std::vector<policy::SelectorUse> selectors = policy::selector_uses(judged.policy);
    for (const ActiveRule& active : rules_) {
      if (active.rule->check_policy == nullptr) continue;
      if (active.rule->family == lint::Family::validity) {
        add_judged(active, judged);
        continue;
      }
      const lint::Options options(active.setting);
      run(active, subject, [&](lint::Report& report) {
        active.rule->check_policy(
            {judged.policy, judge_.environment(), schema, judged.violations, selectors, options},
            report);
      });
    }
    fold_structural(first);
  }

  /// What a validity rule said when the policy was judged, by the severity that it has here.
  void add_judged(const ActiveRule& active, const JudgedPolicy& judged) {
    for (const Finding& finding : judged.findings) {
      if (finding.rule != active.rule) continue;
      result_.findings.push_back(finding);
      if (finding.severity == active.rule->severity)
        result_.findings.back().severity = active.severity;
    }
  }

  template <class Check>
  void run(const ActiveRule& active, const std::string& subject, const Check& check) {
    const std::size_t before = result_.findings.size();
    lint::Report report(*active.rule, active.severity, subject, result_.findings);
    check(report);
    limit_findings(result_.findings, before);
  }

  /// Where an admission rule and the schema name the same culprit, one of them says it for both:
  /// the schema where Cilium cannot even decode the value, else the admission rule.
  void fold_structural(std::size_t first) {
    const std::span<Finding> added = std::span(result_.findings).subspan(first);
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
    result_.findings.resize(first);
    std::ranges::move(kept, std::back_inserter(result_.findings));
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

  const File& file_;
  const RulesOfDocument& rules_of_;
  std::span<const ActiveRule> rules_;  ///< of the document
  const Judge& judge_;
  const Judgement& judgement_;
  std::size_t next_ = 0;  ///< of the judgement's policies
  FileFindings result_;
};

}  // namespace

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

FileFindings check_file(const File& file, std::span<const ActiveRule> rules, const Judge& judge) {
  return check_file(
      file, [&](const Document&) { return rules; }, judge);
}

FileFindings check_file(const File& file, const RulesOfDocument& rules, const Judge& judge) {
  return FileCheck(file, rules, judge).run();
}

}  // namespace cnplint::project
