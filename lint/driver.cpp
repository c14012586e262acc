// SPDX-License-Identifier: Apache-2.0
#include "lint/driver.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <unordered_map>

#include "base/file.h"
#include "base/nearest.h"
#include "base/parallel.h"
#include "base/text.h"
#include "base/walk.h"
#include "lint/file_lint.h"
#include "lint/report.h"
#include "lint/traffic.h"
#include "policy/yaml/reader.h"

namespace cnplint::lint {
namespace {

namespace fs = std::filesystem;

std::string absolute(const std::string& path) {
  return fs::absolute(path).lexically_normal().string();
}

/// One run: files in parallel, then what needs all of them.
class Driver {
 public:
  Driver(const Request& request, base::SourceStore& store)
      : request_(request), store_(store), schemas_(request.config.environment.cilium) {
    common_rules_ = active_rules(request.config, request.rules, "");
    for (const std::string& path : request.only) only_.insert(absolute(path));
  }

  Outcome run() {
    base::Walk walk = base::find_files(
        request_.paths, {base::is_manifest_name,
                         [this](const std::string& path) { return request_.config.excludes(path); },
                         request_.outputs});
    outcome_.unreadable = std::move(walk.errors);
    outcome_.notes = std::move(walk.notes);
    const std::size_t read = walk.files.size();
    const std::size_t count = read + request_.texts.size();
    sources_.resize(count);
    results_.resize(count);
    errors_.resize(count);
    base::parallel_for(count, request_.threads, [&](std::size_t i) {
      if (i < read) return one_file(walk.files[i], i);
      const InMemory& each = request_.texts[i - read];
      one_text(each.path, each.text, i);
    });
    collect();
    check_repository();
    finish();
    return std::move(outcome_);
  }

 private:
  /// The rules that are on for a file.
  [[nodiscard]] std::vector<ActiveRule> rules_for(const std::string& path) const {
    return active_rules(request_.config, request_.rules, request_.config.relative(path));
  }

  void one_file(const std::string& path, std::size_t index) {
    auto text = base::read_input(path, policy::ReaderCaps::kFileBytes);
    if (!text) {
      errors_[index] = text.error();
      return;
    }
    one_text(base::shown_path(path), std::move(*text), index);
  }

  void one_text(const std::string& path, std::string text, std::size_t index) {
    base::SourceFile& file = store_.add(path, std::move(text));
    sources_[index] = &file;
    const bool overrides = !request_.config.overrides.empty();
    results_[index] = lint_file(file, overrides ? rules_for(path) : common_rules_, request_.rules,
                                schemas_, request_.config.environment);
  }

  void collect() {
    for (std::size_t i = 0; i < results_.size(); ++i) {
      if (errors_[i]) outcome_.unreadable.push_back(*errors_[i]);
      if (sources_[i] == nullptr) continue;
      FileResult& result = results_[i];
      position_[sources_[i]] = outcome_.files.size();
      outcome_.files.push_back(sources_[i]);
      by_path_.emplace(sources_[i]->path(), sources_[i]);
      findings_.push_back(std::move(result.findings));
      suppressions_.push_back(std::move(result.suppressions));
      std::ranges::move(result.policies, std::back_inserter(policies_));
      std::ranges::move(result.inventory.workloads, std::back_inserter(inventory_.workloads));
      Counts& sum = outcome_.counts;
      ++sum.files;
      sum.policies += result.counts.policies;
      sum.inventory += result.counts.inventory;
      sum.other += result.counts.other;
      sum.templates += result.counts.templates;
      sum.broken += result.counts.broken;
    }
  }

  void check_repository() {
    for (const Rule* rule : request_.rules) {
      if (rule->check_repository == nullptr) continue;
      std::vector<Finding> found;
      RepositoryReport report(*rule, found,
                              [this](const std::string& path) { return file_of(path); });
      // Options come from the top level: a rule over all files has no path of its own.
      const RuleSetting setting = request_.config.setting(*rule, "");
      const Options options(setting);
      rule->check_repository(
          {policies_, inventory_, request_.config.environment, options, request_.traffic}, report);
      for (Finding& finding : found) place(*rule, std::move(finding));
    }
  }

  /// The input of a path; the capture, as a file without text, where the path is empty.
  const base::SourceFile* file_of(const std::string& path) {
    if (path.empty() && capture_ == nullptr) {
      capture_ = &store_.add(request_.traffic->capture, "");
      position_[capture_] = outcome_.files.size();
      outcome_.files.push_back(capture_);
      findings_.emplace_back();
      suppressions_.emplace_back();
    }
    if (path.empty()) return capture_;
    const auto found = by_path_.find(path);
    return found == by_path_.end() ? nullptr : found->second;
  }

  /// Gives a finding over several files the setting of the file it points into.
  void place(const Rule& rule, Finding finding) {
    const RuleSetting setting =
        request_.config.setting(rule, request_.config.relative(finding.range.file->path()));
    if (setting.off) return;
    if (setting.severity && finding.severity == rule.severity) finding.severity = *setting.severity;
    findings_[position_.at(finding.range.file)].push_back(std::move(finding));
  }

  void finish() {
    const std::string day = today();
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      sort_and_drop_repeats(findings_[i]);
      if (request_.config.suppressions != SuppressionMode::ignore)
        apply_suppressions(suppressions_[i].all, findings_[i], day);
      report_suppressions(i, day);
      sort_and_drop_repeats(findings_[i]);
      if (!reported(*outcome_.files[i])) continue;
      for (Finding& finding : findings_[i]) {
        if (finding.suppressed)
          ++outcome_.counts.suppressed;
        else
          ++outcome_.counts.findings[static_cast<std::size_t>(finding.severity)];
        outcome_.findings.push_back(std::move(finding));
      }
    }
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
        Report(*rule->rule, rule->severity, "", document, findings_[file])
            .add(place, std::move(message));
    };
    for (const MalformedSuppression& each : suppressions_[file].malformed)
      add(kMalformedSuppression, each.place, each.document, each.message);
    for (const Suppression& each : suppressions_[file].all) {
      const std::string name = base::quoted(each.rule);
      if (!known(each.rule))
        add(kMalformedSuppression, each.place, each.document,
            "there is no rule " + name + base::allowed_values_hint(each.rule, rule_names()));
      else if (each.expired(day))
        add(kExpiredSuppression, each.place, each.document,
            "the suppression of " + name + " ended on " + each.until);
      else if (request_.config.require_reason && each.reason.empty())
        add(kMalformedSuppression, each.place, each.document,
            "the suppression of " + name + " has no reason; add `-- reason`");
      else if (!each.used && speaks(find(each.rule)))
        add(kUnusedSuppression, each.place, each.document,
            "nothing here needs " + name + " to be allowed");
    }
  }

  /// Whether a rule is on and could have found something in this run.
  [[nodiscard]] bool speaks(const ActiveRule* rule) const {
    return rule != nullptr && request_.config.suppressions != SuppressionMode::ignore &&
           (rule->rule->certainty != Certainty::needs_capture || request_.traffic != nullptr);
  }
  [[nodiscard]] bool known(std::string_view name) const {
    return std::ranges::any_of(request_.rules,
                               [&](const Rule* rule) { return rule->name == name; });
  }
  [[nodiscard]] std::vector<std::string_view> rule_names() const {
    std::vector<std::string_view> names;
    for (const Rule* rule : request_.rules) names.push_back(rule->name);
    return names;
  }

  const Request& request_;
  base::SourceStore& store_;
  SchemaSet schemas_;
  std::vector<ActiveRule> common_rules_;  ///< where no override applies
  std::set<std::string> only_;
  std::vector<base::SourceFile*> sources_;
  std::vector<FileResult> results_;
  std::vector<std::optional<base::Error>> errors_;
  std::unordered_map<const base::SourceFile*, std::size_t> position_;
  std::unordered_map<std::string_view, const base::SourceFile*> by_path_;
  const base::SourceFile* capture_ = nullptr;   ///< among the files where something points at it
  std::vector<std::vector<Finding>> findings_;  ///< by file
  std::vector<Suppressions> suppressions_;      ///< by file
  std::vector<PolicySummary> policies_;
  policy::Inventory inventory_;
  Outcome outcome_;
};

}  // namespace

Outcome run(const Request& request, base::SourceStore& store) {
  return Driver(request, store).run();
}

}  // namespace cnplint::lint
