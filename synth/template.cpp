// SPDX-License-Identifier: Apache-2.0
#include "synth/template.h"

#include <algorithm>
#include <map>
#include <set>

namespace cnplint::synth {
namespace {

/// The labels of the pods of a namespace, by workload.
std::map<std::string, std::set<std::pair<std::string, std::string>>> workloads_of(
    const std::string& ns, const ObservedTraffic& traffic) {
  std::map<std::string, std::set<std::pair<std::string, std::string>>> workloads;
  for (const ObservedEndpoint& each : traffic.endpoints)
    if (each.ns == ns && !each.workload.empty())
      for (const policy::Label& label : each.facts.labels)
        workloads[ns + "/" + workload_of(each)].emplace(label.key, label.value);
  for (const policy::Workload* each : traffic.unseen)
    if (each->ns == ns)
      for (const auto& [key, value] : each->labels)
        workloads[each->subject].emplace(std::string(key), std::string(value));
  return workloads;
}

void move_peers(std::vector<RuleDraft>& rules, const std::string& ns, const std::string& like) {
  for (RuleDraft& rule : rules) {
    for (Peer& peer : rule.peers)
      if (peer.ns == like && peer.cluster.empty()) peer.ns = ns;
    std::ranges::sort(rule.peers);
  }
}

}  // namespace

TemplateGaps copy_namespace(Drafts& drafts, const std::string& ns, const std::string& like,
                            const ObservedTraffic& traffic) {
  TemplateGaps gaps;
  const auto workloads = workloads_of(ns, traffic);
  std::set<std::string> covered;
  std::vector<PolicyDraft> copies;
  for (PolicyDraft& policy : drafts.policies) {
    if (policy.ns != like || policy.proposed) continue;
    bool matched = workloads.empty();
    for (const auto& workload : workloads)
      if (std::ranges::all_of(policy.selector,
                              [&](const auto& label) { return workload.second.contains(label); })) {
        matched = true;
        covered.insert(workload.first);
      }
    if (!matched) {
      gaps.unmatched.push_back(policy.workload);
      continue;
    }
    policy.ns = ns;
    policy.like = like;
    policy.confidence = Confidence::low;
    move_peers(policy.ingress, ns, like);
    move_peers(policy.egress, ns, like);
    copies.push_back(std::move(policy));
  }
  for (const auto& [name, labels] : workloads)
    if (!covered.contains(name)) gaps.uncovered.push_back(name);
  drafts.policies = std::move(copies);
  return gaps;
}

}  // namespace cnplint::synth
