// SPDX-License-Identifier: Apache-2.0
#include "rules/known_ports.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/text.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::rules {
namespace {

using policy::PortFilter;
using policy::ServiceManifest;
using Op = policy::Condition::Op;

/// Reserved labels that no pod has.
constexpr std::array<std::string_view, 6> kNoPods{"world", "world-ipv4",  "world-ipv6",
                                                  "host",  "remote-node", "kube-apiserver"};

bool is_same_protocol(const PortFilter& filter, std::uint8_t protocol) {
  return filter.protocol == policy::ip_protocol::kAny || filter.protocol == protocol;
}

}  // namespace

bool PodPorts::declare(const PortFilter& filter) const {
  return std::ranges::any_of(ports, [&](const policy::NamedPort& port) {
    if (!is_same_protocol(filter, port.protocol)) return false;
    const std::uint16_t last = std::max(filter.first, filter.end);
    return filter.first == 0 || (filter.first <= port.port && port.port <= last);
  });
}

bool PodPorts::declare_name(const PortFilter& filter) const {
  return std::ranges::any_of(ports, [&](const policy::NamedPort& port) {
    return port.name == filter.name && is_same_protocol(filter, port.protocol);
  });
}

KnownPorts::KnownPorts(const lint::ClusterContext& context) : context_(context) {
  index_services();
}

void KnownPorts::index_services() {
  const policy::Inventory& inventory = context_.cluster.inventory;
  if (inventory.services.empty() || inventory.workloads.empty()) return;
  for (const ServiceManifest& service : inventory.services)
    for (const std::uint32_t pod : context_.pods.behind(service))
      services_of_[pod].push_back(&service);
}

const PodPorts& KnownPorts::of_subject(const policy::Subject& subject) {
  const std::uint64_t key =
      base::mixed(base::mixed(policy::hash_of(subject.selector), base::hash(subject.ns)),
                  static_cast<std::uint64_t>(subject.node));
  const auto [found, added] = by_subject_.try_emplace(key);
  if (added && !subject.node) found->second = read(subject.selector, subject.ns);
  return found->second;
}

const PodPorts& KnownPorts::of_selector(std::uint32_t selector) {
  const auto [found, added] = by_selector_.try_emplace(selector);
  if (added) found->second = read(context_.rules->selectors[selector], {});
  return found->second;
}

std::vector<const PodPorts*> KnownPorts::of_rule(const policy::Subject& subject,
                                                 const policy::PolicyRule& rule) {
  if (rule.direction == policy::Direction::ingress) return {&of_subject(subject)};
  std::vector<const PodPorts*> result;
  if (rule.any_peer) return result;
  for (const std::uint32_t selector : rule.peers) {
    const policy::Conditions& conditions = context_.rules->selectors[selector];
    if (conditions.empty() || !can_be_pods(conditions)) return {};
    result.push_back(&of_selector(selector));
  }
  return result;
}

PodPorts KnownPorts::read(const policy::Conditions& selector, std::string_view ns) const {
  const policy::KnownPods& pods = context_.pods;
  PodPorts result;
  result.knowledge = ns.empty() ? pods.of_selector(selector) : pods.of_namespace(ns);
  for (const std::uint32_t pod : pods.selected(selector)) {
    const policy::Workload& workload = pods.workload(pod);
    if (!ns.empty() && workload.ns != ns) continue;
    if (result.pods++ == 0) result.example = pod;
    result.silent = result.silent || workload.silent_container || workload.ports.empty();
    for (const policy::ContainerPort& port : workload.ports)
      if (const auto protocol = policy::protocol_number(port.protocol))
        result.ports.push_back({base::lower(port.name), port.port, *protocol});
    add_services(pod, result);
  }
  std::ranges::sort(result.ports);
  result.ports.erase(std::unique(result.ports.begin(), result.ports.end()), result.ports.end());
  return result;
}

void KnownPorts::add_services(std::uint32_t pod, PodPorts& result) const {
  const auto found = services_of_.find(pod);
  if (found == services_of_.end()) return;
  for (const ServiceManifest* service : found->second)
    for (const ServiceManifest::Port& port : service->ports) {
      const auto protocol = policy::protocol_number(port.protocol);
      const std::uint16_t target = policy::target_of(port, context_.pods.workload(pod).ports);
      if (!protocol || target == 0) continue;
      const auto add = [&](std::uint16_t number, bool of_nodes) {
        if (number == 0 || number == target) return;
        MappedPort& mapped = result.mapped[{*protocol, number}];
        if (mapped.service == nullptr || (mapped.of_nodes && !of_nodes))
          mapped = {service, target, 0, of_nodes};
        if (mapped.of_nodes == of_nodes) ++mapped.pods;
      };
      add(port.port, false);
      add(port.node_port, true);
    }
}

bool can_be_pods(const policy::Conditions& conditions) {
  return std::ranges::none_of(conditions, [](const policy::Condition& each) {
    if (each.op != Op::in && each.op != Op::exists) return false;
    if (each.source == "reserved") return std::ranges::find(kNoPods, each.key) != kNoPods.end();
    return each.source == "cidr" || each.source == "fqdn" || each.source == "cidrgroup" ||
           each.source == "node";
  });
}

std::string port_text(std::uint16_t port, std::uint8_t protocol) {
  std::string text = std::to_string(port);
  if (protocol != policy::ip_protocol::kAny && protocol != policy::ip_protocol::kTcp)
    text += "/" + std::string(policy::protocol_name(protocol));
  return text;
}

}  // namespace cnplint::rules
