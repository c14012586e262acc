// SPDX-License-Identifier: Apache-2.0
//
// The DNS servers of the input: the workloads that are ones, and the addresses of their Services.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/address.h"
#include "policy/verdict/known_pods.h"

namespace cnplint::policy {

/// A workload whose pods answer the cluster's DNS questions.
struct KnownDnsServer {
  std::uint32_t pod = 0;             ///< as KnownPods has it
  std::vector<std::uint16_t> ports;  ///< that its pods listen on for DNS, at least one
};

/// The namespaces where every cluster may have DNS servers.
std::span<const std::string_view> dns_namespaces();

/// The DNS servers among the workloads, by their labels or by the Service in front of them;
/// `namespaces` may have some, too. None where one of them is in the network of its node, which no
/// selector of pods finds, or where there are too many: then who else answers is not known.
std::vector<KnownDnsServer> known_dns_servers(const KnownPods& pods,
                                              std::span<const std::string> namespaces);

/// Whether a Service is in front of DNS servers: it has their name, in one of their namespaces.
bool is_dns_service(const ServiceManifest& service, std::span<const std::string> namespaces);

/// The ClusterIPs of the Services in front of the DNS servers of the input.
std::vector<Address> dns_cluster_ips(const Inventory& inventory,
                                     std::span<const std::string> namespaces);
/// Whether what a prefix means is the ClusterIP of the cluster's DNS, which policies never see
/// (P402): it has a known one, or is one that installers choose, alone or as their range of
/// Services.
bool is_dns_cluster_ip(const Prefix& prefix, std::span<const Address> known);

}  // namespace cnplint::policy
