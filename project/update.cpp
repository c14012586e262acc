// SPDX-License-Identifier: Apache-2.0
#include "project/update.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <set>
#include <utility>

#include "base/file.h"
#include "base/walk.h"
#include "coverage/coverage.h"
#include "policy/verdict/dns_reach.h"
#include "policy/verdict/workload_endpoint.h"
#include "project/guarantees.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using policy::NodeRef;

/// What decides by the policies as they are.
policy::Evaluator evaluator_of(const UpdateInput& input) {
  const coverage::ObservedTraffic& traffic = *input.synthesis.traffic;
  policy::Environment environment = input.existing.environment();
  environment.cluster = traffic.cluster;
  return {input.existing.policies(), environment, policy::surroundings_of(input.inventory),
          coverage::universe(traffic, input.inventory, environment)};
}

/// Rules that allow something, and that no connection used. Those for DNS stay whether anybody
/// asked or not.
std::vector<NodeRef> unused_rules(const UpdateInput& input, policy::Evaluator& evaluator) {
  std::vector<NodeRef> unused;
  if (!input.prune) return unused;
  const auto others = other_clusters(input.inputs, input.existing);
  std::set<std::pair<const policy::Document*, std::uint32_t>> for_dns;
  for (const policy::PolicyRule& rule : evaluator.engine().rule_base().rules)
    if (policy::is_for_dns(rule)) for_dns.emplace(&rule.where.document(), rule.where.index());
  const coverage::CoverageReport report =
      coverage::measure(*input.synthesis.traffic, input.totals, evaluator);
  for (const coverage::RuleCoverage& rule : report.rules)
    if (!rule.deny && rule.instrumented && !rule.used() && rule.where.parent().is_sequence() &&
        rule.where.document().form() != policy::DocumentForm::quoted_text &&
        !for_dns.contains({&rule.where.document(), rule.where.index()}) &&
        !others.contains(rule.where.range().file))
      unused.push_back(rule.where);
  return unused;
}

/// Whether a policy is not all written where it stands: an edit of its file would not be an edit of
/// what it comes to.
bool is_patched(const policy::Policy& policy) {
  const policy::Document& document = policy.root.document();
  if (!document.composed()) return false;
  for (const char* part : {"spec", "specs"}) {
    const NodeRef node = policy.root.get(part);
    if (!node) continue;
    for (std::uint32_t i = node.index(); i < document.node(node.index()).subtree_end; ++i)
      if (&document.file_of(document.node(i)) != &document.file()) return true;
  }
  return false;
}

bool is_below_target(const std::string& path, const std::string& target) {
  std::error_code ignored;
  return base::is_below(path, fs::weakly_canonical(fs::absolute(target, ignored), ignored));
}

/// Takes out edits that would not do what they are for, or reach beyond what was named.
void refuse_edits(const UpdateInput& input, UpdatedFiles& files) {
  std::set<const base::SourceFile*> patched;
  for (const policy::Policy& policy : input.existing.policies())
    if (is_patched(policy)) patched.insert(&policy.root.document().file());
  std::set<std::string> sentences;
  std::erase_if(files.update.edits, [&](const policy::Edit& edit) {
    const base::SourceFile& file = *edit.range.file;
    // A text of a test or of standard input is nowhere on the disk.
    std::error_code ignored;
    const bool outside =
        fs::exists(file.path(), ignored) && !is_below_target(file.path(), input.target);
    if (patched.contains(&file))
      sentences.insert(file.path() + ": a kustomization patches what is here; change it by hand");
    else if (outside)
      sentences.insert(file.path() + ": outside of " + input.target +
                       "; name a folder that holds both");
    else
      return false;
    return true;
  });
  files.refused.assign(sentences.begin(), sentences.end());
}

/// The folder of a new policy: where the cluster has files that no other one has, beside those of
/// its namespace first; a new file in a common folder would be of all clusters.
std::string folder_of(const synth::PolicyDraft& policy, const UpdateInput& input,
                      const ClustersOfFiles& others) {
  std::string folder;
  if (input.inputs.clusters().size() < 2) return input.target;
  for (const policy::Policy& each : input.existing.policies()) {
    const base::SourceFile& file = each.root.document().file();
    if (others.contains(&file)) continue;
    const bool beside = each.effective_namespace() == policy.ns;
    if (folder.empty() || beside) folder = fs::path(file.path()).parent_path().string();
    if (beside) break;
  }
  return folder.empty() ? input.target : folder;
}

std::string free_name(const std::string& target, const synth::PolicyDraft& policy,
                      const std::map<std::string, std::string>& taken) {
  for (std::string name = policy.name;; name = policy.ns + "-" + name) {
    std::string path = (fs::path(target) / (name + ".yaml")).lexically_normal().string();
    std::error_code ignored;
    if (!fs::exists(path, ignored) && !taken.contains(path)) return path;
  }
}

void add_policies(const UpdateInput& input, UpdatedFiles& files) {
  std::error_code ignored;
  const bool folder = fs::is_directory(input.target, ignored);
  const ClustersOfFiles others = other_clusters(input.inputs, input.existing);
  for (const synth::PolicyDraft& policy : files.update.added) {
    const std::string text = write(policy, input.options.write);
    if (folder) {
      files.texts[free_name(folder_of(policy, input, others), policy, files.texts)] = text;
      continue;
    }
    const std::string path = base::shown_path(input.target);
    const auto before = files.before.find(path);
    std::string& whole = files.texts[path];
    if (whole.empty() && before != files.before.end()) whole = before->second->text();
    if (!whole.empty() && !whole.ends_with('\n')) whole += '\n';
    whole += (whole.empty() ? "" : "---\n") + text;
  }
}

/// The configuration for a check of texts: every rule by its default, the clusters as they are.
lint::Config config_like(const Project& project, const policy::Environment& environment) {
  lint::Config config;
  config.folder = project.config().folder;
  config.clusters = project.config().clusters;
  for (lint::ClusterSetting& each : config.clusters) each.environment = environment;
  config.environment = environment;
  config.environment_is_fixed = true;
  return config;
}

struct Opened {
  const Inputs* inputs;
  const Cluster* cluster;
};

/// The inputs of an update with other texts, and the cluster that is updated among them.
Opened opened(Project& project, const UpdateInput& input,
              const std::map<std::string, std::string>& texts) {
  Inputs& inputs = project.open_changed(input.project, input.inputs, texts);
  const auto found = std::ranges::find(inputs.clusters(), input.existing.name(), &Cluster::name);
  const Cluster& cluster = found == inputs.clusters().end() ? inputs.clusters().front() : *found;
  return {&inputs, &inputs.named(cluster, {input.existing.names(), {}, {}})};
}

/// The connections that have to pass, and do not.
std::vector<std::string> denied_by(const UpdateInput& input) {
  const synth::ObservedTraffic& traffic = *input.synthesis.traffic;
  const policy::Evaluator evaluator = evaluator_of(input);
  const std::vector<bool> passing = input.synthesis.learned.passing(traffic);
  std::vector<std::string> denied;
  for (std::size_t i = 0; i < passing.size(); ++i) {
    const synth::ObservedConnection& each = traffic.connections[i];
    if (!passing[i] || each.passed == 0) continue;
    for (const policy::Direction direction :
         {policy::Direction::egress, policy::Direction::ingress})
      if (!policy::passes(evaluator.engine().decide(direction, each.connection).verdict))
        denied.push_back(described(each, traffic) + ": " +
                         std::string(policy::direction_name(direction)));
  }
  return denied;
}

}  // namespace

ClustersOfFiles other_clusters(const Inputs& inputs, const Cluster& cluster) {
  ClustersOfFiles found;
  for (const Cluster& other : inputs.clusters()) {
    if (other.name() == cluster.name()) continue;
    for (const policy::Policy& policy : other.policies()) {
      std::vector<std::string>& names = found[&policy.root.document().file()];
      if (names.empty() || names.back() != other.name()) names.push_back(other.name());
    }
  }
  return found;
}

UpdatedFiles update_policies(const UpdateInput& input) {
  UpdatedFiles files;
  policy::Evaluator evaluator = evaluator_of(input);
  files.update = update(evaluator.engine(), unused_rules(input, evaluator), input.synthesis,
                        input.options.draft);
  refuse_edits(input, files);
  std::map<const base::SourceFile*, std::vector<policy::Edit>> edits;
  for (const policy::Edit& edit : files.update.edits) edits[edit.range.file].push_back(edit);
  for (const policy::Policy& policy : input.existing.policies())
    files.before[policy.root.document().file().path()] = &policy.root.document().file();
  for (const auto& [file, changes] : edits) files.texts[file->path()] = applied(*file, changes);
  add_policies(input, files);
  return files;
}

UpdateChecks check_update(const UpdatedFiles& files, const UpdateInput& input) {
  const policy::Environment environment = [&] {
    policy::Environment own = input.existing.environment();
    own.cluster = input.synthesis.traffic->cluster;
    return own;
  }();
  Project before(config_like(input.project, environment), {}, input.threads);
  Project after(config_like(input.project, environment), {}, input.threads);
  const Opened old = opened(before, input, {});
  const Opened anew = opened(after, input, files.texts);
  UpdateChecks checks{files.refused, {}, {}};
  const auto refused_before = refused_by_kustomize(old.inputs->kustomizations());
  const std::set<std::string> refused(refused_before.begin(), refused_before.end());
  for (const std::string& each : refused_by_kustomize(anew.inputs->kustomizations()))
    if (!refused.contains(each)) checks.failures.push_back("kustomize would refuse it: " + each);
  LintSentences fresh = new_findings({before, *old.inputs, *old.cluster},
                                     {after, *anew.inputs, *anew.cluster}, input.synthesis);
  std::ranges::move(fresh.errors, std::back_inserter(checks.failures));
  checks.warnings = std::move(fresh.warnings);
  const UpdateInput updated{after,         *anew.inputs, *anew.cluster,   input.inventory,
                            input.target,  input.prune,  input.synthesis, input.totals,
                            input.options, input.threads};
  checks.denied = denied_by(updated);
  const UpdatedFiles again = update_policies(updated);
  if (!again.texts.empty())
    checks.failures.push_back("a second update would change " + again.texts.begin()->first +
                              " again");
  return checks;
}

}  // namespace cnplint::project
