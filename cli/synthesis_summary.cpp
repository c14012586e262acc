// SPDX-License-Identifier: Apache-2.0
#include "cli/synthesis_summary.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.h"
#include "cli/command.h"
#include "cli/output.h"
#include "synth/many_addresses.h"
#include "synth/widen.h"

namespace cnplint::cli {
namespace {

using synth::Synthesis;

void tell_left_out(const synth::Learned& learned) {
  std::map<synth::LeftOutReason, std::vector<std::string>> by_reason;
  for (const synth::LeftOut& each : learned.left_out)
    by_reason[each.reason].push_back(each.connection + " (" + base::counted(each.seen, "flow") +
                                     "): " + each.why);
  for (const auto& [reason, sentences] : by_reason)
    warn_about(std::string("left out, ") + synth::reason_name(reason), sentences);
}

void tell_labels(const Synthesis& synthesis) {
  std::vector<std::string> sentences;
  for (const synth::PolicyDraft& policy : synthesis.drafts.policies) {
    if (policy.selector.empty()) continue;
    const synth::Party& party = synthesis.parties.all[policy.party];
    std::vector<std::string> keys;
    for (const auto& [key, value] : party.labels) keys.push_back("`" + key + "`");
    if (!party.collisions.empty())
      sentences.push_back(party.name + ": its labels also select " +
                          base::joined(party.collisions, ", "));
    if (party.choice == synth::Choice::unstable)
      sentences.push_back(party.name + ": only " + base::joined(keys, " and ") +
                          " tell it apart, which may change with a release");
    if (party.choice == synth::Choice::generated)
      sentences.push_back(party.name + ": only " + base::joined(keys, " and ") +
                          " tell it apart, which change with every rollout");
  }
  std::ranges::sort(sentences);
  sentences.erase(std::unique(sentences.begin(), sentences.end()), sentences.end());
  warn_about("labels", sentences);
}

void tell_capture(const coverage::ObservedTraffic& observed) {
  if (observed.unidentified > 0)
    warn(base::counted(observed.unidentified, "flow") +
         " of addresses about which the capture says nothing: not learned");
  if (!observed.services.empty())
    warn("of these some went to Services whose pods nobody names: " +
         base::joined(observed.services, ", ") + "; --manifests with both would");
  if (observed.other_drops > 0)
    warn(base::counted(observed.other_drops, "flow") +
         " dropped for reasons that are no policy: not learned");
}

/// The namespaces of workloads that get no policies because they are the system's.
void tell_system(const Synthesis& synthesis, const synth::DraftOptions& options) {
  std::map<std::string, std::size_t> workloads;
  for (const synth::Party& party : synthesis.parties.all)
    if (party.kind == synth::PartyKind::workload && options.keeps_up(party.ns) &&
        options.leaves_to_system(party.ns) && !synthesis.left_to_system.empty())
      ++workloads[party.ns];
  for (const auto& [ns, count] : workloads)
    note(ns + " is the system's: no policies for its " + base::counted(count, "workload") +
         "; --namespace " + ns + " or --all-namespaces writes them");
}

}  // namespace

/// Sentences of one kind, the first few of them.
void warn_about(const std::string& what, const std::vector<std::string>& sentences) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < std::min(kMost, sentences.size()); ++i)
    warn(what + ": " + sentences[i]);
  if (sentences.size() > kMost)
    warn(what + ": and " + std::to_string(sentences.size() - kMost) +
         " more; --evidence FILE lists all");
}

std::string summary(const Synthesis& synthesis, const project::Guarantees& guarantees) {
  std::size_t observed = 0;
  std::size_t inferred = 0;
  std::size_t baseline = 0;
  const std::set<std::uint32_t> subjects = synthesis.drafts.subjects();
  std::uint64_t added = 0;  // also addresses and names that no endpoint of the capture has
  for (const synth::PolicyDraft& policy : synthesis.drafts.policies) {
    for (const auto* rules : {&policy.ingress, &policy.egress})
      for (const synth::RuleDraft& rule : *rules) added += rule.added;
  }
  for (const synth::Permit& permit : synthesis.drafts.permits) {
    if (!subjects.empty() && !subjects.contains(permit.subject)) continue;
    observed += permit.origin == synth::Origin::observed ? 1U : 0U;
    inferred += permit.origin == synth::Origin::inferred ? 1U : 0U;
    baseline += permit.origin == synth::Origin::baseline ? 1U : 0U;
  }
  const auto proposed = static_cast<std::size_t>(
      std::ranges::count_if(synthesis.drafts.policies, &synth::PolicyDraft::proposed));
  const std::size_t policies = synthesis.drafts.policies.size();
  std::string widened;
  for (const auto& [widening, count] : widenings(synthesis))
    widened += std::string("; ") + widening_name(widening) + ": " + std::to_string(count);
  if (guarantees.shared > 0)
    widened += "; labels that several workloads have: " + std::to_string(guarantees.shared);
  std::string text = base::counted(policies, "policy");
  if (proposed > 0) text += ", " + std::to_string(proposed) + " of them proposed only";
  text += "; sides of connections: " + std::to_string(observed) + " observed, " +
          std::to_string(inferred) + " inferred, " + std::to_string(baseline) + " for DNS" +
          widened + "; " + std::to_string(synthesis.learned.left_out.size()) + " left out; " +
          std::to_string(std::max(added, guarantees.excess)) + " unobserved connections allowed";
  if (const auto open = left_open(synthesis.drafts).size(); open > 0)
    text += "; " + base::counted(open, "direction") + " left open";
  return text;
}

void tell_open(const std::vector<std::string>& open) {
  warn_about("not in default deny, as something passed that no rule can allow", open);
}

void tell_learned(const Synthesis& synthesis, const coverage::ObservedTraffic& observed,
                  const synth::DraftOptions& options) {
  tell_capture(observed);
  tell_system(synthesis, options);
  tell_left_out(synthesis.learned);
  const auto was_left_out = [&](synth::LeftOutReason reason) {
    return std::ranges::any_of(synthesis.learned.left_out,
                               [&](const auto& each) { return each.reason == reason; });
  };
  if (was_left_out(synth::LeftOutReason::dropped))
    warn("--learn-drops proposes rules for what policy refused");
  if (was_left_out(synth::LeftOutReason::unnameable))
    warn("--manifests with the workloads would give the unnameable ones their labels");
  tell_labels(synthesis);
  warn_about("releases of one workload differ, and what one of them may all may",
             synthesis.releases.sentences);
  warn_about("not opened to the world", synthesis.learned.not_public);
  warn_about("not proposed, as a NetworkPolicy that allows it would deny all else",
             synthesis.drafts.not_proposed);
  warn_about("only the addresses seen", many_addresses(synthesis.drafts));
  warn_about("no workload there has the labels of", synthesis.gaps.unmatched);
  warn_about("nothing to copy for", synthesis.gaps.uncovered);
  if (synthesis.drafts.assumed_resolver && !synthesis.drafts.policies.empty() &&
      !synthesis.drafts.policies.front().selector.empty())
    warn("the capture has no DNS: the rules for it are for the cluster's usual DNS servers");
  std::set<std::string> granting;
  for (const policy::Policy* each : synthesis.drafts.granting)
    granting.insert(base::quoted(each->name));
  if (!granting.empty())
    note("DNS is not repeated where " +
         base::joined(std::vector<std::string>(granting.begin(), granting.end()), ", ") +
         " allows it to every name");
  if (synthesis.learned.probes > 0)
    note(base::counted(synthesis.learned.probes, "flow") +
         " from the local host, which Cilium always lets in, need no rule; where it is no kubelet "
         "that asks but a workload of the node's network, --host allows it from every node");
}

}  // namespace cnplint::cli
