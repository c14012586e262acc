// SPDX-License-Identifier: Apache-2.0
#include "lint/file_lint.h"

#include <algorithm>
#include <iterator>
#include <set>

#include "lint/report.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/template.h"
#include "schemas/validator.h"

namespace cnplint::lint {
namespace {

using policy::Document;
using policy::NodeRef;

/// Of one rule in one document; more are counted in the last one's notes.
constexpr std::size_t kMostFindings = 1000;

/// Lints the documents of one file, one after the other.
class FileLint {
 public:
  FileLint(std::span<const ActiveRule> rules, std::span<const Rule* const> all,
           const SchemaSet& schemas, const policy::Environment& environment)
      : rules_(rules), schemas_(schemas), environment_(environment) {
    for (const Rule* rule : all)
      if (rule->family == Family::validity && rule->check_policy != nullptr &&
          std::ranges::find(rules, rule, &ActiveRule::rule) == rules.end())
        off_.push_back(rule);
  }

  FileResult run(base::SourceFile& file) {
    const policy::FileContent content = policy::read_documents(file);
    for (index_ = 0; index_ < content.documents.size(); ++index_)
      document(content.documents[index_]);
    result_.suppressions = find_suppressions(content.documents, content.comments);
    return std::move(result_);
  }

 private:
  void document(const Document& document) {
    const std::size_t first = result_.findings.size();
    const DocumentContext context{document};
    run_rules("", [&](const ActiveRule& active, Report& report) {
      if (active.rule->check_document != nullptr) active.rule->check_document(context, report);
    });
    if (policy::template_marker(document))
      ++result_.counts.templates;
    else if (document.error())
      ++result_.counts.broken;
    else
      for (const policy::Manifest& each : policy::manifests(document.root())) object(each);
    if (document.empty()) return;
    KeyedPaths paths;
    for (Finding& finding : std::span(result_.findings).subspan(first))
      finding.keyed_path = paths.of(NodeRef(document, finding.node));
  }

  void object(const policy::Manifest& manifest) {
    if (const auto kind = policy::policy_kind(manifest)) {
      ++result_.counts.policies;
      lint_policy(policy::read_policy(*kind, manifest.root));
    } else if (policy::add_to_inventory(manifest, result_.inventory)) {
      ++result_.counts.inventory;
    } else {
      ++result_.counts.other;
    }
  }

  void lint_policy(const policy::Policy& policy) {
    const schemas::Schema& schema = schemas_.of(policy.kind);
    const std::vector<schemas::Violation> violations = schemas::validate(schema, policy.root);
    const std::size_t first = result_.findings.size();
    run_rules(policy.subject(), [&](const ActiveRule& active, Report& report) {
      if (active.rule->check_policy == nullptr) return;
      const Options options(active.setting);
      active.rule->check_policy({policy, environment_, schema, violations, options}, report);
    });
    fold_structural(first);
    std::string prefix = policy::path_of(policy.root);
    if (!prefix.empty()) prefix += '.';
    result_.policies.push_back(summarize(policy, std::move(prefix), index_));
    const auto rejects = [](const Finding& finding) { return finding.rejected_by != kNobody; };
    result_.policies.back().refused =
        std::any_of(result_.findings.begin() + static_cast<std::ptrdiff_t>(first),
                    result_.findings.end(), rejects);
    // A rule that is off says nothing, but makes no policy valid.
    std::vector<Finding> unsaid;
    const Options none;
    for (const Rule* rule : off_) {
      Report report(*rule, rule->severity, policy.subject(), index_, unsaid);
      rule->check_policy({policy, environment_, schema, violations, none}, report);
    }
    if (std::ranges::any_of(unsaid, rejects)) result_.policies.back().refused = true;
  }

  template <class Check>
  void run_rules(const std::string& subject, const Check& check) {
    for (const ActiveRule& active : rules_) {
      const std::size_t before = result_.findings.size();
      Report report(*active.rule, active.severity, subject, index_, result_.findings);
      check(active, report);
      const std::size_t added = result_.findings.size() - before;
      if (added <= kMostFindings) continue;
      result_.findings.resize(before + kMostFindings);
      result_.findings.back().notes.push_back(
          {{}, std::to_string(added - kMostFindings) + " more of this rule are not listed"});
    }
  }

  /// Where an admission rule and the schema name the same culprit, one of them says it for both:
  /// the schema where Cilium cannot even decode the value, else the admission rule.
  void fold_structural(std::size_t first) {
    const std::span<Finding> added = std::span(result_.findings).subspan(first);
    std::vector<Finding*> rejections;
    for (Finding& finding : added)
      if (finding.rejected_by != kNobody && !finding.pruned) rejections.push_back(&finding);
    const auto node_of = [](const Finding* finding) { return finding->node; };
    std::ranges::stable_sort(rejections, {}, node_of);
    std::set<const Finding*> folded;
    for (auto at = rejections.begin(); at != rejections.end();) {
      const auto end = std::find_if(
          at, rejections.end(), [&](const Finding* other) { return other->node != (*at)->node; });
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
      return finding->rule->structural && (finding->rejected_by & kCilium) != 0;
    };
    const auto specific = [](const Finding* finding) { return !finding->rule->structural; };
    const bool decoded = std::ranges::none_of(same, undecodable);
    if (std::ranges::none_of(same, specific)) return;
    std::uint8_t all = kNobody;
    for (const Finding* finding : same) all |= finding->rejected_by;
    for (Finding* finding : same) {
      if (specific(finding) == decoded)
        finding->rejected_by = all;
      else
        folded.insert(finding);
    }
  }

  std::span<const ActiveRule> rules_;
  std::vector<const Rule*> off_;  ///< those that refuse policies and are not among them
  const SchemaSet& schemas_;
  const policy::Environment& environment_;
  std::uint32_t index_ = 0;
  FileResult result_;
};

}  // namespace

std::vector<ActiveRule> active_rules(const Config& config, std::span<const Rule* const> rules,
                                     const std::string& path) {
  std::vector<ActiveRule> active;
  for (const Rule* rule : rules) {
    RuleSetting setting = config.setting(*rule, path);
    const Severity severity = setting.severity.value_or(rule->severity);
    if (!setting.off) active.push_back({rule, severity, std::move(setting)});
  }
  return active;
}

SchemaSet::SchemaSet(policy::Release release) {
  std::ranges::transform(policy::kPolicyKinds, schemas_.begin(),
                         [&](const policy::KindFacts& facts) {
                           return schemas::compile_schema(facts.schema, release);
                         });
}

FileResult lint_file(base::SourceFile& file, std::span<const ActiveRule> rules,
                     std::span<const Rule* const> all, const SchemaSet& schemas,
                     const policy::Environment& environment) {
  return FileLint(rules, all, schemas, environment).run(file);
}

}  // namespace cnplint::lint
