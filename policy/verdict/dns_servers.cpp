// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/dns_servers.h"

#include <algorithm>
#include <array>

#include "policy/model/dns_server.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::policy {
namespace {

using Ports = std::vector<std::uint16_t>;

bool has_pair(const LabelPairs& labels, std::string_view key, std::string_view value) {
  return std::ranges::find(labels, std::pair(key, value)) != labels.end();
}

bool is_among(std::string_view ns, std::span<const std::string> namespaces) {
  return std::ranges::find(dns_namespaces(), ns) != dns_namespaces().end() ||
         std::ranges::find(namespaces, ns) != namespaces.end();
}

/// The label by which a workload is known as a DNS server; null where it is none.
const DnsServerLabel* known_label(const Workload& workload) {
  for (const DnsServerLabel& each : dns_server_labels())
    if (!each.on_nodes && each.ns == workload.ns && has_pair(workload.labels, each.key, each.value))
      return &each;
  return nullptr;
}

bool is_in_front_of(const ServiceManifest& service, const Workload& workload) {
  return selects(service, workload.ns, workload.labels);
}

void add_port(std::uint16_t port, Ports& ports) {
  if (port != 0 && std::ranges::find(ports, port) == ports.end()) ports.push_back(port);
}

/// Where its Services send DNS to; else what its containers call DNS; else what the likes of it
/// listen on.
Ports dns_ports_of(const Workload& workload, std::span<const ServiceManifest* const> services,
                   std::uint16_t otherwise) {
  Ports ports;
  for (const ServiceManifest* service : services)
    if (is_in_front_of(*service, workload))
      for (const ServiceManifest::Port& each : service->ports)
        if (each.port == kDnsPort) add_port(target_of(each, workload.ports), ports);
  if (ports.empty())
    for (const ContainerPort& each : workload.ports)
      if (each.name == "dns" || each.name == "dns-tcp" || each.name == "udp-53")
        add_port(each.port, ports);
  if (ports.empty()) ports.push_back(otherwise);
  return ports;
}

/// The addresses that installers give the cluster's DNS, and the ranges that they are of.
struct UsualAddress {
  std::string_view address;
  std::string_view range;
};
constexpr std::array<UsualAddress, 9> kUsual{{
    {"10.0.0.10", ""},  // a range that much else has
    {"10.96.0.10", "10.96.0.0/12"},
    {"10.43.0.10", "10.43.0.0/16"},
    {"10.100.0.10", "10.100.0.0/16"},
    {"172.20.0.10", "172.20.0.0/16"},
    {"172.30.0.10", "172.30.0.0/16"},
    {"10.152.183.10", "10.152.183.0/24"},
    {"10.233.0.3", "10.233.0.0/18"},
    {"fd00:10:96::a", "fd00:10:96::/112"},
}};

bool is_usual(const Prefix& prefix) {
  return std::ranges::any_of(kUsual, [&](const UsualAddress& each) {
    if (prefix.length == prefix.address.bits())
      return parse_address(each.address) == prefix.address;
    const auto range = parse_prefix(each.range);
    return range && range->length == prefix.length && range->first() == prefix.first();
  });
}

}  // namespace

std::span<const std::string_view> dns_namespaces() {
  static constexpr std::array<std::string_view, 2> kNamespaces{"kube-system", "openshift-dns"};
  return kNamespaces;
}

bool is_dns_service(const ServiceManifest& service, std::span<const std::string> namespaces) {
  return is_among(service.ns, namespaces) &&
         (service.name == "kube-dns" || service.name == "dns-default" ||
          service.name.find("coredns") != std::string_view::npos);
}

std::vector<KnownDnsServer> known_dns_servers(const KnownPods& pods,
                                              std::span<const std::string> namespaces) {
  std::vector<const ServiceManifest*> services;
  for (const ServiceManifest& each : pods.inventory().services)
    if (is_dns_service(each, namespaces)) services.push_back(&each);
  std::vector<KnownDnsServer> servers;
  const auto look_into = [&](std::string_view ns) {
    for (const std::uint32_t pod : pods.in_namespace(ns)) {
      const Workload& workload = pods.workload(pod);
      const DnsServerLabel* label = known_label(workload);
      if (label == nullptr && std::ranges::none_of(services, [&](const ServiceManifest* each) {
            return is_in_front_of(*each, workload);
          }))
        continue;
      servers.push_back(
          {pod, dns_ports_of(workload, services, label == nullptr ? kDnsPort : label->port)});
    }
  };
  for (const std::string_view ns : dns_namespaces()) look_into(ns);
  for (const std::string& ns : namespaces)
    if (!is_among(ns, {})) look_into(ns);
  constexpr std::size_t kMost = 32;  // that each selector is held against
  if (servers.size() > kMost) return {};
  const bool on_node = std::ranges::any_of(
      servers, [&](const KnownDnsServer& each) { return pods.workload(each.pod).host_network; });
  return on_node ? std::vector<KnownDnsServer>() : servers;
}

std::vector<Address> dns_cluster_ips(const Inventory& inventory,
                                     std::span<const std::string> namespaces) {
  std::vector<Address> result;
  for (const ServiceManifest& each : inventory.services)
    if (is_dns_service(each, namespaces))
      result.insert(result.end(), each.cluster_ips.begin(), each.cluster_ips.end());
  return result;
}

bool is_dns_cluster_ip(const Prefix& prefix, std::span<const Address> known) {
  if (prefix.length == 0) return false;
  return is_usual(prefix) ||
         std::ranges::any_of(known, [&](const Address& each) { return prefix.contains(each); });
}

}  // namespace cnplint::policy
