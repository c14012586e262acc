// SPDX-License-Identifier: Apache-2.0
//
// What rules about toServices share.
#pragma once

#include <string>
#include <string_view>

#include "policy/model/cluster_facts.h"
#include "rules/selectors.h"

namespace cnplint::rules {

/// An item of toServices in a rule that allows, and that Cilium resolves to nothing.
struct UnresolvedService {
  const policy::Policy& policy;
  const policy::PolicyRule& rule;
  NodeRef where;
  std::string_view name;  ///< of the service; empty where it is selected by labels
  std::string_view ns;    ///< empty: every namespace

  [[nodiscard]] bool by_labels() const {
    return policy::is_stored(where.get("k8sServiceSelector"));
  }
  [[nodiscard]] std::string called() const {
    return quoted(ns.empty() ? std::string(name) : std::string(ns) + "/" + std::string(name));
  }
  /// Whether the rule has no destination because of it, and so allows all of them.
  [[nodiscard]] bool opens_everything() const { return rule.any_peer && !rule.ports.empty(); }
};

/// Calls body(service) for every one whose names are known.
template <class Body>
void each_unresolved_service(const lint::ClusterContext& context, const Body& body) {
  for (const policy::PolicyRule& rule : context.rules->rules) {
    if (!rule.allows()) continue;
    for (const NodeRef where : rule.unresolved_services) {
      UnresolvedService service{context.policies[rule.policy], rule, where, {}, {}};
      const NodeRef by_name = where.get("k8sService");
      const NodeRef by_labels = where.get("k8sServiceSelector");
      service.name = service.by_labels() ? "" : string_of(by_name.get("serviceName"));
      service.ns = string_of((service.by_labels() ? by_labels : by_name).get("namespace"));
      if (policy::has_placeholder(service.name) || policy::has_placeholder(service.ns)) continue;
      if (!service.by_labels() && service.name.empty()) continue;
      body(service);
    }
  }
}

/// The Service of the API server, which every cluster has and no manifest.
inline bool is_api_server(const UnresolvedService& service) {
  return service.name == "kubernetes" && (service.ns.empty() || service.ns == "default");
}

/// What an unresolved service makes of its rule.
inline std::string consequence(const UnresolvedService& service) {
  if (service.opens_everything()) return "the rule allows every destination on these ports";
  return "it allows nothing";
}

}  // namespace cnplint::rules
