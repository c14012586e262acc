// SPDX-License-Identifier: Apache-2.0
//
// What is matched already is kept by target: a CIDR, a name, a selector of nodes. A rule looks at
// the targets that hold its own, which are a prefix for each length, a name and its wildcard, and
// at the prefixes inside its own, which may be all of it together: so nobody compares rules in
// pairs.
#include "policy/verdict/firewall_order.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>

#include "policy/model/address.h"
#include "policy/model/cluster_addresses.h"
#include "policy/model/dns_name.h"
#include "policy/model/port.h"
#include "policy/verdict/selector.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// A protocol and a port of a firewall's rule.
using FirewallPort = std::pair<Protocol, std::uint16_t>;

/// What a firewall's rule matches; none of the targets where that is not known.
struct FirewallTarget {
  std::optional<Prefix> prefix;
  std::string name;   ///< canonical
  std::string nodes;  ///< a selector, as a text that is the same for the same conditions
  std::vector<FirewallPort> ports;  ///< none: every one

  [[nodiscard]] bool known() const { return prefix || !name.empty() || !nodes.empty(); }
};

bool is_open(NodeRef node) { return !node.is_scalar() || has_placeholder(node.text()); }

std::string text_of_nodes(NodeRef selector) {
  std::vector<std::string> texts;
  for (const Condition& each : conditions(selector)) {
    if (std::ranges::any_of(each.values, [](const std::string& v) { return has_placeholder(v); }))
      return {};
    texts.push_back(each.text());
  }
  std::ranges::sort(texts);
  std::string all = "nodes";
  for (const std::string& text : texts) all += '\n' + text;
  return all;
}

/// Reads the ports of a rule; false where one of them is not known.
bool read_firewall_ports(const RuleItem& item, std::vector<FirewallPort>& ports) {
  for (const NodeRef port : item.to_ports.items()) {
    const PortRange range = read_port(port);
    if (is_open(port.get("port")) || is_open(port.get("protocol")) || range.first == 0 ||
        range.protocol == Protocol::any || range.protocol == Protocol::other)
      return false;
    ports.emplace_back(range.protocol, range.first);
  }
  return !item.to_ports || item.to_ports.is_sequence();
}

FirewallTarget target_of(const RuleItem& item) {
  FirewallTarget target;
  const std::string_view type = item.node.get("type").text();
  // Unknown ports of an EgressNetworkPolicy are dropped, so that the rule is for every port; who
  // wrote them meant less: nothing is said of such a rule.
  if ((type != "Allow" && type != "Deny") || !read_firewall_ports(item, target.ports)) return {};
  const NodeRef to = item.node.get("to");
  const NodeRef cidr = to.get("cidrSelector");
  const NodeRef name = to.get("dnsName");
  const NodeRef nodes = to.get("nodeSelector");
  if (int{is_stored(cidr)} + int{is_stored(name)} + int{is_stored(nodes)} != 1) return {};
  if (is_stored(cidr)) target.prefix = parse_prefix(cidr.text());
  if (is_stored(name) && !is_open(name)) target.name = canonical_dns_name(name.text());
  if (is_stored(nodes)) target.nodes = text_of_nodes(nodes);
  return target;
}

std::string key_of_name(std::string_view name) { return "name " + std::string(name); }

/// The key of a target itself.
std::string own_key(const FirewallTarget& target) {
  if (target.prefix) return prefix_key(target.prefix->address, target.prefix->length);
  return target.name.empty() ? target.nodes : key_of_name(target.name);
}

/// Rules that match all of something: one for each of its parts.
using MatchingRules = std::optional<std::vector<std::uint32_t>>;

/// What the rules so far match.
class MatchedSoFar {
 public:
  void add(const FirewallTarget& target, std::uint32_t rule) {
    Matched& matched = matched_[own_key(target)];
    if (target.prefix) lengths_[int{target.prefix->address.v6}].insert(target.prefix->length);
    if (target.ports.empty() && !matched.all) matched.all = rule;
    for (const FirewallPort& port : target.ports) matched.ports.try_emplace(port, rule);
    if (target.prefix) prefixes_.try_emplace(own_key(target), *target.prefix);
  }

  /// The rules that match whatever a target does, by the targets that hold it.
  [[nodiscard]] MatchingRules of_target(const FirewallTarget& target) const {
    std::vector<std::string> keys;
    if (target.prefix) {
      for (const int length : lengths_[int{target.prefix->address.v6}])
        if (length <= target.prefix->length)
          keys.push_back(prefix_key(target.prefix->address, length));
    } else {
      keys.push_back(own_key(target));
      const std::size_t dot = target.name.find('.');
      if (dot != std::string::npos && dot > 0 && !target.name.starts_with('*'))
        keys.push_back(key_of_name("*" + target.name.substr(dot)));
      if (!target.nodes.empty()) keys.emplace_back("nodes");
    }
    MatchingRules rules = of_keys(keys, target.ports);
    return rules || !target.prefix ? rules : of_parts(keys, target);
  }

  /// Those that match every address of a family on the ports of a target.
  [[nodiscard]] MatchingRules of_family(bool v6, const FirewallTarget& target) const {
    return of_target({Prefix{{.v6 = v6}, 0}, {}, {}, target.ports});
  }

 private:
  struct Matched {
    std::optional<std::uint32_t> all;  ///< the first rule for every port
    std::map<FirewallPort, std::uint32_t> ports;
  };

  [[nodiscard]] MatchingRules of_keys(const std::vector<std::string>& keys,
                                      const std::vector<FirewallPort>& ports) const {
    std::vector<const Matched*> found;
    for (const std::string& key : keys)
      if (const auto it = matched_.find(key); it != matched_.end()) found.push_back(&it->second);
    for (const Matched* each : found)
      if (each->all) return std::vector{*each->all};
    if (ports.empty() || found.empty()) return std::nullopt;
    std::vector<std::uint32_t> rules;
    for (const FirewallPort& port : ports) {
      const auto rule = first_with(found, port);
      if (!rule) return std::nullopt;
      rules.push_back(*rule);
    }
    return rules;
  }

  /// The rules that match all of a prefix together, by prefixes inside it; for each of its ports
  /// that no wider one has. None as well where they are too many to be tried.
  [[nodiscard]] MatchingRules of_parts(const std::vector<std::string>& wider,
                                       const FirewallTarget& target) const {
    constexpr std::size_t kMostParts = 256;
    std::vector<const Matched*> around;
    for (const std::string& key : wider)
      if (const auto it = matched_.find(key); it != matched_.end()) around.push_back(&it->second);
    std::vector<std::pair<Prefix, const Matched*>> parts;
    for (auto it = prefixes_.lower_bound(prefix_key(target.prefix->address, target.prefix->length));
         it != prefixes_.end() && target.prefix->contains(it->second); ++it) {
      if (parts.size() == kMostParts) return std::nullopt;
      parts.emplace_back(it->second, &matched_.at(it->first));
    }
    if (parts.size() < 2) return std::nullopt;
    std::vector<std::uint32_t> rules;
    if (target.ports.empty())
      return add_parts(*target.prefix, parts, std::nullopt, rules) ? MatchingRules(rules)
                                                                   : std::nullopt;
    for (const FirewallPort& port : target.ports) {
      if (const auto one = first_with(around, port))
        rules.push_back(*one);
      else if (!add_parts(*target.prefix, parts, port, rules))
        return std::nullopt;
    }
    return rules;
  }

  /// Adds the rules of parts that are for a port, or for every port, where these are all of a
  /// prefix together; says whether they are.
  static bool add_parts(const Prefix& prefix,
                        const std::vector<std::pair<Prefix, const Matched*>>& parts,
                        const std::optional<FirewallPort>& port,
                        std::vector<std::uint32_t>& rules) {
    std::vector<Prefix> matching;
    for (const auto& [part, matched] : parts) {
      std::optional<std::uint32_t> rule = matched->all;
      if (!rule && port) rule = first_with({matched}, *port);
      // In the order of addresses: what the one before holds adds nothing.
      if (!rule || (!matching.empty() && matching.back().contains(part))) continue;
      matching.push_back(part);
      rules.push_back(*rule);
    }
    return leave_nothing(prefix, matching);
  }

  static std::optional<std::uint32_t> first_with(const std::vector<const Matched*>& found,
                                                 const FirewallPort& port) {
    for (const Matched* each : found)
      if (const auto it = each->ports.find(port); it != each->ports.end()) return it->second;
    return std::nullopt;
  }

  std::unordered_map<std::string, Matched> matched_;
  std::map<std::string, Prefix> prefixes_;  ///< by key: in the order of addresses
  std::array<std::set<int>, 2> lengths_;    ///< of the prefixes among them, by family
};

std::optional<ShadowedRule> shadow(const MatchedSoFar& matched, const FirewallTarget& target,
                                   std::uint32_t rule, const Environment& environment) {
  ShadowedRule result{rule, {}, false, false};
  if (MatchingRules by = matched.of_target(target)) {
    result.by = std::move(*by);
  } else {
    if (target.prefix) return std::nullopt;
    const MatchingRules ipv4 = matched.of_family(false, target);
    if (!ipv4) return std::nullopt;
    result.by = *ipv4;
    result.by_address = true;
    const MatchingRules ipv6 = matched.of_family(true, target);
    if (ipv6) result.by.insert(result.by.end(), ipv6->begin(), ipv6->end());
    result.ipv4_only = environment.ipv6 && !ipv6;
  }
  std::ranges::sort(result.by);
  result.by.erase(std::unique(result.by.begin(), result.by.end()), result.by.end());
  return result;
}

}  // namespace

std::vector<ShadowedRule> shadowed_rules(const Spec& spec, const Environment& environment) {
  std::vector<ShadowedRule> result;
  MatchedSoFar matched;
  for (std::uint32_t i = 0; i < spec.items.size(); ++i) {
    const FirewallTarget target = target_of(spec.items[i]);
    if (!target.known()) continue;
    if (auto shadowed = shadow(matched, target, i, environment))
      result.push_back(std::move(*shadowed));
    else
      matched.add(target, i);
  }
  return result;
}

}  // namespace cnplint::policy
