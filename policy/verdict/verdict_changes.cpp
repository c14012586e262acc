// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/verdict_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/sort.h"
#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/changed_policies.h"
#include "policy/verdict/compared_peers.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/peer_names.h"
#include "policy/verdict/request.h"
#include "policy/verdict/two_states.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {
namespace {

/// A change on some ports of one peer.
struct PortChange {
  ChangeOfVerdict change = ChangeOfVerdict::opened;
  PortSpan ports;
  NodeRef before;
  NodeRef after;
};

bool are_same(NodeRef a, NodeRef b) { return a == b || (!a && !b); }

bool operator==(const PortChange& a, const PortChange& b) {
  return a.change == b.change && a.ports == b.ports && are_same(a.before, b.before) &&
         are_same(a.after, b.after);
}

/// Adds what changes on further ports; where it is the same as on those right before, to them.
void add_piece(std::vector<PortChange>& pieces, const PortChange& piece) {
  if (!pieces.empty()) {
    PortSpan& before = pieces.back().ports;
    PortChange same = piece;
    same.ports = before;
    if (before.protocol == piece.ports.protocol && before.last + 1 == piece.ports.first &&
        same == pieces.back()) {
      before.last = piece.ports.last;
      return;
    }
  }
  pieces.push_back(piece);
}

/// Compares them.
class Comparison {
 public:
  Comparison(const ClusterState& before, const ClusterState& after, ImaginedPods imagined)
      : states_(before, after, imagined), names_(states_.names()), imagined_(imagined) {}

  std::vector<VerdictChange> run() {
    if (states_.are_same()) return {};
    for (const std::size_t side : {0, 1}) {
      engines_.at(side).emplace(world(side).rules, world(side).endpoints);
      authenticates_ = authenticates_ || authenticates(*world(side).rules);
    }
    outside_.emplace(std::array<const RuleBase*, 2>{world(0).rules.get(), world(1).rules.get()});
    classes_.emplace(std::vector{&engine(0), &engine(1)});
    compare_subjects();
    compare_firewalls();
    return join_subjects();
  }

 private:
  [[nodiscard]] const World& world(std::size_t side) const { return states_.worlds().at(side); }
  [[nodiscard]] const VerdictEngine& engine(std::size_t side) const { return *engines_.at(side); }

  [[nodiscard]] std::string name(std::uint32_t endpoint) const {
    return names_[endpoint].empty() ? name_of_endpoint(world(1).endpoints[endpoint])
                                    : names_[endpoint];
  }

  // --- Cilium's policies ---

  void compare_subjects() {
    for (const Direction direction : {Direction::ingress, Direction::egress})
      for (const auto& alike : classes_->alike_subjects(direction, states_.subjects()))
        compare_alike(direction, alike);
  }

  void compare_alike(Direction direction, const std::vector<std::uint32_t>& alike) {
    const std::uint32_t subject = alike.front();
    const ComparedPeers::Signatures signatures = classes_->signatures(direction, subject);
    const std::vector<PeerClass> classes = classes_->of(signatures);
    std::vector<std::pair<std::vector<PortChange>, std::vector<const PeerClass*>>> groups;
    for (const PeerClass& each : classes) {
      std::vector<PortChange> pieces = pieces_of(direction, subject, each.members.front());
      auto group =
          std::ranges::find_if(groups, [&](const auto& known) { return known.first == pieces; });
      if (group == groups.end())
        group = groups.emplace(groups.end(), std::move(pieces), std::vector<const PeerClass*>());
      group->second.push_back(&each);
    }
    bool any = false;
    for (const auto& [pieces, members] : groups) {
      if (pieces.empty()) continue;
      tell(direction, alike, classes, pieces, members, signatures);
      any = true;
    }
    if (!any && imagined_ == ImaginedPods::lonely) compare_default_deny(direction, alike);
  }

  /// Tells of a default deny that changes no connection: rules allow all that passed.
  void compare_default_deny(Direction direction, const std::vector<std::uint32_t>& alike) {
    const std::uint32_t subject = alike.front();
    const bool was = engine(0).default_deny(direction, subject);
    const bool is = engine(1).default_deny(direction, subject);
    if (was == is) return;
    VerdictChange change;
    change.change = is ? ChangeOfVerdict::default_deny : ChangeOfVerdict::no_default_deny;
    change.direction = direction;
    change.subjects = names_of(alike);
    (is ? change.after : change.before) = closing_rule(is ? 1 : 0, direction, subject);
    changes_.push_back(std::move(change));
  }

  /// Tells what becomes of some peers of some subjects; where most of those whom no rule names are
  /// among them, it is told of everybody but the others.
  void tell(Direction direction, const std::vector<std::uint32_t>& alike,
            const std::vector<PeerClass>& classes, const std::vector<PortChange>& pieces,
            const std::vector<const PeerClass*>& members,
            const ComparedPeers::Signatures& signatures) {
    const auto unselected = std::ranges::count(classes, false, &PeerClass::selected);
    VerdictChange change;
    change.direction = direction;
    change.subjects = names_of(alike);
    const auto others =
        std::ranges::count_if(members, [](const PeerClass* each) { return !each->selected; });
    change.everybody = others > 1 && others * 2 > unselected;
    const std::set<const PeerClass*> inside(members.begin(), members.end());
    std::vector<std::string> peers;
    for (const PeerClass& each : classes) {
      if (inside.contains(&each) == change.everybody) continue;
      for (std::string& text :
           names_of_class(each.selected ? each : classes_->whole(each, signatures)))
        peers.push_back(std::move(text));
    }
    base::sort_once(peers);
    join_families(peers);
    if (!change.everybody) outside_->add_exceptions(peers);
    change.peers = std::move(peers);
    add(change, pieces);
  }

  /// Adds a change for every cause of some pieces.
  void add(const VerdictChange& change, std::vector<PortChange> left) {
    while (!left.empty()) {
      VerdictChange next = change;
      next.change = left.front().change;
      next.before = left.front().before;
      next.after = left.front().after;
      std::erase_if(left, [&](const PortChange& piece) {
        const bool same = piece.change == next.change && are_same(piece.before, next.before) &&
                          are_same(piece.after, next.after);
        if (same) next.ports.push_back(piece.ports);
        return same;
      });
      changes_.push_back(std::move(next));
    }
  }

  /// The names of some endpoints, each once: of workloads where there are some.
  [[nodiscard]] std::vector<std::string> names_of(const std::vector<std::uint32_t>& all) const {
    std::vector<std::string> names;
    for (const std::uint32_t each : all)
      if (!names_[each].empty()) names.push_back(names_[each]);
    if (names.empty())
      for (const std::uint32_t each : all) names.push_back(name(each));
    base::sort_once(names);
    return names;
  }

  [[nodiscard]] std::vector<std::string> names_of_class(const PeerClass& peers) const {
    std::vector<std::uint32_t> inside;
    std::vector<std::string> names;
    for (const std::uint32_t each : peers.members) {
      const Endpoint& endpoint = world(1).endpoints[each];
      if (endpoint.address || !endpoint.dns_names.empty())
        names.push_back(outside_->of(endpoint));
      else
        inside.push_back(each);
    }
    if (!inside.empty())
      for (std::string& each : names_of(inside)) names.push_back(std::move(each));
    base::sort_once(names);
    join_families(names);
    return names;
  }

  /// What changes on the ports of one peer, in order.
  std::vector<PortChange> pieces_of(Direction direction, std::uint32_t subject,
                                    std::uint32_t peer) {
    std::vector<PortChange> pieces;
    const bool ingress = direction == Direction::ingress;
    for (const std::uint8_t protocol : kAskedProtocols) {
      std::set<std::uint16_t> steps;
      for (const std::size_t side : {0, 1})
        for (const std::uint16_t step : engine(side).port_steps(direction, subject, protocol))
          steps.insert(step);
      Connection connection{ingress ? peer : subject, ingress ? subject : peer, protocol, 0};
      each_span(steps, protocol, [&](PortSpan span) {
        connection.port = span.first;
        if (const auto change = compare(direction, connection))
          add_piece(pieces, {*change, span, cause(0, direction, connection),
                             cause(1, direction, connection)});
      });
    }
    return pieces;
  }

  /// One of some rules, of a policy that changed where there is one.
  template <class Rules>
  [[nodiscard]] NodeRef changed_of(std::size_t side, const Rules& rules) const {
    if (rules.empty()) return {};
    const RuleBase& base = *world(side).rules;
    const auto changed = std::ranges::find_if(rules, [&](std::uint32_t rule) {
      return static_cast<bool>(world(side).is_changed[base.rules[rule].policy]);
    });
    return base.rules[changed == rules.end() ? rules.front() : *changed].where;
  }

  /// A rule that puts a subject into default deny; none where none does.
  [[nodiscard]] NodeRef closing_rule(std::size_t side, Direction direction,
                                     std::uint32_t subject) const {
    std::vector<std::uint32_t> closing;
    for (const std::uint32_t rule : engine(side).rules_of_subject(direction, subject))
      if (world(side).rules->rules[rule].default_deny) closing.push_back(rule);
    return changed_of(side, closing);
  }

  /// The rule that decides; what denies by default is a rule that selects the subject.
  [[nodiscard]] NodeRef cause(std::size_t side, Direction direction,
                              const Connection& connection) const {
    const Decision& decision = engine(side).decide(direction, connection);
    if (!decision.rules.empty()) return changed_of(side, decision.rules);
    if (passes(decision.verdict)) return {};
    return closing_rule(side, direction, connection.subject(direction));
  }

  [[nodiscard]] std::optional<ChangeOfVerdict> compare(Direction direction,
                                                       const Connection& connection) const {
    const VerdictEngine& before = engine(0);
    const VerdictEngine& after = engine(1);
    const Decision& one = before.decide(direction, connection);
    const Decision& other = after.decide(direction, connection);
    const bool passed = passes(one.verdict);
    if (passed != passes(other.verdict))
      return passed ? ChangeOfVerdict::closed : ChangeOfVerdict::opened;
    if (!passed) return std::nullopt;
    const bool proxied = !every_request_passes(before, direction, connection);
    if (proxied == every_request_passes(after, direction, connection))
      return ChangeOfVerdict::requests;
    if (proxied &&
        requests(before, direction, connection) != requests(after, direction, connection))
      return ChangeOfVerdict::requests;
    if (authenticates_ &&
        authentication(*world(0).rules, one, before.matches(direction, connection)) !=
            authentication(*world(1).rules, other, after.matches(direction, connection)))
      return ChangeOfVerdict::authentication;
    return std::nullopt;
  }

  static bool authenticates(const RuleBase& rules) {
    return std::ranges::any_of(
        rules.rules, [](const PolicyRule& rule) { return rule.authentication.has_value(); });
  }

  /// What the proxy is told about a connection: its L7 rules, each once.
  static std::set<std::string> requests(const VerdictEngine& engine, Direction direction,
                                        const Connection& connection) {
    std::set<std::string> all;
    for (const Match& match : engine.matches(direction, connection)) {
      if (match.effect == Verdict::allow) all.insert("allow");
      if (match.effect != Verdict::redirect) continue;
      const PortFilter& port = *match.port;
      const std::string kind(1, static_cast<char>('0' + static_cast<int>(port.l7)));
      bool any = false;
      port.l7_rules.each_entry([&](NodeRef key, NodeRef list) {
        list.each_item([&](NodeRef item) {
          std::string text = kind + key.key_text() + "\n";
          add_meaning(item, text, Order::any);
          all.insert(std::move(text));
          any = true;
        });
      });
      if (any) continue;
      std::string text = kind;
      add_meaning(port.where.parent().parent(), text, Order::any);
      all.insert(std::move(text));
    }
    return all;
  }

  // --- OpenShift's ---

  void compare_firewalls() {
    std::set<std::string> namespaces;
    for (const World& each : states_.worlds())
      for (const std::uint32_t changed : each.changed)
        if (const Policy& policy = each.base->policies[changed]; is_firewall(policy.kind))
          namespaces.emplace(policy.effective_namespace());
    for (const std::string& ns : namespaces) compare_firewall(ns);
  }

  void compare_firewall(const std::string& ns) {
    Endpoint from;
    from.kind = EndpointKind::pod;
    from.labels.push_back({"k8s", std::string(kNamespaceLabel), ns});
    std::set<std::uint16_t> steps{0};
    const std::array<EgressFirewalls, 2> firewalls{
        EgressFirewalls(world(0).related, world(0).base->environment),
        EgressFirewalls(world(1).related, world(1).base->environment)};
    for (const EgressFirewalls& each : firewalls)
      for (const std::uint16_t step : each.port_steps(from)) steps.insert(step);
    std::vector<std::pair<std::vector<PortChange>, std::vector<std::uint32_t>>> groups;
    for (std::uint32_t to = 0; to < names_.size(); ++to) {
      std::vector<PortChange> pieces;
      for (const std::uint8_t protocol : kAskedProtocols)
        each_span(steps, protocol, [&](PortSpan span) {
          std::array<std::optional<FirewallMatch>, 2> match;
          for (const std::size_t side : {0, 1})
            match.at(side) = firewalls.at(side).match(from, world(side).endpoints[to],
                                                      engine(side).peer_identity(to),
                                                      {0, to, protocol, span.first});
          const bool was = !match[0] || match[0]->allowed;
          const bool is = !match[1] || match[1]->allowed;
          if (was == is) return;
          add_piece(pieces,
                    {is ? ChangeOfVerdict::opened : ChangeOfVerdict::closed, span,
                     match[0] ? match[0]->rule : NodeRef(), match[1] ? match[1]->rule : NodeRef()});
        });
      if (pieces.empty()) continue;
      auto group =
          std::ranges::find_if(groups, [&](const auto& known) { return known.first == pieces; });
      if (group == groups.end())
        group = groups.emplace(groups.end(), std::move(pieces), std::vector<std::uint32_t>());
      group->second.push_back(to);
    }
    for (const auto& [pieces, members] : groups) {
      VerdictChange change;
      change.direction = Direction::egress;
      change.subjects = {ns + "/any pod"};
      change.peers = names_of_class({members, true});
      outside_->add_exceptions(change.peers);
      add(change, pieces);
    }
  }

  /// Changes that differ in their subjects only become one.
  std::vector<VerdictChange> join_subjects() {
    std::vector<VerdictChange> joined;
    std::map<std::string, std::size_t> known;
    for (VerdictChange& each : changes_) {
      std::string key = std::to_string(static_cast<int>(each.change)) +
                        (each.direction == Direction::ingress ? "<" : ">") +
                        (each.everybody ? "*" : "") + base::joined(each.peers, "\n");
      for (const PortSpan& port : each.ports)
        key += "\n" + std::to_string(port.protocol) + " " + std::to_string(port.first) + "-" +
               std::to_string(port.last);
      for (const NodeRef cause : {each.before, each.after})
        key += "\n" + (cause ? cause.range().place() : std::string());
      const auto [found, added] = known.try_emplace(std::move(key), joined.size());
      if (added) {
        joined.push_back(std::move(each));
        continue;
      }
      std::vector<std::string>& subjects = joined[found->second].subjects;
      subjects.insert(subjects.end(), each.subjects.begin(), each.subjects.end());
      base::sort_once(subjects);
    }
    std::ranges::stable_sort(joined, {}, [](const VerdictChange& each) {
      return std::tie(each.change, each.direction, each.subjects, each.everybody, each.peers,
                      each.ports);
    });
    return joined;
  }

  TwoStates states_;
  const std::vector<std::string>& names_;  ///< of endpoints; empty: by what it is
  std::array<std::optional<VerdictEngine>, 2> engines_;
  ImaginedPods imagined_;
  std::optional<OutsideNames> outside_;
  std::optional<ComparedPeers> classes_;
  bool authenticates_ = false;  ///< whether some rule asks for it
  std::vector<VerdictChange> changes_;
};

}  // namespace

std::string_view change_name(ChangeOfVerdict change) {
  static constexpr std::array<std::string_view, 6> kNames{
      "opens", "closes", "changes requests of", "changes authentication of", "puts", "takes"};
  return kNames[static_cast<std::size_t>(change)];
}

std::vector<VerdictChange> verdict_changes(const ClusterState& before, const ClusterState& after,
                                           ImaginedPods imagined) {
  return Comparison(before, after, imagined).run();
}

std::vector<NamedEndpoint> named_endpoints(const Inventory& inventory,
                                           const Environment& environment) {
  std::vector<NamedEndpoint> pods;
  for (const Workload& workload : inventory.workloads)
    pods.push_back(
        {workload_endpoint(workload, inventory, environment), std::string(workload.subject)});
  return pods;
}

}  // namespace cnplint::policy
