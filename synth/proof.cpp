// SPDX-License-Identifier: Apache-2.0
#include "synth/proof.h"

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <set>

#include "base/sort.h"
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

}  // namespace

/// Proves one part. The engine knows the endpoints that matter to it, by numbers of its own.
class PartProver {
 public:
  PartProver(const Prover& prover, const ProofPart& part,
             std::shared_ptr<const policy::RuleBase> rules)
      : prover_(prover),
        part_(part),
        synthesis_(prover.synthesis_),
        traffic_(prover.traffic_),
        parties_(prover.synthesis_.parties),
        rules_(std::move(rules)),
        ends_(ends()),
        engine_(rules_, facts()),
        firewalls_(rules_->policies, prover.environment_),
        judge_(engine_, prover.environment_) {}

  PartProof run() {
    for (const std::uint32_t index : part_.connections)
      if (prover_.passing_[index]) check(index);
    for (std::uint32_t i = 0; i < ends_.size(); ++i)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        if (is_own(ends_[i]))
          count_subject(direction, i);
        else if (!engine_.rules_of_subject(direction, i).empty())
          proof_.denied.emplace_back(
              0, traffic_.endpoints[ends_[i]].name + ": a policy of another workload selects it");
    count_firewalls();
    return std::move(proof_);
  }

 private:
  using Range = PartProof::Ports;

  // --- The endpoints that matter ---

  [[nodiscard]] bool is_own(std::uint32_t endpoint) const {
    return std::ranges::binary_search(part_.endpoints, endpoint);
  }

  /// Those that some policy of the part may be about, as a subject or as a peer, and the other ends
  /// of their connections.
  [[nodiscard]] std::vector<std::uint32_t> ends() const {
    std::vector<std::uint32_t> all;
    const bool any_peer = std::ranges::any_of(rules_->rules, &policy::PolicyRule::any_peer);
    if (prover_.parts_.size() == 1 || any_peer) {
      all.resize(traffic_.endpoints.size());
      std::iota(all.begin(), all.end(), 0U);
      return all;
    }
    all = part_.endpoints;
    for (const std::uint32_t index : part_.connections)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        all.push_back(traffic_.connections[index].connection.subject(direction));
    for (const policy::Subject& subject : rules_->subjects)
      prover_.endpoints_.add_candidates(subject.selector, all);
    for (const policy::Conditions& selector : rules_->selectors)
      prover_.endpoints_.add_candidates(selector, all);
    base::sort_once(all);
    return all;
  }

  [[nodiscard]] std::vector<policy::Endpoint> facts() const {
    std::vector<policy::Endpoint> all;
    all.reserve(ends_.size());
    for (const std::uint32_t each : ends_) all.push_back(traffic_.endpoints[each].facts);
    return all;
  }

  [[nodiscard]] std::uint32_t local(std::uint32_t endpoint) const {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(ends_, endpoint) - ends_.begin());
  }
  /// A connection by the engine's numbers.
  [[nodiscard]] policy::Connection local(policy::Connection asked) const {
    asked.from = local(asked.from);
    asked.to = local(asked.to);
    return asked;
  }
  [[nodiscard]] const ObservedEndpoint& endpoint(std::uint32_t local) const {
    return traffic_.endpoints[ends_[local]];
  }
  [[nodiscard]] std::uint32_t party(std::uint32_t local) const {
    return parties_.of_endpoint[ends_[local]];
  }

  // --- What has to pass ---

  void check(std::uint32_t index) {
    const ObservedConnection& each = traffic_.connections[index];
    const policy::Connection asked = local(each.connection);
    const auto deny = [&](const std::string& why) {
      proof_.denied.emplace_back(index, described(each, traffic_) + ": " + why);
    };
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const std::uint32_t subject = asked.subject(direction);
      if (!is_own(ends_[subject])) continue;
      // What starts up gets its labels after this: policies are for it as the pod that it becomes.
      if (endpoint(subject).facts.kind == policy::EndpointKind::init &&
          engine_.rules_of_subject(direction, subject).empty())
        continue;
      const policy::Verdict verdict = engine_.decide(direction, asked).verdict;
      // What another policy allows passes, whatever these do not allow.
      if (verdict == policy::Verdict::default_deny &&
          synthesis_.drafts.granted.contains({party(asked.subject(direction)), direction,
                                              party(asked.peer(direction)), asked.port}))
        continue;
      if (!policy::passes(verdict)) {
        deny(std::string(policy::direction_name(direction)) + " is " +
             std::string(policy::verdict_name(verdict)));
        continue;
      }
      if (verdict == policy::Verdict::redirect) check_requests(each, asked, direction, deny);
    }
    const auto match = firewalls_.match(endpoint(asked.from).facts, endpoint(asked.to).facts,
                                        engine_.peer_identity(asked.to), asked);
    if (match && !match->allowed) deny("the firewall denies it");
  }

  template <class Deny>
  void check_requests(const ObservedConnection& each, const policy::Connection& connection,
                      Direction direction, const Deny& deny) {
    const auto& names = synthesis_.learned.blocked_names;
    for (const flows::CapturedRequest& request : each.requests) {
      const bool blocked = request.request.dns && names.contains(request.request.path);
      if (request.count <= request.denied || blocked) continue;
      policy::Request asked = policy::DnsRequest{request.request.path};
      if (!request.request.dns) {
        policy::HttpRequest http;
        http.method = request.request.method;
        http.path = request.example;
        http.host = request.request.host;
        asked = http;
      }
      if (!judge_.judge(direction, connection, asked).allowed)
        deny((request.request.dns ? "the question for " + request.request.path
                                  : request.request.method + " " + request.example) +
             " is refused");
    }
  }

  // --- What passes beside it ---

  void count_subject(Direction direction, std::uint32_t subject) {
    if (!engine_.default_deny(direction, subject)) return;
    for (const std::uint32_t peer : engine_.peers_of_subject(direction, subject)) {
      if (peer == subject && endpoint(peer).facts.kind == policy::EndpointKind::host) continue;
      for (const std::uint8_t number : kProtocols) count_peer(direction, subject, peer, number);
    }
  }

  void count_peer(Direction direction, std::uint32_t subject, std::uint32_t peer,
                  std::uint8_t number) {
    const bool ingress = direction == Direction::ingress;
    policy::Connection asked{ingress ? peer : subject, ingress ? subject : peer, number, 0};
    const std::span<const std::uint16_t> steps = engine_.port_steps(direction, subject, number);
    std::optional<std::vector<std::uint32_t>> seen;
    std::vector<std::uint32_t> shared;
    for (std::size_t i = 0; i < steps.size(); ++i) {
      asked.port = steps[i];
      const policy::Decision& decision = engine_.decide(direction, asked);
      if (!policy::passes(decision.verdict) ||
          decision.synthetic == policy::Synthetic::allow_localhost)
        continue;
      if (!seen) {
        const Permitted& permitted = prover_.permitted_;
        seen = permitted.ports(party(subject), direction, party(peer), endpoint(peer), number);
        shared =
            permitted.shared_ports(party(subject), direction, party(peer), endpoint(peer), number);
      }
      const std::uint32_t end = i + 1 < steps.size() ? steps[i + 1] : kPorts;
      add_gaps({steps[i], end}, shared.empty() ? *seen : shared, asked);
      for (auto port = std::ranges::lower_bound(shared, steps[i]);
           port != shared.end() && *port < end; ++port)
        if (!std::ranges::binary_search(*seen, *port))
          proof_.shared.push_back(
              {{party(asked.from), party(asked.to), number}, {*port, *port + 1}});
    }
  }

  /// What of a range of ports nobody saw.
  void add_gaps(Range range, const std::vector<std::uint32_t>& seen,
                const policy::Connection& asked) {
    // There is no port 0, and 256 ICMP types.
    constexpr std::uint32_t kTypes = 256;
    const bool icmp = protocol::is_icmp(asked.protocol);
    if (!icmp) range.first = std::max(range.first, 1U);
    if (icmp) range.second = std::min(range.second, kTypes);
    const auto add = [&](std::uint32_t first, std::uint32_t end) {
      if (first < end)
        proof_.excess.push_back(
            {{party(asked.from), party(asked.to), asked.protocol}, {first, end}});
    };
    for (auto port = std::ranges::lower_bound(seen, range.first);
         port != seen.end() && *port < range.second; ++port) {
      add(range.first, *port);
      range.first = *port + 1;
    }
    add(range.first, range.second);
  }

  /// A firewall is for a whole namespace: what one of its workloads was seen to do, all may.
  void count_firewalls() {
    std::map<std::string, std::uint32_t> examples;  // a pod of each namespace
    for (std::uint32_t i = 0; i < ends_.size(); ++i)
      if (endpoint(i).facts.kind == policy::EndpointKind::pod) examples.emplace(endpoint(i).ns, i);
    for (const std::uint32_t index : part_.policies) {
      const PolicyDraft& policy = synthesis_.drafts.policies[index];
      const auto from = examples.find(policy.ns);
      if (!policy::is_firewall(policy.kind) || from == examples.end()) continue;
      for (std::uint32_t to = 0; to < ends_.size(); ++to)
        // Without an address nobody can say what a firewall does.
        if (endpoint(to).facts.kind == policy::EndpointKind::external &&
            endpoint(to).facts.address && is_about(policy.kind, *endpoint(to).facts.address))
          for (const std::uint8_t number : {protocol::kTcp, protocol::kUdp, protocol::kSctp})
            count_firewall(policy, from->second, to, number);
    }
  }

  /// An EgressNetworkPolicy knows IPv4 only.
  static bool is_about(policy::PolicyKind kind, const policy::Address& address) {
    return kind != policy::PolicyKind::egress_network_policy || !address.v6;
  }

  void count_firewall(const PolicyDraft& policy, std::uint32_t from, std::uint32_t to,
                      std::uint8_t number) {
    // Without ports a firewall cannot do better than the address.
    if (policy.kind == policy::PolicyKind::egress_network_policy && reaches(policy, to)) return;
    const policy::Endpoint& source = endpoint(from).facts;
    std::vector<std::uint32_t> seen;
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      if (parties_.all[i].ns == policy.ns)
        std::ranges::copy(
            prover_.permitted_.ports(i, Direction::egress, party(to), endpoint(to), number),
            std::back_inserter(seen));
    base::sort_once(seen);
    std::set<std::uint16_t> steps{0};
    for (const std::uint16_t step : firewalls_.port_steps(source)) steps.insert(step);
    for (auto step = steps.begin(); step != steps.end(); ++step) {
      const policy::Connection asked{from, to, number, *step};
      const auto match =
          firewalls_.match(source, endpoint(to).facts, engine_.peer_identity(to), asked);
      if (match && !match->allowed) continue;
      const auto next = std::next(step);
      add_gaps({*step, next == steps.end() ? kPorts : *next}, seen, asked);
    }
  }

  [[nodiscard]] bool reaches(const PolicyDraft& policy, std::uint32_t to) const {
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      if (parties_.all[i].ns == policy.ns)
        for (const std::uint8_t number : kProtocols)
          if (!prover_.permitted_.ports(i, Direction::egress, party(to), endpoint(to), number)
                   .empty())
            return true;
    return false;
  }

  const Prover& prover_;
  const ProofPart& part_;
  const Synthesis& synthesis_;
  const ObservedTraffic& traffic_;
  const Parties& parties_;
  std::shared_ptr<const policy::RuleBase> rules_;
  std::vector<std::uint32_t> ends_;  ///< by the engine's numbers; ascending
  policy::VerdictEngine engine_;
  policy::EgressFirewalls firewalls_;
  policy::RequestJudge judge_;
  PartProof proof_;
};

Prover::Prover(const Synthesis& synthesis, const policy::Environment& environment,
               std::size_t together)
    : synthesis_(synthesis),
      traffic_(*synthesis.traffic),
      environment_(environment),
      permitted_(synthesis),
      endpoints_(traffic_),
      parts_(proof_parts(synthesis, endpoints_, together)),
      passing_(synthesis.learned.passing(traffic_)) {
  for (std::size_t i = 0; i < traffic_.connections.size(); ++i)
    if (!passing_[i]) left_out_.push_back(place_of(traffic_.connections[i].connection));
  std::ranges::sort(left_out_);
}

Prover::Place Prover::place_of(const policy::Connection& asked) const {
  const std::vector<std::uint32_t>& party_of = synthesis_.parties.of_endpoint;
  return {party_of[asked.from], party_of[asked.to], asked.protocol, asked.port};
}

PartProof Prover::prove(const ProofPart& part,
                        std::shared_ptr<const policy::RuleBase> written) const {
  return PartProver(*this, part, std::move(written)).run();
}

/// Counts each connection once, whichever sides allow it.
Proof Prover::sum_up(std::vector<PartProof> proofs) const {
  PartProof all;
  for (PartProof& each : proofs) {
    std::ranges::move(each.denied, std::back_inserter(all.denied));
    std::ranges::move(each.excess, std::back_inserter(all.excess));
    std::ranges::move(each.shared, std::back_inserter(all.shared));
    each = {};
  }
  base::sort_once(all.shared);
  std::ranges::sort(all.denied);
  Proof proof;
  // What was refused to somebody must not come in by the labels of another one.
  for (const auto& each : all.shared) {
    const auto& [from, to, number] = each.first;
    if (std::ranges::binary_search(left_out_, Place(from, to, number, each.second.first)))
      all.excess.push_back(each);
    else
      ++proof.shared;
  }
  std::ranges::sort(all.excess);
  for (auto& [connection, sentence] : all.denied) proof.denied.push_back(std::move(sentence));
  const PartProof::Ends* before = nullptr;
  std::uint32_t at = 0;
  for (const auto& [ends, ports] : all.excess) {
    if (before == nullptr || *before != ends) at = 0;
    before = &ends;
    const std::uint32_t begin = std::max(at, ports.first);
    const std::uint32_t end = ports.second;
    if (begin >= end) continue;
    proof.excess += end - begin;
    at = end;
    const auto& [from, to, number] = ends;
    const bool seen =
        end - begin == 1 && std::ranges::binary_search(left_out_, Place(from, to, number, begin));
    std::vector<std::string>& examples = seen ? proof.left_out : proof.examples;
    if (examples.size() == kMostExamples) continue;
    std::string text = flows::port_text(number, static_cast<std::uint16_t>(begin));
    if (end - begin > 1) text += " and the " + std::to_string(end - begin - 1) + " next";
    const std::vector<Party>& parties = synthesis_.parties.all;
    examples.push_back(parties[from].name + " -> " + parties[to].name + " " + text);
  }
  return proof;
}

}  // namespace cnplint::synth
