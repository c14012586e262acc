// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/egress_firewall.h"

#include <algorithm>

#include "policy/model/label.h"
#include "policy/model/port.h"

namespace cnplint::policy {
namespace {

bool name_matches(std::string_view wanted, const Identity& to) {
  return std::ranges::any_of(
      to.dns_names, [&](const std::string& name) { return DnsPattern(wanted, {}).matches(name); });
}

/// Whether a destination is in a CIDR, by its address or by what its labels say of it. Where
/// nothing but a name is known, all addresses of a family are still all.
bool is_inside(const Prefix& prefix, const Endpoint& endpoint, const Identity& identity,
               const Environment& environment) {
  if (endpoint.address) return prefix.contains(*endpoint.address);
  return in_prefix(prefix, environment).matches(identity);
}

/// `to`: one of cidrSelector, dnsName and nodeSelector.
bool reaches(NodeRef to, const Endpoint& endpoint, const Identity& identity,
             const Environment& environment) {
  if (const std::string_view cidr = to.get("cidrSelector").text(); !cidr.empty()) {
    const auto prefix = parse_prefix(cidr);
    return prefix && is_inside(*prefix, endpoint, identity, environment);
  }
  if (const std::string_view name = to.get("dnsName").text(); !name.empty())
    return name_matches(name, identity);
  const NodeRef selector = to.get("nodeSelector");
  const bool node =
      endpoint.kind == EndpointKind::host || endpoint.kind == EndpointKind::remote_node;
  return node && is_stored(selector) &&
         matches(conditions(selector), Identity::of_labels(endpoint.labels));
}

bool covers_port(const RuleItem& item, const Connection& connection) {
  if (!item.to_ports.has_children()) return true;
  return std::ranges::any_of(item.to_ports.items(), [&](NodeRef port) {
    const auto protocol = protocol_number(port.get("protocol").text());
    const PortRange range = read_port(port);
    return protocol == connection.protocol && range.covers(connection.port);
  });
}

}  // namespace

FirewallDestinations firewall_destinations(const PolicyList& policies) {
  FirewallDestinations found;
  for (const Policy& policy : policies) {
    if (!is_firewall(policy.kind)) continue;
    for (const Spec& spec : policy.specs)
      for (const RuleItem& item : spec.items) {
        const NodeRef to = item.node.get("to");
        if (const auto prefix = parse_prefix(to.get("cidrSelector").text()))
          found.prefixes.push_back(*prefix);
        if (const std::string_view name = to.get("dnsName").text(); !name.empty())
          found.names.emplace_back(name);
      }
  }
  return found;
}

EgressFirewalls::EgressFirewalls(const PolicyList& policies, const Environment& environment)
    : environment_(environment) {
  for (std::uint32_t i = 0; i < policies.size(); ++i) {
    const Policy& policy = policies[i];
    if (!is_firewall(policy.kind)) continue;
    for (const Spec& spec : policy.specs)
      objects_.push_back({i, std::string(policy.effective_namespace()), &spec});
  }
}

std::vector<std::uint16_t> EgressFirewalls::port_steps(const Endpoint& from) const {
  std::vector<std::uint16_t> steps;
  const std::string_view ns = namespace_of_pod(from);
  for (const Object& object : objects_) {
    if (object.ns != ns) continue;
    for (const RuleItem& item : object.spec->items)
      for (const NodeRef port : item.to_ports.items()) {
        const std::uint16_t number = read_port(port).first;
        steps.push_back(number);
        if (number < UINT16_MAX) steps.push_back(static_cast<std::uint16_t>(number + 1));
      }
  }
  return steps;
}

std::optional<FirewallMatch> EgressFirewalls::match(const Endpoint& from, const Endpoint& to,
                                                    const Identity& to_identity,
                                                    const Connection& connection) const {
  if (from.kind != EndpointKind::pod) return std::nullopt;
  if (to.kind != EndpointKind::external && to.kind != EndpointKind::host &&
      to.kind != EndpointKind::remote_node)
    return std::nullopt;
  const std::string_view ns = namespace_of_pod(from);
  for (const Object& object : objects_) {
    if (object.ns != ns) continue;
    for (const RuleItem& item : object.spec->items)
      if (covers_port(item, connection) &&
          reaches(item.node.get("to"), to, to_identity, environment_))
        return FirewallMatch{object.policy, !item.deny, item.node};
  }
  return std::nullopt;
}

}  // namespace cnplint::policy
