// SPDX-License-Identifier: Apache-2.0
#include "cli/synth_update.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "coverage/coverage.h"
#include "harness/policy_test_file.h"
#include "lint/driver.h"
#include "policy/model/dns_server.h"
#include "policy/model/port.h"
#include "policy/yaml/reader.h"
#include "rules/catalogue.h"

namespace cnplint::cli {
namespace {

namespace fs = std::filesystem;
using policy::NodeRef;

/// Whether a rule is about DNS, which stays whether anybody asked or not. A range that has the port
/// among others is not.
bool is_dns(NodeRef item) {
  const auto covers = [](NodeRef ports) {
    return std::ranges::any_of(ports.items(), [](NodeRef port) {
      const policy::PortRange range = policy::read_port(port);
      const bool one = range.first == range.last;
      return range.name.starts_with("dns") ||
             (one && (range.covers(policy::kDnsPort) || range.covers(policy::kOpenShiftDnsPort)) &&
              !range.all());
    });
  };
  return covers(item.get("ports")) ||
         std::ranges::any_of(item.get("toPorts").items(),
                             [&](NodeRef entry) { return covers(entry.get("ports")); });
}

/// Rules that allow something, and that no connection used.
std::vector<NodeRef> unused_rules(const UpdateInput& input) {
  std::vector<NodeRef> unused;
  if (!input.prune) return unused;
  const coverage::CoverageReport report =
      coverage::measure(input.observed, input.totals, input.existing.policies,
                        input.existing.inventory, input.environment);
  for (const coverage::RuleCoverage& rule : report.rules)
    if (!rule.deny && rule.instrumented && !rule.used() && rule.where.parent().is_sequence() &&
        !is_dns(rule.where))
      unused.push_back(rule.where);
  return unused;
}

std::string free_name(const std::string& target, const synth::PolicyDraft& policy,
                      const std::map<std::string, std::string>& taken) {
  for (std::string name = policy.name;; name = policy.ns + "-" + name) {
    std::string path = (fs::path(target) / (name + ".yaml")).lexically_normal().string();
    std::error_code ignored;
    if (!fs::exists(path, ignored) && !taken.contains(path)) return path;
  }
}

/// Every policy and manifest of the folder as it would be, read anew.
struct Anew {
  base::SourceStore store;
  PolicyLoader loader{store};
  PolicyInput input;
};

}  // namespace

UpdatedFiles update_policies(const UpdateInput& input) {
  UpdatedFiles files;
  const Synthesis& synthesis = input.synthesis;
  files.update =
      update(input.existing.policies, policy::surroundings_of(input.existing.inventory),
             unused_rules(input), synthesis.traffic, synthesis.parties, synthesis.learned,
             synthesis.drafts, input.options.draft, input.environment);
  std::map<const base::SourceFile*, std::vector<synth::Edit>> edits;
  for (const synth::Edit& edit : files.update.edits) edits[edit.range.file].push_back(edit);
  for (const policy::Policy& policy : input.existing.policies)
    files.before[policy.root.document().file().path()] = &policy.root.document().file();
  for (const auto& [file, changes] : edits) files.texts[file->path()] = applied(*file, changes);
  std::error_code ignored;
  const bool folder = fs::is_directory(input.target, ignored);
  for (const synth::PolicyDraft& policy : files.update.added) {
    const std::string text = write(policy, input.options.write);
    if (folder) {
      files.texts[free_name(input.target, policy, files.texts)] = text;
      continue;
    }
    const std::string path = base::shown_path(input.target);
    const auto before = files.before.find(path);
    std::string& whole = files.texts[path];
    if (whole.empty() && before != files.before.end()) whole = before->second->text();
    if (!whole.empty() && !whole.ends_with('\n')) whole += '\n';
    whole += (whole.empty() ? "" : "---\n") + text;
  }
  return files;
}

std::vector<std::string> update_failures(const UpdatedFiles& files, const UpdateInput& input) {
  std::vector<lint::InMemory> before;
  std::vector<lint::InMemory> after;
  for (const auto& [path, file] : files.before) {
    before.push_back({path, std::string(file->text())});
    const auto changed = files.texts.find(path);
    after.push_back({path, changed == files.texts.end() ? before.back().text : changed->second});
  }
  for (const auto& [path, text] : files.texts)
    if (!files.before.contains(path)) after.push_back({path, text});
  std::vector<std::string> failures =
      new_findings(before, after, input.synthesis, input.environment);
  Anew anew;
  anew.input.inventory = input.existing.inventory;
  for (const lint::InMemory& each : after) {
    PolicyInput one = anew.loader.load({}, input.environment, &each.text, each.path);
    std::ranges::move(one.policies, std::back_inserter(anew.input.policies));
  }
  const UpdatedFiles again =
      update_policies({anew.input, input.target, input.prune, input.synthesis, input.observed,
                       input.totals, input.options, input.environment});
  if (!again.texts.empty())
    failures.push_back("a second update would change " + again.texts.begin()->first + " again");
  return failures;
}

}  // namespace cnplint::cli
