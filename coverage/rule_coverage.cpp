// SPDX-License-Identifier: Apache-2.0
#include "coverage/rule_coverage.h"

#include <algorithm>
#include <cmath>
#include <tuple>

#include "coverage/narrower_rule.h"
#include "policy/model/address.h"
#include "policy/verdict/selector.h"
#include "policy/yaml/comments.h"

namespace cnplint::coverage {
namespace {

using policy::Direction;
using policy::NodeRef;
using policy::Prefix;

/// Whether a comment on the line of a place, or the one above, says that the rule is to be kept.
bool is_kept(NodeRef where) {
  const auto keeps = [](std::string_view line) {
    const auto directive = policy::directive_of(policy::comment_of_line(line));
    return directive && policy::is_directive(*directive, "keep");
  };
  const base::SourceRange range = where.range();
  const std::uint32_t line = range.file->line_of(range.begin);
  if (keeps(range.file->line(line))) return true;
  if (line == 1) return false;
  const std::string_view above = range.file->line(line - 1);
  const std::size_t begin = above.find_first_not_of(" \t");
  return begin != std::string_view::npos && above[begin] == '#' && keeps(above);
}

std::optional<Prefix> cidr_of(NodeRef peer) {
  if (const NodeRef block = peer.get("ipBlock")) peer = block;
  const NodeRef text = peer.is_mapping() ? peer.get("cidr") : peer;
  if (!text) return std::nullopt;
  if (const auto prefix = policy::parse_prefix(text.text())) return prefix;
  const auto address = policy::parse_address(text.text());
  return address ? std::optional(Prefix{*address, address->bits()}) : std::nullopt;
}

std::string text_of(const Prefix& prefix) {
  return policy::to_string(prefix.first()) + "/" + std::to_string(prefix.length);
}

/// CIDRs of one rule that say the same in fewer words, in the order of the rule.
std::vector<std::string> mergeable(const std::vector<PartCoverage>& peers) {
  struct Written {
    Prefix prefix;
    std::size_t position;
    [[nodiscard]] std::string text() const { return text_of(prefix); }
    /// Behind whatever has it in it; what is written twice in the order of the rule.
    [[nodiscard]] auto order() const {
      return std::tuple(prefix.address.v6, prefix.first().bytes, prefix.length, position);
    }
  };
  std::vector<Written> cidrs;
  for (std::size_t i = 0; i < peers.size(); ++i)
    if (const auto prefix = cidr_of(peers[i].where); prefix && !peers[i].where.get("except"))
      cidrs.push_back({*prefix, i});
  std::ranges::sort(cidrs, {}, &Written::order);
  std::map<std::pair<std::size_t, std::size_t>, std::string> found;
  const Written* last = nullptr;  // that nothing before it has in it
  for (const Written& each : cidrs) {
    const bool same_family = last != nullptr && last->prefix.address.v6 == each.prefix.address.v6;
    if (same_family && last->prefix.contains(each.prefix.address)) {
      found[{last->position, each.position}] =
          last->text() + " has " + each.text() + " in it already";
      continue;
    }
    const int length = each.prefix.length;
    if (same_family && last->prefix.length == length &&
        common_bits(last->prefix.address, each.prefix.address) == length - 1) {
      const auto [first, second] = std::minmax(
          *last, each, [](const Written& a, const Written& b) { return a.position < b.position; });
      found[{first.position, second.position}] = first.text() + " and " + second.text() + " are " +
                                                 text_of({each.prefix.address, length - 1});
    }
    last = &each;
  }
  std::vector<std::string> texts;
  for (auto& [positions, text] : found) texts.push_back(std::move(text));
  return texts;
}

/// Lists each of some places once, in order, and says for each which one it is.
class Parts {
 public:
  explicit Parts(std::vector<PartCoverage>& parts) : parts_(parts) {}

  std::optional<std::uint32_t> add(NodeRef where) {
    if (!where) return std::nullopt;
    const auto next = static_cast<std::uint32_t>(parts_.size());
    const auto [found, added] = known_.try_emplace(where.index(), next);
    if (added) parts_.emplace_back().where = where;
    return found->second;
  }

 private:
  std::vector<PartCoverage>& parts_;
  std::map<std::uint32_t, std::uint32_t> known_;  ///< by the node's index
};

/// What was seen through a part; nothing where it carried nothing.
template <class Seen>
const Seen& seen_of(const std::map<std::uint32_t, Seen>& all, std::size_t part) {
  static const Seen kNothing;
  const auto found = all.find(static_cast<std::uint32_t>(part));
  return found == all.end() ? kNothing : found->second;
}

void count_part(PartCoverage& part, const ObservedConnection& observed) {
  ++part.connections;
  part.flows = flows::add_flows(part.flows, observed.flows());
}

}  // namespace

RuleCounter::RuleCounter(const policy::Evaluator& evaluator, const ObservedTraffic& traffic,
                         CoverageReport& report)
    : evaluator_(evaluator), policies_(evaluator.policies()), traffic_(traffic), report_(report) {
  const policy::RuleBase& base = evaluator.engine().rule_base();
  std::unordered_map<Place, std::uint32_t, PlaceHash> base_of;
  for (std::uint32_t i = 0; i < base.rules.size(); ++i) base_of[place_of(base.rules[i].where)] = i;
  by_base_.resize(base.rules.size());
  for (std::uint32_t i = 0; i < policies_.size(); ++i) {
    PolicyCoverage policy;
    policy.subject = policies_[i].subject();
    policy.where = policies_[i].root;
    policy.first_rule = static_cast<std::uint32_t>(report.rules.size());
    for (std::uint32_t spec = 0; spec < policies_[i].specs.size(); ++spec) {
      const policy::Spec& each = policies_[i].specs[spec];
      const NodeRef selector = each.endpoint_selector ? each.endpoint_selector : each.node_selector;
      policy.selectors.emplace_back(selector ? selector : each.node, 0);
      for (const policy::RuleItem& item : each.items) {
        RuleCoverage rule;
        rule.policy = i;
        rule.where = item.node;
        rule.direction = item.direction;
        rule.deny = item.deny;
        Counting counting;
        counting.spec = spec;
        const auto index = static_cast<std::uint32_t>(report.rules.size());
        if (const auto found = base_of.find(place_of(item.node)); found != base_of.end()) {
          counting.base = found->second;
          by_base_[found->second] = index;
          describe(found->second, rule, counting);
        } else {
          by_place_[place_of(item.node)] = index;
        }
        if (is_kept(item.node)) rule.instrumented = false;
        report.rules.push_back(std::move(rule));
        counting_.push_back(std::move(counting));
      }
    }
    policy.end_rule = static_cast<std::uint32_t>(report.rules.size());
    report.policies.push_back(std::move(policy));
  }
}

/// Lists the peers and ports of a rule as they are written.
void RuleCounter::describe(std::uint32_t base, RuleCoverage& rule, Counting& counting) const {
  const policy::PolicyRule& from = evaluator_.engine().rule_base().rules[base];
  Parts peers(rule.peers);
  for (const NodeRef peer : from.peer_places) counting.part_of_peer.push_back(peers.add(peer));
  Parts ports(rule.ports);
  for (const policy::PortFilter& port : from.ports)
    counting.part_of_port.push_back(ports.add(port.where));
  // `- {}` only puts its direction into default deny.
  rule.instrumented = !from.ports.empty() && (from.any_peer || !from.peers.empty());
}

/// The specs that select a subject; asked for each connection, looked up once.
const std::set<RuleCounter::SpecPlace>& RuleCounter::specs_of(Direction direction,
                                                              std::uint32_t subject) {
  const auto [found, added] = specs_.try_emplace({direction, subject});
  if (added)
    for (const std::uint32_t base : evaluator_.engine().rules_of_subject(direction, subject))
      if (const auto index = by_base_[base])
        found->second.emplace(report_.rules[*index].policy, counting_[*index].spec);
  return found->second;
}

void RuleCounter::count(std::uint32_t connection) {
  const ObservedConnection& observed = traffic_.connections[connection];
  const policy::VerdictEngine& engine = evaluator_.engine();
  std::set<SpecPlace> specs;
  for (const Direction direction : {Direction::egress, Direction::ingress}) {
    const std::vector<policy::Match> matches = engine.matches(direction, observed.connection);
    for (std::size_t i = 0; i < matches.size();) {
      std::size_t end = i;
      while (end < matches.size() && matches[end].rule == matches[i].rule) ++end;
      if (const auto index = by_base_[matches[i].rule])
        count_rule(*index, direction, connection, std::span(matches).subspan(i, end - i));
      i = end;
    }
    const auto& selecting = specs_of(direction, observed.connection.subject(direction));
    specs.insert(selecting.begin(), selecting.end());
  }
  if (const auto match = evaluator_.firewall(observed.connection)) {
    specs.emplace(match->policy, 0);
    if (const auto found = by_place_.find(place_of(match->rule)); found != by_place_.end())
      count_rule(found->second, Direction::egress, connection, {});
  }
  std::set<std::uint32_t> policies;
  for (const auto& [policy, spec] : specs) policies.insert(policy);
  for (const std::uint32_t policy : policies) {
    ++report_.policies[policy].connections;
    report_.policies[policy].flows =
        flows::add_flows(report_.policies[policy].flows, observed.flows());
  }
  for (const auto& [policy, spec] : specs) {
    std::uint64_t& flows = report_.policies[policy].selectors[spec].second;
    flows = flows::add_flows(flows, observed.flows());
  }
}

void RuleCounter::count_rule(std::uint32_t index, Direction direction, std::uint32_t connection,
                             std::span<const policy::Match> matches) {
  const ObservedConnection& observed = traffic_.connections[connection];
  RuleCoverage& rule = report_.rules[index];
  Counting& counting = counting_[index];
  rule.connections.push_back(connection);
  rule.flows = flows::add_flows(rule.flows, observed.flows());
  if (!counting.base) return;
  const policy::PolicyRule& from = evaluator_.engine().rule_base().rules[*counting.base];
  const std::uint32_t peer = observed.connection.peer(direction);
  std::set<std::uint32_t> peers;
  std::set<std::uint32_t> ports;
  for (const policy::Match& match : matches) {
    for (const std::uint32_t position : match.peers)
      if (const auto part = counting.part_of_peer[position]) peers.insert(*part);
    if (const auto part = counting.part_of_port[match.port - from.ports.data()])
      ports.insert(*part);
  }
  for (const std::uint32_t part : peers) {
    count_part(rule.peers[part], observed);
    counting.peers[part].insert(peer);
  }
  for (const std::uint32_t part : ports) {
    count_part(rule.ports[part], observed);
    counting.ports[part].insert(observed.connection.port);
  }
}

void RuleCounter::finish() {
  for (std::size_t i = 0; i < report_.rules.size(); ++i)
    finish_rule(report_.rules[i], counting_[i]);
}

void RuleCounter::finish_rule(RuleCoverage& rule, const Counting& counting) const {
  rule.mergeable = mergeable(rule.peers);
  for (std::size_t i = 0; i < rule.peers.size(); ++i) {
    PartCoverage& peer = rule.peers[i];
    const auto& seen = seen_of(counting.peers, i);
    peer.seen = seen.size();
    if (const auto cidr = cidr_of(peer.where)) finish_cidr(*cidr, seen, peer);
  }
  if (counting.base) finish_selectors(counting, rule);
  for (std::size_t i = 0; i < rule.ports.size(); ++i) {
    const auto& seen = seen_of(counting.ports, i);
    rule.ports[i].seen = seen.size();
    if (rule.ports[i].where.get("endPort")) finish_range(seen, rule.ports[i]);
  }
  if (rule.used() && !rule.deny) rule.narrower = narrower_rule(rule);
}

/// How many addresses it admits, the smallest CIDR around those that were seen, and the names of
/// those where all have one.
void RuleCounter::finish_cidr(const Prefix& cidr, const std::set<std::uint32_t>& seen,
                              PartCoverage& peer) const {
  peer.admits = std::ldexp(1.0, cidr.address.bits() - cidr.length);
  std::set<std::string> names;
  bool all_named = !seen.empty();
  std::optional<Prefix> smallest;
  for (const std::uint32_t index : seen) {
    const policy::Endpoint& endpoint = evaluator_.engine().endpoints()[index];
    all_named &= !endpoint.dns_names.empty();
    names.insert(endpoint.dns_names.begin(), endpoint.dns_names.end());
    if (!endpoint.address) continue;
    if (!smallest) smallest = Prefix{*endpoint.address, endpoint.address->bits()};
    smallest->length =
        std::min(smallest->length, common_bits(smallest->address, *endpoint.address));
  }
  if (all_named) peer.names.assign(names.begin(), names.end());
  if (smallest && smallest->length > cidr.length) peer.narrower = text_of(*smallest);
}

/// How many of the pods that are known the peers admit.
void RuleCounter::finish_selectors(const Counting& counting, RuleCoverage& rule) const {
  const policy::VerdictEngine& engine = evaluator_.engine();
  const policy::PolicyRule& from = engine.rule_base().rules[*counting.base];
  std::map<std::uint32_t, std::set<std::uint32_t>> admitted;  // by part
  for (std::size_t i = 0; i < from.peers.size(); ++i) {
    const auto part = counting.part_of_peer[i];
    if (!part || cidr_of(rule.peers[*part].where)) continue;
    for (const std::uint32_t endpoint : engine.peers_of_selector(from.peers[i]))
      if (engine.endpoints()[endpoint].kind == policy::EndpointKind::pod)
        admitted[*part].insert(endpoint);
  }
  for (const auto& [part, pods] : admitted)
    rule.peers[part].admits = static_cast<double>(pods.size());
}

/// The ports of a range that were used, where they are few.
void RuleCounter::finish_range(const std::set<std::uint16_t>& seen, PartCoverage& range) {
  constexpr std::size_t kFewPorts = 3;
  if (seen.size() > kFewPorts) return;
  for (const std::uint16_t port : seen)
    range.narrower += (range.narrower.empty() ? "" : ", ") + std::to_string(port);
}

}  // namespace cnplint::coverage
