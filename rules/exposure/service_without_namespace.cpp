// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::service_without_namespace {
namespace {

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  each_item(context.policy, [&](const RuleItem& item) {
    const policy::Peers* services = item.peers_of(PeerKind::services);
    if (services == nullptr || item.deny) return;
    for (const NodeRef service : services->list.items())
      for (const char* field : {"k8sServiceSelector", "k8sService"}) {
        const NodeRef how = service.get(field);
        if (!how.is_mapping()) continue;
        if (string_of(how.get("namespace")).empty())
          report
              .add(how,
                   "without `namespace`, Services of every namespace are meant, not only those "
                   "of the policy's own")
              .fix = lint::unsafe_fix(
              "add `namespace`: closes Services of that name in other namespaces",
              context.policy.effective_namespace().empty()
                  ? policy::Changes()
                  : policy::Changes{policy::add_entry(
                        how, "namespace",
                        policy::Value::text(std::string(context.policy.effective_namespace())))});
        break;  // of both, only the selector counts
      }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "service-without-namespace",
    .family = lint::Family::exposure,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toServices does not say of which namespace the Service is",
    .why =
        R"(Other than peers by labels, an item of `toServices` without `namespace` is not limited to the policy's
namespace: every Service of that name, or with these labels, in any namespace is allowed, also one that
somebody makes later. Say of which namespace it is.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toServices: [{k8sService: {serviceName: billing, namespace: shop}}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
)"},
    .facts = "P504 A5.4",
    .check_policy = check,
};

}  // namespace cnplint::rules::service_without_namespace
