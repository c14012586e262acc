// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <unordered_map>

#include "policy/verdict/known_pods.h"
#include "rules/services.h"

namespace cnplint::rules::service_without_backends {
namespace {

void add_api_server(const UnresolvedService& service, Report& report) {
  report
      .add(
          service.policy, service.where,
          "the Service of the API server has no pods behind it, only addresses, and Cilium matches "
          "none of them where they are those of nodes; where they are not known " +
              consequence(service))
      .fix.title = "write `toEntities: [kube-apiserver]`";
}

/// The Services of the input by their names.
using Services = std::unordered_multimap<std::string_view, const policy::ServiceManifest*>;

/// The Service of the input that is named; null where there is none.
const policy::ServiceManifest* service_of(const Services& services,
                                          const UnresolvedService& service) {
  const auto [begin, end] = services.equal_range(service.name);
  for (auto each = begin; each != end; ++each)
    if (service.ns.empty() || each->second->ns == service.ns) return each->second;
  return nullptr;
}

void add_named(const Services& services, const UnresolvedService& service, Report& report) {
  const policy::ServiceManifest* manifest = service_of(services, service);
  if (manifest == nullptr) return;
  const bool external = manifest->type == "ExternalName";
  const std::string why = external ? " is an ExternalName, nothing is behind it for Cilium"
                                   : " has no selector, only addresses may be behind it, and pods "
                                     "and nodes are never matched by these";
  lint::Finding& finding = report.add(
      service.policy, service.where,
      "the Service " + service.called() + why + ": " +
          (external ? consequence(service) : "where they are not known " + consequence(service)));
  finding.fix.title = external ? "write `toFQDNs` for the name that it stands for" : "";
  finding.notes.push_back({manifest->place, "the Service"});
  if (!external) {
    finding.severity = lint::Severity::note;
    return;
  }
  if (!service.opens_everything()) return;
  finding.node = service.rule.where;
  finding.claim = lint::Claim::opens_to_world;
}

/// Says of a Service of the input that it selects no workload, where all of its namespace are
/// known.
void check_selector(const lint::ClusterContext& context, const Services& services,
                    const policy::Policy& policy, NodeRef item, Report& report) {
  const NodeRef named = item.get("k8sService");
  const std::string_view ns = string_of(named.get("namespace"));
  const auto [begin, end] = services.equal_range(string_of(named.get("serviceName")));
  for (auto each = begin; each != end; ++each) {
    const policy::ServiceManifest& service = *each->second;
    if (service.ns != ns || service.selector.empty() ||
        context.pods.of_namespace(ns) != policy::Knowledge::complete ||
        !context.pods.behind(service).empty())
      continue;
    report
        .add(policy, item,
             "the Service " + quoted(std::string(ns) + "/" + std::string(service.name)) +
                 " selects no workload of the input: nothing is behind it, and nothing is allowed")
        .notes.push_back({service.place, "the Service"});
  }
}

void check_selectors(const lint::ClusterContext& context, const Services& services,
                     Report& report) {
  for (const policy::Policy& policy : context.policies)
    each_item(policy, [&](const RuleItem& item) {
      if (item.deny) return;
      if (const policy::Peers* peers = item.peers_of(PeerKind::services))
        for (const NodeRef each : peers->list.items())
          check_selector(context, services, policy, each, report);
    });
}

void check(const lint::ClusterContext& context, Report& report) {
  Services services;
  for (const policy::ServiceManifest& each : context.cluster.inventory.services)
    services.emplace(each.name, &each);
  each_unresolved_service(context, [&](const UnresolvedService& service) {
    if (is_api_server(service))
      add_api_server(service, report);
    else if (!service.by_labels())
      add_named(services, service, report);
  });
  check_selectors(context, services, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "service-without-backends",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toServices names a Service that nothing is behind",
    .why =
        R"(`toServices` stands for the pods that a Service selects. The Service `default/kubernetes`, an ExternalName
and any other one without a selector select none, nor does one whose selector no workload of its namespace has. The API server is the entity `kube-apiserver`, on
nodes and outside of the cluster; what an ExternalName stands for is named by `toFQDNs`. Addresses of a
Service without selector become CIDRs, which never match pods and nodes. An entry that nothing is
behind is dropped, and with `toPorts` the rule then allows these ports to **every destination**.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: controller, namespace: ops}
spec:
  endpointSelector: {matchLabels: {app: controller}}
  egress:
  - toServices: [{k8sService: {serviceName: kubernetes, namespace: default}}]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: controller, namespace: ops}
spec:
  endpointSelector: {matchLabels: {app: controller}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)"},
    .facts = "P501 P506 P507 A5.4",
    .check_cluster = check,
};

}  // namespace cnplint::rules::service_without_backends
