// SPDX-License-Identifier: Apache-2.0
#include "synth/dns_grants.h"

#include <algorithm>
#include <optional>

#include "policy/verdict/verdict.h"

namespace cnplint::synth {
namespace {

using policy::Direction;

class GrantFinder {
 public:
  GrantFinder(const policy::PolicyList& existing, const ObservedTraffic& traffic,
              const Parties& parties, const policy::Environment& environment)
      : existing_(existing),
        parties_(parties),
        engine_(existing, environment, {}, traffic.facts()) {}

  DnsGrants run(const std::vector<Resolver>& resolvers) {
    for (const Resolver& resolver : resolvers)
      for (std::uint32_t i = 0; i < parties_.all.size(); ++i) {
        if (i == resolver.party) continue;
        add(i, Direction::egress, resolver.party, resolver.port);
        add(resolver.party, Direction::ingress, i, resolver.port);
      }
    for (const std::uint32_t each : granting_) grants_.policies.push_back(&existing_[each]);
    return std::move(grants_);
  }

 private:
  void add(std::uint32_t subject, Direction direction, std::uint32_t peer, std::uint16_t port) {
    const Party& who = parties_.all[subject];
    const Party& whom = parties_.all[peer];
    if (who.kind != PartyKind::workload || whom.endpoints.empty()) return;
    std::set<std::uint32_t> granting;
    for (const std::uint32_t own : who.endpoints)
      for (const std::uint32_t other : whom.endpoints)
        for (const std::uint8_t number : {policy::ip_protocol::kUdp, policy::ip_protocol::kTcp}) {
          const bool ingress = direction == Direction::ingress;
          const auto by = granting_policy(
              direction, {ingress ? other : own, ingress ? own : other, number, port});
          if (!by) return;
          granting.insert(*by);
        }
    grants_.sides.insert({subject, direction, peer, port});
    granting_.merge(granting);
  }

  /// The cluster-wide policy that allows a connection; none where there is none, or some policy
  /// denies it.
  [[nodiscard]] std::optional<std::uint32_t> granting_policy(
      Direction direction, const policy::Connection& asked) const {
    std::optional<std::uint32_t> by;
    for (const policy::Match& match : engine_.matches(direction, asked)) {
      if (match.effect != policy::Verdict::allow && match.effect != policy::Verdict::redirect)
        return std::nullopt;
      const std::uint32_t index = engine_.rule_base().rules[match.rule].policy;
      const policy::Policy& policy = existing_[index];
      if (!by && policy::is_cilium(policy.kind) && policy.clusterwide() && is_open(match))
        by = index;
    }
    return by;
  }

  /// Whether a match lets every name be asked for.
  static bool is_open(const policy::Match& match) {
    if (match.effect == policy::Verdict::allow) return true;
    return match.port != nullptr &&
           std::ranges::any_of(match.port->l7_rules.get("dns").items(), [](policy::NodeRef item) {
             return item.get("matchPattern").text() == "*";
           });
  }

  const policy::PolicyList& existing_;
  const Parties& parties_;
  policy::VerdictEngine engine_;
  std::set<std::uint32_t> granting_;
  DnsGrants grants_;
};

}  // namespace

DnsGrants dns_grants(const policy::PolicyList& existing, const ObservedTraffic& traffic,
                     const Parties& parties, const std::vector<Resolver>& resolvers,
                     const policy::Environment& environment) {
  const bool any = std::ranges::any_of(existing, [](const policy::Policy& policy) {
    return policy::is_cilium(policy.kind) && policy.clusterwide();
  });
  if (!any || resolvers.empty()) return {};
  return GrantFinder(existing, traffic, parties, environment).run(resolvers);
}

}  // namespace cnplint::synth
