// SPDX-License-Identifier: Apache-2.0
#include "rules/dns.h"

#include <algorithm>
#include <array>

#include "policy/model/dns_server.h"
#include "policy/model/label.h"

namespace cnplint::rules {
namespace {

using lint::ItemSummary;
using lint::LabelRequirement;
using lint::LabelSelector;
using lint::PeerSummary;
using policy::PeerKind;
using Op = LabelRequirement::Op;

constexpr std::array<std::string_view, 2> kNamespaces{"kube-system", "openshift-dns"};

bool fits(const LabelRequirement& requirement, std::string_view value) {
  const bool listed = std::ranges::find(requirement.values, value) != requirement.values.end();
  switch (requirement.op) {
    case Op::in:
      return listed;
    case Op::not_in:
      return !listed;
    case Op::exists:
      return true;
    default:
      return false;
  }
}

bool is_namespace_key(std::string_view key) {
  return key == policy::kNamespaceLabel || key == policy::kNamespaceNameLabel;
}

/// A selector on a key that servers have must fit one of the values; what other labels these pods
/// have is not known.
bool fits_a_server(const LabelRequirement& requirement, std::string_view ns) {
  bool known = false;
  for (const policy::DnsServerLabel& label : policy::dns_server_labels()) {
    if (label.ns != ns || label.key != requirement.key) continue;
    if (fits(requirement, label.value)) return true;
    known = true;
  }
  return !known;
}

bool may_select(const LabelSelector& selector, std::string_view ns) {
  return std::ranges::all_of(selector, [&](const LabelRequirement& requirement) {
    if (is_namespace_key(requirement.key)) return fits(requirement, ns);
    if (requirement.key.starts_with("reserved:")) return false;
    return fits_a_server(requirement, ns);
  });
}

bool names(const LabelSelector& selector, std::string_view ns) {
  return std::ranges::any_of(selector, [&](const LabelRequirement& requirement) {
    return is_namespace_key(requirement.key) && requirement.op == Op::in && fits(requirement, ns);
  });
}

bool reaches_dns(const PeerSummary& peer, std::span<const std::string> namespaces) {
  switch (peer.kind) {
    case PeerKind::endpoints:
      return may_select_dns(peer.selector, namespaces);
    case PeerKind::entities:
      return peer.text == "all" || peer.text == "cluster" || peer.text == "host" ||
             peer.text == "remote-node" || peer.text == "world";
    case PeerKind::services:
      return peer.text.find("dns") != std::string_view::npos || !peer.selector.empty();
    // A resolver by address, such as NodeLocal DNS at 169.254.20.10.
    case PeerKind::cidr:
    case PeerKind::cidr_set:
    case PeerKind::nodes:
      return true;
    default:
      return false;
  }
}

bool is_dns_port(const policy::PortRange& range) {
  return range.name.starts_with("dns") || range.covers(policy::kDnsPort) ||
         range.covers(policy::kOpenShiftDnsPort);
}

}  // namespace

bool may_select_dns(const LabelSelector& selector, std::span<const std::string> namespaces) {
  const auto is_server = [&](std::string_view ns) { return may_select(selector, ns); };
  const auto is_named = [&](const std::string& ns) { return names(selector, ns); };
  return std::ranges::any_of(kNamespaces, is_server) || std::ranges::any_of(namespaces, is_named);
}

unsigned dns_transports(const ItemSummary& item, std::span<const std::string> namespaces) {
  if (item.deny || item.direction != policy::Direction::egress || !item.speaks() || item.only_icmp)
    return kNoDns;
  const bool peer = item.any_peer || std::ranges::any_of(item.peers, [&](const PeerSummary& each) {
                      return reaches_dns(each, namespaces);
                    });
  if (!peer) return kNoDns;
  if (item.any_port) return kDnsOverUdp | kDnsOverTcp;
  unsigned transports = kNoDns;
  for (const lint::PortSummary& port : item.ports) {
    if (!is_dns_port(port.range)) continue;
    if (port.range.covers_protocol(policy::Protocol::udp)) transports |= kDnsOverUdp;
    if (port.range.covers_protocol(policy::Protocol::tcp)) transports |= kDnsOverTcp;
  }
  return transports;
}

bool is_dns_subject(const lint::PolicySummary& policy, const lint::SpecSummary& spec) {
  return std::ranges::any_of(policy::dns_server_labels(), [&](const policy::DnsServerLabel& label) {
    return (policy.ns.empty() || policy.ns == label.ns) &&
           std::ranges::any_of(spec.subject, [&](const LabelRequirement& requirement) {
             return requirement.key == label.key && requirement.op == Op::in &&
                    fits(requirement, label.value);
           });
  });
}

}  // namespace cnplint::rules
