// SPDX-License-Identifier: Apache-2.0
#include "project/measure.h"

#include <map>
#include <set>
#include <tuple>

#include "project/narrowed.h"
#include "synth/evidence.h"
#include "synth/synthesis.h"
#include "synth/update.h"

namespace cnplint::project {
namespace {

using policy::Direction;

/// The rules of one permit alone, as YAML in one line.
std::string rule_of(const synth::Permit& permit, const synth::Synthesis& synthesis) {
  synth::DraftOptions options;
  options.dns = false;
  const synth::Drafts drafts = draft(*synthesis.traffic, synthesis.parties, {permit},
                                     synthesis.drafts.resolvers, {}, options);
  for (const synth::PolicyDraft& policy : drafts.policies)
    for (const synth::RuleDraft& rule : policy.rules(permit.direction))
      return write_flow_item(policy, rule);
  return {};
}

void add_rules(const policy::VerdictEngine& engine, const synth::Synthesis& synthesis,
               lint::Remedies& remedies) {
  std::map<synth::Permit::Key, const synth::Permit*> permits;
  for (const synth::Permit& each : synthesis.drafts.permits) permits.emplace(each.key(), &each);
  const std::vector<std::uint32_t>& party_of = synthesis.parties.of_endpoint;
  const auto& connections = synthesis.traffic->connections;
  for (std::uint32_t i = 0; i < connections.size(); ++i)
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const policy::Connection& asked = connections[i].connection;
      if (engine.decide(direction, asked).verdict != policy::Verdict::default_deny) continue;
      const auto permit =
          permits.find({party_of[asked.subject(direction)], direction,
                        party_of[asked.peer(direction)], asked.protocol, asked.port});
      if (permit != permits.end())
        remedies.rules[{i, direction}] = rule_of(*permit->second, synthesis);
    }
}

std::vector<std::string> evidence_of(const synth::PolicyDraft& policy) {
  std::vector<std::string> evidence;
  for (const Direction direction : {Direction::ingress, Direction::egress})
    for (const synth::RuleDraft& rule : policy.rules(direction))
      for (const synth::Evidence& each : rule.evidence)
        evidence.push_back(std::string(policy::direction_name(direction)) + " " + described(each));
  return evidence;
}

/// The cluster that is named, else the only one, else the one whose name the flows have.
base::Result<const Cluster*> chosen(const Inputs& inputs, const flows::Capture& capture,
                                    std::string_view name) {
  auto only = inputs.cluster(name);
  if (only || !name.empty()) return only;
  std::set<std::string_view> named;
  for (const flows::CapturedEndpoint& each : capture.endpoints) named.insert(each.cluster);
  const Cluster* found = nullptr;
  for (const Cluster& each : inputs.clusters()) {
    if (!named.contains(each.name()) && !named.contains(each.environment().cluster)) continue;
    if (found != nullptr) return only;
    found = &each;
  }
  if (found == nullptr) return only;
  return found;
}

}  // namespace

std::unique_ptr<Measurement> measure(const Cluster& cluster, const flows::Capture& capture) {
  auto result = std::make_unique<Measurement>();
  result->any_flow = capture.totals.flows > 0;
  result->traffic = coverage::observe(capture, cluster.inventory(), cluster.environment());
  result->evaluator = std::make_unique<policy::Evaluator>(
      cluster.rules(result->traffic.cluster),
      coverage::universe(result->traffic, cluster.inventory(), cluster.environment()));
  result->report = coverage::measure(result->traffic, capture.totals, *result->evaluator);
  return result;
}

base::Result<const Cluster*> cluster_of(Inputs& inputs, const flows::Capture& capture,
                                        std::string_view name, std::vector<std::string>& notes) {
  auto cluster = chosen(inputs, capture, name);
  if (!cluster) return cluster;
  std::vector<NamedPod> pods;
  for (const flows::CapturedEndpoint& each : capture.endpoints) {
    if (each.ns.empty() || each.is_unlabelled_pod()) continue;
    pods.push_back({each.ns, {}});
    for (const std::string& label : each.labels)
      pods.back().labels.push_back(policy::parse_label(label));
  }
  const FolderNames folders = name_folders(**cluster, pods);
  for (std::string& sentence : unknown_folders(folders)) notes.push_back(std::move(sentence));
  return &inputs.named(**cluster, folders);
}

lint::Remedies remedies(const Measurement& measurement) {
  const policy::VerdictEngine& engine = measurement.evaluator->engine();
  const synth::SynthesisOptions options;
  const synth::Synthesis synthesis =
      synthesize(measurement.traffic, options, engine.rule_base().environment);
  lint::Remedies result;
  add_rules(engine, synthesis, result);
  const synth::Update lacking = update(engine, {}, synthesis, options.draft);
  for (const synth::PolicyDraft& policy : lacking.added)
    if (!policy.addition && !policy.proposed)
      result.policies.push_back(
          {policy.workload, write_flow(policy, options.write), evidence_of(policy)});
  result.narrowed = narrowed_rules(measurement, synthesis);
  return result;
}

}  // namespace cnplint::project
