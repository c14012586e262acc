// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "policy/model/cluster_addresses.h"
#include "rules/cidr.h"
#include "rules/dns.h"

namespace cnplint::rules::cidr_of_cluster_address {
namespace {

using policy::ClusterAddress;
using policy::ServiceManifest;
using Kind = ClusterAddress::Kind;

std::string labels_text(const policy::LabelPairs& labels) {
  std::string text;
  for (const auto& [key, value] : labels)
    text += (text.empty() ? "" : ", ") + std::string(key) + ": " + std::string(value);
  return "{" + text + "}";
}

/// The ports of the pods behind a Service.
std::string pod_ports(const ServiceManifest& service) {
  std::vector<std::string> ports;
  for (const ServiceManifest::Port& each : service.ports)
    ports.push_back(each.target.empty() ? std::to_string(each.port) : std::string(each.target));
  return ports.empty() ? "" : " on their port " + base::first_few(ports, 3);
}

/// One of the ranges of RFC 1918, which whoever means "the private networks" writes.
bool is_private_range(const policy::Prefix& prefix) {
  const std::string text = masked_text(prefix);
  return text == "172.16.0.0/12" || text == "192.168.0.0/16";
}

class Finder {
 public:
  Finder(const lint::ClusterContext& context, Report& report)
      : inventory_(context.cluster.inventory),
        addresses_(inventory_),
        dns_namespaces_(dns_namespaces(context)),
        dns_(policy::dns_cluster_ips(inventory_, dns_namespaces_)),
        groups_(context.rules->surroundings.cidr_groups),
        report_(report) {}

  void look_at(const policy::Policy& policy, const RuleItem& item) {
    std::array<std::vector<Hit>, 6> hits;  // by what they are, so that one cause is told once
    const auto look = [&](const Cidr& cidr) {
      if (const auto hit = hit_of(policy, item, cidr)) hits.at(hit->cause).push_back(*hit);
    };
    each_cidr(item, look);
    if (const policy::Peers* peers = item.peers_of(PeerKind::cidr_set))
      for (const NodeRef peer : peers->list.items()) each_cidr_of_groups(peer, groups_, look);
    for (const std::vector<Hit>& same : hits)
      if (!same.empty()) tell(policy, same);
  }

 private:
  struct Hit {
    std::size_t cause = 0;
    NodeRef where;
    std::string message;
    std::string fix;
    lint::Severity severity = lint::Severity::warning;
    base::SourceRange place = {};
  };

  void tell(const policy::Policy& policy, const std::vector<Hit>& same) {
    lint::Finding& finding = report_.add(policy, same.front().where, same.front().message);
    finding.severity = same.front().severity;
    finding.fix.title = same.front().fix;
    if (same.front().place.file != nullptr)
      finding.notes.push_back({same.front().place, "it stands here"});
    constexpr std::size_t kMostNotes = 8;
    for (std::size_t i = 1; i < std::min(same.size(), kMostNotes + 1); ++i)
      finding.notes.push_back({lint::culprit_range(same[i].where), same[i].message});
  }

  std::optional<Hit> hit_of(const policy::Policy& policy, const RuleItem& item, const Cidr& cidr) {
    if (cidr.prefix.length == 0) return std::nullopt;
    if (is_single(cidr.prefix))
      for (const ClusterAddress& each : addresses_.within(cidr.prefix))
        return hit_of_address(policy, item, cidr, each);
    if (const policy::NodeManifest* node = addresses_.node_with_pods(cidr.prefix)) {
      return Hit{
          3, cidr.where,
          name_of(cidr) +
              (is_single(cidr.prefix) ? " is an address of a pod" : " are addresses of pods") +
              " of Node " + std::string(node->name) + ": CIDR rules select no pods",
          "select the pods by their labels"};
    }
    if (asks_for_dns(item) && policy::is_dns_cluster_ip(cidr.prefix, dns_))
      return dns_hit(policy, cidr);
    return hit_of_range(cidr);
  }

  Hit hit_of_address(const policy::Policy& policy, const RuleItem& item, const Cidr& cidr,
                     const ClusterAddress& address) const {
    const std::string name = name_of(cidr);
    if (address.kind == Kind::load_balancer) {
      const ServiceManifest& service = inventory_.services[address.index];
      return {5,
              cidr.where,
              name + " is the address of the load balancer of Service " + full_name(service) +
                  ": in the cluster that leads straight to its pods, which CIDR rules never select",
              fix_for(policy, item, service),
              lint::Severity::warning,
              service.place};
    }
    if (address.kind == Kind::cluster_ip) {
      const ServiceManifest& service = inventory_.services[address.index];
      return {0,
              cidr.where,
              name + " is the ClusterIP of Service " + full_name(service) +
                  ": policies are decided for the pod behind it and never see it",
              fix_for(policy, item, service),
              lint::Severity::warning,
              service.place};
    }
    if (address.kind == Kind::pod) {
      const policy::Workload& pod = inventory_.workloads[address.index];
      return {1,
              cidr.where,
              name + " is the address of " + pod.subject + ": CIDR rules select no pods",
              "select it by its labels " + quoted(labels_text(pod.labels)),
              lint::Severity::warning,
              pod.place};
    }
    return {2, cidr.where,
            name + " is Node " + std::string(inventory_.nodes[address.index].name) +
                ": CIDR rules select no nodes (unless Cilium runs with `policy-cidr-match-mode: "
                "nodes`)",
            fix_for_node(policy, item)};
  }

  static std::string full_name(const ServiceManifest& service) {
    return std::string(service.ns) + "/" + std::string(service.name);
  }

  static std::string fix_for_node(const policy::Policy& policy, const RuleItem& item) {
    const std::string field = item.direction == Direction::egress ? "toEntities" : "fromEntities";
    const std::string entities = "`" + field + ": [host, remote-node]`";
    const std::string server = ", or `[kube-apiserver]` where the API server is meant";
    return policy::is_cilium(policy.kind)
               ? "write " + entities + server
               : "no NetworkPolicy selects nodes: write a CiliumNetworkPolicy with " + entities +
                     server;
  }

  static std::string fix_for(const policy::Policy& policy, const RuleItem& item,
                             const ServiceManifest& service) {
    const bool cilium = policy::is_cilium(policy.kind);
    if (service.name == "kubernetes" && service.ns == "default")
      return std::string(cilium ? "write" : "write a CiliumNetworkPolicy with") +
             " `toEntities: [kube-apiserver]`";
    if (service.selector.empty())
      return "write the addresses of its endpoints, or select what is behind them";
    const bool own = policy.effective_namespace() == service.ns;
    policy::LabelPairs labels = service.selector;
    if (cilium && !own)
      labels.insert(labels.begin(), {"k8s:io.kubernetes.pod.namespace", service.ns});
    std::string selector;
    if (cilium)
      selector =
          std::string(item.direction == Direction::egress ? "toEndpoints" : "fromEndpoints") +
          ": [{matchLabels: " + labels_text(labels) + "}]";
    else
      selector = "podSelector: {matchLabels: " + labels_text(labels) + "}";
    if (!cilium && !own)
      selector += ", namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: " +
                  std::string(service.ns) + "}}";
    return "select its pods with `" + selector + "`" + pod_ports(service);
  }

  static bool asks_for_dns(const RuleItem& item) {
    for (const policy::PortRule& rule : item.port_rules)
      for (const NodeRef port : rule.ports)
        if (port.get("port").text() == "53") return true;
    return false;
  }

  Hit dns_hit(const policy::Policy& policy, const Cidr& cidr) const {
    const bool cilium = policy::is_cilium(policy.kind);
    return {
        4, cidr.where,
        name_of(cidr) +
            (is_single(cidr.prefix) ? " is the usual ClusterIP of the cluster's DNS"
                                    : " has the ClusterIP of the cluster's DNS") +
            ": policies are decided for the pod behind it and never see it, so this allows no DNS",
        std::string("select the pods of the DNS in kube-system") +
            (cilium ? " with `toEndpoints`" : " with `namespaceSelector` and `podSelector`")};
  }

  /// A range that has addresses of the cluster among others: the others may be meant.
  std::optional<Hit> hit_of_range(const Cidr& cidr) const {
    constexpr int kWidest = 12;  // wider ones are of whole organisations
    if (cidr.prefix.length < kWidest || is_single(cidr.prefix) || is_private_range(cidr.prefix))
      return std::nullopt;
    const auto exceptions = exceptions_of(cidr);
    std::vector<std::string> names;
    bool more = false;
    constexpr std::size_t kMostTried = 100;
    const auto within = addresses_.within(cidr.prefix);
    constexpr std::size_t kShown = 3;
    for (const ClusterAddress& each : within.first(std::min(within.size(), kMostTried))) {
      const bool out = std::ranges::any_of(
          exceptions, [&](const policy::Prefix& prefix) { return prefix.contains(each.address); });
      if (out) continue;
      std::string name = name_of_address(each);
      if (std::ranges::find(names, name) != names.end()) continue;
      more = names.size() == kShown;
      if (more) break;
      names.push_back(std::move(name));
    }
    for (const policy::NodeManifest* node : addresses_.nodes_with_pods_within(cidr.prefix)) {
      const bool out = std::ranges::any_of(exceptions, [&](const policy::Prefix& prefix) {
        return std::ranges::any_of(node->pod_cidrs,
                                   [&](const auto& each) { return prefix.contains(each); });
      });
      more = more || (!out && names.size() == kShown);
      if (out || more) continue;
      names.push_back("the pods of Node " + std::string(node->name));
    }
    if (names.empty()) return std::nullopt;
    return Hit{3, cidr.where,
               name_of(cidr) + " has " + base::joined(names, ", ") + (more ? " and more" : "") +
                   " in it, which CIDR rules never select",
               "select pods by their labels, nodes by entities", lint::Severity::note};
  }

  [[nodiscard]] std::string name_of_address(const ClusterAddress& address) const {
    if (address.kind == Kind::node)
      return "Node " + std::string(inventory_.nodes[address.index].name);
    if (address.kind == Kind::pod) return inventory_.workloads[address.index].subject;
    if (address.kind == Kind::load_balancer)
      return "the load balancer of Service " + full_name(inventory_.services[address.index]);
    return "the ClusterIP of Service " + full_name(inventory_.services[address.index]);
  }

  const policy::Inventory& inventory_;
  policy::ClusterAddresses addresses_;
  std::vector<std::string> dns_namespaces_;
  std::vector<policy::Address> dns_;
  const std::vector<policy::CidrGroup>& groups_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  Finder finder(context, report);
  for (const policy::Policy& policy : context.policies)
    if (!policy::is_firewall(policy.kind))
      each_item(policy, [&](const RuleItem& item) { finder.look_at(policy, item); });
}

}  // namespace

CNPLINT_RULE{
    .name = "cidr-of-cluster-address",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a CIDR for something in the cluster, which no CIDR rule selects",
    .why =
        R"(CIDR rules, `ipBlock` among them, are about addresses outside the cluster. Whatever has an identity is known
by it and by nothing else: pods by their labels, nodes by the entities `host`, `remote-node` and
`kube-apiserver`. The ClusterIP of a Service is never seen, as policies are decided once it has been
translated to a pod. Known are the addresses and pod CIDRs of the Nodes of the input, the ClusterIPs of
its Services, those of their load balancers, the addresses of its Pods, and the ClusterIPs that installers
give the cluster's DNS, where the port is 53. The CIDRs of a CiliumCIDRGroup count where a policy names
it. A range that has such addresses among others is a note.)",
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
  - toCIDR: [10.96.12.7/32]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: checkout, namespace: shop}
spec:
  clusterIP: 10.96.12.7
  selector: {app: checkout}
  ports: [{port: 80, targetPort: 8080}]
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
---
apiVersion: v1
kind: Service
metadata: {name: checkout, namespace: shop}
spec:
  clusterIP: 10.96.12.7
  selector: {app: checkout}
  ports: [{port: 80, targetPort: 8080}]
)"},
    .facts = "P401 P402 P603 A5.1 A5.2 A5.4 D17",
    .check_cluster = check,
};

}  // namespace cnplint::rules::cidr_of_cluster_address
