// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/claim_universe.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "policy/model/label.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::tests {
namespace {

using policy::Address;
using policy::Condition;
using policy::Direction;
using policy::Endpoint;
using policy::EndpointKind;

std::size_t bytes_of(const Address& address) { return address.v6 ? 16 : 4; }

/// The last address of a prefix.
Address last_of(const policy::Prefix& prefix) {
  Address address = prefix.first();
  for (auto bit = static_cast<std::size_t>(prefix.length); bit < bytes_of(address) * 8; ++bit)
    address.bytes[bit / 8] = static_cast<std::uint8_t>(address.bytes[bit / 8] | (0x80U >> bit % 8));
  return address;
}

Address next_of(Address address) {
  for (std::size_t i = bytes_of(address); i-- > 0;)
    if (++address.bytes[i] != 0) break;
  return address;
}
Address before(Address address) {
  for (std::size_t i = bytes_of(address); i-- > 0;)
    if (address.bytes[i]-- != 0) break;
  return address;
}

Endpoint external(const Address& address) {
  Endpoint endpoint;
  endpoint.address = address;
  return endpoint;
}

/// A name that a pattern matches.
std::string name_of_pattern(const std::string& pattern) {
  std::string name;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*' && (i == 0 || pattern[i - 1] != '*')) name += "x";
    if (pattern[i] != '*') name += pattern[i];
  }
  return name;
}

/// Whether a pod can be: the name of its namespace is also a label of that. Gives it the namespace
/// that this label names where it has none of its own.
bool can_be(std::vector<policy::Label>& labels) {
  const auto name = std::ranges::find(labels, policy::kNamespaceNameLabel, &policy::Label::key);
  const auto ns = std::ranges::find(labels, policy::kNamespaceLabel, &policy::Label::key);
  if (name == labels.end() || ns == labels.end()) return true;
  if (ns->value.starts_with('*')) ns->value = name->value;
  return ns->value == name->value;
}

/// Whether identities can have a label: the filter of Cilium keeps it in, and of Cilium's own it is
/// one that there is (A3.3). Nodes are in no namespace, and other nodes have no labels of pods.
bool can_be(const policy::Label& label, EndpointKind kind, const policy::Environment& environment) {
  if (label.source != "k8s") return true;
  const bool of_namespace =
      label.key == policy::kNamespaceLabel || label.key.starts_with(policy::kNamespaceLabelsPrefix);
  const bool of_cilium =
      label.key == policy::kClusterLabel || label.key == policy::kServiceAccountLabel;
  if (kind == EndpointKind::remote_node) return label.key == policy::kClusterLabel;
  if (kind == EndpointKind::host && of_namespace) return false;
  if (label.key.starts_with("io.cilium.k8s") && !of_namespace && !of_cilium) return false;
  return environment.labels.keeps("k8s", label.key, environment.cilium);
}

/// Whether an endpoint can be.
bool can_be(Endpoint& endpoint, const policy::Environment& environment) {
  return can_be(endpoint.labels) && std::ranges::all_of(endpoint.labels, [&](const auto& label) {
           return can_be(label, endpoint.kind, environment);
         });
}

}  // namespace

ClaimUniverse::ClaimUniverse(std::shared_ptr<const policy::RuleBase> base,
                             std::vector<Endpoint> endpoints)
    : base_(std::move(base)), engine_(base_, std::move(endpoints)) {
  find_subjects();
  find_peers();
}

void ClaimUniverse::find_subjects() {
  using Key = std::tuple<std::vector<std::uint32_t>, std::vector<std::uint32_t>,
                         std::vector<policy::NamedPort>, EndpointKind>;
  std::set<Key> known;
  for (std::uint32_t i = 0; i < engine_.endpoints().size(); ++i) {
    if (!policy::is_local(endpoint(i).kind)) continue;
    const auto rules = [&](Direction direction) {
      const auto all = engine_.rules_of_subject(direction, i);
      return std::vector<std::uint32_t>(all.begin(), all.end());
    };
    if (known
            .emplace(rules(Direction::ingress), rules(Direction::egress), endpoint(i).named_ports,
                     endpoint(i).kind)
            .second)
      subjects_.push_back(i);
  }
}

void ClaimUniverse::find_peers() {
  std::vector<std::vector<std::uint32_t>> selected(engine_.endpoints().size());
  const auto count = static_cast<std::uint32_t>(engine_.rule_base().selectors.size());
  for (std::uint32_t selector = 0; selector < count; ++selector)
    for (const std::uint32_t peer : engine_.peers_of_selector(selector))
      selected[peer].push_back(selector);
  using Key = std::tuple<std::vector<std::uint32_t>, std::vector<policy::NamedPort>, EndpointKind>;
  std::set<Key> known;
  for (std::uint32_t i = 0; i < selected.size(); ++i)
    if (known.emplace(selected[i], endpoint(i).named_ports, endpoint(i).kind).second)
      peers_.push_back(i);
}

bool is_plain(const Endpoint& endpoint) {
  auto labels = policy::Identity::of_labels(endpoint.labels).labels;
  const auto is_odd = [](const policy::Label& label) {
    return label.source != "k8s" && label.source != "reserved" && label.source != "node";
  };
  return std::ranges::adjacent_find(labels, {}, &policy::Label::key) == labels.end() &&
         std::ranges::none_of(labels, is_odd);
}

std::vector<Endpoint> usual_entities(const policy::Environment& environment) {
  std::vector<Endpoint> result;
  for (const char* name :
       {"host", "remote-node", "health", "ingress", "init", "unmanaged", "kube-apiserver"})
    result.push_back(policy::endpoint_of_entity(name, std::nullopt, environment));
  return result;
}

std::vector<Endpoint> edge_addresses(const policy::RuleBase& base) {
  std::vector<Endpoint> result;
  const auto add = [&](const Address& address) {
    if (address.v6 ? base.environment.ipv6 : base.environment.ipv4)
      result.push_back(external(address));
  };
  for (const char* text : {"8.8.4.4", "192.168.250.7", "2001:4860::7", "fd77::1"})
    add(*policy::parse_address(text));
  std::set<std::string> names;
  for (const policy::Conditions& selector : base.selectors)
    for (const Condition& each : selector) {
      if (each.names) names.insert(name_of_pattern(each.key));
      if (!each.prefix) continue;
      add(each.prefix->first());
      add(last_of(*each.prefix));
      add(before(each.prefix->first()));
      add(next_of(last_of(*each.prefix)));
    }
  for (const std::string& name : names) {
    Endpoint named =
        external(*policy::parse_address(base.environment.ipv4 ? "198.18.7.7" : "2001:db8:77::7"));
    named.dns_names.push_back(name);
    result.push_back(std::move(named));
  }
  return result;
}

std::vector<Endpoint> witness_endpoints(const policy::RuleBase& base) {
  std::vector<Endpoint> result;
  const auto add = [&](const policy::Subject& subject) {
    for (const policy::Identity& each : policy::witnesses(subject, base.environment)) {
      Endpoint endpoint;
      endpoint.labels = each.labels;
      endpoint.kind = subject.node ? EndpointKind::host
                                   : policy::kind_of_labels(each.labels, base.environment.cluster);
      if (is_plain(endpoint) && can_be(endpoint, base.environment))
        result.push_back(std::move(endpoint));
    }
  };
  for (const policy::Subject& subject : base.subjects) add(subject);
  for (const policy::Conditions& selector : base.selectors) {
    const bool address = std::ranges::any_of(
        selector, [](const Condition& each) { return each.prefix || each.names; });
    policy::Subject peer;
    peer.selector = selector;
    if (!address && !selector.empty()) add(peer);
  }
  return result;
}

}  // namespace cnplint::tests
