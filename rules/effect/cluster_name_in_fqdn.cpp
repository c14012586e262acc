// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>

#include "policy/model/cluster_facts.h"
#include "policy/model/dns_name.h"
#include "rules/fqdn.h"

namespace cnplint::rules::cluster_name_in_fqdn {
namespace {

/// The Services of the input by `name.namespace`.
class Services {
 public:
  explicit Services(const policy::Inventory& inventory) {
    for (const policy::ServiceManifest& each : inventory.services)
      by_name_.try_emplace(std::string(each.name) + "." + std::string(each.ns), &each);
  }

  [[nodiscard]] const policy::ServiceManifest* find(std::string_view name,
                                                    std::string_view ns) const {
    const auto found = by_name_.find(std::string(name) + "." + std::string(ns));
    return found == by_name_.end() ? nullptr : found->second;
  }

 private:
  std::unordered_map<std::string, const policy::ServiceManifest*> by_name_;
};

/// What a name is of a cluster.
struct Meaning {
  bool of_cluster = false;
  const policy::ServiceManifest* service = nullptr;
  std::string_view name;
  std::string_view ns;
};

Meaning meaning_of(const DnsLabels& dns, std::string_view own, const Services& services) {
  const auto& labels = dns.labels;
  const auto at = [&](std::size_t i) { return i < labels.size() ? labels[i] : std::string_view(); };
  // The Service is what stands before `svc`; headless ones have names of pods before it.
  const auto svc = std::ranges::find(labels, "svc");
  const auto place = static_cast<std::size_t>(svc - labels.begin());
  const bool of_service = svc != labels.end() && place >= 2;
  Meaning meaning;
  meaning.ns = of_service ? labels[place - 1] : labels.size() == 2 ? at(1) : own;
  meaning.name = of_service ? labels[place - 2] : at(0);
  if (of_service || labels.size() <= 2) meaning.service = services.find(meaning.name, meaning.ns);
  const bool domain = dns.text == "cluster.local" || dns.text.ends_with(".cluster.local");
  const bool short_form = svc != labels.end() && place + 1 == labels.size();
  meaning.of_cluster = domain || short_form || meaning.service != nullptr || labels.size() == 1;
  return meaning;
}

/// Whether a Service leads out of the cluster: then its name is learned like any other.
bool leads_outside(const policy::ServiceManifest* service) {
  return service != nullptr && (service->type == "ExternalName" || service->selector.empty());
}

std::string fix_for(const Meaning& meaning, std::string_view own) {
  if (meaning.name == "kubernetes" && meaning.ns == "default")
    return "write `toEntities: [kube-apiserver]`";
  if (meaning.service == nullptr || meaning.service->selector.empty())
    return "select the pods with `toEndpoints`, or the Service with `toServices`";
  std::string labels;
  if (meaning.ns != own)
    labels = "k8s:io.kubernetes.pod.namespace: " + std::string(meaning.ns) + ", ";
  for (const auto& [key, value] : meaning.service->selector)
    labels += std::string(key) + ": " + std::string(value) + ", ";
  labels.resize(labels.size() - 2);
  return "write `toEndpoints: [{matchLabels: {" + labels + "}}]`, with the port of the pods";
}

std::string message_for(const Fqdn& fqdn, const DnsLabels& dns, const Meaning& meaning) {
  const std::string name = quoted(fqdn.text);
  if (meaning.service != nullptr)
    return name + " is Service " + std::string(meaning.ns) + "/" + std::string(meaning.name) +
           ": `toFQDNs` never matches what leads to pods of the cluster";
  if (dns.labels.size() == 1)
    return name +
           " has no dot: it can only be a name of the cluster, which is asked for with the "
           "search list, and `toFQDNs` never matches";
  return name + (fqdn.pattern ? " are names in the cluster" : " is a name in the cluster") +
         ": `toFQDNs` never matches what leads to its pods";
}

void check(const lint::ClusterContext& context, Report& report) {
  const Services services(context.cluster.inventory);
  for (const policy::Policy& policy : context.policies) {
    const std::string_view own = policy.effective_namespace();
    each_fqdn(policy, [&](const Fqdn& fqdn) {
      const DnsLabels dns(fqdn.text);
      const bool star = fqdn.text.find('*') != std::string_view::npos;
      if (dns.labels.size() == 1 && (star || !policy::is_host_name(dns.text))) return;
      const Meaning meaning = meaning_of(dns, own, services);
      if (meaning.of_cluster && !leads_outside(meaning.service))
        report.add(policy, fqdn.where, message_for(fqdn, dns, meaning)).fix.title =
            fix_for(meaning, own);
    });
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "cluster-name-in-fqdn",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "toFQDNs for a name that leads to pods of the cluster",
    .why =
        R"(`toFQDNs` allows the addresses that DNS gives for a name, as rules with CIDRs do: only those outside of the
cluster. What leads to pods or nodes, such as `cart.shop.svc.cluster.local`, is never matched, whatever
the proxy sees: pods are known by their labels. Select them with `toEndpoints`, or their Service with
`toServices`; the API server is the entity `kube-apiserver`. A Service of type ExternalName, or one
without a selector whose endpoints are outside, does lead out: where the input has it, nothing is said.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toFQDNs: [{matchName: checkout.shop.svc.cluster.local}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toEndpoints: [{matchLabels: {app: checkout}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "P603 P605 A5.3",
    .check_cluster = check,
};

}  // namespace cnplint::rules::cluster_name_in_fqdn
