// SPDX-License-Identifier: Apache-2.0
#include "harness/verdict_notes.h"

#include <algorithm>

#include "base/text.h"

namespace cnplint::harness {
namespace {

using policy::Connection;
using policy::Direction;
using policy::NamedPort;
using policy::PolicyRule;
using policy::PortFilter;

/// Whether the pod itself declares a port.
bool declares(const TestEndpoint& endpoint, Port port) {
  return endpoint.workload != nullptr &&
         std::ranges::any_of(endpoint.workload->ports, [&](const policy::ContainerPort& each) {
           return each.port == port.number &&
                  policy::protocol_number(each.protocol) == port.protocol;
         });
}

/// `Service shop/cart`, or the selector that stands for it.
std::string service_text(NodeRef peer) {
  const NodeRef by_labels = peer.get("k8sServiceSelector");
  if (policy::is_stored(by_labels)) return "a Service with the labels of k8sServiceSelector";
  const NodeRef named = peer.get("k8sService");
  const std::string ns(named.get("namespace").text());
  return "Service " +
         base::quoted((ns.empty() ? "" : ns + "/") + std::string(named.get("serviceName").text()));
}

/// Collects the notes on one connection.
class NoteFinder {
 public:
  NoteFinder(const policy::Evaluator& evaluator, const Connection& connection,
             std::span<const TestEndpoint> endpoints, const policy::Inventory& inventory)
      : evaluator_(evaluator),
        base_(evaluator.engine().rule_base()),
        connection_(connection),
        endpoints_(endpoints),
        inventory_(inventory) {}

  VerdictNotes run() {
    about_service_port();
    for (const std::uint32_t end : {connection_.from, connection_.to}) about_node_network(end);
    verdict_ = evaluator_.engine().decide(Direction::egress, connection_).verdict;
    for (const std::uint32_t index :
         evaluator_.engine().rules_of_subject(Direction::egress, connection_.from)) {
      about_services(base_.rules[index]);
      about_port_names(base_.rules[index]);
    }
    if (std::string names = evaluator_.unseen_names(connection_); !names.empty())
      notes_.answer.push_back(std::move(names));
    return std::move(notes_);
  }

 private:
  void about_service_port() {
    const policy::ServiceManifest* service = nullptr;
    const Port asked{connection_.protocol, connection_.port};
    const Port pod = pod_port(endpoints_[connection_.to], asked, inventory_, &service);
    if (service == nullptr) return;
    notes_.question.push_back(std::to_string(asked.number) + " is the port of Service " +
                              std::string(service->ns) + "/" + std::string(service->name) +
                              ", the pod listens on " + std::to_string(pod.number) +
                              "; policies are about the pod's port, ask with that one");
  }

  void about_node_network(std::uint32_t end) {
    const TestEndpoint& endpoint = endpoints_[end];
    if (endpoint.workload == nullptr || !endpoint.workload->host_network) return;
    std::string note = base::quoted(endpoint.name) +
                       " runs in the node's network: policies for pods do not select it; with "
                       "hostNetwork this is the answer for one node with the other end, ask about "
                       "entity:remote-node for another node";
    if (notes_.question.empty() || notes_.question.back() != note)
      notes_.question.push_back(std::move(note));
  }

  [[nodiscard]] std::string name_of(const PolicyRule& rule) const {
    return evaluator_.policies()[rule.policy].full_name() + " (" + rule.where.range().place() + ")";
  }

  /// Whether the answer would be another one if Cilium resolved the Services of a rule, or did not.
  [[nodiscard]] bool matters(const PolicyRule& rule) const {
    if (rule.any_peer) return rule.denies() == (verdict_ == policy::Verdict::deny);
    return rule.denies() ? policy::passes(verdict_) : verdict_ == policy::Verdict::default_deny;
  }

  /// Facts A3.6 and P501, P502 of toServices.
  void about_services(const PolicyRule& rule) {
    if (rule.unresolved_services.empty() || !matters(rule)) return;
    const auto named = evaluator_.engine().listening_ports(Direction::egress, connection_.to);
    if (std::ranges::none_of(rule.ports, [&](const PortFilter& port) {
          return policy::covers(port, Direction::egress, connection_, named);
        }))
      return;
    std::vector<std::string> services;
    for (const NodeRef each : rule.unresolved_services) services.push_back(service_text(each));
    const std::string action = rule.denies() ? "denies" : "allows";
    const std::string effect =
        rule.any_peer ? action + " every destination on its ports" : action + " nobody by it";
    notes_.answer.push_back(
        rule.denies()
            ? "Cilium never resolves toServices of egressDeny: " + name_of(rule) + " " + effect
            : base::joined(services, " and ") +
                  " is not in the input, or has no selector: decided as unresolved, then " +
                  name_of(rule) + " " + effect);
  }

  /// Before Cilium 1.20 a name of an egress rule has one number in the whole cluster (P709).
  void about_port_names(const PolicyRule& rule) {
    for (const PortFilter& port : rule.ports) {
      const auto called = [&](const NamedPort& each) {
        return each.name == port.name && each.protocol == port.protocol &&
               each.port == connection_.port;
      };
      const auto& own = evaluator_.engine().endpoints()[connection_.to].named_ports;
      const auto meant = evaluator_.engine().listening_ports(Direction::egress, connection_.to);
      if (port.name.empty() || std::ranges::none_of(own, called) ||
          std::ranges::any_of(meant, called))
        continue;
      notes_.answer.push_back("pods give the port name " + base::quoted(port.name) +
                              " several numbers: before Cilium 1.20 " + name_of(rule) +
                              " is skipped for it");
    }
  }

  const policy::Evaluator& evaluator_;
  const policy::RuleBase& base_;
  const Connection& connection_;
  std::span<const TestEndpoint> endpoints_;
  const policy::Inventory& inventory_;
  policy::Verdict verdict_ = policy::Verdict::not_enforced;  ///< of egress
  VerdictNotes notes_;
};

}  // namespace

std::vector<std::string> VerdictNotes::all() const {
  std::vector<std::string> result = question;
  result.insert(result.end(), answer.begin(), answer.end());
  return result;
}

VerdictNotes verdict_notes(const policy::Evaluator& evaluator, const Connection& connection,
                           std::span<const TestEndpoint> endpoints,
                           const policy::Inventory& inventory) {
  return NoteFinder(evaluator, connection, endpoints, inventory).run();
}

Port pod_port(const TestEndpoint& endpoint, Port asked, const policy::Inventory& inventory,
              const policy::ServiceManifest** through) {
  if (declares(endpoint, asked)) return asked;
  for (const policy::ServiceManifest& service : inventory.services) {
    if (!policy::selects(service, endpoint.ns, endpoint.labels)) continue;
    for (const auto& port : service.ports) {
      const std::uint16_t target = policy::target_of(port, endpoint.facts.named_ports);
      if (port.port != asked.number || target == 0 || target == port.port ||
          policy::protocol_number(port.protocol) != asked.protocol)
        continue;
      if (through != nullptr) *through = &service;
      return {asked.protocol, target};
    }
  }
  return asked;
}

std::string unjudged_policies(const policy::Inventory& inventory) {
  constexpr std::size_t kShown = 3;
  const auto& others = inventory.other_policies;
  if (others.empty()) return {};
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < std::min(kShown, others.size()); ++i)
    shown.push_back(others[i].subject + " (" + others[i].place.place() + ": " + others[i].why +
                    ")");
  std::string text = "not judged, although they may decide: " + base::joined(shown, ", ");
  if (others.size() > kShown) text += " and " + std::to_string(others.size() - kShown) + " more";
  return text;
}

}  // namespace cnplint::harness
