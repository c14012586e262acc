// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/evaluator.h"

#include <algorithm>

namespace cnplint::policy {

Evaluator::Evaluator(const std::shared_ptr<const RuleBase>& base, std::vector<Endpoint> endpoints)
    : engine_(base, std::move(endpoints)),
      firewalls_(base->policies, base->environment),
      judge_(engine_, base->environment) {}
Evaluator::Evaluator(const PolicyList& policies, const Environment& environment,
                     const Surroundings& surroundings, std::vector<Endpoint> endpoints)
    : Evaluator(translate(policies, environment, surroundings), std::move(endpoints)) {}

SideResult Evaluator::decide(Direction direction, const Connection& connection,
                             const std::optional<Request>& request) {
  const Decision& decision = engine_.decide(direction, connection);
  SideResult result;
  result.verdict = decision.verdict;
  result.synthetic = decision.synthetic;
  const std::vector<Match> matches = engine_.matches(direction, connection);
  result.authentication = authentication(engine_.rule_base(), decision, matches);
  for (const std::uint32_t policy : decision.policies)
    result.policies.push_back(policies()[policy].subject());
  std::ranges::sort(result.policies);
  std::optional<std::uint32_t> last;
  for (const Match& match : matches) {
    if (last == match.rule) {
      // Another port of the same item: it says no more than that the item may redirect.
      if (match.effect == Verdict::redirect) result.matched.back().effect = match.effect;
      continue;
    }
    last = match.rule;
    const PolicyRule& rule = engine_.rule_base().rules[match.rule];
    const NodeRef peer = match.peers.empty() ? NodeRef() : rule.peer_places[match.peers.front()];
    result.matched.push_back({policies()[rule.policy].subject(), match.effect,
                              std::ranges::binary_search(decision.rules, match.rule),
                              rule.where.range(), path_of(rule.where),
                              (peer ? peer : rule.where).range()});
  }
  if (request) result.request = judge_.judge(direction, connection, *request).allowed;
  if (direction == Direction::egress) add_firewall(connection, result);
  return result;
}

std::optional<FirewallMatch> Evaluator::firewall(const Connection& connection) const {
  const auto& endpoints = engine_.endpoints();
  return firewalls_.match(endpoints[connection.from], endpoints[connection.to],
                          engine_.peer_identity(connection.to), connection);
}

/// An OpenShift rule that denies ends it; one that allows is named where nothing else decides.
void Evaluator::add_firewall(const Connection& connection, SideResult& result) const {
  const auto match = firewall(connection);
  if (!match) return;
  const std::string name = policies()[match->policy].subject();
  const bool open = result.verdict == Verdict::not_enforced;
  const bool decides = open || (!match->allowed && policy::passes(result.verdict));
  if (decides) {
    result.verdict = match->allowed ? Verdict::allow : Verdict::deny;
    result.synthetic = Synthetic::none;
    result.policies = {name};
    for (MatchedRule& each : result.matched) each.decides = false;
    if (!match->allowed && result.request) result.request = false;
  }
  result.matched.push_back({name, match->allowed ? Verdict::allow : Verdict::deny, decides,
                            match->rule.range(), path_of(match->rule), match->rule.range()});
}

std::string Evaluator::unseen_names(const Connection& connection) const {
  const RuleBase& base = engine_.rule_base();
  if (!policy::passes(engine_.decide(Direction::egress, connection).verdict)) return {};
  const std::vector<Match> matches = engine_.matches(Direction::egress, connection);
  const auto by_name = [&](const Match& match) {
    return static_cast<bool>(base.rules[match.rule].where.get("toFQDNs"));
  };
  if (matches.empty() || !std::ranges::all_of(matches, by_name)) return {};
  for (const std::uint32_t rule : engine_.rules_of_subject(Direction::egress, connection.from))
    for (const PortFilter& port : base.rules[rule].ports)
      if (port.l7 == L7Kind::dns) return {};
  return "only toFQDNs allows it, and no DNS rule of the source lets Cilium see names: it is "
         "denied "
         "until one does";
}

bool Evaluator::passes(const Connection& connection) const {
  if (!policy::passes(engine_.decide(Direction::egress, connection).verdict) ||
      !policy::passes(engine_.decide(Direction::ingress, connection).verdict))
    return false;
  const auto match = firewall(connection);
  return !match || match->allowed;
}

}  // namespace cnplint::policy
