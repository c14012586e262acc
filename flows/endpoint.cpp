// SPDX-License-Identifier: Apache-2.0
#include "flows/endpoint.h"

#include <algorithm>
#include <array>

namespace cnplint::flows {
namespace {

constexpr std::string_view kReserved = "reserved:";
constexpr std::string_view kCidr = "cidr:";
constexpr std::string_view kWorld = "reserved:world";
constexpr std::string_view kNamespaceKey = "io.kubernetes.pod.namespace";
constexpr std::string_view kClusterKey = "io.cilium.k8s.policy.cluster";
/// Identities from here on are of the node alone: CIDRs.
constexpr std::uint32_t kLocalIdentities = 1U << 24U;

struct ReservedIdentity {
  std::uint32_t number;
  std::string_view label;
};
constexpr std::array<ReservedIdentity, 10> kReservedIdentities{{{1, "reserved:host"},
                                                                {2, "reserved:world"},
                                                                {3, "reserved:unmanaged"},
                                                                {4, "reserved:health"},
                                                                {5, "reserved:init"},
                                                                {6, "reserved:remote-node"},
                                                                {7, "reserved:kube-apiserver"},
                                                                {8, "reserved:ingress"},
                                                                {9, "reserved:world-ipv4"},
                                                                {10, "reserved:world-ipv6"}}};

/// The pod's name without what Deployments, DaemonSets, StatefulSets and Jobs append: groups of
/// letters without vowels and digits.
std::string_view without_generated_end(std::string_view pod) {
  constexpr std::string_view kAlphabet = "bcdfghjklmnpqrstvwxz0123456789";
  constexpr std::size_t kLongestGroup = 10;
  for (int group = 0; group < 2; ++group) {
    const std::size_t dash = pod.rfind('-');
    if (dash == std::string_view::npos || dash == 0) break;
    const std::string_view end = pod.substr(dash + 1);
    const bool number = end.find_first_not_of("0123456789") == std::string_view::npos;
    const bool generated = end.size() >= 5 && end.size() <= kLongestGroup &&
                           end.find_first_not_of(kAlphabet) == std::string_view::npos;
    if (end.empty() || (!number && !generated)) break;
    pod = pod.substr(0, dash);
    if (number && end.size() < 5) break;  // the ordinal of a StatefulSet
  }
  return pod;
}

void take_first(std::string& mine, const std::string& other) {
  if (mine.empty() || (!other.empty() && other < mine)) mine = other;
}

CapturedEndpointKind kind_of(const CapturedEndpoint& endpoint, std::uint32_t identity) {
  bool reserved = false;
  for (const std::string& label : endpoint.labels) {
    if (label.starts_with(kWorld) || label.starts_with(kCidr))
      return CapturedEndpointKind::external;
    reserved |= label.starts_with(kReserved);
  }
  if (reserved) return CapturedEndpointKind::reserved;
  if (!endpoint.pod.empty() || !endpoint.ns.empty() || !endpoint.labels.empty())
    return CapturedEndpointKind::pod;
  return identity >= kLocalIdentities ? CapturedEndpointKind::external
                                      : CapturedEndpointKind::unknown;
}

/// Of an external endpoint only what its traffic has: `cidr:` labels are those of some policy's
/// prefixes (fact B3.4). They stand in for an address that the capture does not have.
void reduce_external(CapturedEndpoint& endpoint) {
  std::vector<std::string> kept;
  for (std::string& label : endpoint.labels) {
    if (label.starts_with("fqdn:") || label.starts_with("cidrgroup:") ||
        label == "reserved:kube-apiserver")
      kept.push_back(std::move(label));
    else if (label.starts_with(kCidr))
      endpoint.address = std::max(endpoint.address, label.substr(kCidr.size()));
  }
  endpoint.labels = std::move(kept);
}

}  // namespace

std::string CapturedEndpoint::key() const {
  std::string text(1, static_cast<char>('0' + static_cast<int>(kind)));
  const auto add = [&](const std::string& part) { text.append(1, '\0').append(part); };
  add(cluster);
  add(ns);
  for (const std::string& label : labels) add(label);
  // Without labels only the name tells pods apart.
  if (is_unlabelled_pod()) add(workload.empty() ? pod : workload);
  if (kind == CapturedEndpointKind::external || kind == CapturedEndpointKind::unknown) add(address);
  return text;
}

void CapturedEndpoint::merge(const CapturedEndpoint& other) {
  take_first(pod, other.pod);
  if (workload.empty() ||
      (!other.workload.empty() &&
       std::tie(other.workload_kind, other.workload) < std::tie(workload_kind, workload))) {
    workload_kind = other.workload_kind;
    workload = other.workload;
  }
}

CapturedEndpoint endpoint_of(const FlowEndpoint& fields) {
  CapturedEndpoint endpoint;
  endpoint.ns = fields.ns;
  endpoint.pod = fields.pod;
  endpoint.labels = fields.labels;
  endpoint.workload_kind = fields.workload_kind;
  endpoint.workload = fields.workload_name;
  if (endpoint.labels.empty())
    for (const ReservedIdentity& each : kReservedIdentities)
      if (each.number == fields.identity) endpoint.labels.emplace_back(each.label);
  // A node that does not know the identity of a remote pod yet reports the world, with its name.
  if (!endpoint.pod.empty())
    std::erase_if(endpoint.labels,
                  [](const std::string& label) { return label.starts_with(kWorld); });
  endpoint.kind = kind_of(endpoint, fields.identity);
  if (endpoint.kind == CapturedEndpointKind::external) reduce_external(endpoint);
  if (endpoint.kind == CapturedEndpointKind::reserved ||
      endpoint.kind == CapturedEndpointKind::external) {
    endpoint.ns.clear();
    endpoint.pod.clear();
    endpoint.workload.clear();
    endpoint.workload_kind.clear();
  }
  if (endpoint.kind == CapturedEndpointKind::pod) {
    endpoint.cluster = std::string(label_value(endpoint, kClusterKey));
    if (endpoint.cluster.empty()) endpoint.cluster = fields.cluster;
    if (endpoint.ns.empty()) endpoint.ns = std::string(label_value(endpoint, kNamespaceKey));
    if (!endpoint.ns.empty() && label_value(endpoint, kNamespaceKey).empty())
      endpoint.labels.push_back("k8s:" + std::string(kNamespaceKey) + "=" + endpoint.ns);
  }
  std::ranges::sort(endpoint.labels);
  endpoint.labels.erase(std::unique(endpoint.labels.begin(), endpoint.labels.end()),
                        endpoint.labels.end());
  return endpoint;
}

std::string_view label_value(const CapturedEndpoint& endpoint, std::string_view key) {
  for (const std::string_view label : endpoint.labels) {
    const std::size_t colon = label.find(':');
    const std::size_t equals = label.find('=');
    if (colon == std::string_view::npos || equals == std::string_view::npos || equals < colon)
      continue;
    if (label.substr(colon + 1, equals - colon - 1) == key) return label.substr(equals + 1);
  }
  return {};
}

std::string workload_name(const CapturedEndpoint& endpoint) {
  if (endpoint.kind != CapturedEndpointKind::pod) return {};
  if (!endpoint.workload.empty()) return endpoint.workload;
  for (const char* key : {"app.kubernetes.io/name", "app", "k8s-app", "name"})
    if (const std::string_view value = label_value(endpoint, key); !value.empty())
      return std::string(value);
  return std::string(without_generated_end(endpoint.pod));
}

std::string display_name(const CapturedEndpoint& endpoint) {
  switch (endpoint.kind) {
    case CapturedEndpointKind::pod: {
      const std::string name = workload_name(endpoint);
      return endpoint.ns + "/" + (name.empty() ? "?" : name);
    }
    case CapturedEndpointKind::reserved: {
      std::string name;
      for (const std::string_view label : endpoint.labels)
        if (label.starts_with(kReserved))
          name += (name.empty() ? "" : "+") + std::string(label.substr(kReserved.size()));
      return name;
    }
    case CapturedEndpointKind::external:
      return endpoint.address.empty() ? "world" : endpoint.address;
    default:
      return endpoint.address.empty() ? "unknown" : endpoint.address;
  }
}

}  // namespace cnplint::flows
