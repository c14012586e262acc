// SPDX-License-Identifier: Apache-2.0
//
// What drafts say of themselves.
#include <algorithm>
#include <array>

#include "flows/timestamp.h"
#include "synth/draft.h"

namespace cnplint::synth {

const char* confidence_name(Confidence confidence) {
  constexpr std::array<const char*, 3> kNames{"low", "medium", "high"};
  return kNames[static_cast<std::size_t>(confidence)];
}

Confidence confidence_of(const PolicyDraft& policy, const flows::Span& span) {
  constexpr std::uint64_t kFew = 10;
  if (policy.proposed || span.empty() || policy.reports.seen < kFew) return Confidence::low;
  // A day of 24 hours begins and ends within the hour.
  const std::int64_t length = span.last - span.first + flows::kHour;
  std::uint64_t least = UINT64_MAX;
  for (const auto* rules : {&policy.ingress, &policy.egress})
    for (const RuleDraft& rule : *rules)
      for (const Evidence& each : rule.evidence)
        if (each.origin < Origin::baseline) least = std::min(least, each.reports.seen);
  if (length >= 7 * flows::kDay && least >= kFew) return Confidence::high;
  return length >= flows::kDay ? Confidence::medium : Confidence::low;
}

std::vector<std::string> left_open(const Drafts& drafts) {
  std::vector<std::string> all;
  for (const PolicyDraft& policy : drafts.policies)
    for (const policy::Direction direction :
         {policy::Direction::ingress, policy::Direction::egress})
      if (const auto& why = policy.why_open(direction); !why.empty())
        all.push_back(std::string(policy::direction_name(direction)) + " of " + policy.workload +
                      ": " + why.front() +
                      (why.size() > 1 ? ", and " + std::to_string(why.size() - 1) + " more" : ""));
  all.insert(all.end(), drafts.unwritten.begin(), drafts.unwritten.end());
  return all;
}

std::vector<Peer> peers_outside(const Permit& permit, const Party& party, bool by_name) {
  if (party.kind == PartyKind::entity) return {{PeerField::entities, {}, {}, {}, party.entity}};
  if (!by_name || permit.names.empty()) return {{PeerField::cidr, {}, {}, {}, party.cidr}};
  std::vector<Peer> peers;
  for (const std::string& name : permit.names)
    peers.push_back({PeerField::fqdns, {}, {}, {}, name});
  return peers;
}

std::set<std::uint32_t> Drafts::subjects() const {
  std::set<std::uint32_t> all;
  for (const PolicyDraft& policy : policies)
    if (!policy.selector.empty()) all.insert(policy.party);
  return all;
}

bool Drafts::is_dns(const Permit& permit) const {
  const std::uint32_t server =
      permit.direction == policy::Direction::egress ? permit.peer : permit.subject;
  return (permit.protocol == policy::ip_protocol::kUdp ||
          permit.protocol == policy::ip_protocol::kTcp) &&
         std::ranges::find(resolvers, Resolver{server, permit.port}) != resolvers.end();
}

}  // namespace cnplint::synth
