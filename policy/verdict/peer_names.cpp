// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/peer_names.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/egress_firewall.h"

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
  if (text.empty()) text = "any pod";
  return ns.empty() ? text : std::string(ns) + "/" + text;
}

OutsideNames::OutsideNames(std::span<const RuleBase* const> sets) {
  const auto add = [&](const Prefix& prefix) {
    if (prefix.length == 0) return;
    prefixes_.emplace(prefix_key(prefix.address, prefix.length), prefix);
    lengths_.insert(prefix.length);
  };
  for (const RuleBase* base : sets) {
    for (const Conditions& selector : base->selectors)
      for (const Condition& each : selector) {
        if (each.prefix) add(*each.prefix);
        if (each.names) patterns_.push_back(&each);
      }
    for (const Prefix& prefix : firewall_destinations(base->policies).prefixes) add(prefix);
  }
  std::ranges::stable_sort(patterns_, std::greater<>(),
                           [](const Condition* each) { return each->key.size(); });
}

std::string OutsideNames::of(const Endpoint& endpoint) const {
  if (!endpoint.dns_names.empty()) {
    const std::string& name = endpoint.dns_names.front();
    for (const Condition* each : patterns_)
      if (each->key == name) return name;
    for (const Condition* each : patterns_)
      if (each->names->matches(name)) return each->key;
    return name;
  }
  const Address& address = *endpoint.address;
  for (const int length : lengths_)
    if (length <= address.bits())
      if (const auto found = prefixes_.find(prefix_key(address, length)); found != prefixes_.end())
        return masked_text(found->second);
  return "world";
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
