// SPDX-License-Identifier: Apache-2.0
//
// A rule is covered where each of its peers and ports is one of another rule's as well. Within a
// policy this is said at the covered one. Where a wide rule covers those of other policies it is
// said there, once: it is the cause of all of them.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/model/dns_name.h"
#include "policy/model/label.h"
#include "policy/verdict/dns_reach.h"
#include "policy/verdict/rule_cover.h"
#include "rules/canonical.h"
#include "rules/cover.h"
#include "rules/fqdn.h"
#include "rules/void_rules.h"

namespace cnplint::rules::covered_rule {
namespace {

using policy::PolicyRule;
using policy::PortFilter;
using policy::RuleBase;

bool is_plain(const PortFilter& port) { return port.l7 == policy::L7Kind::none; }

/// Answers which rules cover others.
class Search {
 public:
  explicit Search(const lint::ClusterContext& context)
      : base_(*context.rules),
        cover_(context.shared.get<policy::RuleCover>(base_, context.subjects)) {
    for (const PolicyRule& rule : base_.rules)
      if (rule.authentication)
        authenticated_.insert(base_.policies[rule.policy].effective_namespace());
  }

  /// Whether it can be said what a rule adds: requests that are filtered, and connections that have
  /// to authenticate, are another matter.
  [[nodiscard]] bool is_plain_rule(const PolicyRule& rule) const {
    const std::string_view ns = base_.policies[rule.policy].effective_namespace();
    const bool authentication =
        !authenticated_.empty() &&
        (ns.empty() || authenticated_.contains(ns) || authenticated_.contains(""));
    return cover_.is_known(rule) && !authentication && std::ranges::all_of(rule.ports, is_plain);
  }

  std::vector<std::uint32_t> candidates(std::uint32_t subject, std::uint32_t index) {
    std::vector<std::uint32_t> found =
        cover_.standing_beside(subject, index, base_.rules[index].action);
    std::erase_if(found, [&](std::uint32_t each) {
      return base_.rules[each].level != base_.rules[index].level;
    });
    return found;
  }

  /// Whether a rule covers some of the peers of another one; none: that one names no peers.
  bool covers_peers(std::uint32_t wide, const PolicyRule& rule, const Positions& some) {
    const policy::PeerCover& peers = cover_.peers(wide);
    if (rule.any_peer) return peers.covering_everybody().has_value();
    return std::ranges::all_of(some, [&](std::uint32_t peer) {
      return budget_.spend(1) && peers.covering(rule.peers[peer]).has_value();
    });
  }
  bool covers_ports(std::uint32_t wide, const PolicyRule& rule, const Positions& some) {
    return std::ranges::all_of(some, [&](std::uint32_t port) {
      return budget_.spend(base_.rules[wide].ports.size()) &&
             std::ranges::any_of(base_.rules[wide].ports, [&](const PortFilter& each) {
               return is_plain(each) && policy::covers(each, rule.ports[port]);
             });
    });
  }
  bool covers(std::uint32_t wide, std::uint32_t narrow) {
    const PolicyRule& rule = base_.rules[narrow];
    return covers_ports(wide, rule, positions(rule.ports.size())) &&
           covers_peers(wide, rule, positions(rule.peers.size()));
  }

  /// Begins to ask about another rule.
  void renew() { budget_ = Budget(); }
  policy::RuleCover& cover() { return cover_; }

 private:
  const RuleBase& base_;
  policy::RuleCover& cover_;
  std::set<std::string_view> authenticated_;  ///< namespaces with rules that ask for it
  Budget budget_;
};

/// A rule, and the one that covers it.
struct Covered {
  std::uint32_t subject;
  std::uint32_t rule;
  std::uint32_t by;
};

class Check {
 public:
  Check(const lint::ClusterContext& context, Report& report)
      : context_(context), base_(*context.rules), search_(context), report_(report) {}

  void run() {
    for (std::uint32_t subject = 0; subject < base_.subjects.size(); ++subject)
      for (std::uint32_t i = base_.subjects[subject].first_rule;
           i < base_.subjects[subject].end_rule; ++i)
        look_at(subject, i);
    say_within();
    say_across();
    say_repeated();
  }

 private:
  void look_at(std::uint32_t subject, std::uint32_t index) {
    const PolicyRule& rule = base_.rules[index];
    if (!search_.is_plain_rule(rule)) return;
    search_.renew();
    const std::vector<std::uint32_t> candidates = search_.candidates(subject, index);
    std::vector<std::uint32_t> own;  // of the policy, without what only repeats this one
    std::optional<std::uint32_t> repeated;
    for (const std::uint32_t wide : candidates) {
      const bool within = base_.rules[wide].policy == rule.policy;
      if (!search_.covers(wide, index)) {
        if (within) own.push_back(wide);
        continue;
      }
      // Of two that say the same the first one is left.
      // NOLINTNEXTLINE(readability-suspicious-call-argument): the other way round is the question
      const bool same = search_.covers(index, wide);
      if (within && (!same || wide < index)) {
        if (!same || !is_equal(rule.where, base_.rules[wide].where))
          within_.push_back({subject, index, wide});
        return;
      }
      if (within || !rule.allows()) continue;
      if (!same && is_wide(wide) && has_fewer_peers(index, wide)) {
        across_.push_back({subject, index, wide});
        return;
      }
      if (!repeated && is_repetition(index, wide, same)) repeated = wide;
    }
    if (repeated)
      repeated_.push_back({subject, index, *repeated});
    else
      parts(index, own);
  }

  /// Whether a rule only repeats, or is part of, one of another policy, so that nothing would
  /// change without it. Of two that say the same the first one is left, and DNS is repeated on
  /// purpose.
  bool is_repetition(std::uint32_t index, std::uint32_t wide, bool same) {
    const PolicyRule& rule = base_.rules[index];
    return (!same || wide < index) && !policy::is_for_dns(rule) &&
           (base_.rules[wide].default_deny || !rule.default_deny);
  }

  /// Peers and ports of a rule that add nothing to what is left of it, and to other rules of the
  /// policy.
  void parts(std::uint32_t index, const std::vector<std::uint32_t>& own) {
    const PolicyRule& rule = base_.rules[index];
    const Positions peers = positions(rule.peers.size());
    const Positions ports = positions(rule.ports.size());
    say_parts(index, "peer", peer_parts(rule), [&](const RulePart& part) -> std::optional<Place> {
      for (const std::uint32_t wide : own)
        if (search_.covers_ports(wide, rule, ports) &&
            search_.covers_peers(wide, rule, part.positions))
          return Place{base_.rules[wide].where, wide, is_open(wide)};
      return covering_peer(index, part);
    });
    say_parts(index, "port", port_parts(rule), [&](const RulePart& part) -> std::optional<Place> {
      for (const std::uint32_t wide : own)
        if (search_.covers_ports(wide, rule, part.positions) &&
            search_.covers_peers(wide, rule, peers))
          return Place{base_.rules[wide].where, wide, false};
      return covering_port(rule, part);
    });
  }

  struct Place {
    NodeRef where;
    std::uint32_t rule = 0;
    bool restriction = false;
  };

  /// Another peer of the same rule that covers one.
  std::optional<Place> covering_peer(std::uint32_t index, const RulePart& part) {
    const PolicyRule& rule = base_.rules[index];
    std::optional<std::uint32_t> by;
    for (const std::uint32_t position : part.positions)
      if (!(by = search_.cover().peers(index).covering(rule.peers[position], part.where)))
        return std::nullopt;
    if (!by || *by == policy::PeerCover::kAnyPeer) return std::nullopt;
    const NodeRef other = rule.peer_places[*by];
    if (is_equal(other, part.where)) return std::nullopt;
    if (is_name_beside_pattern(part.where, other)) return std::nullopt;
    // Of two that say the same the first one is left.
    const bool later = part.where.index() < other.index();
    if (later && all_covered_by(index, other, part.where)) return std::nullopt;
    const bool entity = field_name(part.where.parent()).ends_with("Entities");
    // Who names nodes beside the cluster says what is meant.
    if (entity && other.text() != "all") return std::nullopt;
    return Place{other, index, !entity && search_.cover().peers(index).opens_a_family()};
  }
  /// Whether an item of toFQDNs is a name, and what covers it a pattern of the same list that is
  /// not for every name: covered-fqdn tells.
  static bool is_name_beside_pattern(NodeRef name, NodeRef pattern) {
    if (!(name.parent() == pattern.parent()) || field_name(name.parent()) != "toFQDNs")
      return false;
    const Fqdn narrow = read_fqdn(name);
    const Fqdn wide = read_fqdn(pattern);
    return narrow.where && wide.where && narrow.text.find('*') == std::string_view::npos &&
           !policy::DnsPattern(wide.text, policy::Release{}).everything();
  }
  /// Whether what is written at one place selects nobody whom another place does not.
  bool all_covered_by(std::uint32_t index, NodeRef place, NodeRef by) {
    const PolicyRule& rule = base_.rules[index];
    for (std::uint32_t i = 0; i < rule.peers.size(); ++i) {
      if (!(rule.peer_places[i] == place)) continue;
      bool covered = false;
      for (std::uint32_t other = 0; other < rule.peers.size() && !covered; ++other)
        covered =
            rule.peer_places[other] == by &&
            policy::covers(base_.selectors[rule.peers[other]], base_.selectors[rule.peers[i]]);
      if (!covered) return false;
    }
    return true;
  }

  /// Another port of the same rule that covers one.
  std::optional<Place> covering_port(const PolicyRule& rule, const RulePart& part) {
    NodeRef by;
    for (const std::uint32_t position : part.positions) {
      const PortFilter& narrow = rule.ports[position];
      const auto wide = std::ranges::find_if(rule.ports, [&](const PortFilter& each) {
        if (each.where == part.where || !policy::covers(each, narrow)) return false;
        // NOLINTNEXTLINE(readability-suspicious-call-argument): whether they say the same
        return each.where.index() < part.where.index() || !policy::covers(narrow, each);
      });
      if (wide == rule.ports.end()) return std::nullopt;
      by = wide->where;
    }
    return is_equal(by, part.where) ? std::nullopt : std::optional(Place{by, 0, false});
  }

  void say_parts(std::uint32_t index, std::string_view kind, const std::vector<RulePart>& parts,
                 const auto& covering) {
    constexpr std::size_t kMostNotes = 8;
    constexpr std::size_t kMostParts = 2000;
    const PolicyRule& rule = base_.rules[index];
    if (parts.size() > kMostParts) return;
    lint::Finding* first = nullptr;
    for (const RulePart& part : parts) {
      const std::optional<Place> by = covering(part);
      if (!by) continue;
      if (first == nullptr) {
        first = &report_.add(base_.policies[rule.policy], part.where,
                             "this " + std::string(kind) + " adds nothing: " + named(*by, kind) +
                                 " covers it already");
        first->claim = lint::Claim::adds_nothing;
        first->severity = by->restriction ? lint::Severity::warning : lint::Severity::note;
        first->notes.push_back({lint::culprit_range(by->where), "it is covered here"});
        first->fix =
            lint::safe_fix("take it out, or narrow what covers it", {policy::remove(part.where)});
      } else if (first->notes.size() < kMostNotes) {
        first->notes.push_back({lint::culprit_range(part.where), "nor does this one"});
      }
    }
  }

  /// What covers a part, in few words.
  [[nodiscard]] std::string named(const Place& by, std::string_view kind) const {
    if (by.where == base_.rules[by.rule].where) return "another rule of the policy";
    if (by.where.is_scalar()) return quoted(by.where.text());
    for (const char* field : {"cidr", "port", "matchPattern", "matchName"})
      if (const NodeRef value = by.where.get(field); value.is_scalar()) {
        const NodeRef end = by.where.get("endPort");
        return quoted(std::string(value.text()) +
                      (end.is_scalar() ? "-" + std::string(end.text()) : ""));
      }
    return "another " + std::string(kind);
  }

  /// Says of the rules of a policy that others of it cover: once for each that covers.
  void say_within() {
    std::set<std::uint32_t> covered;
    for (const Covered& each : within_) covered.insert(each.rule);
    std::map<std::uint32_t, std::vector<std::uint32_t>> by;
    for (const Covered& each : within_)  // what covers one that is covered covers this one, too
      if (!covered.contains(each.by)) by[each.by].push_back(each.rule);
    for (const auto& [wide, rules] : by) say_covered(wide, rules);
  }

  void say_covered(std::uint32_t wide, const std::vector<std::uint32_t>& rules) {
    constexpr std::size_t kMostNotes = 8;
    const PolicyRule& first = base_.rules[rules.front()];
    const bool restriction = first.allows() && is_open(wide);
    lint::Finding& finding =
        report_.add(base_.policies[first.policy], first.where,
                    std::string("this rule adds nothing: another one of the policy ") +
                        (first.allows() ? "allows" : "denies") + " all of it already" +
                        (restriction ? ", and no rule can narrow what another one allows" : ""));
    finding.claim = lint::Claim::adds_nothing;
    finding.severity = restriction ? lint::Severity::warning : lint::Severity::note;
    finding.notes.push_back({lint::culprit_range(base_.rules[wide].where), "it is this one"});
    for (std::size_t i = 1; i < rules.size() && finding.notes.size() < kMostNotes; ++i)
      finding.notes.push_back(
          {lint::culprit_range(base_.rules[rules[i]].where), "nor does this one"});
    if (restriction) {
      finding.fix.title = "narrow the wider rule (`except`, ports), or deny what is not to pass";
      return;
    }
    policy::Changes changes;
    for (const std::uint32_t rule : rules)
      changes.push_back(policy::remove(base_.rules[rule].where));
    finding.fix = lint::safe_fix("take it out, or narrow the wider rule", std::move(changes));
  }

  /// Whether a rule opens the world: a narrower one beside it must have been meant to restrict.
  bool is_open(std::uint32_t wide) {
    return base_.rules[wide].allows() && search_.cover().peers(wide).opens_a_family();
  }

  /// Whether some peer of a rule that covers another one is none of that one's.
  bool has_fewer_peers(std::uint32_t narrow, std::uint32_t wide) {
    const PolicyRule& rule = base_.rules[wide];
    return !search_.covers_peers(narrow, rule, positions(rule.peers.size()));
  }

  /// Whether the peers of a rule are so many that whoever wrote another rule would not expect them:
  /// everybody, the world, every pod of the cluster or of the policy's own namespace.
  bool is_wide(std::uint32_t index) {
    const PolicyRule& rule = base_.rules[index];
    if (policy::is_for_dns(rule)) return false;
    if (is_open(index)) return true;
    const std::string_view ns = base_.policies[rule.policy].effective_namespace();
    const auto is_place = [&](const policy::Condition& each) {
      if (each.key == policy::kClusterLabel) return true;
      return each.key == policy::kNamespaceLabel &&
             (each.op == policy::Condition::Op::exists ||
              (each.op == policy::Condition::Op::in &&
               each.values == std::vector<std::string>{std::string(ns)}));
    };
    return std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
      return std::ranges::all_of(base_.selectors[peer], is_place);
    });
  }

  void say_across() {
    std::map<std::uint32_t, RuleIndices> by;
    for (const Covered& each : across_) by[each.by].push_back(each.rule);
    for (const auto& [wide, rules] : by) {
      if (context_.is_reported(base_.rules[wide].where))
        say_of_wide(wide, rules);
      else
        for (const std::uint32_t each : rules) say_of_covered(wide, each);
    }
  }

  void say_of_wide(std::uint32_t wide, const RuleIndices& rules) {
    lint::Finding& finding =
        report_.add(base_.policies[base_.rules[wide].policy], base_.rules[wide].where,
                    counted_rules(base_, rules) +
                        (rules.size() == 1 ? " adds nothing: this rule allows all of it already"
                                           : " add nothing: this rule allows all of them already"));
    settle(finding, wide);
    add_void_rules(finding, base_, rules, "void");
    finding.fix.title = "narrow this rule to whom it is meant for";
  }

  /// Says once of the rules of a policy that those of another one repeat them.
  void say_repeated() {
    constexpr std::size_t kMostNotes = 8;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<Covered>> by;
    for (const Covered& each : repeated_)
      by[{base_.rules[each.rule].policy, base_.rules[each.by].policy}].push_back(each);
    for (const auto& [policies, all] : by) {
      lint::Finding& finding = say_of_covered(all.front().by, all.front().rule);
      finding.severity = lint::Severity::note;
      finding.fix.title = "take it out, or leave it where it documents a need";
      for (std::size_t i = 1; i < all.size() && finding.notes.size() < kMostNotes; ++i)
        finding.notes.push_back(
            {lint::culprit_range(base_.rules[all[i].rule].where), "nor does this one"});
    }
  }

  lint::Finding& say_of_covered(std::uint32_t wide, std::uint32_t index) {
    const PolicyRule& rule = base_.rules[index];
    const policy::Policy& other = base_.policies[base_.rules[wide].policy];
    lint::Finding& finding =
        report_.add(base_.policies[rule.policy], rule.where,
                    "this rule adds nothing: " + other.full_name() + " allows all of it already");
    settle(finding, wide);
    finding.claim = lint::Claim::adds_nothing;
    finding.between = true;
    finding.notes.push_back(
        {lint::culprit_range(base_.rules[wide].where), "it is allowed here already"});
    finding.fix.title = "narrow the wider rule to whom it is meant for";
    return finding;
  }

  /// What a policy allows within its namespace is nobody's fault.
  void settle(lint::Finding& finding, std::uint32_t wide) {
    if (!base_.policies[base_.rules[wide].policy].clusterwide() && !is_open(wide))
      finding.severity = lint::Severity::note;
  }

  static bool is_equal(NodeRef a, NodeRef b) {
    return canonical_hash(a) == canonical_hash(b) && canonical(a) == canonical(b);
  }

  const lint::ClusterContext& context_;
  const RuleBase& base_;
  Search search_;
  Report& report_;
  std::vector<Covered> within_;
  std::vector<Covered> across_;
  std::vector<Covered> repeated_;
};

void check(const lint::ClusterContext& context, Report& report) { Check(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "covered-rule",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a rule, peer or port that adds nothing to what another rule allows",
    .why =
        R"(Rules of all policies add up: each one allows more, and none can narrow what another one allows. So a
rule for 10.0.0.0/8 beside one for 0.0.0.0/0 changes nothing, whatever it says of ports or `except`,
and a clusterwide rule from `{}` voids the careful lists of every policy that it reaches. Narrow the
wide rule (`except`, ports, labels), or deny what is not to pass. A mere repetition is a note:
legitimate where a rule documents a need that a wider one happens to cover.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: sandbox, namespace: lab}
spec:
  podSelector: {matchLabels: {app: sandbox}}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0}}]
    ports: [{port: 443}]
  - to: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.20.0.0/16]}}]
    ports: [{port: 443}]
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: sandbox, namespace: lab}
spec:
  podSelector: {matchLabels: {app: sandbox}}
  policyTypes: [Egress]
  egress:
  - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.20.0.0/16]}}]
    ports: [{port: 443}]
)"},
    .facts = "A1.2 A2.1 A5.1 A5.2",
    .check_cluster = check,
};

}  // namespace cnplint::rules::covered_rule
