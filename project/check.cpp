// SPDX-License-Identifier: Apache-2.0
#include "project/check.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/nearest.h"
#include "base/parallel.h"
#include "base/text.h"
#include "lint/report.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/subject_index.h"
#include "project/file_check.h"
#include "project/repeats.h"
#include "rules/catalogue.h"

namespace cnplint::project {
namespace {

using lint::Finding;

std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

/// One run: files in parallel, then what needs all of them.
class Check {
 public:
  Check(const Project& project, const Cluster& cluster, const CheckOptions& options)
      : config_(project.config()),
        cluster_(cluster),
        options_(options),
        threads_(project.threads()),
        rules_(options.rules) {
    if (rules_.empty()) rules_.assign(rules::catalogue().begin(), rules::catalogue().end());
    common_rules_ = active_rules(config_, rules_, "");
    for (const std::string& path : options.only) only_.insert(absolute(path));
  }

  lint::Outcome run() {
    outcome_.unreadable = cluster_.unreadable();
    outcome_.notes = cluster_.notes();
    check_files();
    check_cluster();
    fold_by_folder();
    finish();
    return std::move(outcome_);
  }

 private:
  /// The rules that are on for a file.
  [[nodiscard]] std::vector<ActiveRule> rules_for(const std::string& path) const {
    return active_rules(config_, rules_, config_.relative(path));
  }

  /// Lints one file. Documents of standard input have the rules of what they were rendered from.
  [[nodiscard]] FileFindings check_one(const File& file) const {
    if (config_.overrides.empty()) return check_file(file, common_rules_, cluster_.judge());
    std::map<std::string_view, std::vector<ActiveRule>> by_source;
    return check_file(
        file,
        [&](const policy::Document& document) -> std::span<const ActiveRule> {
          const std::string_view source = file.sources().at(document.range().begin);
          const auto [known, added] = by_source.try_emplace(source);
          if (added) known->second = rules_for(source.empty() ? file.path() : std::string(source));
          return known->second;
        },
        cluster_.judge());
  }

  void check_files() {
    outcome_.counts.inventory = cluster_.inventory_manifests();
    outcome_.counts.other = cluster_.other_manifests();
    const std::vector<const File*>& files = cluster_.files();
    std::vector<FileFindings> results(files.size());
    base::parallel_for(files.size(), threads_,
                       [&](std::size_t i) { results[i] = check_one(*files[i]); });
    for (std::size_t i = 0; i < files.size(); ++i) {
      add_file(files[i]->source(), std::move(results[i].findings), files[i]->suppressions());
      lint::Counts& sum = outcome_.counts;
      const lint::Counts& counts = results[i].counts;
      sum.files += counts.files;
      sum.policies += counts.policies;
      sum.templates += counts.templates;
      sum.broken += counts.broken;
      sum.no_manifests += counts.no_manifests;
    }
  }

  void add_file(const base::SourceFile& source, std::vector<Finding> findings,
                lint::Suppressions suppressions) {
    position_[&source] = outcome_.files.size();
    outcome_.files.push_back(&source);
    findings_.push_back(std::move(findings));
    suppressions_.push_back(std::move(suppressions));
  }

  void check_cluster() {
    const auto rules = cluster_.rules();
    const policy::SubjectIndex subjects(*rules);
    const policy::ClusterFacts facts{cluster_.environment(), cluster_.inventory(),
                                     options_.seen_dns};
    for (const lint::Rule* rule : rules_) {
      if (rule->check_cluster == nullptr) continue;
      // Options come from the top level: a rule over all files has no path of its own.
      const lint::RuleSetting setting = config_.setting(*rule, "");
      const lint::Options options(setting);
      std::vector<Finding> found;
      lint::Report report(*rule, rule->severity, "", found);
      rule->check_cluster({facts, cluster_.policies(), rules, subjects, options, options_.traffic},
                          report);
      for (Finding& finding : found) place(*rule, std::move(finding));
    }
  }

  /// Gives a finding over several files the setting of the file it points into. One about traffic
  /// that points nowhere is of the capture, a file without text.
  void place(const lint::Rule& rule, Finding finding) {
    if (finding.range.file == nullptr) finding.range.file = &capture();
    const lint::RuleSetting setting =
        config_.setting(rule, config_.relative(configured_path(finding.range)));
    if (setting.off) return;
    if (setting.severity && finding.severity == rule.severity) finding.severity = *setting.severity;
    if (finding.node) finding.keyed_path = lint::KeyedPaths().of(finding.node);
    findings_[position_.at(finding.range.file)].push_back(std::move(finding));
  }

  /// The path that the configuration's globs see: of standard input what it was rendered from.
  [[nodiscard]] std::string configured_path(base::SourceRange range) const {
    const std::size_t at = position_.at(range.file);
    if (at >= cluster_.files().size()) return range.file->path();
    const std::string_view source = cluster_.files()[at]->sources().at(range.begin);
    return source.empty() ? range.file->path() : std::string(source);
  }

  const base::SourceFile& capture() {
    if (outcome_.capture == nullptr) {
      outcome_.capture = std::make_shared<base::SourceFile>(options_.traffic->capture, "");
      add_file(*outcome_.capture, {}, {});
    }
    return *outcome_.capture;
  }

  /// The folder that a finding is said of: the chart that a file belongs to, or its own.
  static std::filesystem::path folder_of(const base::SourceFile& file) {
    const std::filesystem::path own = std::filesystem::path(file.path()).parent_path();
    std::error_code ignored;
    for (std::filesystem::path at = own;; at = at.parent_path()) {
      if (std::filesystem::exists(at / "Chart.yaml", ignored)) return at;
      if (at.empty() || at == at.parent_path()) return own;
    }
  }

  /// Keeps the first finding of rules that say the same of every file of a folder.
  void fold_by_folder() {
    struct First {
      std::size_t file = 0;
      Finding finding;
      std::size_t more = 0;
    };
    std::map<std::pair<std::string_view, std::filesystem::path>, First> firsts;
    for (std::size_t i = 0; i < findings_.size(); ++i)
      std::erase_if(findings_[i], [&](Finding& finding) {
        if (!finding.rule->once_per_folder) return false;
        const auto [known, added] = firsts.try_emplace(
            {finding.rule->name, folder_of(*finding.range.file)}, First{i, {}, 0});
        if (added)
          known->second.finding = std::move(finding);
        else
          ++known->second.more;
        return true;
      });
    for (auto& [key, first] : firsts) {
      if (first.more > 0)
        first.finding.notes.push_back(
            {{}, base::counted(first.more, "more document") + " like it in this folder"});
      findings_[first.file].push_back(std::move(first.finding));
    }
  }

  void finish() {
    const std::string day = lint::today();
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      sort_and_drop_repeats(findings_[i]);
      if (config_.suppressions != lint::SuppressionMode::ignore)
        apply_suppressions(suppressions_[i].all, findings_[i], day);
      report_suppressions(i, day);
      sort_and_drop_repeats(findings_[i]);
      if (!reported(*outcome_.files[i])) continue;
      std::ranges::move(findings_[i], std::back_inserter(outcome_.findings));
    }
    if (options_.fold) fold_repeats(outcome_.findings);
    for (const Finding& finding : outcome_.findings)
      ++(finding.suppressed ? outcome_.counts.suppressed
                            : outcome_.counts.findings[static_cast<std::size_t>(finding.severity)]);
  }

  [[nodiscard]] bool reported(const base::SourceFile& file) const {
    return only_.empty() || only_.contains(absolute(file.path()));
  }

  /// An anchor that is used twice gives the same finding twice: one is enough.
  static void sort_and_drop_repeats(std::vector<Finding>& findings) {
    const auto key = [](const Finding& finding) {
      return std::make_tuple(finding.range.begin, finding.range.end, finding.rule->name,
                             std::string_view(finding.message), std::string_view(finding.path));
    };
    std::ranges::stable_sort(findings, {}, key);
    const auto same = [&](const Finding& a, const Finding& b) { return key(a) == key(b); };
    findings.erase(std::unique(findings.begin(), findings.end(), same), findings.end());
  }

  void report_suppressions(std::size_t file, const std::string& day) {
    if (suppressions_[file].all.empty() && suppressions_[file].malformed.empty()) return;
    const auto active = rules_for(outcome_.files[file]->path());
    const auto find = [&](std::string_view name) {
      const auto found = std::ranges::find_if(
          active, [&](const ActiveRule& each) { return each.rule->name == name; });
      return found == active.end() ? nullptr : &*found;
    };
    const auto add = [&](std::string_view name, base::SourceRange place, std::uint32_t document,
                         std::string message) {
      if (const ActiveRule* rule = find(name))
        lint::Report(*rule->rule, rule->severity, "", findings_[file])
            .add(place, std::move(message))
            .document = document;
    };
    for (const lint::MalformedSuppression& each : suppressions_[file].malformed)
      add(lint::kMalformedSuppression, each.place, each.document, each.message);
    for (const lint::Suppression& each : suppressions_[file].all) {
      const std::string name = base::quoted(each.rule);
      if (!known(each.rule))
        add(lint::kMalformedSuppression, each.place, each.document,
            "there is no rule " + name + base::allowed_values_hint(each.rule, rule_names()));
      else if (each.expired(day))
        add(lint::kExpiredSuppression, each.place, each.document,
            "the suppression of " + name + " ended on " + each.until);
      else if (config_.require_reason && each.reason.empty())
        add(lint::kMalformedSuppression, each.place, each.document,
            "the suppression of " + name + " has no reason; add `-- reason`");
      else if (!each.used && speaks(find(each.rule)))
        add(lint::kUnusedSuppression, each.place, each.document,
            "nothing here needs " + name + " to be allowed");
    }
  }

  /// Whether a rule is on and could have found something in this run.
  [[nodiscard]] bool speaks(const ActiveRule* rule) const {
    return rule != nullptr && config_.suppressions != lint::SuppressionMode::ignore &&
           (rule->rule->certainty != lint::Certainty::needs_capture || options_.traffic != nullptr);
  }
  [[nodiscard]] bool known(std::string_view name) const {
    return std::ranges::find(rules_, name, &lint::Rule::name) != rules_.end();
  }
  [[nodiscard]] std::vector<std::string_view> rule_names() const {
    std::vector<std::string_view> names;
    for (const lint::Rule* rule : rules_) names.push_back(rule->name);
    return names;
  }

  const lint::Config& config_;
  const Cluster& cluster_;
  const CheckOptions& options_;
  unsigned threads_;
  std::vector<const lint::Rule*> rules_;
  std::vector<ActiveRule> common_rules_;  ///< where no override applies
  std::set<std::string> only_;
  std::unordered_map<const base::SourceFile*, std::size_t> position_;
  std::vector<std::vector<Finding>> findings_;    ///< by file
  std::vector<lint::Suppressions> suppressions_;  ///< by file
  lint::Outcome outcome_;
};

}  // namespace

lint::Outcome check(const Project& project, const Cluster& cluster, const CheckOptions& options) {
  return Check(project, cluster, options).run();
}

}  // namespace cnplint::project
