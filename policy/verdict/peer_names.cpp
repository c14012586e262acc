// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/peer_names.h"

#include <algorithm>

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

std::string name_of_outside(const Endpoint& endpoint, const std::array<const RuleBase*, 2>& rules) {
  if (!endpoint.dns_names.empty()) {
    for (const RuleBase* base : rules)
      for (const Conditions& selector : base->selectors)
        for (const Condition& each : selector)
          if (each.names && each.names->matches(endpoint.dns_names.front())) return each.key;
    return endpoint.dns_names.front();
  }
  const Prefix* narrowest = nullptr;
  for (const RuleBase* base : rules)
    for (const Conditions& selector : base->selectors)
      for (const Condition& each : selector)
        if (each.prefix && each.prefix->contains(*endpoint.address) &&
            (narrowest == nullptr || each.prefix->length > narrowest->length))
          narrowest = each.prefix.get();
  return narrowest == nullptr ? "world" : masked_text(*narrowest);
}

}  // namespace cnplint::policy
