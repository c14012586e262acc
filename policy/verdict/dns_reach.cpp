// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/dns_reach.h"

#include <algorithm>
#include <array>

#include "policy/model/dns_server.h"
#include "policy/model/label.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

constexpr std::array<std::string_view, 2> kDnsNamespaces{"kube-system", "openshift-dns"};

bool is_namespace_condition(const Condition& condition) {
  return condition.key == kNamespaceLabel || condition.key == kNamespaceNameLabel;
}

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
/// pods have is not known.
bool allows_a_server(const Condition& condition, std::string_view ns) {
  if (condition.op == Op::does_not_exist) return true;  // servers differ in their labels
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
    if (is_namespace_condition(each)) return allows(each, ns);
    // Pods have no reserved labels.
    if (each.source == "reserved") return each.op == Op::not_in || each.op == Op::does_not_exist;
    return allows_a_server(each, ns);
  });
}

bool names_namespace(const Conditions& selector, std::string_view ns) {
  return std::ranges::any_of(selector, [&](const Condition& each) {
    return is_namespace_condition(each) && each.op == Op::in && allows(each, ns);
  });
}

/// Whether what is no pod may be a resolver: an address, a node, the world.
bool is_outside_resolver(const Condition& condition) {
  if (condition.source == "cidr" || condition.source == "cidrgroup") return true;
  return condition.source == "reserved" && condition.op != Op::does_not_exist &&
         (condition.key == "host" || condition.key == "remote-node" ||
          condition.key.starts_with("world"));
}

bool leads_to_dns(const Conditions& selector, std::span<const std::string> namespaces) {
  if (selector.empty() || std::ranges::any_of(selector, is_outside_resolver)) return true;
  if (selector.front().source == "fqdn") return false;
  return std::ranges::any_of(
             kDnsNamespaces,
             [&](std::string_view ns) { return may_select_server(selector, ns); }) ||
         std::ranges::any_of(namespaces,
                             [&](const std::string& ns) { return names_namespace(selector, ns); });
}

/// A service that the manifests do not have, by what the rule says of it.
bool may_be_dns_service(NodeRef service) {
  return service.get("k8sService").get("serviceName").text().find("dns") !=
             std::string_view::npos ||
         service.get("k8sServiceSelector").get("selector").has_children();
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

DnsReach::DnsReach(const RuleBase& base, std::span<const std::string> namespaces) : base_(base) {
  leads_.reserve(base.selectors.size());
  for (const Conditions& selector : base.selectors)
    leads_.push_back(leads_to_dns(selector, namespaces));
}

unsigned DnsReach::of_rule(std::uint32_t index) const {
  const PolicyRule& rule = base_.rules[index];
  if (!rule.allows() || rule.direction != Direction::egress) return kNoDns;
  const bool peer =
      rule.any_peer ||
      std::ranges::any_of(rule.peers, [&](std::uint32_t each) { return leads_[each]; }) ||
      std::ranges::any_of(rule.unresolved_services, may_be_dns_service);
  if (!peer) return kNoDns;
  unsigned transports = kNoDns;
  for (const PortFilter& port : rule.ports) {
    if (!covers_dns_port(port)) continue;
    const bool any = port.protocol == ip_protocol::kAny;
    if (any || port.protocol == ip_protocol::kUdp) transports |= kDnsOverUdp;
    if (any || port.protocol == ip_protocol::kTcp) transports |= kDnsOverTcp;
  }
  return transports;
}

bool DnsReach::is_server(const Subject& subject) {
  return std::ranges::any_of(dns_server_labels(), [&](const DnsServerLabel& label) {
    return (subject.ns.empty() || subject.ns == label.ns) &&
           std::ranges::any_of(subject.selector, [&](const Condition& each) {
             return each.key == label.key && each.op == Op::in && allows(each, label.value);
           });
  });
}

}  // namespace cnplint::policy
