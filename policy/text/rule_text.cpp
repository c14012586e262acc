// SPDX-License-Identifier: Apache-2.0
#include "policy/text/rule_text.h"

#include <algorithm>

#include "policy/model/label.h"
#include "policy/model/policy_kind.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {
namespace {

namespace protocol = base::ip_protocol;

constexpr std::size_t kMostInEntry = 40;  // in one entry of toPorts, and of ICMP fields

std::string text_of_protocol(const PortText& port) {
  return port.protocol == protocol::kAny ? "ANY" : std::string(protocol_name(port.protocol));
}

// --- CiliumNetworkPolicy ---

/// A peer without a namespace is of the policy's own (fact A3.4); a cluster-wide policy has none.
Value cilium_selector(const RuleText& rule, const PeerText& peer) {
  std::vector<std::pair<std::string, std::string>> labels = peer.labels;
  if (is_clusterwide(rule.kind) || peer.ns != rule.ns || !peer.cluster.empty())
    labels.emplace_back(namespace_key(), peer.ns);
  if (!peer.cluster.empty()) labels.emplace_back(cluster_key(), peer.cluster);
  return selector_value(labels, peer.absent);
}

void set_cilium_peers(const RuleText& rule, Value& item) {
  static constexpr std::string_view kFields[] = {"Endpoints", "Entities", "CIDR", "FQDNs"};
  const PeerField field = rule.peers.front().field;
  Value peers = Value::list();
  for (const PeerText& peer : rule.peers)
    peers.add(field == PeerField::endpoints ? cilium_selector(rule, peer)
              : field == PeerField::fqdns   ? dns_name_value(peer.text)
                                            : Value::text(peer.text));
  item.set((rule.direction == Direction::ingress ? "from" : "to") +
               std::string(kFields[static_cast<std::size_t>(field)]),
           std::move(peers));
}

Value icmps_value(std::span<const PortText> ports) {
  Value icmps = Value::list();
  for (std::size_t begin = 0; begin < ports.size(); begin += kMostInEntry) {
    Value fields = Value::list();
    for (const PortText& port : ports.subspan(begin, std::min(kMostInEntry, ports.size() - begin)))
      fields.add(
          Value::map({{"family", Value::text(port.protocol == protocol::kIcmpV6 ? "IPv6" : "IPv4")},
                      {"type", Value::number(port.first)}})
              .in_line());
    icmps.add(Value::map({{"fields", std::move(fields)}}));
  }
  return icmps;
}

Value l7_value(const PortText& port) {
  Value rules = Value::list();
  for (const std::string& name : port.dns) rules.add(dns_name_value(name));
  for (const HttpText& each : port.http) {
    Value request = Value::map();
    if (!each.method.empty()) request.set("method", Value::text(each.method));
    request.set("path", Value::quoted(each.path));
    rules.add(std::move(request).in_line());
  }
  return Value::map({{port.dns.empty() ? "http" : "dns", std::move(rules)}});
}

Value cilium_port(const PortText& port) {
  Value value = Value::map({{"port", Value::quoted(std::to_string(port.first))}});
  if (port.last > port.first) value.set("endPort", Value::number(port.last));
  value.set("protocol", Value::text(text_of_protocol(port)));
  return std::move(value).in_line();
}

/// Ports with the same L7 rules share an entry.
Value to_ports_value(std::span<const PortText> all) {
  std::vector<std::vector<const PortText*>> entries;
  for (const PortText& port : all) {
    const auto fits = [&](const std::vector<const PortText*>& entry) {
      return entry.size() < kMostInEntry && entry.front()->http == port.http &&
             entry.front()->dns == port.dns;
    };
    const auto known = std::ranges::find_if(entries, fits);
    (known == entries.end() ? entries.emplace_back() : *known).push_back(&port);
  }
  Value to_ports = Value::list();
  for (const auto& entry : entries) {
    Value ports = Value::list();
    for (const PortText* port : entry) ports.add(cilium_port(*port));
    Value value = Value::map({{"ports", std::move(ports)}});
    const PortText& first = *entry.front();
    if (!first.http.empty() || !first.dns.empty()) value.set("rules", l7_value(first));
    to_ports.add(std::move(value));
  }
  return to_ports;
}

Value cilium_rule(const RuleText& rule) {
  Value item = Value::map();
  if (!rule.peers.empty()) set_cilium_peers(rule, item);
  if (rule.ports.empty()) return item;
  if (rule.ports.front().is_icmp())
    item.set("icmps", icmps_value(rule.ports));
  else
    item.set("toPorts", to_ports_value(rule.ports));
  return item;
}

// --- NetworkPolicy ---

void add_numbered_port(PortText port, Value& ports) {
  if (port.protocol == protocol::kAny) {
    for (const std::uint8_t each : {protocol::kUdp, protocol::kTcp}) {
      port.protocol = each;
      add_numbered_port(port, ports);
    }
    return;
  }
  Value value = Value::map({{"port", Value::number(port.first)}});
  if (port.last > port.first) value.set("endPort", Value::number(port.last));
  value.set("protocol", Value::text(text_of_protocol(port)));
  ports.add(std::move(value).in_line());
}

Value numbered_ports(std::span<const PortText> all) {
  Value ports = Value::list();
  for (const PortText& port : all) add_numbered_port(port, ports);
  return ports;
}

Value network_policy_peer(const RuleText& rule, const PeerText& peer) {
  if (peer.field == PeerField::cidr)
    return Value::map({{"ipBlock", Value::map({{"cidr", Value::text(peer.text)}}).in_line()}});
  // The whole cluster: pods of any namespace.
  if (peer.field == PeerField::entities) return Value::map({{"namespaceSelector", Value::map()}});
  Value value = Value::map();
  if (peer.ns != rule.ns)
    value.set("namespaceSelector", selector_value({{"kubernetes.io/metadata.name", peer.ns}}));
  value.set("podSelector", selector_value(peer.labels, peer.absent));
  return value;
}

Value network_policy_rule(const RuleText& rule) {
  Value item = Value::map();
  if (!rule.peers.empty()) {
    Value peers = Value::list();
    for (const PeerText& peer : rule.peers) peers.add(network_policy_peer(rule, peer));
    item.set(rule.direction == Direction::ingress ? "from" : "to", std::move(peers));
  }
  if (!rule.ports.empty()) item.set("ports", numbered_ports(rule.ports));
  return item;
}

// --- EgressFirewall ---

Value firewall_rule(const RuleText& rule) {
  const PeerText& peer = rule.peers.front();
  Value item = Value::map({{"type", Value::text("Allow")}});
  if (peer.field == PeerField::entities)
    item.set("to", Value::map({{"nodeSelector", Value::map()}}));
  else
    item.set("to", Value::map({{peer.field == PeerField::fqdns ? "dnsName" : "cidrSelector",
                                Value::text(peer.text)}})
                       .in_line());
  if (!rule.ports.empty()) item.set("ports", numbered_ports(rule.ports));
  return item;
}

}  // namespace

std::string_view namespace_key() {
  static const std::string key = "k8s:" + std::string(kNamespaceLabel);
  return key;
}

std::string_view cluster_key() {
  static const std::string key = "k8s:" + std::string(kClusterLabel);
  return key;
}

Value dns_name_value(const std::string& name) {
  const bool pattern = name.find('*') != std::string::npos;
  return Value::map({{pattern ? "matchPattern" : "matchName", Value::text(name)}}).in_line();
}

Value selector_value(const std::vector<std::pair<std::string, std::string>>& labels,
                     const std::vector<std::string>& absent) {
  Value match = Value::map();
  for (const auto& [key, value] : labels) match.set(key, Value::text(value));
  Value selector = Value::map();
  if (!labels.empty() || absent.empty()) selector.set("matchLabels", std::move(match));
  Value expressions = Value::list();
  for (const std::string& key : absent)
    expressions.add(
        Value::map({{"key", Value::text(key)}, {"operator", Value::text("DoesNotExist")}})
            .in_line());
  if (!absent.empty()) selector.set("matchExpressions", std::move(expressions));
  return selector;
}

Value rule_value(const RuleText& rule) {
  switch (facts_of(rule.kind).dialect) {
    case Dialect::network_policy:
      return network_policy_rule(rule);
    case Dialect::firewall:
      return firewall_rule(rule);
    case Dialect::cilium:
      break;
  }
  return cilium_rule(rule);
}

}  // namespace cnplint::policy
