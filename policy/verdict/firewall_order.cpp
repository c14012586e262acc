// SPDX-License-Identifier: Apache-2.0
//
// What is matched already is kept by target: a CIDR, a name, a selector of nodes. A rule looks at
// the targets that hold its own, which are a prefix for each length, a name and its wildcard: so
// nobody compares rules in pairs.
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
    return of_keys(keys, target.ports);
  }

  /// Those that match every address of a family on the ports of a target.
  [[nodiscard]] MatchingRules of_family(bool v6, const FirewallTarget& target) const {
    return of_keys({prefix_key({.v6 = v6}, 0)}, target.ports);
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

  static std::optional<std::uint32_t> first_with(const std::vector<const Matched*>& found,
                                                 const FirewallPort& port) {
    for (const Matched* each : found)
      if (const auto it = each->ports.find(port); it != each->ports.end()) return it->second;
    return std::nullopt;
  }

  std::unordered_map<std::string, Matched> matched_;
  std::array<std::set<int>, 2> lengths_;  ///< of the prefixes among them, by family
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
