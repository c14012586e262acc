// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/verdict.h"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <set>
#include <tuple>

#include "base/check.h"
#include "policy/model/label.h"
#include "policy/verdict/egress_port_names.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/subject_table.h"

namespace cnplint::policy {
namespace {

constexpr std::array<std::string_view, 8> kVerdicts{
    "not-enforced", "allow", "redirect", "deny", "default-deny", "unmanaged", "error", "pass"};
constexpr std::array<std::string_view, 4> kSynthetics{"", "allow-any", "allow-localhost",
                                                      "deny-any"};

}  // namespace

bool covers(const PortFilter& filter, Direction direction, const Connection& connection,
            const std::vector<NamedPort>& named_ports) {
  if (filter.protocol != ip_protocol::kAny && filter.protocol != connection.protocol) return false;
  std::uint16_t first = filter.first;
  if (!filter.name.empty()) {
    first = port_of_name(filter.name, filter.protocol, named_ports);
    if (first == 0) return false;
    if (direction == Direction::egress) return connection.port == first;
  }
  return first == 0 || (first <= connection.port && connection.port <= std::max(first, filter.end));
}

std::string_view verdict_name(Verdict verdict) {
  return kVerdicts[static_cast<std::size_t>(verdict)];
}

std::string_view synthetic_name(Synthetic synthetic) {
  return kSynthetics[static_cast<std::size_t>(synthetic)];
}

std::string_view authentication_name(Authentication authentication) {
  constexpr std::array<std::string_view, 3> kNames{"", "spire", "test-always-fail"};
  return kNames[static_cast<std::size_t>(authentication)];
}

namespace {

/// The endpoints of some classes, ascending.
std::vector<std::uint32_t> members_of(const std::vector<std::uint32_t>& rows,
                                      const PeerClasses& classes) {
  std::vector<std::uint32_t> endpoints;
  for (const std::uint32_t row : rows)
    endpoints.insert(endpoints.end(), classes.members[row].begin(), classes.members[row].end());
  std::ranges::sort(endpoints);
  return endpoints;
}

}  // namespace

struct VerdictEngine::State {
  std::shared_ptr<const RuleBase> given;
  std::shared_ptr<RuleBase>
      narrowed_base;  ///< a copy, where this engine adds selectors (fromRequires)
  const Environment& environment;
  std::vector<Endpoint> endpoints;
  IdentityTable identities;
  EgressPortNames egress_ports;
  PeerClasses classes;
  DecisionPool decisions;
  std::vector<SubjectRules> groups;
  std::vector<SubjectTable> tables;                 ///< by group
  std::deque<std::vector<std::uint32_t>> narrowed;  ///< peers of rules that are not the rule's own
  /// By direction and endpoint: the group, or where it has none, a fixed decision.
  struct Place {
    const Decision* fixed = nullptr;
    std::uint32_t index = 0;
  };
  std::array<std::vector<Place>, 2> places;
  [[nodiscard]] Place place(Direction direction, std::uint32_t endpoint) const {
    return places[static_cast<std::size_t>(direction)][endpoint];
  }

  State(std::shared_ptr<const RuleBase> rules, std::vector<Endpoint> ends)
      : given(std::move(rules)),
        environment(given->environment),
        endpoints(std::move(ends)),
        identities(endpoints, environment, given->surroundings),
        egress_ports(*given, endpoints, environment, given->surroundings) {
    group_subjects();
    classify_peers();
    tables.reserve(groups.size());
    for (const SubjectRules& group : groups)
      tables.emplace_back(group, base(), classes, endpoints, decisions);
    fail_contradictions();
  }

  [[nodiscard]] const RuleBase& base() const {
    return narrowed_base != nullptr ? *narrowed_base : *given;
  }

  /// Where Cilium cannot compute one direction it computes neither.
  void fail_contradictions() {
    std::vector<bool> contradicts;
    for (const SubjectRules& group : groups) contradicts.push_back(contradict(group, base()));
    const auto fails = [&](Place place) {
      return place.fixed == nullptr && contradicts[place.index];
    };
    for (std::size_t i = 0; i < endpoints.size(); ++i)
      if (fails(places[0][i]) || fails(places[1][i]))
        places[0][i] = places[1][i] = {decisions.add({Verdict::error, {}, {}, {}}), 0};
  }

  void group_subjects() {
    const SubjectIndex index(base());
    using GroupKey =
        std::tuple<Direction, std::vector<std::uint32_t>, std::vector<NamedPort>, bool>;
    std::map<GroupKey, std::uint32_t> known;
    for (auto& each : places) each.resize(endpoints.size());
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      std::vector<std::uint32_t> selecting;
      if (is_local(endpoints[i].kind))
        selecting = index.selecting(Identity::of_labels(endpoints[i].labels),
                                    endpoints[i].kind == EndpointKind::host);
      for (const Direction direction : {Direction::ingress, Direction::egress}) {
        Place& place = places[static_cast<std::size_t>(direction)][i];
        if (const auto verdict = fixed_verdict(direction, i, selecting)) {
          place = {decisions.add(*verdict), 0};
          continue;
        }
        const bool init = endpoints[i].kind == EndpointKind::init;
        std::vector<NamedPort> ports = endpoints[i].named_ports;
        GroupKey key{direction, selecting, std::move(ports), init};
        const auto [found, added] =
            known.try_emplace(std::move(key), static_cast<std::uint32_t>(groups.size()));
        if (added) groups.push_back(group_of(direction, i, selecting));
        place = {nullptr, found->second};
      }
    }
  }

  [[nodiscard]] bool has_rules(Direction direction,
                               const std::vector<std::uint32_t>& selecting) const {
    return std::ranges::any_of(selecting, [&](std::uint32_t subject) {
      const Subject& each = base().subjects[subject];
      return std::any_of(base().rules.begin() + each.first_rule,
                         base().rules.begin() + each.end_rule,
                         [&](const PolicyRule& rule) { return rule.direction == direction; });
    });
  }

  [[nodiscard]] bool always(std::size_t endpoint) const {
    return environment.enforcement == Enforcement::always ||
           endpoints[endpoint].kind == EndpointKind::init;
  }

  /// A decision that does not depend on the peer (A1.1, 1 to 5).
  [[nodiscard]] std::optional<Decision> fixed_verdict(
      Direction direction, std::size_t endpoint,
      const std::vector<std::uint32_t>& selecting) const {
    if (!is_local(endpoints[endpoint].kind)) return Decision{Verdict::unmanaged, {}, {}, {}};
    const Decision open{Verdict::not_enforced, Synthetic::allow_any, {}, {}};
    if (endpoints[endpoint].kind == EndpointKind::host && !environment.host_firewall) return open;
    if (environment.enforcement == Enforcement::never) return open;
    if (!has_rules(direction, selecting) && !always(endpoint)) return open;
    return std::nullopt;
  }

  [[nodiscard]] SubjectRules group_of(Direction direction, std::size_t endpoint,
                                      const std::vector<std::uint32_t>& selecting) {
    constexpr Release kLocalhostIsARule{20};
    SubjectRules group;
    group.direction = direction;
    group.named_ports = endpoints[endpoint].named_ports;
    group.default_deny = always(endpoint);
    Conditions required;
    for (const std::uint32_t subject : selecting) {
      const Subject& each = base().subjects[subject];
      const Conditions& own =
          direction == Direction::ingress ? each.requires_ingress : each.requires_egress;
      required.insert(required.end(), own.begin(), own.end());
      for (std::uint32_t rule = each.first_rule; rule < each.end_rule; ++rule) {
        if (base().rules[rule].direction != direction) continue;
        group.rules.push_back({rule, &base().rules[rule].peers});
        group.indices.push_back(rule);
        group.default_deny = group.default_deny || base().rules[rule].default_deny;
        group.passes = group.passes || base().rules[rule].action == Action::pass;
      }
    }
    if (!required.empty()) require(required, group);
    const auto is_everybody = [&](std::uint32_t peer) { return base().selectors[peer].empty(); };
    for (std::uint32_t i = 0; i < group.rules.size(); ++i) {
      AppliedRule& applied = group.rules[i];
      if (base().rules[applied.rule].any_peer) group.any_peer.push_back(i);
      applied.for_any =
          base().rules[applied.rule].any_peer || std::ranges::any_of(*applied.peers, is_everybody);
      applied.for_peers = !std::ranges::all_of(*applied.peers, is_everybody);
    }
    group.localhost = direction == Direction::ingress &&
                      endpoints[endpoint].kind != EndpointKind::host &&
                      (!group.rules.empty() || environment.cilium < kLocalhostIsARule);
    return group;
  }

  /// Narrows the endpoint peers of a group by what fromRequires or toRequires ask for.
  void require(const Conditions& required, SubjectRules& group) {
    if (narrowed_base == nullptr) narrowed_base = std::make_shared<RuleBase>(*given);
    for (AppliedRule& applied : group.rules) {
      if (!base().rules[applied.rule].endpoints) continue;
      narrowed.push_back(*applied.peers);
      applied.peers = &narrowed.back();
      for (std::uint32_t& peer : narrowed.back()) {
        Conditions both = narrowed_base->selectors[peer];
        both.insert(both.end(), required.begin(), required.end());
        narrowed_base->selectors.push_back(std::move(both));
        peer = static_cast<std::uint32_t>(narrowed_base->selectors.size() - 1);
      }
    }
  }

  /// Splits the endpoints into classes until every selector takes a class whole or not at all.
  void classify_peers() {
    using Key = std::pair<std::vector<NamedPort>, bool>;
    std::map<Key, std::uint32_t> known;
    classes.of_endpoint.resize(endpoints.size());
    std::vector<std::uint32_t> sizes;
    const auto put = [&](std::size_t endpoint, std::uint32_t into) {
      classes.of_endpoint[endpoint] = into;
      ++sizes[into];
    };
    for (std::size_t i = 0; i < endpoints.size(); ++i) {
      Key key{egress_ports.of(endpoints[i]), endpoints[i].kind == EndpointKind::host};
      const auto [found, added] =
          known.try_emplace(std::move(key), static_cast<std::uint32_t>(sizes.size()));
      if (added) sizes.push_back(0);
      put(i, found->second);
    }
    std::vector<IndexSet> selected;
    for (const Conditions& selector : base().selectors) {
      selected.push_back(identities.select(selector));
      std::map<std::uint32_t, std::vector<std::uint32_t>> members;
      selected.back().each([&](std::uint32_t i) { members[classes.of_endpoint[i]].push_back(i); });
      for (const auto& [from, inside] : members) {
        if (inside.size() == sizes[from]) continue;
        sizes[from] -= static_cast<std::uint32_t>(inside.size());
        const auto fresh = static_cast<std::uint32_t>(sizes.size());
        sizes.push_back(0);
        for (const std::uint32_t i : inside) put(i, fresh);
      }
    }
    classes.members.resize(sizes.size());
    for (std::uint32_t i = 0; i < endpoints.size(); ++i)
      classes.members[classes.of_endpoint[i]].push_back(i);
    // A class without members is left where all of one moved on.
    classes.example.resize(sizes.size());
    classes.named_ports.resize(sizes.size());
    for (std::size_t row = 0; row < sizes.size(); ++row)
      if (!classes.members[row].empty()) {
        classes.example[row] = classes.members[row].front();
        classes.named_ports[row] = egress_ports.of(endpoints[classes.example[row]]);
        if (endpoints[classes.example[row]].kind == EndpointKind::host)
          classes.hosts.push_back(static_cast<std::uint32_t>(row));
      }
    for (const IndexSet& endpoints_selected : selected) {
      std::vector<std::uint32_t> rows;
      endpoints_selected.each([&](std::uint32_t i) { rows.push_back(classes.of_endpoint[i]); });
      std::ranges::sort(rows);
      rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
      classes.selected.emplace_back(std::move(rows), sizes.size());
    }
  }
};

VerdictEngine::VerdictEngine(std::shared_ptr<const RuleBase> base, std::vector<Endpoint> endpoints)
    : state_(std::make_unique<State>(std::move(base), std::move(endpoints))) {}
VerdictEngine::VerdictEngine(const PolicyList& policies, const Environment& environment,
                             const Surroundings& surroundings, std::vector<Endpoint> endpoints)
    : VerdictEngine(translate(policies, environment, surroundings), std::move(endpoints)) {}
VerdictEngine::~VerdictEngine() = default;
VerdictEngine::VerdictEngine(VerdictEngine&&) noexcept = default;
VerdictEngine& VerdictEngine::operator=(VerdictEngine&&) noexcept = default;

const Decision& VerdictEngine::decide(Direction direction, const Connection& connection) const {
  const State::Place place = state_->place(direction, connection.subject(direction));
  if (place.fixed != nullptr) return *place.fixed;
  return state_->tables[place.index].decide(state_->classes.of_endpoint[connection.peer(direction)],
                                            connection.protocol, connection.port);
}

std::vector<Match> VerdictEngine::matches(Direction direction, const Connection& connection) const {
  const std::uint32_t row = state_->classes.of_endpoint[connection.peer(direction)];
  const State::Place place = state_->place(direction, connection.subject(direction));
  std::vector<Match> result;
  if (place.fixed != nullptr) return result;
  constexpr std::uint32_t kNone = ~std::uint32_t{0};
  const SubjectTable& table = state_->tables[place.index];
  const auto add = [&](std::uint32_t applied, const std::vector<std::uint32_t>& peers) {
    const std::uint32_t rule = state_->groups[place.index].rules[applied].rule;
    for (const PortFilter* port :
         table.covering(applied, row, connection.protocol, connection.port))
      result.push_back(
          {rule, effect_of(precedence_of(state_->base().rules[rule], *port)), port, peers});
  };
  const SubjectRules& group = state_->groups[place.index];
  const std::vector<SelectingPeer> selecting = table.peers_selecting(row);
  auto peer = selecting.begin();
  auto any = group.any_peer.begin();
  while (peer != selecting.end() || any != group.any_peer.end()) {
    const std::uint32_t applied = std::min(peer == selecting.end() ? kNone : peer->applied,
                                           any == group.any_peer.end() ? kNone : *any);
    std::vector<std::uint32_t> peers;
    for (; peer != selecting.end() && peer->applied == applied; ++peer)
      peers.push_back(peer->position);
    if (any != group.any_peer.end() && *any == applied) ++any;
    add(applied, peers);
  }
  return result;
}

Authentication authentication(const RuleBase& base, const Decision& decision,
                              std::span<const Match> matches) {
  if (decision.rules.empty() || !passes(decision.verdict)) return Authentication::disabled;
  std::optional<Authentication> own;
  std::optional<Authentication> other;
  for (const Match& match : matches) {
    const auto& asked = base.rules[match.rule].authentication;
    const bool decides = std::ranges::binary_search(decision.rules, match.rule);
    if (asked) (decides ? own : other) = std::max((decides ? own : other).value_or(*asked), *asked);
  }
  return own.value_or(other.value_or(Authentication::disabled));
}

std::span<const std::uint16_t> VerdictEngine::port_steps(Direction direction, std::uint32_t subject,
                                                         std::uint8_t protocol) const {
  static constexpr std::array<std::uint16_t, 1> kNone{0};
  const State::Place place = state_->place(direction, subject);
  return place.fixed != nullptr ? std::span<const std::uint16_t>(kNone)
                                : state_->tables[place.index].starts(protocol);
}

std::span<const std::uint32_t> VerdictEngine::rules_of_subject(Direction direction,
                                                               std::uint32_t endpoint) const {
  const State::Place place = state_->place(direction, endpoint);
  if (place.fixed != nullptr) return {};
  return state_->groups[place.index].indices;
}

std::vector<std::uint32_t> VerdictEngine::peers_of_subject(Direction direction,
                                                           std::uint32_t endpoint) const {
  const State::Place place = state_->place(direction, endpoint);
  if (place.fixed != nullptr) return {};
  const PeerClasses& classes = state_->classes;
  std::set<std::uint32_t> selected;
  for (const AppliedRule& applied : state_->groups[place.index].rules) {
    if (state_->base().rules[applied.rule].any_peer)
      for (std::uint32_t row = 0; row < classes.members.size(); ++row) selected.insert(row);
    for (const std::uint32_t peer : *applied.peers)
      classes.selected[peer].each([&](std::uint32_t row) { selected.insert(row); });
  }
  return members_of({selected.begin(), selected.end()}, classes);
}

std::vector<std::uint32_t> VerdictEngine::peers_of_selector(std::uint32_t selector) const {
  std::vector<std::uint32_t> rows;
  state_->classes.selected[selector].each([&](std::uint32_t row) { rows.push_back(row); });
  return members_of(rows, state_->classes);
}

bool VerdictEngine::default_deny(Direction direction, std::uint32_t endpoint) const {
  const State::Place place = state_->place(direction, endpoint);
  return place.fixed == nullptr && state_->groups[place.index].default_deny;
}

std::vector<NamedPort> VerdictEngine::listening_ports(Direction direction,
                                                      std::uint32_t endpoint) const {
  const Endpoint& destination = state_->endpoints[endpoint];
  return direction == Direction::ingress ? destination.named_ports
                                         : state_->egress_ports.of(destination);
}

const RuleBase& VerdictEngine::rule_base() const { return state_->base(); }
const std::vector<Endpoint>& VerdictEngine::endpoints() const { return state_->endpoints; }
const Identity& VerdictEngine::peer_identity(std::uint32_t endpoint) const {
  return state_->identities.peer(endpoint);
}

}  // namespace cnplint::policy
