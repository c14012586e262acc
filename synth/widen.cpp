// SPDX-License-Identifier: Apache-2.0
#include "synth/widen.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>

namespace cnplint::synth {
namespace {

using policy::Direction;

class Widener {
 public:
  Widener(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options,
          bool entities, Learned& learned)
      : traffic_(traffic),
        parties_(parties),
        options_(options),
        entities_(entities),
        learned_(learned) {
    for (const LeftOut& each : learned.left_out)
      if (each.reason != LeftOutReason::dropped) add_refused(each.index);
  }

  void run() {
    std::vector<Permit> added;
    if (entities_) add_nodes(added);
    for (const Resolver& resolver : learned_.resolvers) add_cluster(resolver, added);
    find_without_dns();
    learned_.permits.insert(learned_.permits.end(), added.begin(), added.end());
    std::ranges::sort(learned_.permits, {},
                      [](const Permit& each) { return std::tuple(key_of(each), each.proposed); });
  }

 private:
  using Key = std::tuple<std::uint32_t, Direction, std::uint32_t, std::uint8_t, std::uint16_t>;
  static Key key_of(const Permit& permit) {
    return {permit.subject, permit.direction, permit.peer, permit.protocol, permit.port};
  }

  void add_refused(std::uint32_t index) {
    const policy::Connection& asked = traffic_.connections[index].connection;
    for (const Direction direction : {Direction::egress, Direction::ingress})
      refused_.insert({parties_.of_endpoint[asked.subject(direction)], direction,
                       parties_.of_endpoint[asked.peer(direction)], asked.protocol, asked.port});
  }

  [[nodiscard]] bool has_lists() const {
    return !options_.forbidden.lines.empty() || !options_.blocked.addresses.empty() ||
           !options_.blocked.prefixes.empty();
  }

  // --- Nodes ---

  void add_nodes(std::vector<Permit>& added) {
    const std::array<std::uint32_t, 2> nodes{party_of("host"), party_of("remote-node")};
    if (nodes[0] == kNone || nodes[1] == kNone) return;
    std::set<std::pair<Key, bool>> known;
    for (const Permit& permit : learned_.permits) known.emplace(key_of(permit), permit.proposed);
    for (const Permit& permit : learned_.permits) {
      if (permit.peer != nodes[0] && permit.peer != nodes[1]) continue;
      Permit other = permit;
      other.peer = permit.peer == nodes[0] ? nodes[1] : nodes[0];
      other.origin = Origin::widened;
      other.widening = Widening::host_beside_remote_node;
      other.reports = {};
      const Key key = key_of(other);
      if (known.contains({key, false}) || known.contains({key, other.proposed})) continue;
      if (!refused_.contains(key) && !is_listed(other)) added.push_back(std::move(other));
    }
  }

  // --- DNS servers ---

  /// Who may not ask the server that all others get.
  void find_without_dns() {
    if (learned_.resolvers.empty() || !has_lists()) return;
    const Resolver& server = learned_.resolvers.front();
    Permit permit;
    permit.peer = server.party;
    permit.direction = Direction::egress;
    permit.protocol = policy::ip_protocol::kUdp;
    permit.port = server.port;
    for (permit.subject = 0; permit.subject < parties_.all.size(); ++permit.subject)
      if (parties_.all[permit.subject].kind == PartyKind::workload && is_listed(permit))
        learned_.without_dns.insert(permit.subject);
  }

  /// A DNS server admits the cluster, but for lists that keep some of it out.
  void add_cluster(const Resolver& resolver, std::vector<Permit>& added) {
    const std::uint32_t cluster = party_of(kClusterEntity);
    if (parties_.all[resolver.party].kind != PartyKind::workload || cluster == kNone) return;
    Permit permit;
    permit.subject = resolver.party;
    permit.direction = Direction::ingress;
    permit.port = resolver.port;
    permit.origin = Origin::widened;
    permit.widening = Widening::cluster_to_dns;
    const bool lists = has_lists();
    for (const std::uint8_t number : {policy::ip_protocol::kTcp, policy::ip_protocol::kUdp}) {
      permit.protocol = number;
      for (permit.peer = 0; lists && permit.peer < parties_.all.size(); ++permit.peer)
        if (parties_.all[permit.peer].in_cluster && is_listed(permit)) return;
    }
    permit.peer = cluster;
    added.push_back(std::move(permit));
  }

  static constexpr auto kNone = static_cast<std::uint32_t>(-1);
  [[nodiscard]] std::uint32_t party_of(std::string_view entity) const {
    const auto found = std::ranges::find(parties_.all, entity, &Party::entity);
    return found == parties_.all.end() ? kNone
                                       : static_cast<std::uint32_t>(found - parties_.all.begin());
  }

  // --- Lists ---

  /// Whether a list of the user's has what a permit would allow.
  [[nodiscard]] bool is_listed(const Permit& permit) const {
    const std::vector<ObservedEndpoint> peers = ends_of(permit.peer);
    for (const ObservedEndpoint& peer : peers)
      if (!options_.blocked.find(peer, {}).empty()) return true;
    for (const ObservedEndpoint& subject : ends_of(permit.subject))
      for (const ObservedEndpoint& peer : peers) {
        const bool ingress = permit.direction == Direction::ingress;
        if (options_.forbidden.find(ingress ? peer : subject, ingress ? subject : peer,
                                    permit.protocol, permit.port) != nullptr)
          return true;
      }
    return false;
  }

  /// The endpoints of a party; of an entity that nobody saw, what a list would have to name.
  [[nodiscard]] std::vector<ObservedEndpoint> ends_of(std::uint32_t index) const {
    const Party& party = parties_.all[index];
    std::vector<ObservedEndpoint> ends;
    for (const std::uint32_t each : party.endpoints) ends.push_back(traffic_.endpoints[each]);
    if (!ends.empty()) return ends;
    ObservedEndpoint& end = ends.emplace_back();
    end.name = party.name;
    end.facts.kind = policy::EndpointKind::remote_node;
    end.facts.labels.push_back({"reserved", party.entity, {}});
    return ends;
  }

  const ObservedTraffic& traffic_;
  const Parties& parties_;
  const LearnOptions& options_;
  bool entities_;
  Learned& learned_;
  std::set<Key> refused_;
};

}  // namespace

const char* widening_name(Widening widening) {
  constexpr std::array<const char*, 3> kNames{"", "host beside remote-node",
                                              "DNS servers admit the cluster"};
  return kNames[static_cast<std::size_t>(widening)];
}

void widen(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options,
           bool entities, Learned& learned) {
  Widener(traffic, parties, options, entities, learned).run();
}

std::map<Widening, std::uint64_t> widenings(const Drafts& drafts) {
  std::set<std::uint32_t> subjects;
  for (const PolicyDraft& policy : drafts.policies)
    if (!policy.selector.empty()) subjects.insert(policy.party);
  std::map<Widening, std::uint64_t> counts;
  for (const Permit& permit : drafts.permits)
    if (permit.origin == Origin::widened && subjects.contains(permit.subject))
      counts[permit.widening] += permit.connections;
  return counts;
}

}  // namespace cnplint::synth
