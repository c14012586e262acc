// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/filters.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/model/icmp.h"
#include "policy/model/port.h"
#include "policy/yaml/scalar.h"

namespace cnplint::policy {
namespace {

struct ProtocolFacts {
  std::string_view policy_name;  ///< upper case, as policies write it
  std::string_view shown;
  std::uint8_t number;
};
constexpr std::array<ProtocolFacts, 12> kProtocols{{{"TCP", "TCP", ip_protocol::kTcp},
                                                    {"UDP", "UDP", ip_protocol::kUdp},
                                                    {"SCTP", "SCTP", ip_protocol::kSctp},
                                                    {"ICMP", "ICMPv4", ip_protocol::kIcmp},
                                                    {"ICMPV4", "ICMPv4", ip_protocol::kIcmp},
                                                    {"ICMPV6", "ICMPv6", ip_protocol::kIcmpV6},
                                                    {"VRRP", "VRRP", ip_protocol::kVrrp},
                                                    {"IGMP", "IGMP", ip_protocol::kIgmp},
                                                    {"GRE", "GRE", 47},
                                                    {"IPIP", "IPIP", 4},
                                                    {"ESP", "ESP", 50},
                                                    {"AH", "AH", 51}}};
constexpr std::uint8_t kIPv6Encapsulation = 41;
constexpr std::array kAnyProtocols{ip_protocol::kTcp, ip_protocol::kUdp, ip_protocol::kSctp};

/// The L7 parser of an entry of toPorts for one protocol: everything but DNS needs TCP.
L7Kind l7_kind(const PortRule& rule, std::uint8_t protocol) {
  if (is_stored(rule.node.get("listener"))) return L7Kind::listener;
  if (rule.rules.get("dns").has_children()) return L7Kind::dns;
  const bool other = rule.rules.get("http").has_children() ||
                     rule.rules.get("kafka").has_children() || is_stored(rule.rules.get("l7proto"));
  if (protocol == ip_protocol::kTcp && other) return L7Kind::http;
  const bool tls = is_stored(rule.node.get("terminatingTLS")) ||
                   is_stored(rule.node.get("originatingTLS")) ||
                   rule.node.get("serverNames").has_children();
  return tls ? L7Kind::tls : L7Kind::none;
}

std::uint8_t listener_priority(const PortRule& rule) {
  const NodeRef priority = rule.node.get("listener").get("priority");
  const auto value =
      priority.is_scalar() ? integer_value(priority.text(), priority.type()) : std::nullopt;
  return value && *value > 0 && *value <= UINT8_MAX ? static_cast<std::uint8_t>(*value) : 0;
}

std::uint16_t end_port(NodeRef port) {
  const NodeRef end = port.get("endPort");
  const auto value = end.is_scalar() ? integer_value(end.text(), end.type()) : std::nullopt;
  return value && *value > 0 && *value <= UINT16_MAX ? static_cast<std::uint16_t>(*value) : 0;
}

PortFilter filter_of(NodeRef port) {
  const PortRange range = read_port(port);
  PortFilter filter;
  filter.first = range.name.empty() ? range.first : std::uint16_t{0};
  filter.end = end_port(port);
  filter.name = base::lower(range.name);
  filter.where = port;
  return filter;
}

void add_port(NodeRef port, const PortRule& rule, PolicyKind kind, bool deny,
              std::vector<PortFilter>& filters) {
  PortFilter filter = filter_of(port);
  filter.l7_rules = rule.rules;
  const std::string_view protocol = port.get("protocol").text();
  const auto add = [&](std::uint8_t number) {
    filter.protocol = number;
    filter.l7 = deny || !is_cilium(kind) ? L7Kind::none : l7_kind(rule, number);
    if (filter.l7 == L7Kind::listener) filter.listener_priority = listener_priority(rule);
    filters.push_back(filter);
  };
  if (protocol.empty() && facts_of(kind).missing_protocol == MissingProtocol::tcp)
    return add(ip_protocol::kTcp);
  if (const auto number = protocol_number(protocol)) return add(*number);
  for (const std::uint8_t number : kAnyProtocols) add(number);
}

void add_icmp(NodeRef field, std::vector<PortFilter>& filters) {
  const auto type = read_icmp_type(field);
  if (!type) return;
  PortFilter filter;
  filter.protocol = is_icmp_v6(field) ? ip_protocol::kIcmpV6 : ip_protocol::kIcmp;
  filter.first = *type;
  filter.where = field;
  filters.push_back(std::move(filter));
}

}  // namespace

std::optional<std::uint8_t> protocol_number(std::string_view name) {
  for (const ProtocolFacts& each : kProtocols)
    if (is_protocol(name, each.policy_name)) return each.number;
  if (is_protocol(name, "IPV6")) return kIPv6Encapsulation;
  return std::nullopt;
}

std::string_view protocol_name(std::uint8_t number) {
  for (const ProtocolFacts& each : kProtocols)
    if (each.number == number) return each.shown;
  return number == kIPv6Encapsulation ? "IPV6" : kAnyProtocol;
}

ItemPorts ports_of(const RuleItem& item, PolicyKind kind, const Environment& environment) {
  ItemPorts result;
  const bool ports = item.to_ports.has_children();
  const bool icmps = item.icmps.has_children();
  if (!ports && !icmps) {
    result.any = true;
    result.filters.emplace_back();
    return result;
  }
  for (const PortRule& rule : item.port_rules)
    for (const NodeRef port : rule.ports) add_port(port, rule, kind, item.deny, result.filters);
  if (environment.icmp_rules)
    for (const NodeRef entry : item.icmps.items())
      for (const NodeRef field : entry.get("fields").items()) add_icmp(field, result.filters);
  return result;
}

}  // namespace cnplint::policy
