// SPDX-License-Identifier: Apache-2.0
#include "synth/widen.h"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <tuple>

#include "policy/model/admin_port.h"
#include "policy/model/cluster_addresses.h"
#include "synth/synthesis.h"

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
    if (options_.public_ingress != PublicIngress::never) add_public(added);
    find_without_dns();
    learned_.permits.insert(learned_.permits.end(), added.begin(), added.end());
    std::ranges::sort(learned_.permits, {},
                      [](const Permit& each) { return std::tuple(each.key(), each.proposed); });
  }

 private:
  using Key = Permit::Key;

  void add_refused(std::uint32_t index) {
    const policy::Connection& asked = traffic_.connections[index].connection;
    for (const Direction direction : {Direction::egress, Direction::ingress})
      refused_.insert({parties_.of_endpoint[asked.subject(direction)], direction,
                       parties_.of_endpoint[asked.peer(direction)], asked.protocol, asked.port});
  }

  // --- Public ports ---

  using PublicPort = std::tuple<std::uint32_t, std::uint8_t, std::uint16_t>;

  /// Who connects to a port of a workload.
  struct Clients {
    std::vector<const Permit*> outside;  ///< that were answered
    std::size_t inside = 0;
  };

  /// Connections to workloads that were answered; where a capture has no answers, nobody knows.
  [[nodiscard]] std::set<Key> answered() const {
    std::set<Key> keys;
    for (const ObservedConnection& each : traffic_.connections)
      if (each.answered || !traffic_.has_replies) {
        const policy::Connection& asked = each.connection;
        keys.insert({parties_.of_endpoint[asked.to], Direction::ingress,
                     parties_.of_endpoint[asked.from], asked.protocol, asked.port});
      }
    return keys;
  }

  void add_public(std::vector<Permit>& added) {
    const std::set<Key> answered = this->answered();
    std::map<PublicPort, Clients> ports;
    for (const Permit& permit : learned_.permits) {
      if (permit.direction != Direction::ingress || permit.proposed ||
          policy::ip_protocol::is_icmp(permit.protocol))
        continue;
      Clients& clients = ports[{permit.subject, permit.protocol, permit.port}];
      if (parties_.all[permit.peer].kind != PartyKind::address)
        ++clients.inside;
      else if (answered.contains(permit.key()))
        clients.outside.push_back(&permit);
    }
    for (const auto& [port, clients] : ports)
      if (is_public(std::get<2>(port), clients)) add_world(clients, added);
  }

  [[nodiscard]] bool is_public(std::uint16_t port, const Clients& clients) const {
    if (policy::has_admin_port(port, port) || clients.outside.empty()) return false;
    return options_.public_ingress == PublicIngress::always ||
           clients.outside.size() >= options_.public_from;
  }

  void add_world(const Clients& all, std::vector<Permit>& added) {
    const std::vector<const Permit*>& clients = all.outside;
    Permit world = *clients.front();
    world.peer = party_of(kWorldEntity);
    world.origin = Origin::widened;
    world.widening = Widening::public_ingress;
    world.connections = clients.size();
    for (const Permit* each : clients) {
      if (each == clients.front()) continue;
      world.reports.add(each->reports);
      world.all_requests = world.all_requests && each->all_requests;
      add_requests(each->requests, world.requests);
    }
    if (const std::string why = kept_out(world, all); !why.empty()) {
      learned_.not_public.push_back(parties_.all[world.subject].name + " " +
                                    flows::port_text(world.protocol, world.port) + ": " + why +
                                    ", so that only the " + std::to_string(clients.size()) +
                                    " addresses seen are let in");
      return;
    }
    added.push_back(std::move(world));
  }

  /// Why the world is not let in: some of it must stay out, or few of those that connect are of it;
  /// empty where nothing speaks against it.
  [[nodiscard]] std::string kept_out(const Permit& world, const Clients& clients) const {
    if (!options_.blocked.addresses.empty() || !options_.blocked.prefixes.empty())
      return "the blocklist names addresses";
    if (is_listed(world) || names_addresses(world)) return "the deny list names the outside";
    for (const LeftOut& each : learned_.left_out)
      if ((each.reason == LeftOutReason::dropped || each.reason == LeftOutReason::denied) &&
          is_from_outside(traffic_.connections[each.index].connection, world))
        return "policy refused other addresses";
    if (options_.public_ingress != PublicIngress::always && clients.outside.size() < clients.inside)
      return "more of its clients are in the cluster (" + std::to_string(clients.inside) + ")";
    const bool private_only = std::ranges::all_of(clients.outside, [&](const Permit* each) {
      return policy::is_private(*policy::parse_prefix(parties_.all[each->peer].cidr));
    });
    return private_only ? "all its clients have private addresses" : "";
  }

  /// Whether a line of the deny list is for some addresses at what a permit would open.
  [[nodiscard]] bool names_addresses(const Permit& world) const {
    const std::vector<ObservedEndpoint> subjects = ends_of(world.subject);
    return std::ranges::any_of(options_.forbidden.lines, [&](const FlowList::Line& line) {
      return line.from.prefix && (line.port == 0 || line.port == world.port) &&
             (line.protocol == 0 || line.protocol == world.protocol) &&
             std::ranges::any_of(subjects, [&](const ObservedEndpoint& subject) {
               return line.to.matches(subject);
             });
    });
  }

  [[nodiscard]] bool is_from_outside(const policy::Connection& asked, const Permit& world) const {
    return parties_.of_endpoint[asked.to] == world.subject && asked.port == world.port &&
           asked.protocol == world.protocol && parties_.of(asked.from).kind == PartyKind::address;
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
    for (const Permit& permit : learned_.permits) known.emplace(permit.key(), permit.proposed);
    for (const Permit& permit : learned_.permits) {
      if (permit.peer != nodes[0] && permit.peer != nodes[1]) continue;
      Permit other = permit;
      other.peer = permit.peer == nodes[0] ? nodes[1] : nodes[0];
      other.origin = Origin::widened;
      other.widening = Widening::host_beside_remote_node;
      other.reports = {};
      const Key key = other.key();
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
    if (party.entity == kWorldEntity) return ends;  // external, with whatever address
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
  constexpr std::array<const char*, 5> kNames{"", "host beside remote-node",
                                              "DNS servers admit the cluster", "public ports",
                                              "other releases"};
  return kNames[static_cast<std::size_t>(widening)];
}

void widen(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options,
           bool entities, Learned& learned) {
  Widener(traffic, parties, options, entities, learned).run();
}

std::map<Widening, std::uint64_t> widenings(const Synthesis& synthesis) {
  const Drafts& drafts = synthesis.drafts;
  const std::set<std::uint32_t> subjects = drafts.subjects();
  std::map<Widening, std::uint64_t> counts;
  for (const Permit& permit : drafts.permits)
    if (permit.origin == Origin::widened && subjects.contains(permit.subject))
      counts[permit.widening] +=
          permit.widening == Widening::public_ingress ? 1 : permit.connections;
  if (synthesis.releases.connections > 0)
    counts[Widening::other_releases] = synthesis.releases.connections;
  return counts;
}

}  // namespace cnplint::synth
