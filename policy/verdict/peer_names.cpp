// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/peer_names.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/witness_endpoints.h"

namespace cnplint::policy {

std::string name_of_endpoint(const Endpoint& endpoint) {
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
  if (text.empty()) text = endpoint.kind == EndpointKind::host ? "host" : "any pod";
  return ns.empty() ? text : std::string(ns) + "/" + text;
}

OutsideNames::OutsideNames(std::span<const RuleBase* const> sets) {
  const auto add = [&](const Prefix& prefix) {
    if (prefix.length == 0) return;
    prefixes_.emplace(prefix_key(prefix.address, prefix.length), prefix);
    lengths_.insert(prefix.length);
  };
  for (const RuleBase* base : sets) {
    both_families_ = both_families_ || (base->environment.ipv4 && base->environment.ipv6);
    for (const Conditions& selector : base->selectors)
      for (const Condition& each : selector) {
        if (each.prefix) add(*each.prefix);
        if (each.names) patterns_.emplace_back(each.key, each.names);
      }
    for (const Prefix& prefix : group_prefixes(*base)) add(prefix);
    const FirewallDestinations firewalls = firewall_destinations(base->policies);
    for (const Prefix& prefix : firewalls.prefixes) add(prefix);
    for (const std::string& name : firewalls.names)
      patterns_.emplace_back(name, std::make_shared<DnsPattern>(name, Release()));
  }
  std::ranges::stable_sort(patterns_, std::greater<>(),
                           [](const auto& each) { return each.first.size(); });
}

std::string OutsideNames::of(const Endpoint& endpoint) const {
  if (!endpoint.dns_names.empty()) {
    const std::string& name = endpoint.dns_names.front();
    for (const auto& [pattern, names] : patterns_)
      if (pattern == name) return name;
    for (const auto& [pattern, names] : patterns_)
      if (names->matches(name)) return pattern;
    // That of a pattern which does not match it on either side: an address like any other.
    if (!endpoint.address) return name;
  }
  const Address& address = *endpoint.address;
  for (const int length : lengths_)
    if (length <= address.bits())
      if (const auto found = prefixes_.find(prefix_key(address, length)); found != prefixes_.end())
        return masked_text(found->second);
  if (!both_families_) return "world";
  return address.v6 ? "world-ipv6" : "world-ipv4";
}

void join_families(std::vector<std::string>& names) {
  const auto v4 = std::ranges::find(names, "world-ipv4");
  if (v4 == names.end() || std::next(v4) == names.end() || *std::next(v4) != "world-ipv6") return;
  *v4 = "world";
  names.erase(std::next(v4));
}

void OutsideNames::add_exceptions(std::vector<std::string>& names) const {
  const std::set<std::string> all(names.begin(), names.end());
  for (std::string& name : names) {
    const auto whole = parse_prefix(name);
    if (!whole) continue;
    std::vector<std::string> without;
    const Prefix* last = nullptr;  // what it has is said with it
    for (auto each = prefixes_.upper_bound(prefix_key(whole->address, whole->length));
         each != prefixes_.end() && whole->contains(each->second); ++each)
      if (std::string text = masked_text(each->second);
          !all.contains(text) && (last == nullptr || !last->contains(each->second))) {
        without.push_back(std::move(text));
        last = &each->second;
      }
    constexpr std::size_t kMost = 3;
    if (!without.empty()) name += " but " + base::first_few(std::move(without), kMost);
  }
}

}  // namespace cnplint::policy
