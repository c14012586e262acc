// SPDX-License-Identifier: Apache-2.0
#include "cli/synth_traffic.h"

#include <algorithm>
#include <map>
#include <set>

#include "policy/model/label.h"
#include "policy/verdict/label_quality.h"

namespace cnplint::cli {
namespace {

synth::Reports reports_of(const coverage::ObservedReports& reports) {
  return {reports.seen, reports.span};
}

synth::Side side_of(const coverage::ObservedSide& side) {
  return {reports_of(side.forwarded), reports_of(side.audited), reports_of(side.dropped),
          side.denied_by_rule};
}

synth::Endpoint endpoint_of(coverage::ObservedEndpoint observed) {
  synth::Endpoint endpoint{
      std::move(observed.facts),   std::move(observed.name), observed.ns,
      std::move(observed.cluster), observed.workload,        std::move(observed.workload_kind)};
  if (observed.workload.empty()) return endpoint;
  if (observed.manifest != nullptr) {
    const std::string& subject = observed.manifest->subject;
    endpoint.workload_kind = subject.substr(0, subject.find('/'));
    endpoint.workload = subject.substr(subject.rfind('/') + 1);
  }
  auto& labels = endpoint.facts.labels;
  const std::string name_label(policy::kNamespaceNameLabel);
  if (std::ranges::find(labels, name_label, &policy::Label::key) == labels.end())
    labels.push_back({"k8s", name_label, observed.ns});
  return endpoint;
}

/// Whether a pod has labels of its own, beside those that Cilium derives.
bool is_labelled(const synth::Endpoint& endpoint) {
  return std::ranges::any_of(endpoint.facts.labels, [](const policy::Label& label) {
    return !policy::is_of_cilium(label.key);
  });
}

/// A pod of which the capture has the name only is one of its workload's, where others have labels.
void complete(std::vector<synth::Endpoint>& endpoints) {
  std::map<std::pair<std::string, std::string>, const synth::Endpoint*> labelled;
  for (const synth::Endpoint& each : endpoints)
    if (!each.workload.empty() && is_labelled(each))
      labelled.emplace(std::pair(each.ns, each.workload), &each);
  for (synth::Endpoint& each : endpoints) {
    if (each.workload.empty() || is_labelled(each)) continue;
    if (const auto found = labelled.find({each.ns, each.workload}); found != labelled.end())
      each.facts = found->second->facts;
  }
}

}  // namespace

synth::Traffic synth_traffic(coverage::ObservedTraffic observed, const policy::Inventory& inventory,
                             const flows::Span& span) {
  synth::Traffic traffic;
  traffic.cluster = observed.cluster;
  traffic.span = span;
  std::set<const policy::Workload*> seen;
  for (coverage::ObservedEndpoint& each : observed.endpoints) {
    seen.insert(each.manifest);
    traffic.endpoints.push_back(endpoint_of(std::move(each)));
  }
  complete(traffic.endpoints);
  for (coverage::ObservedConnection& each : observed.connections)
    traffic.connections.push_back({each.connection,
                                   {side_of(each.sides[0]), side_of(each.sides[1])},
                                   side_of(each.unsided),
                                   each.inferred,
                                   std::move(each.names),
                                   std::move(each.requests)});
  for (const policy::Workload& workload : inventory.workloads) {
    if (seen.contains(&workload) || workload.host_network) continue;
    synth::Manifest manifest{workload.subject, std::string(workload.ns), {}};
    for (const auto& [key, value] : workload.labels) manifest.labels.emplace_back(key, value);
    traffic.manifests.push_back(std::move(manifest));
  }
  return traffic;
}

}  // namespace cnplint::cli
