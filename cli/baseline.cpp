// SPDX-License-Identifier: Apache-2.0
#include "cli/baseline.h"

#include <tuple>

#include "cli/synth_traffic.h"
#include "cli/synthesis.h"
#include "harness/policy_test_file.h"
#include "synth/evidence.h"
#include "synth/update.h"

namespace cnplint::cli {
namespace {

using policy::Direction;

/// The rules of one permit alone.
std::string rule_of(const synth::Permit& permit, const Synthesis& synthesis) {
  synth::DraftOptions options;
  options.dns = false;
  const synth::Drafts drafts =
      draft(synthesis.traffic, synthesis.parties, {permit}, synthesis.drafts.resolvers, options);
  for (const synth::PolicyDraft& policy : drafts.policies)
    for (const synth::RuleDraft& rule : policy.rules(permit.direction))
      return write_flow_item(policy, rule);
  return {};
}

/// What makes a permit: subject, direction, peer, protocol and port.
using PermitKey = std::tuple<std::uint32_t, Direction, std::uint32_t, std::uint8_t, std::uint16_t>;

void add_rules(const Synthesis& synthesis, const PolicyInput& policies,
               const policy::Environment& environment, Baseline& baseline) {
  const policy::VerdictEngine engine(policies.policies, environment,
                                     policy::surroundings_of(policies.inventory),
                                     synthesis.traffic.facts());
  std::map<PermitKey, const synth::Permit*> permits;
  for (const synth::Permit& each : synthesis.drafts.permits)
    permits.emplace(PermitKey{each.subject, each.direction, each.peer, each.protocol, each.port},
                    &each);
  const std::vector<std::uint32_t>& party_of = synthesis.parties.of_endpoint;
  const auto& connections = synthesis.traffic.connections;
  for (std::uint32_t i = 0; i < connections.size(); ++i)
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const policy::Connection& asked = connections[i].connection;
      if (engine.decide(direction, asked).verdict != policy::Verdict::default_deny) continue;
      const auto permit =
          permits.find({party_of[asked.subject(direction)], direction,
                        party_of[asked.peer(direction)], asked.protocol, asked.port});
      if (permit != permits.end())
        baseline.rules[{i, direction}] = rule_of(*permit->second, synthesis);
    }
}

}  // namespace

Baseline baseline_of(const coverage::ObservedTraffic& observed, const flows::Span& span,
                     const PolicyInput& policies, const policy::Environment& environment) {
  policy::Environment own = environment;
  own.cluster = observed.cluster;
  const SynthesisOptions options;
  const Synthesis synthesis =
      synthesize(synth_traffic(observed, policies.inventory, span), options, own);
  Baseline baseline;
  add_rules(synthesis, policies, own, baseline);
  const synth::Update lacking =
      update(policies.policies, policy::surroundings_of(policies.inventory), {}, synthesis.traffic,
             synthesis.parties, synthesis.learned, synthesis.drafts, options.draft, own);
  for (const synth::PolicyDraft& policy : lacking.added) {
    if (policy.addition || policy.proposed) continue;
    std::vector<std::string> evidence;
    for (const Direction direction : {Direction::ingress, Direction::egress})
      for (const synth::RuleDraft& rule : policy.rules(direction))
        for (const synth::Evidence& each : rule.evidence)
          evidence.push_back(std::string(policy::direction_name(direction)) + " " +
                             described(each));
    baseline.policies.emplace_back(policy, write_flow(policy, options.write));
    baseline.evidence.push_back(std::move(evidence));
  }
  return baseline;
}

}  // namespace cnplint::cli
