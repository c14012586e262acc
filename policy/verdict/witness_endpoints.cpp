// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/witness_endpoints.h"

#include <algorithm>
#include <array>
#include <set>

#include "policy/model/label.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {
namespace {

std::size_t address_bytes(const Address& address) { return address.v6 ? 16 : 4; }

Address address_behind(Address address) {
  for (std::size_t i = address_bytes(address); i-- > 0;)
    if (++address.bytes[i] != 0) break;
  return address;
}
Address address_before(Address address) {
  for (std::size_t i = address_bytes(address); i-- > 0;)
    if (address.bytes[i]-- != 0) break;
  return address;
}

Endpoint external_endpoint(const Address& address) {
  Endpoint endpoint;
  endpoint.address = address;
  return endpoint;
}

/// A pattern with a text in place of each wildcard.
std::string filled_in(const std::string& pattern, std::string_view text) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*' && (i == 0 || pattern[i - 1] != '*')) name += text;
    if (pattern[i] != '*') name += pattern[i];
  }
  return name;
}

/// Names for a pattern: of as many labels as it has, and of more, which only some patterns match.
std::vector<std::string> names_of_pattern(const std::string& pattern) {
  if (pattern.find('*') == std::string::npos) return {pattern};
  return {filled_in(pattern, "x"), filled_in(pattern, "x.y")};
}

/// An address for names that is in none of some prefixes, as far as there is one to try.
Address address_of_names(std::span<const Prefix> prefixes, bool v4) {
  constexpr std::array<const char*, 6> kV4{"198.18.7.7",  "203.0.113.77", "192.88.99.77",
                                           "100.127.7.7", "45.77.7.7",    "9.7.7.7"};
  constexpr std::array<const char*, 3> kV6{"2001:db8:77::7", "2606:77::7", "2a00:77::7"};
  const auto is_free = [&](const char* text) {
    const Address address = *parse_address(text);
    return std::ranges::none_of(prefixes, [&](const Prefix& prefix) {
      return prefix.length > 0 && prefix.contains(address);
    });
  };
  const std::span<const char* const> all =
      v4 ? std::span<const char* const>(kV4) : std::span<const char* const>(kV6);
  const auto found = std::ranges::find_if(all, is_free);
  return *parse_address(found == all.end() ? all.front() : *found);
}

/// Whether a pod can be: the name of its namespace is also a label of that. Gives it the namespace
/// that this label names where it has none of its own.
bool can_be(std::vector<Label>& labels) {
  const auto name = std::ranges::find(labels, kNamespaceNameLabel, &Label::key);
  const auto ns = std::ranges::find(labels, kNamespaceLabel, &Label::key);
  if (name == labels.end() || ns == labels.end()) return true;
  if (ns->value.starts_with('*')) ns->value = name->value;
  return ns->value == name->value;
}

/// Whether identities can have a label: the filter of Cilium keeps it in, and of Cilium's own it is
/// one that there is (A3.3). Nodes are in no namespace, and other nodes have no labels of pods.
bool can_be(const Label& label, EndpointKind kind, const Environment& environment) {
  // What a rule has that selects nobody (toGroups).
  if (label.source == "reserved" && label.key == "none") return false;
  if (label.source != "k8s") return true;
  const bool of_namespace =
      label.key == kNamespaceLabel || label.key.starts_with(kNamespaceLabelsPrefix);
  const bool of_cilium = label.key == kClusterLabel || label.key == kServiceAccountLabel;
  if (kind == EndpointKind::remote_node) return label.key == kClusterLabel;
  if (kind == EndpointKind::host && of_namespace) return false;
  if (label.key.starts_with("io.cilium.k8s") && !of_namespace && !of_cilium) return false;
  return environment.labels.keeps("k8s", label.key, environment.cilium);
}

/// Whether an endpoint can be.
bool can_be(Endpoint& endpoint, const Environment& environment) {
  return can_be(endpoint.labels) && std::ranges::all_of(endpoint.labels, [&](const auto& label) {
           return can_be(label, endpoint.kind, environment);
         });
}

}  // namespace

bool is_plain(const Endpoint& endpoint) {
  auto labels = Identity::of_labels(endpoint.labels).labels;
  const auto is_odd = [](const Label& label) {
    return label.source != "k8s" && label.source != "reserved" && label.source != "node";
  };
  return std::ranges::adjacent_find(labels, {}, &Label::key) == labels.end() &&
         std::ranges::none_of(labels, is_odd);
}

std::vector<Endpoint> usual_entities(const Environment& environment) {
  std::vector<Endpoint> result;
  for (const char* name :
       {"host", "remote-node", "health", "ingress", "init", "unmanaged", "kube-apiserver"})
    result.push_back(endpoint_of_entity(name, std::nullopt, environment));
  return result;
}

std::vector<Endpoint> edge_addresses(std::span<const Prefix> prefixes,
                                     std::span<const std::string> names,
                                     const Environment& environment) {
  std::vector<Endpoint> result;
  const auto add = [&](const Address& address) {
    if (address.v6 ? environment.ipv6 : environment.ipv4)
      result.push_back(external_endpoint(address));
  };
  for (const char* text : {"8.8.4.4", "192.168.250.7", "2001:4860::7", "fd77::1"})
    add(*parse_address(text));
  for (const Prefix& prefix : prefixes) {
    add(prefix.first());
    add(prefix.last());
    add(address_before(prefix.first()));
    add(address_behind(prefix.last()));
  }
  std::set<std::string> known;
  const Address of_names = address_of_names(prefixes, environment.ipv4);
  for (const std::string& name : names) {
    if (parse_address(name)) continue;  // which nobody asks DNS for
    for (std::string& each : names_of_pattern(name))
      if (known.insert(each).second) {
        Endpoint named = external_endpoint(of_names);
        named.dns_names.push_back(std::move(each));
        result.push_back(std::move(named));
      }
  }
  return result;
}

std::vector<Endpoint> edge_addresses(const RuleBase& base) {
  std::vector<Prefix> prefixes;
  std::vector<std::string> names;
  for (const Conditions& selector : base.selectors)
    for (const Condition& each : selector) {
      if (each.names) names.push_back(each.key);
      if (each.prefix) prefixes.push_back(*each.prefix);
    }
  for (const Prefix& each : group_prefixes(base)) prefixes.push_back(each);
  return edge_addresses(prefixes, names, base.environment);
}

std::vector<Prefix> group_prefixes(const RuleBase& base) {
  const auto names_groups = [](const Conditions& selector) {
    return std::ranges::find(selector, "cidrgroup", &Condition::source) != selector.end();
  };
  std::vector<Prefix> prefixes;
  if (std::ranges::any_of(base.selectors, names_groups))
    for (const CidrGroup& group : base.surroundings.cidr_groups)
      prefixes.insert(prefixes.end(), group.cidrs.begin(), group.cidrs.end());
  return prefixes;
}

std::vector<Endpoint> firewall_edges(const PolicyList& policies, const Environment& environment) {
  const FirewallDestinations all = firewall_destinations(policies);
  if (all.prefixes.empty() && all.names.empty()) return {};
  return edge_addresses(all.prefixes, all.names, environment);
}

std::vector<Endpoint> witness_endpoints(const RuleBase& base) {
  std::vector<Endpoint> result;
  const auto add = [&](const Subject& subject) {
    for (const Identity& each : witnesses(subject, base.environment)) {
      Endpoint endpoint;
      endpoint.labels = each.labels;
      endpoint.kind =
          subject.node ? EndpointKind::host : kind_of_labels(each.labels, base.environment.cluster);
      // What is outside has an address, by which several rules may be about it: edge_addresses.
      if (endpoint.kind == EndpointKind::external) continue;
      if (is_plain(endpoint) && can_be(endpoint, base.environment))
        result.push_back(std::move(endpoint));
    }
  };
  for (const Subject& subject : base.subjects) add(subject);
  for (const Conditions& selector : base.selectors) {
    const bool address = std::ranges::any_of(
        selector, [](const Condition& each) { return each.prefix || each.names; });
    Subject peer;
    peer.selector = selector;
    if (!address && !selector.empty()) add(peer);
  }
  return result;
}

bool selects_any(const Conditions& conditions, const std::vector<Identity>& pods) {
  return std::ranges::any_of(pods, [&](const Identity& pod) { return matches(conditions, pod); });
}

std::vector<Endpoint> witnesses_beside(const RuleBase& base, const std::vector<Identity>& pods) {
  if (pods.empty()) return witness_endpoints(base);
  std::vector<const Conditions*> lonely;
  for (const Subject& each : base.subjects)
    if (!each.node && !selects_any(each.selector, pods)) lonely.push_back(&each.selector);
  for (const Conditions& each : base.selectors)
    if (!selects_any(each, pods)) lonely.push_back(&each);
  std::vector<Endpoint> result = witness_endpoints(base);
  std::erase_if(result, [&](const Endpoint& endpoint) {
    if (!is_pod(endpoint.kind)) return false;
    const Identity identity = Identity::of_labels(endpoint.labels);
    return std::ranges::none_of(
        lonely, [&](const Conditions* selector) { return matches(*selector, identity); });
  });
  return result;
}

}  // namespace cnplint::policy
