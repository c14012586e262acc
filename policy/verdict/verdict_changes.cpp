// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/verdict_changes.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>

#include "base/hash.h"
#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/witness_endpoints.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {
namespace {

using Base = std::shared_ptr<const RuleBase>;

constexpr std::array<std::uint8_t, 9> kAskedProtocols{ip_protocol::kTcp,
                                                      ip_protocol::kUdp,
                                                      ip_protocol::kSctp,
                                                      ip_protocol::kIcmp,
                                                      ip_protocol::kIcmpV6,
                                                      ip_protocol::kVrrp,
                                                      ip_protocol::kIgmp,
                                                      47,
                                                      99};

/// What a node says, whatever its style and comments.
void add_meaning(NodeRef node, std::string& text) {
  if (node.is_mapping()) {
    text += '{';
    node.each_entry([&](NodeRef key, NodeRef value) {
      text.append(key.key_text()).append(1, '\0');
      add_meaning(value, text);
    });
    text += '}';
  } else if (node.is_sequence()) {
    text += '[';
    node.each_item([&](NodeRef item) { add_meaning(item, text); });
    text += ']';
  } else {
    text.append(1, static_cast<char>('0' + static_cast<int>(node.type())));
    text.append(node.text()).append(1, '\0');
  }
}

std::string meaning_of(const Policy& policy) {
  std::string text = policy.full_name() + "\n" + std::string(policy.effective_namespace()) + "\n";
  for (const Spec& spec : policy.specs) add_meaning(spec.node, text);
  return base::hash_hex(text);
}

/// The policies of one set that the other one does not have like that, as indices.
std::set<std::uint32_t> not_in(const RuleBase& base, const RuleBase& other) {
  std::map<std::string, std::size_t> known;
  for (const Policy& policy : other.policies) ++known[meaning_of(policy)];
  std::set<std::uint32_t> result;
  for (std::uint32_t i = 0; i < base.policies.size(); ++i) {
    const auto found = known.find(meaning_of(base.policies[i]));
    if (found == known.end() || found->second == 0)
      result.insert(i);
    else
      --found->second;
  }
  return result;
}

/// An endpoint without a name, by what is known of it.
std::string description_of(const Endpoint& endpoint) {
  if (!endpoint.dns_names.empty()) return endpoint.dns_names.front();
  if (endpoint.address) return "world (" + to_string(*endpoint.address) + ")";
  std::string text;
  for (const Label& label : endpoint.labels) {
    if (label.source == "reserved") return label.key;
    if (label.key == kNamespaceLabel || label.key == kClusterLabel ||
        label.key == kServiceAccountLabel || label.key == kNamespaceNameLabel)
      continue;
    text += (text.empty() ? "" : ",") + label.key + "=" + label.value;
  }
  const std::string_view ns = namespace_of_pod(endpoint);
  if (text.empty()) text = "any pod";
  return ns.empty() ? text : std::string(ns) + "/" + text;
}

/// One of the two sets of policies.
struct World {
  Base base;
  std::set<std::uint32_t> changed;  ///< policies that the other one has not like that
  PolicyList related;               ///< all that select what a changed one selects
  Base rules;                       ///< of these
  std::optional<VerdictEngine> engine;
  std::optional<EgressFirewalls> firewalls;
};

/// Compares them.
class Comparison {
 public:
  Comparison(const Base& before, const Base& after, const std::vector<NamedEndpoint>& pods)
      : pods_(pods) {
    worlds_[0].base = before;
    worlds_[1].base = after;
    worlds_[0].changed = not_in(*before, *after);
    worlds_[1].changed = not_in(*after, *before);
  }

  std::vector<VerdictChange> run() {
    if (worlds_[0].changed.empty() && worlds_[1].changed.empty()) return {};
    find_subjects();
    find_peers();
    find_traits();
    for (World& world : worlds_) {
      world.engine.emplace(world.rules, endpoints_);
      world.firewalls.emplace(world.related, world.base->environment);
      authenticates_ = authenticates_ || authenticates(*world.rules);
    }
    compare_subjects();
    compare_firewalls();
    std::ranges::sort(changes_);
    changes_.erase(std::unique(changes_.begin(), changes_.end()), changes_.end());
    return std::move(changes_);
  }

 private:
  void add_endpoint(Endpoint endpoint, std::string name = {}) {
    endpoints_.push_back(std::move(endpoint));
    names_.push_back(std::move(name));
  }

  /// Endpoints that a changed policy selects, and all policies that select one of them.
  void find_subjects() {
    std::vector<Endpoint> witnesses_of_changed;
    for (const World& world : worlds_)
      for (const Subject& subject : world.base->subjects) {
        if (!world.changed.contains(subject.policy)) continue;
        for (const Identity& each : witnesses(subject, world.base->environment)) {
          Endpoint endpoint;
          endpoint.labels = each.labels;
          endpoint.kind = subject.node
                              ? EndpointKind::host
                              : kind_of_labels(each.labels, world.base->environment.cluster);
          witnesses_of_changed.push_back(std::move(endpoint));
        }
      }
    const SubjectIndex indices[2]{SubjectIndex(*worlds_[0].base), SubjectIndex(*worlds_[1].base)};
    std::set<std::uint32_t> related[2];
    const auto look_at = [&](const Endpoint& endpoint, const std::string& name) {
      const Identity identity = Identity::of_labels(endpoint.labels);
      std::vector<std::uint32_t> selecting[2];
      bool touched = false;
      for (const std::size_t side : {0, 1}) {
        selecting[side] = indices[side].selecting(identity, endpoint.kind == EndpointKind::host);
        for (const std::uint32_t each : selecting[side])
          touched |= worlds_[side].changed.contains(worlds_[side].base->subjects[each].policy);
      }
      if (!touched) return;
      for (const std::size_t side : {0, 1})
        for (const std::uint32_t each : selecting[side])
          related[side].insert(worlds_[side].base->subjects[each].policy);
      add_endpoint(endpoint, name);
    };
    for (const NamedEndpoint& pod : pods_) look_at(pod.endpoint, pod.name);
    for (const Endpoint& each : usual_entities(worlds_[1].base->environment)) look_at(each, "");
    for (const Endpoint& each : witnesses_of_changed) look_at(each, "");
    subjects_ = static_cast<std::uint32_t>(endpoints_.size());
    for (const std::size_t side : {0, 1}) {
      World& world = worlds_[side];
      for (std::uint32_t i = 0; i < world.base->policies.size(); ++i)
        if (related[side].contains(i) || is_changed_firewall(world, i))
          world.related.push_back(world.base->policies[i]);
      world.rules = translate(world.related, world.base->environment, world.base->surroundings);
    }
  }

  /// Firewalls of one namespace are asked in order: with one that changes come the others.
  bool is_changed_firewall(const World& world, std::uint32_t index) const {
    const Policy& policy = world.base->policies[index];
    if (!is_firewall(policy.kind)) return false;
    for (const World& each : worlds_)
      for (const std::uint32_t changed : each.changed)
        if (is_firewall(each.base->policies[changed].kind) &&
            each.base->policies[changed].effective_namespace() == policy.effective_namespace())
          return true;
    return false;
  }

  void find_peers() {
    for (const NamedEndpoint& pod : pods_) add_endpoint(pod.endpoint, pod.name);
    for (Endpoint& each : usual_entities(worlds_[1].base->environment))
      add_endpoint(std::move(each));
    for (const World& world : worlds_) {
      for (Endpoint& each : edge_addresses(*world.rules)) add_endpoint(std::move(each));
      for (Endpoint& each : witness_endpoints(*world.rules)) add_endpoint(std::move(each));
      for (Endpoint& each : firewall_edges(world)) add_endpoint(std::move(each));
    }
  }

  static std::vector<Endpoint> firewall_edges(const World& world) {
    std::vector<Prefix> prefixes;
    std::vector<std::string> names;
    for (const Policy& policy : world.related) {
      if (!is_firewall(policy.kind)) continue;
      for (const Spec& spec : policy.specs)
        for (const RuleItem& item : spec.items) {
          const NodeRef to = item.node.get("to");
          if (const auto prefix = parse_prefix(to.get("cidrSelector").text()))
            prefixes.push_back(*prefix);
          if (const std::string_view name = to.get("dnsName").text(); !name.empty())
            names.emplace_back(name);
        }
    }
    if (prefixes.empty() && names.empty()) return {};
    return edge_addresses(prefixes, names, world.base->environment);
  }

  [[nodiscard]] std::string name(std::uint32_t endpoint) const {
    return names_[endpoint].empty() ? description_of(endpoints_[endpoint]) : names_[endpoint];
  }

  // --- Cilium's policies ---

  /// What decides for a subject: its rules on both sides, and what rules look up of it.
  using SubjectKey = std::tuple<std::vector<std::uint32_t>, std::vector<std::uint32_t>,
                                std::vector<NamedPort>, EndpointKind>;

  void compare_subjects() {
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      std::set<SubjectKey> known;
      for (std::uint32_t subject = 0; subject < subjects_; ++subject) {
        if (!is_local(endpoints_[subject].kind)) continue;
        std::vector<std::uint32_t> rules[2];
        for (const std::size_t side : {0, 1}) {
          const auto all = worlds_[side].engine->rules_of_subject(direction, subject);
          rules[side].assign(all.begin(), all.end());
        }
        const bool is_new = known
                                .emplace(rules[0], rules[1], endpoints_[subject].named_ports,
                                         endpoints_[subject].kind)
                                .second;
        if (is_new) compare_subject(direction, subject, rules);
      }
    }
  }

  /// What rules look up of a peer beside its selectors, as a number: the same for the same.
  void find_traits() {
    using Key = std::pair<std::vector<NamedPort>, EndpointKind>;
    std::map<Key, std::uint32_t> known;
    for (std::uint32_t i = 0; i < endpoints_.size(); ++i) {
      const auto [found, added] = known.try_emplace({endpoints_[i].named_ports, endpoints_[i].kind},
                                                    static_cast<std::uint32_t>(known.size()));
      if (added) by_traits_.emplace_back();
      by_traits_[found->second].push_back(i);
      traits_.push_back(found->second);
    }
  }

  /// One peer for all that the same selectors of the subject's rules select. Most are selected by
  /// none: of those the first of each kind.
  std::vector<std::uint32_t> peers_of(const std::vector<std::uint32_t> (&rules)[2]) {
    std::map<std::uint32_t, std::uint64_t> signatures;
    std::uint64_t salt = 1;
    for (const std::size_t side : {0, 1}) {
      std::set<std::uint32_t> selectors;
      for (const std::uint32_t rule : rules[side]) {
        const auto& peers = worlds_[side].rules->rules[rule].peers;
        selectors.insert(peers.begin(), peers.end());
      }
      for (const std::uint32_t selector : selectors) {
        salt = salt * 6364136223846793005U + 1442695040888963407U;
        for (const std::uint32_t peer : selected_by(side, selector)) signatures[peer] ^= salt;
      }
    }
    std::set<std::pair<std::uint64_t, std::uint32_t>> known;
    std::vector<std::uint32_t> peers;
    for (const auto& [peer, signature] : signatures)
      if (known.emplace(signature, traits_[peer]).second) peers.push_back(peer);
    for (const std::vector<std::uint32_t>& alike : by_traits_) {
      const auto first = std::ranges::find_if(
          alike, [&](std::uint32_t each) { return !signatures.contains(each); });
      if (first != alike.end()) peers.push_back(*first);
    }
    return peers;
  }

  const std::vector<std::uint32_t>& selected_by(std::size_t side, std::uint32_t selector) {
    auto& all = selected_[side];
    const auto [found, added] = all.try_emplace(selector);
    if (added) found->second = worlds_[side].engine->peers_of_selector(selector);
    return found->second;
  }

  void compare_subject(Direction direction, std::uint32_t subject,
                       const std::vector<std::uint32_t> (&rules)[2]) {
    const std::vector<std::uint32_t> peers = peers_of(rules);
    for (const std::uint8_t protocol : kAskedProtocols) {
      std::set<std::uint16_t> steps;
      for (const World& world : worlds_)
        for (const std::uint16_t step : world.engine->port_steps(direction, subject, protocol))
          steps.insert(step);
      for (const std::uint32_t peer : peers) {
        const bool ingress = direction == Direction::ingress;
        Connection connection{ingress ? peer : subject, ingress ? subject : peer, protocol, 0};
        for (auto step = steps.begin(); step != steps.end(); ++step) {
          connection.port = *step;
          const auto next = std::next(step);
          const auto last =
              static_cast<std::uint16_t>(next == steps.end() ? UINT16_MAX : *next - 1);
          if (const auto change = compare(direction, connection))
            add(*change, direction, subject, peer, protocol, *step, last);
        }
      }
    }
  }

  void add(ChangeOfVerdict change, Direction direction, std::uint32_t subject, std::uint32_t peer,
           std::uint8_t protocol, std::uint16_t first, std::uint16_t last) {
    VerdictChange next{change, direction, name(subject), name(peer), protocol, first, last};
    if (!changes_.empty()) {
      VerdictChange& before = changes_.back();
      if (before.last + 1 == next.first && before.change == change &&
          before.direction == direction && before.protocol == protocol &&
          before.subject == next.subject && before.peer == next.peer) {
        before.last = last;
        return;
      }
    }
    changes_.push_back(std::move(next));
  }

  [[nodiscard]] std::optional<ChangeOfVerdict> compare(Direction direction,
                                                       const Connection& connection) const {
    const VerdictEngine& before = *worlds_[0].engine;
    const VerdictEngine& after = *worlds_[1].engine;
    const Decision& one = before.decide(direction, connection);
    const Decision& other = after.decide(direction, connection);
    const bool passed = passes(one.verdict);
    if (passed != passes(other.verdict))
      return passed ? ChangeOfVerdict::closed : ChangeOfVerdict::opened;
    if (!passed) return std::nullopt;
    const bool proxied = one.verdict == Verdict::redirect;
    if (proxied != (other.verdict == Verdict::redirect)) return ChangeOfVerdict::requests;
    if (proxied &&
        requests(before, direction, connection) != requests(after, direction, connection))
      return ChangeOfVerdict::requests;
    if (authenticates_ &&
        authentication(*worlds_[0].rules, one, before.matches(direction, connection)) !=
            authentication(*worlds_[1].rules, other, after.matches(direction, connection)))
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
          add_meaning(item, text);
          all.insert(std::move(text));
          any = true;
        });
      });
      if (any) continue;
      std::string text = kind;
      add_meaning(port.where.parent().parent(), text);
      all.insert(std::move(text));
    }
    return all;
  }

  // --- OpenShift's ---

  void compare_firewalls() {
    std::set<std::string> namespaces;
    for (const World& world : worlds_)
      for (const std::uint32_t changed : world.changed)
        if (const Policy& policy = world.base->policies[changed]; is_firewall(policy.kind))
          namespaces.emplace(policy.effective_namespace());
    for (const std::string& ns : namespaces) compare_firewall(ns);
  }

  void compare_firewall(const std::string& ns) {
    Endpoint from;
    from.kind = EndpointKind::pod;
    from.labels.push_back({"k8s", std::string(kNamespaceLabel), ns});
    std::set<std::uint16_t> steps{0};
    for (const World& world : worlds_)
      for (const std::uint16_t step : world.firewalls->port_steps(from)) steps.insert(step);
    for (std::uint32_t to = 0; to < endpoints_.size(); ++to)
      for (const std::uint8_t protocol : kAskedProtocols)
        for (auto step = steps.begin(); step != steps.end(); ++step) {
          bool allowed[2] = {};
          for (const std::size_t side : {0, 1}) {
            const auto match = worlds_[side].firewalls->match(
                from, endpoints_[to], worlds_[side].engine->peer_identity(to),
                {0, to, protocol, *step});
            allowed[side] = !match || match->allowed;
          }
          if (allowed[0] == allowed[1]) continue;
          const auto next = std::next(step);
          changes_.push_back(
              {allowed[1] ? ChangeOfVerdict::opened : ChangeOfVerdict::closed, Direction::egress,
               ns + "/any pod", name(to), protocol, *step,
               static_cast<std::uint16_t>(next == steps.end() ? UINT16_MAX : *next - 1)});
        }
  }

  const std::vector<NamedEndpoint>& pods_;
  World worlds_[2];
  std::vector<Endpoint> endpoints_;                    ///< subjects first
  std::vector<std::string> names_;                     ///< of endpoints; empty: by what it is
  std::vector<std::uint32_t> traits_;                  ///< of endpoints
  std::vector<std::vector<std::uint32_t>> by_traits_;  ///< endpoints by their traits
  std::uint32_t subjects_ = 0;
  bool authenticates_ = false;  ///< whether some rule asks for it
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> selected_[2];
  std::vector<VerdictChange> changes_;
};

}  // namespace

std::string_view change_name(ChangeOfVerdict change) {
  static constexpr std::array<std::string_view, 4> kNames{"opens", "closes", "changes requests of",
                                                          "changes authentication of"};
  return kNames[static_cast<std::size_t>(change)];
}

std::string described(const VerdictChange& change) {
  const bool ingress = change.direction == Direction::ingress;
  const bool every = change.first == 0 && change.last == UINT16_MAX;
  std::string ports = every ? "every port" : std::to_string(change.first);
  if (!every && change.last > change.first) ports += "-" + std::to_string(change.last);
  return std::string(change_name(change.change)) + " " +
         std::string(direction_name(change.direction)) + " of " + change.subject +
         (ingress ? " from " : " to ") + change.peer + " on " + ports + "/" +
         std::string(protocol_name(change.protocol));
}

std::vector<VerdictChange> verdict_changes(const Base& before, const Base& after,
                                           const std::vector<NamedEndpoint>& pods) {
  return Comparison(before, after, pods).run();
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
