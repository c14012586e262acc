// SPDX-License-Identifier: Apache-2.0
#include "coverage/observed_traffic.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/text.h"
#include "coverage/service_address.h"
#include "policy/model/label.h"
#include "policy/model/workload_index.h"
#include "policy/verdict/label_quality.h"
#include "policy/verdict/port_reading.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::coverage {
namespace {

using policy::EndpointKind;

/// The labels of a manifest's pods are among those of an endpoint.
bool has_labels(const flows::CapturedEndpoint& endpoint, const policy::LabelPairs& labels) {
  return std::ranges::all_of(labels, [&](const auto& label) {
    return flows::label_value(endpoint, label.first) == label.second;
  });
}

/// Finds the manifests that make pods.
class Manifests {
 public:
  explicit Manifests(const policy::Inventory& inventory)
      : workloads_(inventory.workloads), by_labels_(inventory.workloads) {
    for (const policy::Workload& workload : workloads_)
      by_name_.try_emplace(key_of(workload.ns, policy::name_of(workload)), &workload);
  }

  /// The first manifest that makes a pod: by its labels, or by its name where the capture has no
  /// labels; null where there is none.
  [[nodiscard]] const policy::Workload* of(const flows::CapturedEndpoint& endpoint) const {
    if (endpoint.kind != flows::CapturedEndpointKind::pod) return nullptr;
    return endpoint.is_unlabelled_pod() ? by_name(endpoint) : by_labels(endpoint);
  }

 private:
  static std::string key_of(std::string_view ns, std::string_view name) {
    return std::string(ns) + "/" + std::string(name);
  }

  [[nodiscard]] const policy::Workload* by_name(const flows::CapturedEndpoint& endpoint) const {
    const auto found = by_name_.find(key_of(endpoint.ns, flows::workload_name(endpoint)));
    return found == by_name_.end() || found->second->host_network ? nullptr : found->second;
  }

  [[nodiscard]] const policy::Workload* by_labels(const flows::CapturedEndpoint& endpoint) const {
    const policy::Workload* first = nullptr;
    for (const std::string& text : endpoint.labels) {
      const policy::Label label = policy::parse_label(text);
      for (const std::uint32_t i : by_labels_.rarest(label.key, label.value)) {
        const policy::Workload& workload = workloads_[i];
        if (first != nullptr && &workload >= first) break;
        if (workload.ns == endpoint.ns && !workload.host_network &&
            has_labels(endpoint, workload.labels))
          first = &workload;
      }
    }
    return first;
  }

  const std::vector<policy::Workload>& workloads_;
  policy::WorkloadIndex by_labels_;
  std::map<std::string, const policy::Workload*> by_name_;
};

/// The cluster whose pods are local.
std::string local_cluster(const flows::Capture& capture, const policy::Environment& environment) {
  std::map<std::string, std::size_t> counts;
  for (const flows::CapturedEndpoint& endpoint : capture.endpoints)
    if (!endpoint.cluster.empty()) ++counts[endpoint.cluster];
  if (counts.empty() || counts.contains(environment.cluster)) return environment.cluster;
  return std::ranges::max_element(counts, {}, &decltype(counts)::value_type::second)->first;
}

class Observation {
 public:
  Observation(const flows::Capture& capture, const policy::Inventory& inventory,
              const policy::Environment& environment)
      : capture_(capture),
        inventory_(inventory),
        manifests_(inventory),
        addresses_(inventory, capture),
        environment_(environment) {
    environment_.cluster = local_cluster(capture, environment);
    result_.cluster = environment_.cluster;
  }

  ObservedTraffic run() {
    result_.span = capture_.totals.span;
    result_.has_replies = capture_.totals.replies > 0;
    result_.endpoints.reserve(capture_.endpoints.size());
    for (const flows::CapturedEndpoint& endpoint : capture_.endpoints) add_endpoint(endpoint);
    complete_pods();
    find_targets();
    find_unseen();
    for (const flows::CapturedConnection& connection : capture_.connections) add(connection);
    for (const flows::CapturedConnection& connection : capture_.undecided)
      add_vague(connection, VagueTraffic::Lack::direction);
    for (const flows::CapturedConnection& connection : capture_.only_answered)
      if (!is_health(connection)) add_vague(connection, VagueTraffic::Lack::request);
    result_.vague.assign(vague_.begin(), vague_.end());
    result_.connections.reserve(connections_.size());
    for (auto& [key, connection] : connections_) {
      std::ranges::sort(connection.names);
      connection.names.erase(std::unique(connection.names.begin(), connection.names.end()),
                             connection.names.end());
      result_.connections.push_back(std::move(connection));
    }
    result_.services.assign(services_.begin(), services_.end());
    return std::move(result_);
  }

 private:
  void add_endpoint(const flows::CapturedEndpoint& endpoint) {
    ObservedEndpoint observed;
    observed.name = flows::display_name(endpoint);
    observed.ns = endpoint.ns;
    observed.cluster = endpoint.cluster;
    observed.workload_kind = endpoint.workload_kind;
    observed.workload = flows::workload_name(endpoint);
    observed.manifest = manifests_.of(endpoint);
    observed.facts = facts_of(endpoint, observed.manifest);
    if (!observed.workload.empty()) describe_workload(observed);
    result_.endpoints.push_back(std::move(observed));
  }

  /// What Kubernetes gives every namespace, and what the manifest of a pod knows better.
  static void describe_workload(ObservedEndpoint& pod) {
    if (pod.manifest != nullptr) {
      pod.workload_kind = policy::kind_of(*pod.manifest);
      pod.workload = policy::name_of(*pod.manifest);
    }
    const std::string name_label(policy::kNamespaceNameLabel);
    auto& labels = pod.facts.labels;
    if (std::ranges::find(labels, name_label, &policy::Label::key) == labels.end())
      labels.push_back({"k8s", name_label, pod.ns});
  }

  /// Whether a pod has labels of its own, beside those that Cilium derives.
  static bool is_labelled(const ObservedEndpoint& pod) {
    return std::ranges::any_of(pod.facts.labels, [](const policy::Label& label) {
      return !policy::is_of_cilium(label.key);
    });
  }

  /// A pod of which the capture has the name only is one of its workload's, where others have
  /// labels.
  void complete_pods() {
    std::map<std::pair<std::string, std::string>, const ObservedEndpoint*> labelled;
    for (const ObservedEndpoint& each : result_.endpoints)
      if (!each.workload.empty() && is_labelled(each))
        labelled.emplace(std::pair(each.ns, each.workload), &each);
    for (ObservedEndpoint& each : result_.endpoints) {
      if (each.workload.empty() || is_labelled(each)) continue;
      if (const auto found = labelled.find({each.ns, each.workload}); found != labelled.end())
        each.facts = found->second->facts;
    }
  }

  void find_unseen() {
    std::set<const policy::Workload*> seen;
    for (const ObservedEndpoint& each : result_.endpoints) seen.insert(each.manifest);
    for (const policy::Workload& workload : inventory_.workloads)
      if (!seen.contains(&workload) && !workload.host_network) result_.unseen.push_back(&workload);
  }

  [[nodiscard]] policy::Endpoint facts_of(const flows::CapturedEndpoint& endpoint,
                                          const policy::Workload* manifest) const {
    const bool pod = endpoint.kind == flows::CapturedEndpointKind::pod;
    std::optional<policy::Endpoint> by_manifest;
    if (manifest != nullptr)
      by_manifest = policy::workload_endpoint(*manifest, inventory_, environment_);
    if (endpoint.is_unlabelled_pod() && by_manifest) return *by_manifest;
    policy::Endpoint facts;
    for (const std::string& label : endpoint.labels)
      facts.labels.push_back(policy::parse_label(label));
    const std::string address = endpoint.address.substr(0, endpoint.address.find('/'));
    facts.address = policy::parse_address(address);
    if (endpoint.kind == flows::CapturedEndpointKind::external) {
      if (!facts.address && facts.labels.empty())
        return policy::endpoint_of_entity("world", std::nullopt, environment_);
      facts.kind = EndpointKind::external;
    } else {
      // Traffic from hosts without their labels and of pods whose cluster nobody names is local.
      if (pod && endpoint.cluster.empty())
        facts.labels.push_back({"k8s", std::string(policy::kClusterLabel), environment_.cluster});
      facts.kind = policy::kind_of_labels(facts.labels, environment_.cluster);
    }
    if (by_manifest) facts.named_ports = by_manifest->named_ports;
    return facts;
  }

  static bool is_health(const flows::CapturedEndpoint& endpoint) {
    return std::ranges::find(endpoint.labels, "reserved:health") != endpoint.labels.end();
  }
  [[nodiscard]] bool is_health(const flows::CapturedConnection& connection) const {
    return is_health(capture_.endpoints[connection.source]) ||
           is_health(capture_.endpoints[connection.destination]);
  }

  void add(const flows::CapturedConnection& connection) {
    const flows::CapturedEndpoint& from = capture_.endpoints[connection.source];
    const flows::CapturedEndpoint& to = capture_.endpoints[connection.destination];
    const std::string service = addresses_.service_of(connection, to);
    const auto count = [&](std::uint64_t& sum) { sum = flows::add_flows(sum, connection.flows); };
    if (is_health(connection)) return count(result_.health);
    if (from.kind == flows::CapturedEndpointKind::unknown ||
        (to.kind == flows::CapturedEndpointKind::unknown && service.empty())) {
      add_vague(connection);
      return count(result_.unidentified);
    }
    if (connection.outcome == flows::FlowOutcome::dropped ||
        connection.outcome == flows::FlowOutcome::error)
      return count(result_.other_drops);
    policy::Connection asked{connection.source, connection.destination, connection.protocol,
                             connection.port};
    // Of a pod the Service is how the client found it: the packet is on its way to the pod.
    if (!service.empty() && to.kind != flows::CapturedEndpointKind::pod) {
      const auto& target = targets_.at({service, connection.protocol, connection.port});
      if (!target) {
        services_.insert(service);
        add_vague(connection);
        return count(result_.unidentified);
      }
      asked.to = target->to;
      asked.port = target->port;
    }
    ObservedConnection& into =
        connections_[{result_.endpoints[asked.from].name, result_.endpoints[asked.to].name,
                      asked.protocol, asked.port, asked.from, asked.to}];
    into.connection = asked;
    const bool denied = flows::is_policy_denial(connection.outcome);
    count(denied ? into.denied : into.passed);
    into.span.add(connection.span);
    into.names.insert(into.names.end(), connection.names.begin(), connection.names.end());
    add_requests(connection.requests, into.requests);
    add_names(connection, asked.to);
    into.inferred = into.inferred && connection.inferred;
    into.answered = into.answered || connection.answered;
    if (service.empty()) into.likely_service = addresses_.likely(connection, to);
    add_side(connection, connection.direction == flows::TrafficDirection::unknown  ? into.unsided
                         : connection.direction == flows::TrafficDirection::egress ? into.sides[1]
                                                                                   : into.sides[0]);
  }

  /// Keeps in mind what passed and nothing can be said about.
  void add_vague(const flows::CapturedConnection& connection,
                 VagueTraffic::Lack lack = VagueTraffic::Lack::end) {
    const bool undecided = lack == VagueTraffic::Lack::direction;
    if (!undecided && !flows::has_passed(connection.outcome)) return;
    std::string text = result_.endpoints[connection.source].name + (undecided ? " and " : " -> ") +
                       result_.endpoints[connection.destination].name;
    if (const std::string port = flows::port_text(connection.protocol, connection.port);
        !port.empty())
      text += " " + port;
    vague_.insert({connection.source, connection.destination, lack, std::move(text)});
  }

  static void add_side(const flows::CapturedConnection& connection, ObservedSide& side) {
    const bool audit = connection.outcome == flows::FlowOutcome::audit;
    const bool denied = audit || flows::is_policy_denial(connection.outcome);
    std::uint64_t& sum = denied ? side.denied : side.passed;
    sum = flows::add_flows(sum, connection.flows);
    if (!denied) side.enforced = flows::add_flows(side.enforced, connection.verdicts);
    if (connection.outcome != flows::FlowOutcome::unknown) {
      Reports& reports = audit ? side.audited : denied ? side.dropped : side.forwarded;
      reports.seen = flows::add_flows(reports.seen, connection.seen);
      reports.span.add(connection.span);
    }
    if (connection.outcome == flows::FlowOutcome::denied_by_rule) side.denied_by_rule = true;
    const auto merge = [](const std::vector<std::string>& from, std::vector<std::string>& into) {
      if (from.empty()) return;
      std::set<std::string> all(into.begin(), into.end());
      all.insert(from.begin(), from.end());
      into.assign(all.begin(), all.end());
    };
    merge(connection.allowed_by, side.allowed_by);
    merge(connection.denied_by, side.denied_by);
  }

  /// The requests of both directions are the same ones: proxies may stand at either end.
  static void add_requests(const std::vector<flows::CapturedRequest>& from,
                           std::vector<flows::CapturedRequest>& into) {
    if (into.empty()) {
      into = from;
      return;
    }
    for (const flows::CapturedRequest& request : from) {
      const auto known = std::ranges::find(into, request.request, &flows::CapturedRequest::request);
      if (known == into.end()) {
        into.push_back(request);
        continue;
      }
      known->count = std::max(known->count, request.count);
      known->denied = std::max(known->denied, request.denied);
    }
  }

  /// Cilium knows an address by all names that its endpoints were answered.
  void add_names(const flows::CapturedConnection& connection, std::uint32_t to) {
    std::vector<std::string>& names = result_.endpoints[to].facts.dns_names;
    for (const std::string& name : connection.names)
      if (std::ranges::find(names, name) == names.end()) names.push_back(name);
  }

  /// What policy sees of a connection to a Service: one pod behind it, and its port (fact A5.4).
  struct Target {
    std::uint32_t to = 0;
    std::uint16_t port = 0;
  };
  using ServicePort = std::tuple<std::string, std::uint8_t, std::uint16_t>;

  /// Finds the pods behind all Services that connections go to, before the first connection is
  /// added: pods of the manifests that nobody saw become endpoints.
  void find_targets() {
    for (const flows::CapturedConnection& each : capture_.connections) {
      const flows::CapturedEndpoint& to = capture_.endpoints[each.destination];
      std::string service = addresses_.service_of(each, to);
      if (service.empty() || to.kind == flows::CapturedEndpointKind::pod) continue;
      const auto [found, added] =
          targets_.try_emplace({std::move(service), each.protocol, each.port});
      if (added) found->second = target_of(found->first);
    }
  }

  std::optional<Target> target_of(const ServicePort& asked) {
    const auto& [full_name, protocol, number] = asked;
    const policy::ServiceManifest* service = addresses_.named(full_name);
    if (service == nullptr || service->selector.empty()) return std::nullopt;
    for (const auto& port : service->ports)
      if (port.port == number &&
          base::equal_ignoring_case(port.protocol.empty() ? "TCP" : port.protocol,
                                    flows::protocol_name(protocol)))
        if (const auto target = target_behind(*service, port, protocol)) return target;
    return std::nullopt;
  }

  std::optional<Target> target_behind(const policy::ServiceManifest& service,
                                      const policy::ServiceManifest::Port& port,
                                      std::uint8_t protocol) {
    for (std::uint32_t i = 0; i < capture_.endpoints.size(); ++i) {
      const flows::CapturedEndpoint& pod = capture_.endpoints[i];
      if (pod.kind != flows::CapturedEndpointKind::pod || pod.ns != service.ns ||
          !has_labels(pod, service.selector))
        continue;
      if (const auto number = number_at(result_.endpoints[i].facts, port, protocol))
        return Target{i, *number};
    }
    for (const policy::Workload& workload : inventory_.workloads) {
      if (workload.host_network || !policy::selects(service, workload.ns, workload.labels))
        continue;
      policy::Endpoint facts = policy::workload_endpoint(workload, inventory_, environment_);
      if (const auto number = number_at(facts, port, protocol))
        return Target{unseen_endpoint(workload, std::move(facts)), *number};
    }
    return std::nullopt;
  }

  static std::optional<std::uint16_t> number_at(const policy::Endpoint& pod,
                                                const policy::ServiceManifest::Port& port,
                                                std::uint8_t protocol) {
    const auto target = port.target.empty() ? std::to_string(port.port) : std::string(port.target);
    const policy::PortReading reading =
        policy::read_port(target + "/" + std::string(flows::protocol_name(protocol)), pod);
    if (!reading.port) return std::nullopt;
    return reading.port->number;
  }

  /// The endpoint of a workload of which the capture only has the Service.
  std::uint32_t unseen_endpoint(const policy::Workload& workload, policy::Endpoint facts) {
    const auto next = static_cast<std::uint32_t>(result_.endpoints.size());
    const auto [found, added] = by_manifest_.try_emplace(&workload, next);
    if (!added) return found->second;
    ObservedEndpoint pod;
    pod.facts = std::move(facts);
    pod.ns = workload.ns;
    pod.cluster = environment_.cluster;
    pod.workload = policy::name_of(workload);
    pod.workload_kind = policy::kind_of(workload);
    pod.name = pod.ns + "/" + pod.workload;
    pod.manifest = &workload;
    describe_workload(pod);
    result_.endpoints.push_back(std::move(pod));
    return next;
  }

  /// The names are those of the endpoints, which are all there before the first connection.
  using Key = std::tuple<std::string_view, std::string_view, std::uint8_t, std::uint16_t,
                         std::uint32_t, std::uint32_t>;

  const flows::Capture& capture_;
  const policy::Inventory& inventory_;
  Manifests manifests_;
  ServiceAddresses addresses_;
  policy::Environment environment_;
  std::map<Key, ObservedConnection> connections_;
  std::set<VagueTraffic> vague_;
  std::set<std::string> services_;
  std::map<ServicePort, std::optional<Target>> targets_;
  std::map<const policy::Workload*, std::uint32_t> by_manifest_;  ///< of those nobody saw
  ObservedTraffic result_;
};

}  // namespace

std::vector<policy::Endpoint> ObservedTraffic::facts() const {
  std::vector<policy::Endpoint> all;
  all.reserve(endpoints.size());
  for (const ObservedEndpoint& each : endpoints) all.push_back(each.facts);
  return all;
}

std::string described(const ObservedConnection& connection, const ObservedTraffic& traffic) {
  const policy::Connection& asked = connection.connection;
  return traffic.endpoints[asked.from].name + " -> " + traffic.endpoints[asked.to].name + " " +
         flows::port_text(asked.protocol, asked.port);
}

ObservedTraffic observe(const flows::Capture& capture, const policy::Inventory& inventory,
                        const policy::Environment& environment) {
  return Observation(capture, inventory, environment).run();
}

}  // namespace cnplint::coverage
