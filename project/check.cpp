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
#include "policy/verdict/known_pods.h"
#include "policy/verdict/subject_index.h"
#include "project/causes.h"
#include "project/file_check.h"
#include "project/fix_edits.h"
#include "project/repeats.h"
#include "project/shared_findings.h"
#include "rules/catalogue.h"

namespace cnplint::project {
namespace {

using lint::Finding;

constexpr std::string_view kKustomizationDoesNotBuild = "kustomization-does-not-build";
constexpr std::string_view kTemplateNotRendered = "template-not-rendered";

std::string absolute(const std::string& path) {
  return std::filesystem::absolute(path).lexically_normal().string();
}

/// One run.
class Check {
 public:
  Check(const Project& project, const Inputs& inputs, const CheckOptions& options)
      : config_(project.config()),
        inputs_(inputs),
        options_(options),
        threads_(project.threads()),
        rules_(options.rules) {
    if (rules_.empty()) rules_.assign(rules::catalogue().begin(), rules::catalogue().end());
    common_rules_ = active_rules(config_, rules_, "");
    for (const lint::Rule* rule : rules_) {
      lint::RuleSetting setting = config_.setting(*rule, "");
      // Severities come later, by the file of each finding.
      setting.severity.reset();
      setting.strict = true;
      all_rules_.push_back({rule, rule->severity, std::move(setting)});
    }
    for (const std::string& path : options.only) only_.insert(absolute(path));
    if (options.cluster != nullptr) chosen_.push_back(options.cluster);
    for (const Cluster& each : inputs.clusters())
      if (options.cluster == nullptr) chosen_.push_back(&each);
  }

  lint::Outcome run() {
    outcome_.unreadable = inputs_.unreadable();
    outcome_.notes = inputs_.notes();
    std::set<std::string_view> releases;
    for (const Cluster* each : chosen_) {
      outcome_.clusters.push_back(each->name());
      releases.insert(policy::release_name(each->environment().cilium));
    }
    outcome_.cilium = base::joined(releases, ", ");
    add_files();
    check_files();
    check_units();
    check_kustomizations();
    for (const base::SourceFile* each : outcome_.files)
      if (reported(*each)) reported_.insert(each);
    for (std::uint32_t i = 0; i < chosen_.size(); ++i) check_cluster(i);
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      merge_same(findings_[i], shared_[i]);
      for (Finding& each : findings_[i]) name_clusters(each, clusters_[i]);
    }
    fold_by_folder();
    finish();
    return std::move(outcome_);
  }

 private:
  /// The rules that are on for a file.
  [[nodiscard]] std::vector<ActiveRule> rules_for(const std::string& path) const {
    return active_rules(config_, rules_, config_.relative(path));
  }

  void add_files() {
    const std::set<const File*> others = files_of_others();
    for (const File* file : inputs_.files()) {
      if (others.contains(file)) continue;
      add_file(file->source(), file->suppressions());
      files_.push_back(file);
      add_rules(*file);
      lint::Counts& counts = outcome_.counts;
      ++counts.files;
      if (!inputs_.is_rendered(file->source())) counts.templates += file->templates().size();
      counts.broken += file->broken().size();
      counts.no_manifests += file->left_out() ? 1 : 0;
    }
  }

  /// The files that only clusters have that are not linted.
  [[nodiscard]] std::set<const File*> files_of_others() const {
    std::set<const Unit*> own;
    std::set<const Unit*> all;
    for (const Cluster* each : chosen_) own.insert(each->units().begin(), each->units().end());
    for (const Cluster& each : inputs_.clusters())
      all.insert(each.units().begin(), each.units().end());
    std::set<const File*> others;
    for (const File* file : inputs_.files())
      if (all.contains(&file->unit()) && !own.contains(&file->unit())) others.insert(file);
    return others;
  }

  void add_file(const base::SourceFile& source, lint::Suppressions suppressions) {
    position_[&source] = outcome_.files.size();
    outcome_.files.push_back(&source);
    findings_.emplace_back();
    clusters_.emplace_back();
    shared_.push_back(inputs_.is_rendered(source));
    suppressions_.push_back(std::move(suppressions));
  }

  /// Finds out the rules of a file, and of what its documents were rendered from.
  void add_rules(const File& file) {
    if (config_.overrides.empty()) return;
    rules_of_[file.path()] = rules_for(file.path());
    for (const std::string_view source : file.sources().all())
      rules_of_[std::string(source)] = rules_for(std::string(source));
  }

  /// The rules that are on at a place.
  [[nodiscard]] std::span<const ActiveRule> active(base::SourceRange place) const {
    if (config_.overrides.empty()) return common_rules_;
    const auto own = rules_of_.find(configured_path(place));
    return own == rules_of_.end() ? common_rules_ : own->second;
  }
  /// Of what a kustomization makes of several files, every rule: each finding then has the setting
  /// of its own file.
  [[nodiscard]] std::span<const ActiveRule> active(const policy::Document& document) const {
    return document.composed() && !config_.overrides.empty() ? all_rules_
                                                             : active(document.range());
  }

  [[nodiscard]] RulesOf rules_of_document() const {
    return [this](const policy::Document& document) { return active(document); };
  }

  void check_files() {
    base::parallel_for(files_.size(), threads_, [&](std::size_t i) {
      findings_[i] = check_documents(*files_[i], rules_of_document());
      if (inputs_.is_rendered(files_[i]->source()))
        std::erase_if(findings_[i], [](const Finding& finding) {
          return lint::is_called(*finding.rule, kTemplateNotRendered);
        });
    });
  }

  /// What kustomize would refuse; of what is only partly read nothing is known.
  void check_kustomizations() {
    for (const KustomizeRoot& root : inputs_.kustomizations()) {
      if (root.partial) continue;
      for (const KustomizeProblem& problem : root.build.problems) {
        const auto at = position_.find(problem.where.file);
        if (problem.note || at == position_.end()) continue;
        const ActiveRule* rule = find(active(problem.where), kKustomizationDoesNotBuild);
        if (rule == nullptr) continue;
        Finding& finding = lint::Report(*rule->rule, rule->severity, "", findings_[at->second])
                               .add(problem.where, problem.message);
        if (problem.other) finding.notes.push_back({*problem.other, "the other place"});
      }
    }
  }

  static const ActiveRule* find(std::span<const ActiveRule> active, std::string_view name) {
    const auto found = std::ranges::find_if(
        active, [&](const ActiveRule& each) { return lint::is_called(*each.rule, name); });
    return found == active.end() ? nullptr : &*found;
  }

  /// What a unit is checked for: once for all clusters of one environment.
  struct UnitCheck {
    const Unit* unit;
    const Judge* judge;
    std::vector<std::uint32_t> clusters;
    std::vector<Finding> findings = {};
  };

  std::vector<UnitCheck> units() {
    std::vector<UnitCheck> all;
    std::map<std::pair<const Unit*, const Judge*>, std::size_t> known;
    for (std::uint32_t i = 0; i < chosen_.size(); ++i) {
      const Cluster& cluster = *chosen_[i];
      for (const Unit* unit : cluster.units()) {
        const auto [at, added] = known.try_emplace({unit, &cluster.judge()}, all.size());
        if (added) all.push_back({unit, &cluster.judge(), {}});
        all[at->second].clusters.push_back(i);
      }
    }
    return all;
  }

  void check_units() {
    std::vector<UnitCheck> all = units();
    const RulesOf rules = rules_of_document();
    base::parallel_for(all.size(), threads_, [&](std::size_t i) {
      all[i].findings = check_policies(all[i].unit->judgement(*all[i].judge), *all[i].judge, rules);
    });
    std::set<std::pair<const base::SourceFile*, std::uint32_t>> counted;
    for (UnitCheck& each : all) {
      count(each.unit->judgement(*each.judge), counted);
      note_clusters(*each.unit, each.clusters);
      for (Finding& finding : each.findings)
        if (config_.overrides.empty() || !finding.node || !finding.node.document().composed() ||
            set_severity(*finding.rule, finding))
          add(std::move(finding), each.clusters);
    }
  }

  /// Counts what is written, also where it is in several clusters.
  void count(const Judgement& judgement,
             std::set<std::pair<const base::SourceFile*, std::uint32_t>>& counted) {
    lint::Counts& counts = outcome_.counts;
    policy::Inventory scratch;
    const auto first = [&](policy::NodeRef root) {
      return counted.emplace(root.range().file, root.range().begin).second;
    };
    for (const JudgedPolicy& each : judgement.policies)
      counts.policies += first(each.policy.root) ? 1 : 0;
    for (const policy::Manifest& each : judgement.others)
      if (first(each.root))
        ++(policy::add_to_inventory(each, scratch) ? counts.inventory : counts.other);
  }

  /// Which clusters have the files of a unit.
  void note_clusters(const Unit& unit, const std::vector<std::uint32_t>& clusters) {
    std::set<const base::SourceFile*> files;
    for (const policy::Manifest& each : unit.manifests())
      files.insert(&each.root.document().file());
    for (const base::SourceFile* file : files) {
      const std::size_t at = position_.at(file);
      shared_[at] = shared_[at] || !clusters_[at].empty() || clusters.size() > 1;
      add_clusters(clusters, clusters_[at]);
    }
  }

  /// Says of which clusters a finding is, where others have its file too.
  void name_clusters(Finding& finding, const std::vector<std::uint32_t>& of_file) const {
    if (finding.clusters.empty() || finding.clusters == of_file || of_file.empty()) return;
    constexpr std::size_t kMost = 6;
    std::vector<std::string> names;
    for (const std::uint32_t each : finding.clusters)
      names.push_back(base::quoted(outcome_.clusters[each]));
    const std::string which = names.size() == 1 ? "only in cluster " : "only in clusters ";
    finding.notes.push_back({{}, which + base::first_few(std::move(names), kMost)});
  }

  void add(Finding finding, const std::vector<std::uint32_t>& clusters) {
    if (outcome_.clusters.size() > 1) finding.clusters = clusters;
    findings_[position_.at(finding.range.file)].push_back(std::move(finding));
  }

  void check_cluster(std::uint32_t index) {
    const Cluster& cluster = *chosen_[index];
    const auto rules = cluster.rules();
    const policy::SubjectIndex subjects(*rules);
    const policy::KnownPods pods(cluster.inventory(), cluster.environment());
    const policy::ClusterFacts facts{cluster.environment(), cluster.inventory(), options_.seen_dns};
    lint::SharedParts shared;
    for (const lint::Rule* rule : rules_) {
      if (rule->check_cluster == nullptr) continue;
      // Options come from the top level: a rule over all files has no path of its own.
      const lint::RuleSetting setting = config_.setting(*rule, "");
      const lint::Options options(setting);
      std::vector<Finding> found;
      lint::Report report(*rule, rule->severity, "", found);
      rule->check_cluster({facts, cluster.policies(), rules, subjects, pods, shared, options,
                           options_.traffic, only_.empty() ? nullptr : &reported_},
                          report);
      for (Finding& finding : found) place(*rule, std::move(finding), index);
    }
    // Of many clusters, only one is kept translated at a time.
    if (chosen_.size() > 1) cluster.forget_rules();
  }

  /// Gives a finding over several files the setting of the file it points into. One about traffic
  /// that points nowhere is of the capture, a file without text.
  void place(const lint::Rule& rule, Finding finding, std::uint32_t cluster) {
    if (finding.range.file == nullptr) finding.range.file = &capture();
    if (!set_severity(rule, finding)) return;
    if (finding.node) finding.keyed_path = lint::KeyedPaths().of(finding.node);
    add(std::move(finding), {cluster});
  }

  /// Gives a finding the setting of its file; false where that turns the rule off.
  [[nodiscard]] bool set_severity(const lint::Rule& rule, Finding& finding) const {
    const lint::RuleSetting setting =
        config_.setting(rule, config_.relative(configured_path(finding.range)));
    settle(finding, setting);
    return !setting.off;
  }

  /// The path that the configuration's globs see: of standard input what it was rendered from.
  [[nodiscard]] std::string configured_path(base::SourceRange range) const {
    const std::size_t at = position_.at(range.file);
    if (at >= files_.size()) return range.file->path();
    const std::string_view source = files_[at]->sources().at(range.begin);
    return source.empty() ? range.file->path() : std::string(source);
  }

  const base::SourceFile& capture() {
    if (outcome_.capture == nullptr) {
      outcome_.capture = std::make_shared<base::SourceFile>(options_.traffic->capture, "");
      add_file(*outcome_.capture, {});
    }
    return *outcome_.capture;
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
        if (!finding.rule->once_per_folder || !reported(*outcome_.files[i])) return false;
        const auto [known, added] = firsts.try_emplace(
            {finding.rule->name, chart_or_folder_of(*finding.range.file)}, First{i, {}, 0});
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
      for (Finding& each : findings_[i]) {
        each.document = document_of(i, each);
        each.written_subject = written_subject(each);
      }
      merge_same(findings_[i]);
      if (config_.suppressions != lint::SuppressionMode::ignore)
        apply_suppressions(suppressions_[i].all, findings_[i], day);
      report_suppressions(i, day);
    }
    quiet_overruled();
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      fold_consequences(findings_[i]);
      merge_same(findings_[i]);
      if (!reported(*outcome_.files[i])) continue;
      std::ranges::move(findings_[i], std::back_inserter(outcome_.findings));
    }
    make_edits(inputs_, outcome_.findings);
    if (options_.fold) fold_repeats(outcome_.findings);
    for (const Finding& finding : outcome_.findings)
      ++(finding.suppressed ? outcome_.counts.suppressed
                            : outcome_.counts.findings[static_cast<std::size_t>(finding.severity)]);
  }

  /// Where one rule overrules a good part of a cluster, that one has the finding.
  void quiet_overruled() {
    std::vector<std::size_t> policies;
    for (const Cluster* each : chosen_) policies.push_back(each->policies().size());
    const std::vector<bool> clusters = overruled(findings_, policies);
    for (std::vector<Finding>& of_file : findings_)
      for (Finding& each : of_file)
        if (is_overruled(each, clusters)) {
          each.strict = true;
          std::ignore = set_severity(*each.rule, each);
        }
  }

  /// The subject of a finding by what is written, where a kustomization changes it: that stays when
  /// an overlay comes or goes.
  [[nodiscard]] std::string written_subject(const Finding& finding) const {
    if (!finding.node || finding.subject.empty() || !finding.node.document().composed()) return {};
    const base::SourceRange place = finding.node.document().range();
    const auto at = position_.find(place.file);
    if (at == position_.end() || at->second >= files_.size()) return {};
    const policy::Document* document = files_[at->second]->document_at(place.begin);
    if (document == nullptr || document->error()) return {};
    const policy::NodeRef metadata = document->root().get("metadata");
    return std::string(document->root().get("kind").text()) + "/" +
           std::string(metadata.get("namespace").text()) + "/" +
           std::string(metadata.get("name").text());
  }

  /// The index of the document that a finding of a file is in.
  [[nodiscard]] std::uint32_t document_of(std::size_t file, const Finding& finding) const {
    if (file >= files_.size()) return 0;
    const policy::Document* document = files_[file]->document_at(finding.range.begin);
    return document == nullptr ? 0 : document->index();
  }

  [[nodiscard]] bool reported(const base::SourceFile& file) const {
    return !inputs_.is_context(file) && (only_.empty() || only_.contains(absolute(file.path())));
  }

  void report_suppressions(std::size_t file, const std::string& day) {
    if (suppressions_[file].all.empty() && suppressions_[file].malformed.empty()) return;
    const auto rules = active({outcome_.files[file]});
    const auto add = [&](std::string_view name, base::SourceRange place, std::uint32_t document,
                         std::string message, lint::Fix fix = {}) {
      const ActiveRule* rule = find(rules, name);
      if (rule == nullptr) return;
      lint::Report report(*rule->rule, rule->severity, "", findings_[file]);
      Finding& finding = report.add(place, std::move(message));
      finding.document = document;
      finding.fix = std::move(fix);
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
            "the suppression of " + name + " ended on " + each.until, lint::take_out(each));
      else if (config_.require_reason && each.reason.empty())
        add(lint::kMalformedSuppression, each.place, each.document,
            "the suppression of " + name + " has no reason; add `-- reason`");
      else if (!each.used && speaks(find(rules, each.rule)) &&
               !inputs_.is_beside(*outcome_.files[file]) &&
               chosen_.size() == inputs_.clusters().size())
        add(lint::kUnusedSuppression, each.place, each.document,
            "nothing here needs " + name + " to be allowed", lint::take_out(each));
    }
  }

  /// Whether a rule is on and could have found something in this run.
  [[nodiscard]] bool speaks(const ActiveRule* rule) const {
    return rule != nullptr && config_.suppressions != lint::SuppressionMode::ignore &&
           (rule->rule->certainty != lint::Certainty::needs_capture || options_.traffic != nullptr);
  }
  [[nodiscard]] bool known(std::string_view name) const {
    return std::ranges::any_of(
        rules_, [&](const lint::Rule* rule) { return lint::is_called(*rule, name); });
  }
  [[nodiscard]] std::vector<std::string_view> rule_names() const {
    std::vector<std::string_view> names;
    for (const lint::Rule* rule : rules_) names.push_back(rule->name);
    return names;
  }

  const lint::Config& config_;
  const Inputs& inputs_;
  const CheckOptions& options_;
  unsigned threads_;
  std::vector<const lint::Rule*> rules_;
  std::vector<ActiveRule> common_rules_;  ///< where no override applies
  std::vector<ActiveRule> all_rules_;     ///< whatever is off
  std::unordered_map<std::string, std::vector<ActiveRule>> rules_of_;  ///< by path
  std::set<std::string> only_;
  std::set<const base::SourceFile*> reported_;  ///< where only some are
  std::vector<const Cluster*> chosen_;          ///< the clusters that are linted
  std::unordered_map<const base::SourceFile*, std::size_t> position_;
  std::vector<const File*> files_;
  // By file; the capture comes behind them.
  std::vector<std::vector<Finding>> findings_;
  std::vector<std::vector<std::uint32_t>> clusters_;  ///< that have it, as indices
  std::vector<bool> shared_;  ///< whether several objects may be made of one in it
  std::vector<lint::Suppressions> suppressions_;
  lint::Outcome outcome_;
};

}  // namespace

lint::Outcome check(const Project& project, const Inputs& inputs, const CheckOptions& options) {
  return Check(project, inputs, options).run();
}

}  // namespace cnplint::project
