// SPDX-License-Identifier: Apache-2.0
#include "synth/proof.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "policy/model/dns_server.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/request.h"
#include "policy/verdict/verdict.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
namespace protocol = policy::ip_protocol;

constexpr std::array<std::uint8_t, 5> kProtocols{protocol::kTcp, protocol::kUdp, protocol::kSctp,
                                                 protocol::kIcmp, protocol::kIcmpV6};
constexpr std::uint32_t kPorts = 65536;
constexpr std::size_t kMostExamples = 10;

/// The ports that permits allow between two parties.
class Permitted {
 public:
  Permitted(const Synthesis& synthesis) {
    const Parties& parties = synthesis.parties;
    const Drafts& drafts = synthesis.drafts;
    for (const Permit& permit : drafts.permits) {
      const bool any = drafts.is_dns(permit);
      for (const std::uint8_t each : {protocol::kTcp, protocol::kUdp, protocol::kSctp})
        if (any || each == permit.protocol) add(permit, each);
      if (protocol::is_icmp(permit.protocol)) add(permit, permit.protocol);
    }
    for (std::uint32_t i = 0; i < parties.all.size(); ++i)
      if (parties.all[i].kind == PartyKind::entity) entities_[parties.all[i].entity] = i;
    parties_ = &parties;
    for (const LeftOut& each : synthesis.learned.left_out)
      if (each.reason == LeftOutReason::unnameable) add_unnameable(each, synthesis);
  }

  /// The ports, in order, of every name that the peer has for the policies.
  [[nodiscard]] std::set<std::uint32_t> ports(std::uint32_t subject, Direction direction,
                                              std::uint32_t peer, const ObservedEndpoint& endpoint,
                                              std::uint8_t number) const {
    std::set<std::uint32_t> result;
    const auto take = [&](const auto& from, const auto& key) {
      if (const auto found = from.find(key); found != from.end())
        result.insert(found->second.begin(), found->second.end());
    };
    take(by_party_, std::tuple(subject, direction, peer, number));
    if (parties_->all[peer].in_cluster)
      take(by_party_,
           std::tuple(subject, direction, entities_.find(kClusterEntity)->second, number));
    if (endpoint.facts.kind == policy::EndpointKind::external)
      take(by_party_, std::tuple(subject, direction, entities_.find(kWorldEntity)->second, number));
    // Every label of a node is an entity that takes it in.
    for (const policy::Label& label : endpoint.facts.labels)
      if (const auto entity = entities_.find(label.key);
          label.source == "reserved" && entity != entities_.end())
        take(by_party_, std::tuple(subject, direction, entity->second, number));
    if (direction == Direction::egress && !protocol::is_icmp(number))
      take(unnameable_servers_, peer);
    // A name is all addresses that it leads to.
    if (direction == Direction::egress)
      for (const std::string& name : endpoint.facts.dns_names)
        take(by_name_, std::tuple(subject, name, number));
    return result;
  }

 private:
  /// What was seen to pass and cannot be said may pass all the same, by a rule for somebody's
  /// labels or for DNS servers that were assumed: these everybody asks.
  void add_unnameable(const LeftOut& left_out, const Synthesis& synthesis) {
    const policy::Connection& asked = synthesis.traffic->connections[left_out.index].connection;
    const std::vector<std::uint32_t>& party_of = synthesis.parties.of_endpoint;
    for (const Direction direction : {Direction::egress, Direction::ingress})
      by_party_[{party_of[asked.subject(direction)], direction, party_of[asked.peer(direction)],
                 asked.protocol}]
          .insert(asked.port);
    if (synthesis.drafts.assumed_resolver && policy::is_dns_port(asked.port))
      unnameable_servers_[party_of[asked.to]].insert(asked.port);
  }

  void add(const Permit& permit, std::uint8_t number) {
    by_party_[{permit.subject, permit.direction, permit.peer, number}].insert(permit.port);
    for (const std::string& name : permit.names)
      by_name_[{permit.subject, name, number}].insert(permit.port);
  }

  std::map<std::tuple<std::uint32_t, Direction, std::uint32_t, std::uint8_t>,
           std::set<std::uint32_t>>
      by_party_;
  std::map<std::tuple<std::uint32_t, std::string, std::uint8_t>, std::set<std::uint32_t>> by_name_;
  std::map<std::string, std::uint32_t, std::less<>> entities_;
  std::map<std::uint32_t, std::set<std::uint32_t>> unnameable_servers_;
  const Parties* parties_ = nullptr;
};

class Prover {
 public:
  Prover(const policy::PolicyList& policies, const Synthesis& synthesis,
         const policy::Environment& environment)
      : blocked_(synthesis.learned.blocked_names),
        traffic_(*synthesis.traffic),
        parties_(synthesis.parties),
        drafts_(synthesis.drafts),
        permitted_(synthesis),
        engine_(policies, environment, {}, traffic_.facts()),
        firewalls_(policies, environment),
        judge_(engine_, environment) {}

  Proof run(const std::vector<bool>& learned) {
    for (std::uint32_t i = 0; i < traffic_.connections.size(); ++i)
      if (learned[i])
        check(traffic_.connections[i]);
      else
        left_out_.insert(place_of(traffic_.connections[i].connection));
    for (std::uint32_t i = 0; i < traffic_.endpoints.size(); ++i)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        count_subject(direction, i);
    count_firewalls();
    sum_up();
    return std::move(proof_);
  }

 private:
  using Range = std::pair<std::uint32_t, std::uint32_t>;  // first, and one behind the last
  using Pair = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t>;

  // --- What has to pass ---

  void check(const ObservedConnection& each) {
    const policy::Connection& asked = each.connection;
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const policy::Verdict verdict = engine_.decide(direction, asked).verdict;
      // What another policy allows passes, whatever these do not allow.
      if (verdict == policy::Verdict::default_deny &&
          drafts_.granted.contains({parties_.of_endpoint[asked.subject(direction)], direction,
                                    parties_.of_endpoint[asked.peer(direction)], asked.port}))
        continue;
      if (!policy::passes(verdict)) {
        proof_.denied.push_back(described(each, traffic_) + ": " +
                                std::string(policy::direction_name(direction)) + " is " +
                                std::string(policy::verdict_name(verdict)));
        continue;
      }
      if (verdict == policy::Verdict::redirect) check_requests(each, direction);
    }
    const policy::Endpoint& to = traffic_.endpoints[asked.to].facts;
    const auto match = firewalls_.match(traffic_.endpoints[asked.from].facts, to,
                                        engine_.peer_identity(asked.to), asked);
    if (match && !match->allowed)
      proof_.denied.push_back(described(each, traffic_) + ": the firewall denies it");
  }

  void check_requests(const ObservedConnection& each, Direction direction) {
    for (const flows::CapturedRequest& request : each.requests) {
      const bool blocked = request.request.dns && blocked_.contains(request.request.path);
      if (request.count <= request.denied || blocked) continue;
      policy::Request asked = policy::DnsRequest{request.request.path};
      if (!request.request.dns) {
        policy::HttpRequest http;
        http.method = request.request.method;
        http.path = request.example;
        http.host = request.request.host;
        asked = http;
      }
      if (!judge_.judge(direction, each.connection, asked).allowed)
        proof_.denied.push_back(described(each, traffic_) + ": " +
                                (request.request.dns
                                     ? "the question for " + request.request.path
                                     : request.request.method + " " + request.example) +
                                " is refused");
    }
  }

  // --- What passes beside it ---

  void count_subject(Direction direction, std::uint32_t subject) {
    if (!engine_.default_deny(direction, subject)) return;
    for (const std::uint32_t peer : engine_.peers_of_subject(direction, subject)) {
      if (peer == subject && traffic_.endpoints[peer].facts.kind == policy::EndpointKind::host)
        continue;
      for (const std::uint8_t number : kProtocols) count_peer(direction, subject, peer, number);
    }
  }

  void count_peer(Direction direction, std::uint32_t subject, std::uint32_t peer,
                  std::uint8_t number) {
    const bool ingress = direction == Direction::ingress;
    policy::Connection asked{ingress ? peer : subject, ingress ? subject : peer, number, 0};
    const std::span<const std::uint16_t> steps = engine_.port_steps(direction, subject, number);
    std::optional<std::set<std::uint32_t>> seen;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      asked.port = steps[i];
      const policy::Decision& decision = engine_.decide(direction, asked);
      if (!policy::passes(decision.verdict) ||
          decision.synthetic == policy::Synthetic::allow_localhost)
        continue;
      if (!seen)
        seen = permitted_.ports(parties_.of_endpoint[subject], direction,
                                parties_.of_endpoint[peer], traffic_.endpoints[peer], number);
      const std::uint32_t end = i + 1 < steps.size() ? steps[i + 1] : kPorts;
      add_gaps({steps[i], end}, *seen, asked);
    }
  }

  /// What of a range of ports nobody saw.
  void add_gaps(Range range, const std::set<std::uint32_t>& seen, const policy::Connection& asked) {
    // There is no port 0, and 256 ICMP types.
    constexpr std::uint32_t kTypes = 256;
    const bool icmp = protocol::is_icmp(asked.protocol);
    if (!icmp) range.first = std::max(range.first, 1U);
    if (icmp) range.second = std::min(range.second, kTypes);
    const auto add = [&](std::uint32_t first, std::uint32_t end) {
      if (first < end)
        excess_[{parties_.of_endpoint[asked.from], parties_.of_endpoint[asked.to], asked.protocol}]
            .push_back({first, end});
    };
    for (auto port = seen.lower_bound(range.first); port != seen.end() && *port < range.second;
         ++port) {
      add(range.first, *port);
      range.first = *port + 1;
    }
    add(range.first, range.second);
  }

  /// A firewall is for a whole namespace: what one of its workloads was seen to do, all may.
  void count_firewalls() {
    const bool any = std::ranges::any_of(drafts_.policies, [](const PolicyDraft& policy) {
      return policy::is_firewall(policy.kind);
    });
    if (!any) return;
    std::map<std::string, std::uint32_t> examples;  // a pod of each namespace
    for (std::uint32_t i = 0; i < traffic_.endpoints.size(); ++i)
      if (traffic_.endpoints[i].facts.kind == policy::EndpointKind::pod)
        examples.emplace(traffic_.endpoints[i].ns, i);
    for (const PolicyDraft& policy : drafts_.policies) {
      const auto from = examples.find(policy.ns);
      if (from == examples.end()) continue;
      for (std::uint32_t to = 0; to < traffic_.endpoints.size(); ++to)
        // Without an address nobody can say what a firewall does.
        if (traffic_.endpoints[to].facts.kind == policy::EndpointKind::external &&
            traffic_.endpoints[to].facts.address)
          for (const std::uint8_t number : {protocol::kTcp, protocol::kUdp, protocol::kSctp})
            count_firewall(policy, from->second, to, number);
    }
  }

  void count_firewall(const PolicyDraft& policy, std::uint32_t from, std::uint32_t to,
                      std::uint8_t number) {
    const policy::Endpoint& source = traffic_.endpoints[from].facts;
    std::set<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      if (parties_.all[i].ns == policy.ns)
        seen.merge(permitted_.ports(i, Direction::egress, parties_.of_endpoint[to],
                                    traffic_.endpoints[to], number));
    // Without ports a firewall cannot do better than the address.
    if (policy.kind == policy::PolicyKind::egress_network_policy && reaches(policy, to)) return;
    std::set<std::uint16_t> steps{0};
    for (const std::uint16_t step : firewalls_.port_steps(source)) steps.insert(step);
    for (auto step = steps.begin(); step != steps.end(); ++step) {
      const policy::Connection asked{from, to, number, *step};
      const auto match =
          firewalls_.match(source, traffic_.endpoints[to].facts, engine_.peer_identity(to), asked);
      if (match && !match->allowed) continue;
      const auto next = std::next(step);
      add_gaps({*step, next == steps.end() ? kPorts : *next}, seen, asked);
    }
  }

  [[nodiscard]] bool reaches(const PolicyDraft& policy, std::uint32_t to) const {
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      if (parties_.all[i].ns == policy.ns)
        for (const std::uint8_t number : kProtocols)
          if (!permitted_
                   .ports(i, Direction::egress, parties_.of_endpoint[to], traffic_.endpoints[to],
                          number)
                   .empty())
            return true;
    return false;
  }

  /// Counts each connection once, whichever sides allow it.
  void sum_up() {
    for (auto& [pair, ranges] : excess_) {
      std::ranges::sort(ranges);
      std::uint32_t at = 0;
      const auto& [from, to, number] = pair;
      for (const auto& [first, end] : ranges) {
        const std::uint32_t begin = std::max(at, first);
        if (begin >= end) continue;
        proof_.excess += end - begin;
        at = end;
        const bool seen = end - begin == 1 && left_out_.contains({from, to, number, begin});
        std::vector<std::string>& examples = seen ? proof_.left_out : proof_.examples;
        if (examples.size() == kMostExamples) continue;
        std::string ports = flows::port_text(number, static_cast<std::uint16_t>(begin));
        if (end - begin > 1) ports += " and the " + std::to_string(end - begin - 1) + " next";
        examples.push_back(parties_.all[from].name + " -> " + parties_.all[to].name + " " + ports);
      }
    }
  }

  using Place = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t, std::uint32_t>;
  [[nodiscard]] Place place_of(const policy::Connection& asked) const {
    return {parties_.of_endpoint[asked.from], parties_.of_endpoint[asked.to], asked.protocol,
            asked.port};
  }

  const std::set<std::string, std::less<>>& blocked_;
  const ObservedTraffic& traffic_;
  const Parties& parties_;
  const Drafts& drafts_;
  Permitted permitted_;
  policy::VerdictEngine engine_;
  policy::EgressFirewalls firewalls_;
  policy::RequestJudge judge_;
  std::set<Place> left_out_;  ///< connections that were seen and not learned
  std::map<Pair, std::vector<Range>> excess_;
  Proof proof_;
};

}  // namespace

Proof prove(const policy::PolicyList& policies, const Synthesis& synthesis,
            const policy::Environment& environment) {
  return Prover(policies, synthesis, environment)
      .run(synthesis.learned.passing(*synthesis.traffic));
}

}  // namespace cnplint::synth
