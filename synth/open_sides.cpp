// SPDX-License-Identifier: Apache-2.0
#include "synth/open_sides.h"

#include <algorithm>

namespace cnplint::synth {

using policy::Direction;

std::string sentence(const Permit& permit, const Parties& parties) {
  const std::string& subject = parties.all[permit.subject].name;
  const std::string& peer = parties.all[permit.peer].name;
  const bool ingress = permit.direction == Direction::ingress;
  return (ingress ? peer : subject) + " -> " + (ingress ? subject : peer) + " " +
         flows::port_text(permit.protocol, permit.port);
}

std::string inexpressible(const Permit& permit, const Parties& parties, policy::PolicyKind kind) {
  if (kind != policy::PolicyKind::network_policy) return {};
  const Party& peer = parties.all[permit.peer];
  if (peer.kind == PartyKind::entity && permit.widening != Widening::cluster_to_dns &&
      permit.widening != Widening::public_ingress)
    return "a NetworkPolicy cannot name " + peer.name;
  if (peer.kind == PartyKind::mesh_workload)
    return "a NetworkPolicy cannot name pods of another cluster";
  return policy::ip_protocol::is_icmp(permit.protocol) ? "a NetworkPolicy cannot allow ICMP alone"
                                                       : "";
}

OpenSides::OpenSides(const Parties& parties, const std::vector<Permit>& permits,
                     const std::vector<OpenSide>& learned, const DraftOptions& options) {
  for (const OpenSide& each : learned) why_[{each.party, each.direction}].push_back(each.why);
  for (const Permit& permit : permits) {
    if (permit.dropped || options.companion) continue;
    if (const std::string problem = inexpressible(permit, parties, options.kind); !problem.empty())
      why_[{permit.subject, permit.direction}].push_back(sentence(permit, parties) + ": " +
                                                         problem);
  }
  const auto own = why_;
  for (std::uint32_t i = 0; i < parties.all.size(); ++i)
    for (const std::uint32_t other : parties.all[i].selected_too)
      for (const Direction direction : {Direction::ingress, Direction::egress}) {
        const auto found = own.find({other, direction});
        if (found == own.end()) continue;
        std::vector<std::string>& all = why_[{i, direction}];
        for (const std::string& each : found->second)
          if (std::ranges::find(all, each) == all.end()) all.push_back(each);
      }
}

const std::vector<std::string>& OpenSides::why(std::uint32_t party, Direction direction) const {
  static const std::vector<std::string> kNone;
  const auto found = why_.find({party, direction});
  return found == why_.end() ? kNone : found->second;
}

}  // namespace cnplint::synth
