// SPDX-License-Identifier: Apache-2.0
#include "synth/suspicion.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "policy/model/admin_port.h"
#include "policy/model/metadata_service.h"

namespace cnplint::synth {
namespace {

using policy::EndpointKind;

/// More ports of one destination, and more destinations on one port, each seen this rarely, look
/// like somebody who tries.
constexpr std::size_t kScanPorts = 20;
constexpr std::size_t kScanDestinations = 50;
constexpr std::uint64_t kRarely = 2;

std::uint64_t times(const ObservedConnection& connection) {
  std::uint64_t most = 0;
  for (const ObservedSide* side : connection.all_sides())
    most =
        std::max(most, flows::add_flows(flows::add_flows(side->forwarded.seen, side->audited.seen),
                                        side->dropped.seen));
  return most;
}

/// What only many connections together show.
class Scans {
 public:
  Scans(const ObservedTraffic& traffic, const Parties& parties) : parties_(parties) {
    for (const ObservedConnection& each : traffic.connections) {
      const policy::Connection& asked = each.connection;
      if (times(each) > kRarely || policy::ip_protocol::is_icmp(asked.protocol)) continue;
      ports_[{parties.of_endpoint[asked.from], parties.of_endpoint[asked.to]}].insert(
          {asked.protocol, asked.port});
      // Who asks for names knows where it wants to go.
      if (!each.names.empty()) continue;
      destinations_[{parties.of_endpoint[asked.from], {asked.protocol, asked.port}}].insert(
          parties.of_endpoint[asked.to]);
    }
  }

  [[nodiscard]] std::string why(const ObservedConnection& connection) const {
    const policy::Connection& asked = connection.connection;
    if (times(connection) > kRarely || policy::ip_protocol::is_icmp(asked.protocol)) return {};
    const std::uint32_t from = parties_.of_endpoint[asked.from];
    if (const auto found = ports_.find({from, parties_.of_endpoint[asked.to]});
        found != ports_.end() && found->second.size() >= kScanPorts)
      return "one of " + std::to_string(found->second.size()) +
             " ports of this destination that were tried once or twice: a scan of ports";
    if (const auto found = destinations_.find({from, {asked.protocol, asked.port}});
        found != destinations_.end() && found->second.size() >= kScanDestinations)
      return "one of " + std::to_string(found->second.size()) +
             " destinations that were tried on this port once or twice: a scan of the network";
    return {};
  }

 private:
  using Port = std::pair<std::uint8_t, std::uint16_t>;

  const Parties& parties_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<Port>> ports_;
  std::map<std::pair<std::uint32_t, Port>, std::set<std::uint32_t>> destinations_;
};

std::string why_alone(const ObservedConnection& connection, const ObservedTraffic& traffic) {
  const policy::Connection& asked = connection.connection;
  const ObservedEndpoint& from = traffic.endpoints[asked.from];
  const ObservedEndpoint& to = traffic.endpoints[asked.to];
  if (from.facts.kind == EndpointKind::external && entity_of(from.facts).empty() &&
      policy::has_admin_port(asked.port, asked.port))
    return "the outside reaches a port of administration";
  if (to.facts.address &&
      std::ranges::find(policy::kMetadataServices, policy::to_string(*to.facts.address),
                        &policy::MetadataService::address) != policy::kMetadataServices.end())
    return "the metadata service of a cloud, which hands out credentials";
  if (!connection.likely_service.empty()) return connection.likely_service;
  const bool ephemeral =
      flows::is_client_port(asked.port) &&
      (asked.protocol == policy::ip_protocol::kTcp || asked.protocol == policy::ip_protocol::kUdp);
  if (connection.inferred && ephemeral)
    return "an ephemeral port, and the capture does not say who opened the connection";
  return {};
}

}  // namespace

std::vector<std::string> suspicions(const ObservedTraffic& traffic, const Parties& parties) {
  const Scans scans(traffic, parties);
  std::vector<std::string> result;
  for (const ObservedConnection& each : traffic.connections) {
    std::string why = why_alone(each, traffic);
    result.push_back(why.empty() ? scans.why(each) : std::move(why));
  }
  return result;
}

}  // namespace cnplint::synth
