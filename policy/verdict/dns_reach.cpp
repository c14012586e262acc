// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/dns_reach.h"

#include <algorithm>

#include "policy/model/dns_server.h"
#include "policy/model/label.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

/// Whether a value is one that a condition on its label allows, or may allow: where a variable is
/// one of its values.
bool allows(const Condition& condition, std::string_view value) {
  if (std::ranges::any_of(condition.values, [](const auto& each) { return has_placeholder(each); }))
    return true;
  const bool listed = std::ranges::find(condition.values, value) != condition.values.end();
  switch (condition.op) {
    case Op::in:
      return listed;
    case Op::not_in:
      return !listed;
    case Op::exists:
      return true;
    case Op::does_not_exist:
      return false;
  }
  return false;
}

/// A condition on a label that servers have must allow one of the values; what other labels these
/// pods have is not known, but for those that are part of no identity.
bool allows_a_server(const Condition& condition, std::string_view ns) {
  if (condition.op == Op::does_not_exist) return true;  // servers differ in their labels
  if (condition.op != Op::not_in && is_filtered_label(condition.key)) return false;
  bool known = false;
  for (const DnsServerLabel& label : dns_server_labels()) {
    if (label.ns != ns || label.key != condition.key) continue;
    if (allows(condition, label.value)) return true;
    known = true;
  }
  return !known;
}

bool may_select_server(const Conditions& selector, std::string_view ns) {
  return std::ranges::all_of(selector, [&](const Condition& each) {
    if (is_namespace_name_key(each.key)) return allows(each, ns);
    // Pods have no reserved labels.
    if (each.source == "reserved") return each.op == Op::not_in || each.op == Op::does_not_exist;
    return allows_a_server(each, ns);
  });
}

bool names_namespace(const Conditions& selector, std::string_view ns) {
  return std::ranges::any_of(selector, [&](const Condition& each) {
    return is_namespace_name_key(each.key) && each.op == Op::in && allows(each, ns);
  });
}

/// Whether what is no pod may be a resolver: an address that is not the ClusterIP of the DNS, or a
/// node. Everything outside the cluster is no answer to where its DNS is.
bool is_outside_resolver(const Condition& condition, std::span<const Address> cluster_ips) {
  if (condition.prefix && is_dns_cluster_ip(*condition.prefix, cluster_ips)) return false;
  if (condition.source == "cidr" || condition.source == "cidrgroup") return true;
  return condition.source == "reserved" && condition.op != Op::does_not_exist &&
         (condition.key == "host" || condition.key == "remote-node");
}

bool is_world_selector(const Conditions& selector) {
  return std::ranges::any_of(selector, [](const Condition& each) {
    return each.source == "reserved" && each.key.starts_with("world") &&
           each.op != Op::does_not_exist && each.op != Op::not_in;
  });
}

/// Whether a selector asks for a label of DNS servers.
bool names_server(const Conditions& selector, const DnsServerLabel& label) {
  return std::ranges::any_of(selector, [&](const Condition& each) {
    return each.key == label.key && each.op == Op::in && allows(each, label.value);
  });
}

/// Whether a subject is not simply everything in a namespace.
bool selects_by_more_than_place(const Subject& subject) {
  return std::ranges::any_of(subject.selector, [](const Condition& each) {
    return !is_namespace_name_key(each.key) && each.op != Op::does_not_exist &&
           each.op != Op::not_in;
  });
}

/// A service that the manifests do not have, by what the rule says of it.
bool may_be_dns_service(NodeRef service) {
  return service.get("k8sService").get("serviceName").text().find("dns") !=
             std::string_view::npos ||
         service.get("k8sServiceSelector").get("selector").has_children();
}

bool has_unknown_value(const Conditions& selector) {
  return std::ranges::any_of(selector, [](const Condition& each) {
    return std::ranges::any_of(each.values,
                               [](const auto& value) { return has_placeholder(value); });
  });
}

bool has_number(const PortFilter& port, std::uint16_t number) {
  return port.name.empty() &&
         (port.first == 0 || (port.first <= number && number <= std::max(port.first, port.end)));
}

}  // namespace

bool covers_dns_port(const PortFilter& port) {
  if (ip_protocol::is_icmp(port.protocol)) return false;
  return port.name.starts_with("dns") || has_placeholder(port.name) || has_number(port, kDnsPort) ||
         has_number(port, kOpenShiftDnsPort);
}

bool is_for_dns(const PolicyRule& rule) {
  return std::ranges::any_of(rule.ports, [](const PortFilter& port) {
    const bool several = port.name.empty() && (port.first == 0 || port.end > port.first);
    return covers_dns_port(port) && !several;
  });
}

DnsReach::DnsReach(const RuleBase& base, std::span<const std::string> namespaces,
                   const KnownPods* pods)
    : base_(base),
      pods_(pods),
      namespaces_(namespaces.begin(), namespaces.end()),
      ports_{kDnsPort, kOpenShiftDnsPort} {
  if (pods != nullptr) {
    servers_ = known_dns_servers(*pods, namespaces_);
    cluster_ips_ = dns_cluster_ips(pods->inventory(), namespaces_);
  }
  constexpr std::size_t kMostPorts = 32;  // of which one is a bit each
  for (const KnownDnsServer& server : servers_)
    for (const std::uint16_t port : server.ports)
      if (bit_of(port) == 0 && ports_.size() < kMostPorts) ports_.push_back(port);
  leads_.reserve(base.selectors.size());
  for (const Conditions& selector : base.selectors) leads_.push_back(leads_to(selector));
}

DnsReach::Ports DnsReach::bit_of(std::uint16_t port) const {
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if (ports_[i] == port) return Ports{1} << i;
  return 0;
}

/// The ports of the DNS servers that are pods and that a selector may select.
DnsReach::Ports DnsReach::leads_to_pods(const Conditions& selector) const {
  Ports ports = 0;
  for (const KnownDnsServer& server : servers_)
    if (has_unknown_value(selector) || pods_->may_select(selector, server.pod))
      for (const std::uint16_t port : server.ports) ports |= bit_of(port);
  for (const DnsServerLabel& label : dns_server_labels()) {
    // Where the servers are known, NodeLocal DNS may stand before them still.
    if ((ports & bit_of(label.port)) != 0 || (!servers_.empty() && !label.on_nodes)) continue;
    const bool node_local = servers_.empty() || names_server(selector, label);
    if (node_local && may_select_server(selector, label.ns)) ports |= bit_of(label.port);
  }
  return ports;
}

DnsReach::Ports DnsReach::leads_to(const Conditions& selector) const {
  if (selector.empty()) return ~Ports{0};
  if (std::ranges::any_of(
          selector, [&](const auto& each) { return is_outside_resolver(each, cluster_ips_); }))
    return bit_of(kDnsPort);
  if (selector.front().source == "fqdn") return 0;
  if (std::ranges::any_of(namespaces_,
                          [&](const std::string& ns) { return names_namespace(selector, ns); }))
    return ~Ports{0};
  return leads_to_pods(selector);
}

DnsReach::Ports DnsReach::ports_behind(const PolicyRule& rule) const {
  if (rule.any_peer || std::ranges::any_of(rule.unresolved_services, may_be_dns_service))
    return ~Ports{0};
  Ports ports = 0;
  for (const std::uint32_t peer : rule.peers) ports |= leads_[peer];
  return ports;
}

/// Whether a filter covers one of the ports. A name is looked up among the servers that are known.
bool DnsReach::covers(const PortFilter& filter, Ports ports) const {
  if (ip_protocol::is_icmp(filter.protocol)) return false;
  if (!filter.name.empty()) {
    for (const KnownDnsServer& server : servers_)
      for (const ContainerPort& each : pods_->workload(server.pod).ports)
        if (each.name == filter.name && (bit_of(each.port) & ports) != 0) return true;
    return covers_dns_port(filter);
  }
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if ((ports & (Ports{1} << i)) != 0 && has_number(filter, ports_[i])) return true;
  return false;
}

unsigned DnsReach::transports(std::uint32_t index, bool watched) const {
  const PolicyRule& rule = base_.rules[index];
  if (!rule.allows() || rule.direction != Direction::egress) return kNoDns;
  const Ports ports = ports_behind(rule);
  if (ports == 0) return kNoDns;
  unsigned transports = kNoDns;
  for (const PortFilter& port : rule.ports) {
    if (!covers(port, ports) || (watched && port.l7 != L7Kind::dns)) continue;
    const bool any = port.protocol == ip_protocol::kAny;
    if (any || port.protocol == ip_protocol::kUdp) transports |= kDnsOverUdp;
    if (any || port.protocol == ip_protocol::kTcp) transports |= kDnsOverTcp;
  }
  return transports;
}

std::uint16_t DnsReach::port_behind(const PolicyRule& rule) const {
  const Ports ports = ports_behind(rule);
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if ((ports & (Ports{1} << i)) != 0) return ports_[i];
  return 0;
}

DnsMiss DnsReach::miss(std::uint32_t index) const {
  const PolicyRule& rule = base_.rules[index];
  if (!rule.allows() || rule.direction != Direction::egress || !rule.matches_something() ||
      std::ranges::none_of(rule.ports, covers_dns_port) || of_rule(index) != kNoDns)
    return DnsMiss::none;
  const auto any = [&](const auto& is) {
    return std::ranges::any_of(rule.peers, [&](auto peer) { return is(base_.selectors[peer]); });
  };
  const bool world = any(is_world_selector);
  if (!is_for_dns(rule)) return world ? DnsMiss::outside : DnsMiss::none;
  if (ports_behind(rule) != 0) return DnsMiss::other_port;
  if (any([&](const Conditions& selector) {
        return std::ranges::any_of(selector, [&](const Condition& each) {
          return each.prefix && is_dns_cluster_ip(*each.prefix, cluster_ips_);
        });
      }))
    return DnsMiss::cluster_ip;
  if (world) return DnsMiss::outside;
  const bool pods = any([](const Conditions& selector) {
    return std::ranges::any_of(dns_namespaces(),
                               [&](auto ns) { return names_namespace(selector, ns); });
  });
  if (!pods) return DnsMiss::unknown;
  return servers_.empty() ? DnsMiss::strange_pods : DnsMiss::other_pods;
}

bool DnsReach::is_server(const Subject& subject) const {
  if (std::ranges::any_of(servers_, [&](const KnownDnsServer& server) {
        return !subject.node && pods_->may_select(subject.selector, server.pod) &&
               selects_by_more_than_place(subject);
      }))
    return true;
  return std::ranges::any_of(dns_server_labels(), [&](const DnsServerLabel& label) {
    return (subject.ns.empty() || subject.ns == label.ns) && names_server(subject.selector, label);
  });
}

}  // namespace cnplint::policy
