// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/claim_check.h"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include "lint/rule.h"
#include "policy/verdict/egress_firewall.h"

namespace cnplint::tests {
namespace {

/// Takes elements at some positions out of a list.
template <class List>
void erase_at(List& list, const std::set<std::uint32_t>& positions) {
  std::uint32_t at = 0;
  std::erase_if(list, [&](const auto&) { return positions.contains(at++); });
}

using lint::Claim;
using policy::Connection;
using policy::Direction;
using policy::NodeRef;
using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;
using policy::Verdict;

namespace protocol = policy::ip_protocol;
constexpr std::array<std::uint8_t, 9> kProtocols{protocol::kTcp,
                                                 protocol::kUdp,
                                                 protocol::kSctp,
                                                 protocol::kIcmp,
                                                 protocol::kIcmpV6,
                                                 protocol::kVrrp,
                                                 protocol::kIgmp,
                                                 47,
                                                 99};

/// Whether a node is another one or below it.
bool inside(NodeRef node, NodeRef outer) {
  if (!node || !outer || &node.document() != &outer.document()) return false;
  return outer.index() <= node.index() &&
         node.index() < outer.document().node(outer.index()).subtree_end;
}

/// What of a rule a claim is about.
struct Part {
  std::uint32_t rule = 0;
  std::set<std::uint32_t> peers;  ///< positions; none: all of it
  std::set<std::uint32_t> ports;  ///< positions; none: all of it

  [[nodiscard]] bool whole() const { return peers.empty() && ports.empty(); }
};

/// The places that are inside of a node, else those that it is inside of.
std::set<std::uint32_t> claimed(const std::vector<NodeRef>& places, NodeRef node) {
  std::set<std::uint32_t> below;
  std::set<std::uint32_t> above;
  for (std::uint32_t i = 0; i < places.size(); ++i) {
    if (inside(places[i], node)) below.insert(i);
    if (inside(node, places[i])) above.insert(i);
  }
  return below.empty() ? above : below;
}

/// Whether a node stands for a whole policy: its root or what names it.
bool is_of_policy(const policy::Policy& policy, NodeRef node) {
  return inside(policy.root, node) || node == policy.name_at || node == policy.heading;
}

std::vector<Part> parts_of(const RuleBase& base, NodeRef node) {
  std::vector<Part> parts;
  for (std::uint32_t i = 0; i < base.rules.size(); ++i) {
    const PolicyRule& rule = base.rules[i];
    if (is_of_policy(base.policies[rule.policy], node) || inside(rule.where, node)) {
      parts.push_back({i, {}, {}});
    } else if (inside(node, rule.where) && rule.is_written()) {
      std::vector<NodeRef> ports;
      for (const PortFilter& each : rule.ports) ports.push_back(each.where);
      parts.push_back({i, claimed(rule.peer_places, node), claimed(ports, node)});
    }
  }
  return parts;
}

/// Specs that are a node, or inside of it, as indices of subjects.
std::set<std::uint32_t> subjects_of(const RuleBase& base, NodeRef node, bool selector) {
  std::set<std::uint32_t> result;
  std::vector<std::size_t> next(base.policies.size());
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const policy::Policy& policy = base.policies[base.subjects[i].policy];
    const policy::Spec& spec = policy.specs[next[base.subjects[i].policy]++];
    const NodeRef own = spec.node_selector ? spec.node_selector : spec.endpoint_selector;
    if (is_of_policy(policy, node) || inside(spec.node, node) || (selector && inside(node, own)))
      result.insert(i);
  }
  return result;
}

/// The rules without some of them, or without parts of them.
std::shared_ptr<const RuleBase> without(const RuleBase& base, const std::vector<Part>& parts,
                                        const std::set<std::uint32_t>& subjects) {
  auto changed = std::make_shared<RuleBase>(base);
  for (const Part& part : parts) {
    PolicyRule& rule = changed->rules[part.rule];
    if (part.whole()) {
      rule.any_peer = false;
      rule.peers.clear();
      rule.peer_places.clear();
      rule.unresolved_services.clear();
      rule.ports.clear();
      rule.authentication.reset();
    }
    erase_at(rule.peers, part.peers);
    erase_at(rule.peer_places, part.peers);
    erase_at(rule.ports, part.ports);
  }
  erase_at(changed->subjects, subjects);
  return changed;
}

/// One check of a claim.
class Check {
 public:
  Check(const lint::Finding& finding, const ClaimUniverse& universe)
      : finding_(finding),
        universe_(universe),
        engine_(universe.engine()),
        base_(universe.base()),
        parts_(parts_of(base_, finding.node)) {}

  ClaimResult run() {
    switch (finding_.claim) {
      case Claim::none:
        break;
      case Claim::selects_nothing:
        selects_nothing();
        break;
      case Claim::allows_nothing:
        allows_nothing();
        break;
      case Claim::adds_nothing:
        adds_nothing();
        break;
      case Claim::denied_always:
        denied_always();
        break;
      case Claim::never_reached:
        never_reached();
        break;
      case Claim::opens_to_world:
      case Claim::opens_to_pods:
        opens();
        break;
    }
    return std::move(result_);
  }

 private:
  void fail(const std::string& why) {
    if (result_.wrong.empty()) result_.wrong = why;
  }
  [[nodiscard]] std::string name(std::uint32_t endpoint) const {
    std::string text;
    for (const policy::Label& label : universe_.endpoint(endpoint).labels)
      text += (text.empty() ? "" : ",") + policy::to_string(label);
    if (const auto& address = universe_.endpoint(endpoint).address)
      text += policy::to_string(*address);
    return "[" + text + "]";
  }
  [[nodiscard]] std::string text(Direction direction, const Connection& each) const {
    return std::string(policy::direction_name(direction)) + " " + name(each.from) + " -> " +
           name(each.to) + " " + std::string(policy::protocol_name(each.protocol)) + "/" +
           std::to_string(each.port);
  }

  [[nodiscard]] const Part* part_of(std::uint32_t rule) const {
    const auto found = std::ranges::find(parts_, rule, &Part::rule);
    return found == parts_.end() ? nullptr : &*found;
  }
  /// Whether a match is one of what the claim is about.
  [[nodiscard]] bool is_claimed(const policy::Match& match) const {
    const Part* part = part_of(match.rule);
    if (part == nullptr) return false;
    const PolicyRule& rule = base_.rules[match.rule];
    const auto port = static_cast<std::uint32_t>(
        std::ranges::find(rule.ports, match.port, [](const auto& each) { return &each; }) -
        rule.ports.begin());
    // An engine that narrows peers has rules of its own: then the place says which port it is.
    const auto same_port = [&](std::uint32_t each) {
      return each == port ||
             (port == rule.ports.size() && rule.ports[each].where == match.port->where &&
              rule.ports[each].protocol == match.port->protocol);
    };
    if (!part->ports.empty() && std::ranges::none_of(part->ports, same_port)) return false;
    return part->peers.empty() || std::ranges::any_of(match.peers, [&](std::uint32_t peer) {
             return part->peers.contains(peer);
           });
  }

  /// The ports at which something may change for a subject.
  [[nodiscard]] std::set<std::uint16_t> steps(Direction direction, std::uint32_t subject,
                                              std::uint8_t number,
                                              const policy::VerdictEngine* other) const {
    std::set<std::uint16_t> ports;
    for (const policy::VerdictEngine* engine : {&engine_, other})
      if (engine != nullptr)
        for (const std::uint16_t port : engine->port_steps(direction, subject, number))
          ports.insert(port);
    return ports;
  }

  [[nodiscard]] bool is_concerned(Direction direction, std::uint32_t subject) const {
    return std::ranges::any_of(engine_.rules_of_subject(direction, subject),
                               [&](std::uint32_t rule) { return part_of(rule) != nullptr; });
  }

  using Body = std::function<void(Direction, const Connection&)>;
  /// Calls body for every connection of those that the claimed rules select.
  void each_connection(const policy::VerdictEngine* other, const Body& body) {
    for (const Direction direction : {Direction::ingress, Direction::egress})
      for (const std::uint32_t subject : universe_.subjects()) {
        if (!is_concerned(direction, subject)) continue;
        for (const std::uint8_t number : kProtocols)
          for (const std::uint16_t port : steps(direction, subject, number, other))
            for (const std::uint32_t peer : universe_.peers()) {
              if (!result_.wrong.empty()) return;
              const bool ingress = direction == Direction::ingress;
              body(direction, {ingress ? peer : subject, ingress ? subject : peer, number, port});
            }
      }
  }

  void selects_nothing() {
    for (const std::uint32_t subject : subjects_of(base_, finding_.node, true))
      for (const std::uint32_t endpoint : universe_.subjects())
        for (const Direction direction : {Direction::ingress, Direction::egress}) {
          ++result_.compared;
          for (const std::uint32_t rule : engine_.rules_of_subject(direction, endpoint))
            if (base_.subjects[subject].first_rule <= rule &&
                rule < base_.subjects[subject].end_rule)
              fail("selects " + name(endpoint));
        }
    for (const Part& part : parts_)
      for (const std::uint32_t peer : part.peers)
        for (const std::uint32_t endpoint :
             engine_.peers_of_selector(base_.rules[part.rule].peers[peer]))
          fail("selects " + name(endpoint));
    result_.compared += engine_.endpoints().size();
    if (parts_.empty() && subjects_of(base_, finding_.node, true).empty())
      fail("is said of no selector");
  }

  void allows_nothing() {
    if (parts_.empty()) return fail("is said of no rule");
    each_connection(nullptr, [&](Direction direction, const Connection& each) {
      ++result_.compared;
      for (const policy::Match& match : engine_.matches(direction, each))
        if (is_claimed(match)) fail("matches " + text(direction, each));
    });
  }

  void denied_always() {
    if (parts_.empty()) return fail("is said of no rule");
    each_connection(nullptr, [&](Direction direction, const Connection& each) {
      ++result_.compared;
      for (const policy::Match& match : engine_.matches(direction, each)) {
        if (!is_claimed(match) ||
            (match.effect != Verdict::allow && match.effect != Verdict::redirect))
          continue;
        result_.something = true;
        const Verdict verdict = engine_.decide(direction, each).verdict;
        if (verdict != Verdict::deny && verdict != Verdict::error)
          fail("is not denied: " + text(direction, each));
      }
    });
  }

  /// What of a verdict traffic feels.
  static int felt(Verdict verdict) {
    if (verdict == Verdict::redirect) return 1;
    if (verdict == Verdict::error) return 2;
    return policy::passes(verdict) ? 0 : 3;
  }

  void adds_nothing() {
    const std::set<std::uint32_t> subjects = subjects_of(base_, finding_.node, false);
    if (parts_.empty() && subjects.empty()) return fail("is said of no rule");
    const policy::VerdictEngine after = universe_.with(without(base_, parts_, subjects));
    policy::RequestJudge judge_before(engine_, base_.environment);
    policy::RequestJudge judge_after(after, base_.environment);
    const std::vector<policy::Request> requests{
        policy::HttpRequest{"ODD", "/odd/7", "odd.example", {}}, policy::DnsRequest{"odd.example"}};
    const bool authenticated = std::ranges::any_of(
        base_.rules, [](const PolicyRule& rule) { return rule.authentication.has_value(); });
    each_connection(&after, [&](Direction direction, const Connection& each) {
      ++result_.compared;
      const policy::Decision& one = engine_.decide(direction, each);
      const policy::Decision& other = after.decide(direction, each);
      if (felt(one.verdict) != felt(other.verdict))
        return fail(std::string(policy::verdict_name(one.verdict)) + " becomes " +
                    std::string(policy::verdict_name(other.verdict)) + ": " +
                    text(direction, each));
      if (one.verdict == Verdict::redirect)
        for (const policy::Request& request : requests)
          if (judge_before.judge(direction, each, request).allowed !=
              judge_after.judge(direction, each, request).allowed)
            fail("another request: " + text(direction, each));
      if (authenticated && authentication(base_, one, engine_.matches(direction, each)) !=
                               authentication(base_, other, after.matches(direction, each)))
        fail("another authentication: " + text(direction, each));
    });
  }

  void never_reached() {
    const policy::EgressFirewalls firewalls(base_.policies, base_.environment);
    const auto count = static_cast<std::uint32_t>(engine_.endpoints().size());
    for (std::uint32_t from = 0; from < count; ++from)
      for (std::uint32_t to = 0; to < count; ++to)
        for (const std::uint8_t number : kProtocols) {
          std::vector<std::uint16_t> ports = firewalls.port_steps(universe_.endpoint(from));
          ports.push_back(0);
          for (const std::uint16_t port : ports) {
            const auto match = firewalls.match(universe_.endpoint(from), universe_.endpoint(to),
                                               engine_.peer_identity(to), {from, to, number, port});
            ++result_.compared;
            if (match && inside(finding_.node, match->rule)) fail("decides " + name(to));
          }
        }
  }

  /// Whether an endpoint is one that the claim says all of match.
  [[nodiscard]] bool is_meant(std::uint32_t peer) const {
    const policy::Endpoint& endpoint = universe_.endpoint(peer);
    if (finding_.claim == Claim::opens_to_pods) return endpoint.kind == policy::EndpointKind::pod;
    return endpoint.kind == policy::EndpointKind::external && endpoint.address.has_value() &&
           endpoint.labels.empty();
  }

  [[nodiscard]] bool opens_to(Direction direction, const Connection& each) {
    ++result_.compared;
    return std::ranges::any_of(engine_.matches(direction, each), [&](const policy::Match& match) {
      return is_claimed(match) &&
             (match.effect == Verdict::allow || match.effect == Verdict::redirect);
    });
  }

  void opens() {
    for (const Part& part : parts_) {
      // What a name of a port stands for depends on the pod: it may be none.
      if (std::ranges::all_of(base_.rules[part.rule].ports,
                              [](const PortFilter& port) { return !port.name.empty(); }))
        continue;
      const Direction direction = base_.rules[part.rule].direction;
      const bool ingress = direction == Direction::ingress;
      for (const std::uint32_t subject : universe_.subjects()) {
        if (std::ranges::find(engine_.rules_of_subject(direction, subject), part.rule) ==
            engine_.rules_of_subject(direction, subject).end())
          continue;
        // Some port is enough, but the same one for all.
        std::string missing;
        bool open = false;
        for (const std::uint8_t number : kProtocols)
          for (const std::uint16_t port : steps(direction, subject, number, nullptr)) {
            if (open) continue;
            open = true;
            for (const std::uint32_t peer : universe_.peers()) {
              const Connection each{ingress ? peer : subject, ingress ? subject : peer, number,
                                    port};
              if (!open || !is_meant(peer) || opens_to(direction, each)) continue;
              open = false;
              missing = text(direction, each);
            }
          }
        if (!open) fail("is not open to " + missing);
      }
    }
  }

  const lint::Finding& finding_;
  const ClaimUniverse& universe_;
  const policy::VerdictEngine& engine_;
  const RuleBase& base_;
  std::vector<Part> parts_;
  ClaimResult result_;
};

}  // namespace

ClaimResult check_claim(const lint::Finding& finding, const ClaimUniverse& universe) {
  return Check(finding, universe).run();
}

}  // namespace cnplint::tests
