// SPDX-License-Identifier: Apache-2.0
#include "harness/reasons.h"

#include <algorithm>
#include <span>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/model/dns_name.h"
#include "policy/model/label.h"

namespace cnplint::harness {
namespace {

using policy::Condition;
using policy::Connection;
using policy::Direction;
using policy::EndpointKind;
using policy::Identity;
using policy::PolicyRule;
using policy::PortFilter;

constexpr std::size_t kMostReasons = 3;

std::string listed(const std::vector<std::string>& values) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(values.size(), kShown); ++i)
    text += (i == 0 ? "" : " or ") + base::quoted(values[i]);
  return values.size() > kShown ? text + " and more" : text;
}

std::string port_text(const PortFilter& filter) {
  std::string port = filter.name.empty() ? std::to_string(filter.first) : filter.name;
  if (filter.name.empty() && filter.first == 0) port = "every port";
  if (filter.end > filter.first && filter.first != 0) port += "-" + std::to_string(filter.end);
  return port + "/" + std::string(policy::protocol_name(filter.protocol));
}

/// Why something in the cluster is selected by no address.
std::string inside(const std::string& who, EndpointKind kind, bool entity) {
  const std::string begin = who + " is inside the cluster, ";
  if (entity) return begin + "and the entity `world` is what is outside";
  return begin + "where CIDR rules select nobody; select it by " +
         (policy::is_pod(kind) ? "its labels" : "an entity");
}

/// What a condition on addresses says that fails: a prefix, or the world of a family, which is how
/// `0.0.0.0/0` is understood.
std::string failing_address(const Condition& condition, const Identity& identity,
                            const std::string& who, EndpointKind kind, bool entity) {
  if (kind == EndpointKind::external && condition.prefix && !identity.cidr)
    return "no address of " + who + " is known";
  if (kind != EndpointKind::external) return inside(who, kind, entity);
  if (!condition.prefix && identity.cidr) {
    const bool v6 = identity.cidr->address.v6;
    return who + " is an " + (v6 ? "IPv6" : "IPv4") + " address, and " +
           (v6 ? "`0.0.0.0/0` is IPv4 only" : "`::/0` is IPv6 only");
  }
  return who + " is " +
         (condition.op == Condition::Op::exists ? "outside the CIDR" : "in an excepted range");
}

/// What a pattern of names does not match although it looks like it: the domain itself, or what is
/// more than one label below.
std::string failing_name(const Condition& condition, const Identity& identity,
                         const std::string& who) {
  std::string message = "no DNS name of " + who + " matches " + base::quoted(condition.key);
  if (identity.dns_names.empty()) return message + ", and none was seen by the DNS proxy";
  const std::size_t dot = condition.key.find('.');
  const std::string_view head = std::string_view(condition.key).substr(0, dot);
  if (dot == std::string::npos || head.find_first_not_of('*') != std::string_view::npos)
    return message;
  const std::string below = policy::canonical_dns_name(std::string_view(condition.key).substr(dot));
  for (const std::string& name : identity.dns_names) {
    if ("." + name == below)
      return message + ": the `*` stands for one label, it does not match the domain itself";
    if (name.ends_with(below))
      return message +
             ": the `*` stands for one label, it crosses no dot and matches no deeper name";
  }
  return message;
}

/// Why an identity lacks a label: where its pod has one that is asked of its namespace, or where
/// none can have it.
std::string lacking(const Condition& condition, const Identity& identity, const std::string& who,
                    const std::string& key, const policy::Environment& environment) {
  if (condition.key.starts_with(policy::kNamespaceLabelsPrefix)) {
    Condition of_pod = condition;
    of_pod.key.erase(0, policy::kNamespaceLabelsPrefix.size());
    return who + " has no label " + key +
           (of_pod.matches(identity) ? ", the pod itself has: is it written in the wrong selector?"
                                     : "");
  }
  const bool filtered = !environment.labels.keeps("k8s", condition.key, environment.cilium);
  return filtered ? "Cilium keeps the label " + key + " out of identities"
                  : who + " has no label " + key;
}

/// What a condition that fails says about an identity. `entity` is whether it was written as one.
std::string failing(const Condition& condition, const Identity& identity, const std::string& name,
                    EndpointKind kind, bool entity, const policy::Environment& environment) {
  const bool of_namespace = condition.key.starts_with(policy::kNamespaceLabelsPrefix);
  const std::string who = (of_namespace ? "the namespace of " : "") + name;
  const bool world = condition.source == "reserved" && condition.key.starts_with("world");
  if (condition.prefix || world) return failing_address(condition, identity, who, kind, entity);
  if (condition.names) return failing_name(condition, identity, who);
  if (condition.source == "reserved")
    return who + " is not of the entity " + base::quoted(condition.key);
  if (kind == EndpointKind::external && condition.source != "cidrgroup")
    return name + " is outside the cluster, where selectors of pods and namespaces select nobody";
  const policy::Label* label = policy::label_of(condition, identity);
  if (condition.key == policy::kNamespaceLabel && label != nullptr)
    return who + " is in namespace " + base::quoted(label->value) + ", the selector stands for " +
           (condition.values.empty() ? "another" : listed(condition.values));
  if (condition.key == policy::kClusterLabel && label != nullptr)
    return who + " is in cluster " + base::quoted(label->value) + ", the selector stands for " +
           listed(condition.values);
  const std::string key =
      base::quoted(std::string_view(condition.key)
                       .substr(of_namespace ? policy::kNamespaceLabelsPrefix.size() : 0));
  switch (condition.op) {
    case Condition::Op::in: {
      if (label == nullptr) return lacking(condition, identity, who, key, environment);
      std::vector<std::string_view> wanted(condition.values.begin(), condition.values.end());
      const std::string_view near = base::nearest_spelling(label->value, wanted);
      if (!near.empty())
        return "label value " + base::quoted(near) + " of " + key + ", did the policy mean " +
               base::quoted(label->value) + "?";
      return "label " + key + " of " + who + " is " + base::quoted(label->value) + ", not " +
             listed(condition.values);
    }
    case Condition::Op::not_in:
      return "label " + key + " of " + who + " is " +
             base::quoted(label == nullptr ? std::string_view() : std::string_view(label->value)) +
             ", which is excluded";
    case Condition::Op::exists:
      return lacking(condition, identity, who, key, environment);
    case Condition::Op::does_not_exist:
      return who + " has the label " + key;
  }
  return {};
}

/// Where a peer writes a condition; the peer itself where Cilium adds it. Peers that say the same
/// are one selector with the places of the first, which may be in another policy.
NodeRef place_of(const Condition& condition, NodeRef peer) {
  if (!condition.where) return peer;
  const auto writes = [&](const policy::Requirement& each) {
    const std::string written =
        each.match_label ? each.key.key_text() : std::string(each.key.text());
    const std::string key(policy::without_source(written));
    return key == condition.key ||
           std::string(policy::kNamespaceLabelsPrefix) + key == condition.key;
  };
  for (const NodeRef selector : {peer, peer.get("podSelector"), peer.get("namespaceSelector"),
                                 peer.get("cidrGroupSelector")})
    for (const policy::Requirement& each : policy::requirements(selector))
      if (writes(each)) return each.where;
  return peer;
}

/// Collects reasons for one direction of a connection.
class ReasonFinder {
 public:
  ReasonFinder(const policy::Evaluator& evaluator, Direction direction,
               const Connection& connection, std::span<const TestEndpoint> endpoints)
      : evaluator_(evaluator),
        base_(evaluator.engine().rule_base()),
        direction_(direction),
        connection_(connection),
        subject_(connection.subject(direction)),
        peer_(connection.peer(direction)),
        endpoints_(endpoints) {}

  std::vector<Reason> run() {
    const policy::Verdict verdict = evaluator_.engine().decide(direction_, connection_).verdict;
    if (verdict == policy::Verdict::redirect) {
      about_requests();
      return std::move(found_);
    }
    const auto rules = evaluator_.engine().rules_of_subject(direction_, subject_);
    for (const std::uint32_t index : rules)
      if (base_.rules[index].action == policy::Action::allow) about_rule(base_.rules[index]);
    if (rules.empty()) about_subjects();
    if (found_.empty()) about_default_deny(rules);
    std::ranges::stable_sort(found_, {}, &Reason::distance);
    if (found_.size() > kMostReasons) found_.resize(kMostReasons);
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::string policy_of(const PolicyRule& rule) const {
    return evaluator_.policies()[rule.policy].full_name();
  }

  void add(std::string message, NodeRef where, int distance) {
    const auto same = [&](const Reason& each) { return each.message == message; };
    if (std::ranges::any_of(found_, same)) return;
    found_.push_back({std::move(message), where ? where.range() : base::SourceRange(), distance});
  }

  [[nodiscard]] bool covers_port(const PolicyRule& rule) const {
    const auto named = evaluator_.engine().listening_ports(direction_, connection_.to);
    return std::ranges::any_of(rule.ports, [&](const PortFilter& filter) {
      return policy::covers(filter, direction_, connection_, named);
    });
  }

  void about_rule(const PolicyRule& rule) {
    const Identity& peer = evaluator_.engine().peer_identity(peer_);
    const bool port = covers_port(rule);
    const bool any_peer = rule.any_peer;
    const bool selected = any_peer || std::ranges::any_of(rule.peers, [&](std::uint32_t each) {
                            return policy::matches(base_.selectors[each], peer);
                          });
    if (selected && !port) about_ports(rule);
    if (!selected && port)
      for (std::size_t i = 0; i < rule.peers.size(); ++i)
        about_peer(rule, base_.selectors[rule.peers[i]], rule.peer_places[i], peer);
  }

  void about_ports(const PolicyRule& rule) {
    std::vector<std::string> ports;
    for (const PortFilter& filter : rule.ports) {
      const std::string text = port_text(filter);
      if (std::ranges::find(ports, text) == ports.end()) ports.push_back(text);
    }
    if (ports.empty()) return;
    add(policy_of(rule) + " allows this peer on " + listed(ports) + " only", rule.where, 1);
  }

  void about_peer(const PolicyRule& rule, const policy::Conditions& selector, NodeRef where,
                  const Identity& peer) {
    std::vector<const Condition*> failed;
    for (const Condition& condition : selector)
      if (!condition.matches(peer)) failed.push_back(&condition);
    if (failed.empty()) return;
    const TestEndpoint& endpoint = endpoints_[peer_];
    std::string message = policy_of(rule) + " allows this port from another peer: ";
    if (direction_ == Direction::egress)
      message = policy_of(rule) + " allows this port to another peer: ";
    const bool entity = (where.is_scalar() && where.text().starts_with("world")) ||
                        where.get("matchLabels") || where.get("matchExpressions");
    std::vector<std::string> why;
    for (const Condition* each : failed) {
      why.push_back(failing(*each, peer, base::quoted(endpoint.name), endpoint.facts.kind, entity,
                            base_.environment));
      if (why.size() > 1 && why.back() == why.front()) why.pop_back();
    }
    if (why.size() > 2) return;
    message += base::joined(why, ", and ");
    add(std::move(message), place_of(*failed.front(), where), static_cast<int>(why.size()));
  }

  /// Whether a rule is an item `{}`. In a NetworkPolicy it would allow everything.
  static bool is_empty(const PolicyRule& rule) {
    return rule.is_written() && rule.allows() && !rule.any_peer && rule.where.is_mapping() &&
           !rule.where.has_children();
  }

  /// With nothing nearer to say: who put the direction into default deny.
  void about_default_deny(std::span<const std::uint32_t> rules) {
    for (const std::uint32_t index : rules) {
      const PolicyRule& rule = base_.rules[index];
      if (!rule.default_deny) continue;
      return add(std::string(policy::direction_name(direction_)) + " of " +
                     base::quoted(endpoints_[subject_].name) + " is in default deny by " +
                     policy_of(rule) + (is_empty(rule) ? ", where `{}` allows nobody" : ""),
                 rule.where, 3);
    }
  }

  /// What the L7 rules of a redirect let through, where they are why a request is denied.
  void about_requests() {
    for (const policy::Match& match : evaluator_.engine().matches(direction_, connection_)) {
      std::vector<std::string> allowed;
      for (const NodeRef rule : match.port->l7_rules.get("http").items())
        allowed.push_back(http_text(rule));
      for (const NodeRef rule : match.port->l7_rules.get("dns").items())
        allowed.emplace_back(rule.get(rule.get("matchName") ? "matchName" : "matchPattern").text());
      if (allowed.empty()) continue;
      add(policy_of(base_.rules[match.rule]) + " lets only " + listed(allowed) + " through",
          match.port->l7_rules, 0);
    }
  }

  static std::string http_text(NodeRef rule) {
    std::string text;
    for (const char* field : {"method", "host", "path"})
      if (const std::string_view value = rule.get(field).text(); !value.empty())
        text += (text.empty() ? "" : " ") + std::string(value);
    if (rule.get("headers").has_children() || rule.get("headerMatches").has_children())
      text += (text.empty() ? "" : " ") + std::string("with headers");
    return text.empty() ? "any request" : text;
  }

  /// Policies that would select the subject but for one condition.
  void about_subjects() {
    const Identity identity = Identity::of_labels(endpoints_[subject_].facts.labels);
    for (const policy::Subject& subject : base_.subjects) {
      if (subject.node != (endpoints_[subject_].facts.kind == EndpointKind::host)) continue;
      const auto begin = base_.rules.begin() + subject.first_rule;
      const auto end = base_.rules.begin() + subject.end_rule;
      const auto rule = std::find_if(
          begin, end, [&](const PolicyRule& each) { return each.direction == direction_; });
      if (rule == end) continue;
      std::vector<const Condition*> failed;
      for (const Condition& condition : subject.selector)
        if (!condition.matches(identity)) failed.push_back(&condition);
      if (failed.size() != 1) continue;
      add(policy_of(*rule) + " does not select the subject: " +
              failing(*failed.front(), identity, base::quoted(endpoints_[subject_].name),
                      endpoints_[subject_].facts.kind, true, base_.environment),
          failed.front()->where ? failed.front()->where : rule->where, 2);
    }
  }

  const policy::Evaluator& evaluator_;
  const policy::RuleBase& base_;
  Direction direction_;
  const Connection& connection_;
  std::uint32_t subject_;
  std::uint32_t peer_;
  std::span<const TestEndpoint> endpoints_;
  std::vector<Reason> found_;
};

}  // namespace

std::vector<Reason> reasons(const policy::Evaluator& evaluator, Direction direction,
                            const Connection& connection, std::span<const TestEndpoint> endpoints) {
  return ReasonFinder(evaluator, direction, connection, endpoints).run();
}

}  // namespace cnplint::harness
