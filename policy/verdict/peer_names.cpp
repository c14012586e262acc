// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/peer_names.h"

#include <utility>

#include "base/text.h"
#include "policy/model/label.h"

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

OutsideNames::OutsideNames(const std::array<const RuleBase*, 2>& rules,
                           const std::array<const PolicyList*, 2>& policies) {
  const auto add = [&](const Prefix& prefix) {
    if (prefix.length == 0) return;
    prefixes_.emplace(prefix_key(prefix.address, prefix.length), prefix);
    lengths_.insert(prefix.length);
  };
  for (const RuleBase* base : rules)
    for (const Conditions& selector : base->selectors)
      for (const Condition& each : selector) {
        if (each.prefix) add(*each.prefix);
        if (each.names) patterns_.push_back(&each);
      }
  for (const PolicyList* list : policies)
    for (const Policy& policy : *list)
      for (const Spec& spec : policy.specs)
        for (const RuleItem& item : spec.items)
          if (is_firewall(policy.kind))
            if (const auto prefix = parse_prefix(item.node.get("to").get("cidrSelector").text()))
              add(*prefix);
}

std::string OutsideNames::of(const Endpoint& endpoint) const {
  if (!endpoint.dns_names.empty()) {
    const std::string& name = endpoint.dns_names.front();
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
    for (auto each = prefixes_.upper_bound(prefix_key(whole->address, whole->length));
         each != prefixes_.end() && whole->contains(each->second); ++each)
      if (std::string text = masked_text(each->second); !all.contains(text))
        without.push_back(std::move(text));
    constexpr std::size_t kMost = 3;
    if (!without.empty()) name += " but " + base::first_few(std::move(without), kMost);
  }
}

}  // namespace cnplint::policy
