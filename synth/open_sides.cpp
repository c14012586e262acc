// SPDX-License-Identifier: Apache-2.0
#include "synth/open_sides.h"

#include <algorithm>

namespace cnplint::synth {

using policy::Direction;

namespace {

/// Adds the sentences that are not there yet; false where all are.
bool add(const std::vector<std::string>& more, std::vector<std::string>& to) {
  const std::size_t before = to.size();
  for (const std::string& each : more)
    if (std::ranges::find(to, each) == to.end()) to.push_back(each);
  return to.size() > before;
}

}  // namespace

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
  const auto selecting = selecting_too(parties);
  for (const Permit& permit : permits) {
    if (permit.dropped) continue;
    std::string problem =
        options.companion ? std::string() : inexpressible(permit, parties, options.kind);
    // A NetworkPolicy is proposed only where the workload's own denies already.
    if (problem.empty() && permit.proposed && selecting.contains(permit.subject) &&
        options.kind == policy::PolicyKind::network_policy)
      problem = "it passed in audit mode only";
    if (!problem.empty())
      why_[{permit.subject, permit.direction}].push_back(sentence(permit, parties) + ": " +
                                                         problem);
  }
  // Open rules may not be written at all, so that whoever selects these pods must not deny either.
  std::vector<Side> next;
  if (!selecting.empty())
    for (const auto& [side, sentences] : why_) next.push_back(side);
  while (!next.empty()) {
    const Side side = next.back();
    next.pop_back();
    const auto others = selecting.find(side.first);
    if (others == selecting.end()) continue;
    for (const std::uint32_t other : others->second)
      if (add(why_[side], why_[{other, side.second}])) next.emplace_back(other, side.second);
  }
}

const std::vector<std::string>& OpenSides::why(std::uint32_t party, Direction direction) const {
  static const std::vector<std::string> kNone;
  const auto found = why_.find({party, direction});
  return found == why_.end() ? kNone : found->second;
}

}  // namespace cnplint::synth
