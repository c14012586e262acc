// SPDX-License-Identifier: Apache-2.0
#include "synth/permitted.h"

#include <algorithm>

#include "base/sort.h"
#include "policy/model/dns_server.h"
#include "policy/verdict/rule.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
namespace ip = policy::ip_protocol;

}  // namespace

Permitted::Permitted(const Synthesis& synthesis) : parties_(synthesis.parties) {
  const Drafts& drafts = synthesis.drafts;
  by_party_.reserve(drafts.permits.size());
  for (const Permit& permit : drafts.permits) {
    const bool any = drafts.is_dns(permit);
    for (const std::uint8_t each : {ip::kTcp, ip::kUdp, ip::kSctp})
      if (any || each == permit.protocol) add(permit, each);
    if (ip::is_icmp(permit.protocol)) add(permit, permit.protocol);
  }
  for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
    if (parties_.all[i].kind == PartyKind::entity) entities_[parties_.all[i].entity] = i;
  selecting_ = selecting_too(parties_);
  for (auto& [party, others] : selecting_) others.push_back(party);
  for (const LeftOut& each : synthesis.learned.left_out)
    if (each.reason == LeftOutReason::unnameable) add_unnameable(each, synthesis);
  base::sort_once(by_party_);
  base::sort_once(by_name_);
  base::sort_once(unnameable_servers_);
  by_party_.shrink_to_fit();
  by_name_.shrink_to_fit();
}

void Permitted::add(const Permit& permit, std::uint8_t protocol) {
  by_party_.push_back({{permit.subject, permit.direction, permit.peer, protocol}, permit.port});
  for (const std::string& name : permit.names)
    by_name_.push_back({{permit.subject, name, protocol}, permit.port});
}

/// What was seen to pass and cannot be said may pass all the same, by a rule for somebody's labels
/// or for DNS servers that were assumed: these everybody asks.
void Permitted::add_unnameable(const LeftOut& left_out, const Synthesis& synthesis) {
  const policy::Connection& asked = synthesis.traffic->connections[left_out.index].connection;
  const std::vector<std::uint32_t>& party_of = parties_.of_endpoint;
  for (const Direction direction : {Direction::egress, Direction::ingress})
    by_party_.push_back({{party_of[asked.subject(direction)], direction,
                          party_of[asked.peer(direction)], asked.protocol},
                         asked.port});
  if (synthesis.drafts.assumed_resolver && policy::is_dns_port(asked.port))
    unnameable_servers_.push_back({party_of[asked.to], asked.port});
}

std::vector<std::uint32_t> Permitted::ports(std::uint32_t subject, Direction direction,
                                            std::uint32_t peer, const ObservedEndpoint& endpoint,
                                            std::uint8_t protocol) const {
  std::vector<std::uint32_t> result;
  const auto take = [&](const auto& rows, const auto& key) {
    using Row = typename std::decay_t<decltype(rows)>::value_type;
    for (auto row = std::ranges::lower_bound(rows, key, {}, &Row::first);
         row != rows.end() && row->first == key; ++row)
      result.push_back(row->second);
  };
  const auto from = [&](std::uint32_t party) {
    take(by_party_, Ends(subject, direction, party, protocol));
  };
  from(peer);
  if (parties_.all[peer].in_cluster) from(entities_.find(kClusterEntity)->second);
  if (endpoint.facts.kind == policy::EndpointKind::external)
    from(entities_.find(kWorldEntity)->second);
  // Every label of a node is an entity that takes it in.
  for (const policy::Label& label : endpoint.facts.labels)
    if (label.source == "reserved")
      if (const auto entity = entities_.find(label.key); entity != entities_.end())
        from(entity->second);
  if (direction == Direction::egress && !ip::is_icmp(protocol)) take(unnameable_servers_, peer);
  // A name is all addresses that it leads to.
  if (direction == Direction::egress)
    for (const std::string& name : endpoint.facts.dns_names)
      take(by_name_, Names(subject, name, protocol));
  base::sort_once(result);
  return result;
}

std::vector<std::uint32_t> Permitted::shared_ports(std::uint32_t subject, Direction direction,
                                                   std::uint32_t peer,
                                                   const ObservedEndpoint& endpoint,
                                                   std::uint8_t protocol) const {
  if (!selecting_.contains(subject) && !selecting_.contains(peer)) return {};
  const auto selecting = [&](std::uint32_t party) {
    const auto found = selecting_.find(party);
    return found == selecting_.end() ? std::vector{party} : found->second;
  };
  std::vector<std::uint32_t> result;
  for (const std::uint32_t own : selecting(subject))
    for (const std::uint32_t other : selecting(peer))
      std::ranges::copy(ports(own, direction, other, endpoint, protocol),
                        std::back_inserter(result));
  base::sort_once(result);
  return result;
}

}  // namespace cnplint::synth
