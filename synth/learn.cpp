// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/sort.h"
#include "base/text.h"
#include "policy/model/dns_name.h"
#include "policy/model/dns_server.h"
#include "synth/permit.h"
#include "synth/suspicion.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::EndpointKind;

/// Whether the reports of one side say that it refused the connection, and never let it pass.
bool only_dropped(const ObservedSide& side) {
  return side.dropped.seen > 0 && side.forwarded.seen == 0 && side.audited.seen == 0;
}

/// Why a rule for the port would allow more than was seen.
std::string unwritable(const policy::Connection& asked) {
  switch (asked.protocol) {
    case policy::ip_protocol::kTcp:
    case policy::ip_protocol::kUdp:
    case policy::ip_protocol::kSctp:
      return asked.port == 0 ? "no port is known, and a rule without one allows every port" : "";
    case policy::ip_protocol::kIcmp:
    case policy::ip_protocol::kIcmpV6:
      return asked.port == 0 ? "ICMP type 0 stands for every type in a policy" : "";
    default:
      return "no rule can name this protocol alone";
  }
}

class Learner {
 public:
  Learner(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options)
      : traffic_(traffic),
        parties_(parties),
        options_(options),
        suspicions_(suspicions(traffic, parties)) {}

  Learned run() {
    for (std::uint32_t i = 0; i < traffic_.connections.size(); ++i) add(i);
    learned_.permits.reserve(permits_.size());
    for (auto& [key, permit] : permits_) {
      base::sort_once(permit.names);
      learned_.permits.push_back(std::move(permit));
    }
    for (const coverage::VagueTraffic& each : traffic_.vague) leave_open(each);
    base::sort_once(learned_.open);
    find_resolvers();
    return std::move(learned_);
  }

 private:
  using Key =
      std::tuple<std::uint32_t, Direction, std::uint32_t, std::uint8_t, std::uint16_t, bool>;

  void add(std::uint32_t index) {
    const ObservedConnection& connection = traffic_.connections[index];
    if (const auto left_out = reason_against(index)) {
      if (left_out->stays_open())
        leave_open(connection.connection.from, connection.connection.to,
                   left_out->connection + ": " + left_out->why);
      learned_.left_out.push_back(*left_out);
      return;
    }
    for (const Direction direction : {Direction::egress, Direction::ingress})
      add_side(connection, direction);
  }

  /// Whether a side needs no rule: Cilium always lets the local host in.
  [[nodiscard]] bool is_probe(const policy::Connection& asked, Direction direction) const {
    return direction == Direction::ingress && !options_.host &&
           traffic_.endpoints[asked.from].facts.kind == EndpointKind::host;
  }

  void leave_open(const coverage::VagueTraffic& vague) {
    using Lack = coverage::VagueTraffic::Lack;
    const std::string why =
        vague.description +
        (vague.lack == Lack::direction
             ? ": the capture does not say which of them connects, to which port"
         : vague.lack == Lack::request ? ": the capture has its answers only"
                                       : ": the capture says nothing of one of the ends");
    leave_open(vague.from, vague.to, why);
    if (vague.lack == Lack::direction) leave_open(vague.to, vague.from, why);
  }

  /// Leaves the directions of a connection open in which policies of pods could close it.
  void leave_open(std::uint32_t from, std::uint32_t to, const std::string& why) {
    const policy::Connection asked{from, to};
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const std::uint32_t subject = asked.subject(direction);
      // A firewall is for all pods of its namespace, whether something names them or not.
      if (traffic_.endpoints[subject].facts.kind == EndpointKind::pod &&
          !is_probe(asked, direction))
        learned_.open.push_back(
            {parties_.of_endpoint[subject], direction,
             policy::is_pod(traffic_.endpoints[asked.peer(direction)].facts.kind), why});
    }
  }

  [[nodiscard]] LeftOut leave(LeftOutReason reason, std::string why, std::uint32_t index) const {
    const ObservedConnection& connection = traffic_.connections[index];
    std::uint64_t seen = 0;
    for (const ObservedSide* side : connection.all_sides())
      for (const Reports* reports : {&side->forwarded, &side->audited, &side->dropped})
        seen = flows::add_flows(seen, reports->seen);
    return {reason, described(connection, traffic_), std::move(why), seen, index};
  }

  /// Why a connection is not learned; nothing where it is.
  std::optional<LeftOut> reason_against(std::uint32_t index) const {
    const ObservedConnection& each = traffic_.connections[index];
    const auto sides = each.all_sides();
    const auto any = [&](const auto& test) {
      return std::ranges::any_of(sides, [&](const ObservedSide* side) { return test(*side); });
    };
    const bool passed = any(
        [](const ObservedSide& side) { return side.forwarded.seen > 0 || side.audited.seen > 0; });
    if (any([](const ObservedSide& side) { return side.denied_by_rule; }))
      return leave(LeftOutReason::denied, "an explicit deny refused it: no allow can change that",
                   index);
    if (any(only_dropped) && !options_.drops)
      return leave(LeftOutReason::dropped, "policy refused it", index);
    if (!passed && !any(only_dropped))
      return leave(LeftOutReason::no_verdict, "the capture does not say whether it passed", index);
    if (const FlowList::Line* line = options_.forbidden.find(each, traffic_))
      return leave(LeftOutReason::forbidden, "forbidden by " + line->place, index);
    for (const std::uint32_t end : {each.connection.from, each.connection.to}) {
      const std::string found = options_.blocked.find(
          traffic_.endpoints[end],
          end == each.connection.to ? each.names : std::vector<std::string>());
      if (!found.empty())
        return leave(LeftOutReason::blocked, found + " is on the blocklist", index);
    }
    if (!suspicions_[index].empty() && !options_.suspicious)
      return leave(LeftOutReason::suspicious, suspicions_[index], index);
    if (std::string why = unwritable(each.connection); !why.empty())
      return leave(LeftOutReason::no_port, std::move(why), index);
    // Cilium makes pods of it before it asks policies, and no CIDR is about pods.
    if (!each.likely_service.empty())
      return leave(LeftOutReason::unnameable, each.likely_service, index);
    for (const std::uint32_t end : {each.connection.from, each.connection.to})
      if (parties_.of(end).kind == PartyKind::nobody)
        return leave(
            LeftOutReason::unnameable,
            "nothing that the capture has of " + traffic_.endpoints[end].name + " can be selected",
            index);
    return std::nullopt;
  }

  void add_side(const ObservedConnection& connection, Direction direction) {
    const policy::Connection& asked = connection.connection;
    const std::uint32_t subject = asked.subject(direction);
    if (parties_.of(subject).kind != PartyKind::workload) return;
    const ObservedSide& own = connection.sides[static_cast<std::size_t>(direction)];
    const ObservedSide& other = connection.sides[direction == Direction::ingress ? 1 : 0];
    if (is_probe(asked, direction)) {
      learned_.probes = flows::add_flows(learned_.probes, own.forwarded.seen);
      return;
    }
    Permit permit = permit_of(connection, direction);
    if (own.forwarded.seen > 0 || own.audited.seen > 0 || own.dropped.seen > 0) {
      permit.origin = Origin::observed;
      permit.proposed = own.forwarded.seen == 0;
      permit.dropped = permit.proposed && own.audited.seen == 0;
      permit.reports = own.forwarded.seen > 0 ? own.forwarded
                       : own.audited.seen > 0 ? own.audited
                                              : own.dropped;
    } else {
      const std::array<const Reports*, 4> known{&other.forwarded, &connection.unsided.forwarded,
                                                &other.audited, &connection.unsided.audited};
      const auto found =
          std::ranges::find_if(known, [](const Reports* each) { return each->seen > 0; });
      permit.proposed = found == known.end() || found - known.begin() >= 2;
      permit.reports = found != known.end() ? **found : other.dropped;
      permit.dropped = found == known.end();
      if (permit.dropped) permit.reports.add(connection.unsided.dropped);
    }
    merge(std::move(permit));
  }

  /// Whether a question is for a name on the blocklist.
  bool is_blocked(const flows::RequestClass& request) {
    if (!request.dns || options_.blocked.find({}, {request.path}).empty()) return false;
    learned_.blocked_names.insert(request.path);
    return true;
  }

  Permit permit_of(const ObservedConnection& connection, Direction direction) {
    const policy::Connection& asked = connection.connection;
    Permit permit;
    permit.subject = parties_.of_endpoint[asked.subject(direction)];
    permit.peer = parties_.of_endpoint[asked.peer(direction)];
    permit.direction = direction;
    permit.protocol = asked.protocol;
    permit.port = asked.port;
    if (direction == Direction::egress && parties_.of(asked.to).kind == PartyKind::address)
      for (const std::string& name : connection.names)
        if (is_outside_name(name)) permit.names.push_back(name);
    // Questions matter where they are asked.
    for (const flows::CapturedRequest& request : connection.requests)
      if (request.count > request.denied &&
          (!request.request.dns || direction == Direction::egress) && !is_blocked(request.request))
        permit.requests.push_back(request);
    permit.all_requests = std::ranges::any_of(
        permit.requests, [](const flows::CapturedRequest& each) { return !each.request.dns; });
    return permit;
  }

  /// Names of the cluster lead to its own addresses, whatever an answer said: what a search path
  /// makes of a name is none of the address's.
  static bool is_outside_name(const std::string& name) {
    return policy::is_dns_match_name(name) && name.find('.') != std::string::npos &&
           !name.ends_with(".cluster.local") && !name.ends_with(".svc");
  }

  void merge(Permit permit) {
    const Key key{permit.subject,  permit.direction, permit.peer,
                  permit.protocol, permit.port,      permit.proposed};
    const auto found = permits_.find(key);
    if (found == permits_.end()) {
      permits_.emplace(key, std::move(permit));
      return;
    }
    Permit& into = found->second;
    into.origin = std::min(into.origin, permit.origin);
    into.reports.add(permit.reports);
    into.names.insert(into.names.end(), permit.names.begin(), permit.names.end());
    into.all_requests = into.all_requests && permit.all_requests;
    into.dropped = into.dropped && permit.dropped;
    add_requests(permit.requests, into.requests);
  }

  /// Pods that answer on the port of DNS, and addresses of nodes that do (NodeLocal DNS). The
  /// outside is none of the cluster's.
  [[nodiscard]] bool is_resolver(const Permit& permit) const {
    if (permit.direction != Direction::egress) return false;
    if (permit.protocol != policy::ip_protocol::kUdp &&
        permit.protocol != policy::ip_protocol::kTcp)
      return false;
    const Party& peer = parties_.all[permit.peer];
    const bool link_local = peer.cidr.starts_with("169.254.");
    if (permit.port == policy::kDnsPort) return peer.kind != PartyKind::address || link_local;
    return permit.port == policy::kOpenShiftDnsPort && peer.is_pods() &&
           peer.ns.find("dns") != std::string::npos;
  }

  void find_resolvers() {
    std::map<Resolver, std::set<std::uint32_t>> clients;
    for (const Permit& permit : learned_.permits)
      if (is_resolver(permit)) clients[{permit.peer, permit.port}].insert(permit.subject);
    for (const auto& [resolver, asking] : clients) learned_.resolvers.push_back(resolver);
    std::ranges::stable_sort(learned_.resolvers, [&](const Resolver& a, const Resolver& b) {
      return clients[a].size() > clients[b].size();
    });
    add_other_nodes();
    if (!learned_.resolvers.empty()) return;
    for (std::uint32_t i = 0; i < parties_.all.size() && learned_.resolvers.empty(); ++i)
      if (parties_.all[i].kind == PartyKind::workload)
        for (const std::uint32_t endpoint : parties_.all[i].endpoints)
          add_known_server(i, traffic_.endpoints[endpoint]);
  }

  /// A server on nodes is on all of them, be it the client's own or another one.
  void add_other_nodes() {
    const std::vector<Resolver> seen = learned_.resolvers;
    for (const Resolver& each : seen)
      if (const auto other = other_node(parties_, each.party))
        if (const Resolver beside{*other, each.port};
            std::ranges::find(learned_.resolvers, beside) == learned_.resolvers.end())
          learned_.resolvers.push_back(beside);
  }

  /// A DNS server that nobody was seen asking, by the labels that such have.
  void add_known_server(std::uint32_t party, const ObservedEndpoint& endpoint) {
    if (!learned_.resolvers.empty()) return;
    for (const policy::DnsServerLabel& known : policy::dns_server_labels())
      if (known.ns == endpoint.ns && !known.on_nodes &&
          std::ranges::any_of(endpoint.facts.labels, [&](const policy::Label& label) {
            return label.key == known.key && label.value == known.value;
          }))
        return learned_.resolvers.push_back({party, known.port});
  }

  const ObservedTraffic& traffic_;
  const Parties& parties_;
  const LearnOptions& options_;
  std::vector<std::string> suspicions_;
  std::map<Key, Permit> permits_;
  Learned learned_;
};

}  // namespace

const char* reason_name(LeftOutReason reason) {
  constexpr std::array<const char*, 8> kNames{"dropped",    "denied",     "forbidden",  "blocked",
                                              "suspicious", "unnameable", "no-verdict", "no-port"};
  return kNames[static_cast<std::size_t>(reason)];
}

void add_requests(const std::vector<flows::CapturedRequest>& more,
                  std::vector<flows::CapturedRequest>& all) {
  for (const flows::CapturedRequest& request : more) {
    const auto same = std::ranges::find(all, request.request, &flows::CapturedRequest::request);
    if (same == all.end())
      all.push_back(request);
    else
      same->count = flows::add_flows(same->count, request.count);
  }
}

Learned learn(const ObservedTraffic& traffic, const Parties& parties, const LearnOptions& options) {
  return Learner(traffic, parties, options).run();
}

}  // namespace cnplint::synth
