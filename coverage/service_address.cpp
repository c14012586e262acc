// SPDX-License-Identifier: Apache-2.0
#include "coverage/service_address.h"

#include <algorithm>
#include <array>
#include <optional>

#include "policy/model/cluster_addresses.h"

namespace cnplint::coverage {
namespace {

using flows::CapturedEndpointKind;

/// What installers and clouds choose for Services: kubeadm and EKS, k3s and RKE2, OpenShift, EKS,
/// MicroK8s, GKE, Kubespray, DigitalOcean; of IPv6 kind, and k3s and RKE2 as their manuals have it.
constexpr std::array<std::string_view, 10> kUsualRanges{
    "10.96.0.0/12",    "10.43.0.0/16",  "172.30.0.0/16", "172.20.0.0/16",    "10.152.183.0/24",
    "34.118.224.0/20", "10.233.0.0/18", "10.245.0.0/16", "fd00:10:96::/112", "2001:cafe:43::/112"};

std::string full_name(const policy::ServiceManifest& service) {
  return std::string(service.ns) + "/" + std::string(service.name);
}

bool is_address_of_no_pod(const flows::CapturedEndpoint& endpoint) {
  return (endpoint.kind == CapturedEndpointKind::external ||
          endpoint.kind == CapturedEndpointKind::unknown) &&
         !endpoint.address.empty();
}

/// The prefix in which the Services of a cluster with this address are likely all.
std::string beside(const policy::Address& address) {
  constexpr int kV4 = 16;
  constexpr int kV6 = 112;
  return policy::prefix_key(address, address.v6 ? kV6 : kV4);
}

std::optional<std::string_view> usual_range(const policy::Address& address) {
  static const auto kPrefixes = [] {
    std::array<policy::Prefix, kUsualRanges.size()> all;
    std::ranges::transform(kUsualRanges, all.begin(),
                           [](std::string_view text) { return *policy::parse_prefix(text); });
    return all;
  }();
  for (std::size_t i = 0; i < kPrefixes.size(); ++i)
    if (kPrefixes[i].contains(address)) return kUsualRanges[i];
  return std::nullopt;
}

/// Names that search paths make of others are none of the outside's.
bool is_of_cluster(std::string_view name) {
  return name.find('.') == std::string_view::npos || name.ends_with(".svc") ||
         name.find(".svc.") != std::string_view::npos;
}

}  // namespace

std::string service_of_name(std::string_view name) {
  const std::size_t dot = name.find('.');
  if (dot == 0 || dot == std::string_view::npos) return {};
  const std::size_t second = name.find('.', dot + 1);
  if (second == std::string_view::npos || second == dot + 1) return {};
  const std::string_view rest = name.substr(second + 1);
  if (rest != "svc" && !rest.starts_with("svc.")) return {};
  return std::string(name.substr(dot + 1, second - dot - 1)) + "/" +
         std::string(name.substr(0, dot));
}

ServiceAddresses::ServiceAddresses(const policy::Inventory& inventory,
                                   const flows::Capture& capture) {
  for (const policy::ServiceManifest& service : inventory.services) {
    by_name_.try_emplace(full_name(service), &service);
    for (const auto* list : {&service.cluster_ips, &service.load_balancer_ips})
      for (const policy::Address& each : *list)
        by_address_.try_emplace(policy::to_string(each), &service);
    for (const policy::Address& each : service.cluster_ips) beside_.insert(beside(each));
  }
  for (const flows::CapturedConnection& each : capture.connections) {
    const flows::CapturedEndpoint& to = capture.endpoints[each.destination];
    if (each.service.empty() || !is_address_of_no_pod(to)) continue;
    // Addresses of load balancers may be anywhere.
    const auto address = policy::parse_address(to.address);
    if (address && policy::is_private(*address)) beside_.insert(beside(*address));
  }
}

const policy::ServiceManifest* ServiceAddresses::named(const std::string& service) const {
  const auto found = by_name_.find(service);
  return found == by_name_.end() ? nullptr : found->second;
}

std::string ServiceAddresses::service_of(const flows::CapturedConnection& connection,
                                         const flows::CapturedEndpoint& to) const {
  if (!connection.service.empty()) return connection.service;
  if (by_name_.empty() || !is_address_of_no_pod(to)) return {};
  if (const auto address = policy::parse_address(to.address))
    if (const auto found = by_address_.find(policy::to_string(*address));
        found != by_address_.end())
      return full_name(*found->second);
  // One without a selector may lead outside.
  for (const std::string& name : connection.names)
    if (const auto* service = named(service_of_name(name));
        service != nullptr && !service->selector.empty() && service->type != "ExternalName")
      return full_name(*service);
  return {};
}

std::string ServiceAddresses::likely(const flows::CapturedConnection& connection,
                                     const flows::CapturedEndpoint& to) const {
  constexpr const char* kWayOn =
      ", which no policy sees: manifests of the Services would name its pods";
  if (!is_address_of_no_pod(to)) return {};
  const auto address = policy::parse_address(to.address);
  if (!address) return {};
  const auto range = usual_range(*address);
  if (!policy::is_private(*address) && !range) return {};
  for (const std::string& name : connection.names)
    if (const std::string service = service_of_name(name); !service.empty())
      return named(service) != nullptr ? "" : "the address of the Service " + service + kWayOn;
  if (!std::ranges::all_of(connection.names, is_of_cluster)) return {};
  if (beside_.contains(beside(*address)))
    return std::string("likely the address of a Service, as others beside it") + kWayOn;
  if (!range) return {};
  return "likely the address of a Service, as " + std::string(*range) + " is usual for them" +
         kWayOn;
}

}  // namespace cnplint::coverage
