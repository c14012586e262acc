// SPDX-License-Identifier: Apache-2.0
#include "rules/known_ports.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include "base/hash.h"
#include "base/text.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/workload_endpoint.h"
#include "policy/yaml/scalar.h"

namespace cnplint::rules {
namespace {

using policy::NodeRef;
using policy::PortFilter;
using policy::ServiceManifest;
using Op = policy::Condition::Op;

/// Reserved labels that no pod has.
constexpr std::array<std::string_view, 6> kNoPods{"world", "world-ipv4",  "world-ipv6",
                                                  "host",  "remote-node", "kube-apiserver"};

std::uint16_t port_number(NodeRef node) {
  std::uint16_t port = 0;
  const std::string_view text = node.text();
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  return read.ec == std::errc() && read.ptr == end ? port : 0;
}

/// The ports of a monitor that are numbers, and not names that a pod or a Service declares.
std::vector<std::uint16_t> numbers_of(const policy::MonitorManifest& monitor) {
  std::vector<std::uint16_t> ports;
  const char* const list = monitor.of_services ? "endpoints" : "podMetricsEndpoints";
  for (const NodeRef endpoint : monitor.spec.get(list).items())
    for (const char* field : {"portNumber", "targetPort"})
      if (const std::uint16_t port = port_number(endpoint.get(field)); port != 0)
        ports.push_back(port);
  return ports;
}

/// Whether a monitor selects in a namespace.
bool looks_into(const policy::MonitorManifest& monitor, std::string_view ns) {
  const NodeRef namespaces = monitor.spec.get("namespaceSelector");
  if (policy::boolean_value(namespaces.get("any").text())) return true;
  const std::vector<NodeRef> names = namespaces.get("matchNames").items();
  if (names.empty()) return monitor.ns == ns;
  return std::ranges::any_of(names, [&](NodeRef name) { return name.text() == ns; });
}

policy::Identity labels_of_service(const ServiceManifest& service) {
  std::vector<policy::Label> labels;
  for (const auto& [key, value] : service.labels)
    labels.push_back({"k8s", std::string(key), std::string(value)});
  return policy::Identity::of_labels(std::move(labels));
}

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

bool PodPorts::is_used(const PortFilter& filter) const {
  return std::ranges::any_of(used, [&](const auto& port) {
    return is_same_protocol(filter, port.first) && filter.first <= port.second &&
           port.second <= std::max(filter.first, filter.end);
  });
}

bool PodPorts::declare_name(const PortFilter& filter) const {
  return std::ranges::any_of(ports, [&](const policy::NamedPort& port) {
    return port.name == filter.name && is_same_protocol(filter, port.protocol);
  });
}

KnownPorts::KnownPorts(const lint::ClusterContext& context) : context_(context) {
  index_services();
  index_monitors();
}

void KnownPorts::index_monitors() {
  for (const policy::MonitorManifest& monitor : context_.cluster.inventory.monitors) {
    const std::vector<std::uint16_t> ports = numbers_of(monitor);
    if (ports.empty()) continue;
    const policy::Conditions selector = policy::conditions(monitor.spec.get("selector"), "k8s");
    const auto add = [&](std::uint32_t pod) {
      if (looks_into(monitor, context_.pods.workload(pod).ns))
        scraped_[pod].insert(ports.begin(), ports.end());
    };
    if (!monitor.of_services) {
      for (const std::uint32_t pod : context_.pods.selected(selector)) add(pod);
      continue;
    }
    for (const ServiceManifest& service : context_.cluster.inventory.services)
      if (looks_into(monitor, service.ns) && policy::matches(selector, labels_of_service(service)))
        for (const std::uint32_t pod : context_.pods.behind(service)) add(pod);
  }
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
    for (const std::uint16_t port : workload.used_ports)
      result.used.emplace(policy::ip_protocol::kTcp, port);
    result.mentioned.insert(workload.mentioned_ports.begin(), workload.mentioned_ports.end());
    add_services(pod, result);
    if (const auto scraped = scraped_.find(pod); scraped != scraped_.end())
      for (const std::uint16_t port : scraped->second)
        result.used.emplace(policy::ip_protocol::kTcp, port);
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
      result.used.emplace(*protocol, target);
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
