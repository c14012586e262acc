// SPDX-License-Identifier: Apache-2.0
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "rules/services.h"

namespace cnplint::rules::unknown_service {
namespace {

/// The names of the Services of the input by their namespace; under the empty one all of them.
using Names = std::map<std::string_view, std::vector<std::string_view>, std::less<>>;

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : complete_(context.cluster.inventory.complete.value_or(false)), report_(report) {
    for (const policy::ServiceManifest& each : context.cluster.inventory.services)
      for (const std::string_view ns : {each.ns, std::string_view()}) {
        std::vector<std::string_view>& names = names_[ns];
        // A namespace has few services; of one that has many, only some are compared.
        constexpr std::size_t kMostCompared = 64;
        if (names.size() < kMostCompared) names.push_back(each.name);
      }
    for (const policy::ServiceManifest& each : context.cluster.inventory.services) {
      for (const std::string_view ns : {each.ns, std::string_view()}) known_.emplace(ns, each.name);
      places_.emplace(each.name, each.ns);
    }
  }

  void look_at(const UnresolvedService& service) {
    if (is_api_server(service) || is_there(service)) return;
    const std::string near = meant(service);
    const bool has_others = names_.contains(service.ns);
    if (!has_others && near.empty() && !complete_) return;
    std::string message = service.by_labels()
                              ? "no Service of the input fits this selector, "
                              : "the input has no Service " + service.called() + ", ";
    message += "without one " + consequence(service);
    if (!near.empty()) message += ", did you mean " + quoted(near) + "?";
    lint::Finding& finding = report_.add(service.policy, service.where, std::move(message));
    if (!near.empty()) finding.fix = fix_of(service, near);
    // Of every namespace at once the input hardly ever has all Services.
    if (service.ns.empty() && !complete_ && near.empty()) finding.severity = lint::Severity::note;
    if (!service.opens_everything()) return;
    finding.node = service.rule.where;
    finding.claim = lint::Claim::opens_to_world;
  }

 private:
  static lint::Fix fix_of(const UnresolvedService& service, const std::string& near) {
    const NodeRef by_name = service.where.get("k8sService");
    const std::size_t slash = near.find('/');
    policy::Changes changes;
    if (base::differ_in_digits(near, service.name))
      changes.clear();
    else if (slash == std::string::npos)
      changes = {policy::set_text(by_name.get("serviceName"), near)};
    else if (const NodeRef ns = by_name.get("namespace"); ns.is_scalar())
      changes = {policy::set_text(ns, near.substr(0, slash))};
    return lint::unsafe_fix("write " + quoted(near) + ": opens egress to what is behind it" +
                                (service.opens_everything() ? " and closes all other" : ""),
                            std::move(changes));
  }
  /// Whether the input has it, and yet nothing is behind it.
  [[nodiscard]] bool is_there(const UnresolvedService& service) const {
    return !service.by_labels() && known_.contains(std::pair(service.ns, service.name));
  }

  /// The Service that was meant: of nearly the same name in the namespace, or of the same name in
  /// another one, as `namespace/name`; empty where none is known.
  [[nodiscard]] std::string meant(const UnresolvedService& service) const {
    if (service.by_labels()) return {};
    if (const auto names = names_.find(service.ns); names != names_.end())
      if (const auto near = base::nearest_spelling(service.name, names->second); !near.empty())
        return std::string(near);
    if (service.ns.empty()) return {};
    const auto [begin, end] = places_.equal_range(service.name);
    if (begin == end || std::next(begin) != end) return {};
    return std::string(begin->second) + "/" + std::string(service.name);
  }

  bool complete_;
  Names names_;
  std::multimap<std::string_view, std::string_view> places_;  ///< namespaces by name
  std::set<std::pair<std::string_view, std::string_view>> known_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  Checker checker(context, report);
  each_unresolved_service(context,
                          [&](const UnresolvedService& service) { checker.look_at(service); });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-service",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "toServices names a Service that the input does not have",
    .why =
        R"(Cilium replaces an entry of `toServices` by what is behind the Service. Where there is no such Service,
nothing is left of the entry: without `toPorts` the rule allows nothing, and with `toPorts` it allows
these ports to **every destination**, the internet included. Reported where the input has other Services
of the namespace, or one of the name in another. Name the pods by their labels with `toEndpoints`: that fails closed.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: biling, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop}
spec: {selector: {app: billing}, ports: [{port: 8443}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop}
spec: {selector: {app: billing}, ports: [{port: 8443}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: billing, namespace: shop}
spec: {selector: {app: billing}, ports: [{port: 8443}]}
)"},
    .facts = "P501 P504 A3.6 A5.4",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_service
