// SPDX-License-Identifier: Apache-2.0
#include "project/narrowed.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "policy/model/dns_server.h"
#include "policy/verdict/request.h"
#include "project/project.h"

namespace cnplint::project {
namespace {

using policy::Direction;
using policy::NodeRef;

/// Whether a peer is everything outside: the entity, or a CIDR of all addresses.
bool is_everything(NodeRef peer) {
  if (const NodeRef to = peer.get("to")) peer = to;  // of a firewall's rule
  if (const NodeRef block = peer.get("ipBlock")) peer = block;
  for (const char* field : {"cidr", "cidrSelector"})
    if (const NodeRef cidr = peer.get(field)) peer = cidr;
  if (peer.text() == "world" || peer.text() == "all") return true;
  const auto prefix = policy::parse_prefix(peer.text());
  return prefix && prefix->length == 0;
}

bool opens_everything(const coverage::RuleCoverage& rule) {
  if (is_everything(rule.where)) return true;
  return std::ranges::any_of(
      rule.peers, [](const coverage::PartCoverage& peer) { return is_everything(peer.where); });
}

class Narrower {
 public:
  Narrower(const Measurement& measurement, const synth::Synthesis& synthesis)
      : engine_(measurement.evaluator->engine()),
        environment_(engine_.rule_base().environment),
        traffic_(measurement.traffic),
        synthesis_(synthesis),
        judge_(engine_, environment_) {
    for (const synth::Permit& each : synthesis.drafts.permits) permits_.emplace(each.key(), &each);
    for (const coverage::ObservedConnection& each : traffic_.connections)
      if (policy::is_dns_port(each.connection.port) &&
          engine_.decide(Direction::egress, each.connection).verdict == policy::Verdict::redirect)
        to_proxy_[each.connection.from].push_back(each.connection);
  }

  std::vector<std::string> items(const coverage::RuleCoverage& rule) {
    const policy::PolicyKind kind = engine_.rule_base().policies[rule.policy].kind;
    if (!policy::facts_of(kind).synthesised) return {};
    std::vector<policy::Connection> used;
    for (const std::uint32_t index : rule.connections)
      if (traffic_.connections[index].passed > 0)
        used.push_back(traffic_.connections[index].connection);
    std::set<std::uint32_t> subjects;
    std::vector<synth::Permit> permits = permits_of(used, kind, subjects);
    if (permits.empty()) return {};
    synth::DraftOptions options;
    options.kind = kind;
    options.dns = false;
    options.leave_open = false;
    const synth::Drafts drafts =
        draft(traffic_, synthesis_.parties, std::move(permits), {}, {}, options);
    if (drafts.policies.size() != 1 || !drafts.unwritten.empty()) return {};
    const synth::PolicyDraft& policy = drafts.policies.front();
    if (!lets_pass(used, policy, subjects)) return {};
    std::vector<std::string> items;
    for (const synth::RuleDraft& each : policy.egress)
      items.push_back(write_flow_item(policy, each));
    return items;
  }

 private:
  /// What a rule was used for, as if one workload had done it all; none where something of it was
  /// not learned.
  std::vector<synth::Permit> permits_of(const std::vector<policy::Connection>& used,
                                        policy::PolicyKind kind,
                                        std::set<std::uint32_t>& subjects) {
    std::map<std::tuple<std::uint32_t, std::uint8_t, std::uint16_t>, synth::Permit> permits;
    const std::vector<std::uint32_t>& party_of = synthesis_.parties.of_endpoint;
    for (const policy::Connection& asked : used) {
      const auto known = permits_.find({party_of[asked.from], Direction::egress, party_of[asked.to],
                                        asked.protocol, asked.port});
      if (known == permits_.end()) return {};
      subjects.insert(party_of[asked.from]);
      synth::Permit permit = *known->second;
      const auto is_seen = [&](const std::string& name) { return sees(asked.from, name); };
      if (!policy::is_firewall(kind) && !std::ranges::all_of(permit.names, is_seen))
        permit.names.clear();
      permit.proposed = false;
      permit.origin = synth::Origin::observed;
      const auto [found, added] =
          permits.try_emplace({permit.peer, permit.protocol, permit.port}, permit);
      if (!added && permit.names.empty()) found->second.names.clear();
    }
    std::vector<synth::Permit> all;
    for (auto& [place, permit] : permits) {
      permit.subject = *subjects.begin();
      all.push_back(std::move(permit));
    }
    return all;
  }

  /// Whether some DNS server answers the workload through the proxy, which so learns the addresses
  /// of the name.
  bool sees(std::uint32_t subject, const std::string& name) {
    const auto known = to_proxy_.find(subject);
    return known != to_proxy_.end() &&
           std::ranges::any_of(known->second, [&](const policy::Connection& asked) {
             return judge_.judge(Direction::egress, asked, policy::DnsRequest{name}).allowed;
           });
  }

  /// Whether what used a rule passes by the narrower ones alone, whoever of its subjects it was.
  bool lets_pass(const std::vector<policy::Connection>& used, synth::PolicyDraft policy,
                 const std::set<std::uint32_t>& subjects) {
    std::vector<InMemory> texts;
    if (policy.selector.empty()) texts.push_back({"namespace.yaml", write(policy, {})});
    for (const std::uint32_t subject : subjects) {
      if (policy.selector.empty()) break;
      policy.selector = synthesis_.parties.all[subject].labels;
      policy.ns = synthesis_.parties.all[subject].ns;
      policy.name = "narrowed-" + std::to_string(subject);
      texts.push_back({policy.name + ".yaml", write(policy, {})});
    }
    lint::Config config;
    config.environment = environment_;
    Project project(std::move(config), {}, 1);
    const Inputs& inputs = project.open({}, std::move(texts));
    const Cluster& cluster = inputs.clusters().front();
    if (!cluster.refused().empty()) return false;
    // The ends of what used it are all that the engine has to know.
    std::map<std::uint32_t, std::uint32_t> positions;
    std::vector<policy::Endpoint> ends;
    const auto position_of = [&](std::uint32_t endpoint) {
      const auto [found, added] =
          positions.try_emplace(endpoint, static_cast<std::uint32_t>(ends.size()));
      if (added) ends.push_back(traffic_.endpoints[endpoint].facts);
      return found->second;
    };
    std::vector<policy::Connection> connections;
    for (const policy::Connection& each : used)
      connections.push_back(
          {position_of(each.from), position_of(each.to), each.protocol, each.port});
    const policy::Evaluator evaluator(cluster.policies(), environment_, {}, std::move(ends));
    return std::ranges::all_of(connections, [&](const policy::Connection& asked) {
      const auto match = evaluator.firewall(asked);
      return match ? match->allowed
                   : evaluator.engine().decide(Direction::egress, asked).verdict ==
                         policy::Verdict::allow;
    });
  }

  const policy::VerdictEngine& engine_;
  const policy::Environment& environment_;
  const coverage::ObservedTraffic& traffic_;
  const synth::Synthesis& synthesis_;
  policy::RequestJudge judge_;
  std::map<synth::Permit::Key, const synth::Permit*> permits_;
  /// By endpoint: connections to DNS servers that the proxy answers.
  std::map<std::uint32_t, std::vector<policy::Connection>> to_proxy_;
};

}  // namespace

std::map<std::uint32_t, std::vector<std::string>> narrowed_rules(
    const Measurement& measurement, const synth::Synthesis& synthesis) {
  Narrower narrower(measurement, synthesis);
  std::map<std::uint32_t, std::vector<std::string>> result;
  const auto& rules = measurement.report.rules;
  for (std::uint32_t i = 0; i < rules.size(); ++i) {
    const coverage::RuleCoverage& rule = rules[i];
    if (!rule.instrumented || !rule.used() || rule.deny || rule.direction != Direction::egress ||
        !opens_everything(rule))
      continue;
    std::vector<std::string> items = narrower.items(rule);
    if (!items.empty()) result.emplace(i, std::move(items));
  }
  return result;
}

}  // namespace cnplint::project
