// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "policy/text/change.h"
#include "rules/each.h"
#include "rules/known_ports.h"

namespace cnplint::rules::port_nobody_listens_on {
namespace {

using policy::PolicyRule;
using policy::PortFilter;
using Filters = std::span<const PortFilter>;
using Pods = std::vector<const PodPorts*>;

/// Ports of containers that are put into pods when they are made: Istio's and Linkerd's proxies.
constexpr std::array<std::uint16_t, 14> kOfSidecars{15000, 15001, 15004, 15006, 15008, 15009, 15020,
                                                    15021, 15053, 15090, 4140,  4143,  4190,  4191};

NodeRef number_of(const PortFilter& filter) { return filter.where.get("port"); }

/// Whether numbers differ by a digit that is another one, is too much, or changed places with the
/// next.
bool are_close(std::uint16_t a, std::uint16_t b) {
  std::string x = std::to_string(a);
  std::string y = std::to_string(b);
  if (x.size() > y.size()) std::swap(x, y);
  const auto at = static_cast<std::size_t>(std::ranges::mismatch(x, y).in1 - x.begin());
  if (x.size() + 1 == y.size()) return x.substr(at) == y.substr(at + 1);
  if (x.size() != y.size() || at == x.size()) return false;
  if (x.substr(at + 1) == y.substr(at + 1)) return true;
  return at + 1 < x.size() && x[at] == y[at + 1] && x[at + 1] == y[at] &&
         x.substr(at + 2) == y.substr(at + 2);
}

/// The Service of which a written port is one that leads elsewhere, and whether that is all that
/// the port can be.
struct FoundService {
  const MappedPort* mapped = nullptr;
  const PortFilter* filter = nullptr;
  bool sure = false;
};
FoundService service_of(const Pods& pods, Filters filters) {
  FoundService result;
  for (const PodPorts* each : pods)
    for (const PortFilter& filter : filters) {
      const auto found = each->mapped.find({filter.protocol, filter.first});
      if (found == each->mapped.end() || filter.end > filter.first) continue;
      if (result.mapped == nullptr)
        result = {&found->second, &filter,
                  pods.size() == 1 && (!each->silent || found->second.pods >= each->pods)};
    }
  return result;
}

/// The protocol of a written port, for messages; nothing for TCP and for any.
std::string of_protocol(Filters filters) {
  const std::uint8_t protocol = filters.front().protocol;
  if (filters.size() > 1 || protocol == policy::ip_protocol::kTcp) return {};
  return " of " + std::string(policy::protocol_name(protocol));
}

/// A port as it is written: a number, or a range.
std::string written_port(const PortFilter& filter) {
  const std::string first(number_of(filter).text());
  if (filter.end <= filter.first) return "port " + quoted(first);
  return "a port of " + quoted(first + "-" + std::to_string(filter.end));
}

/// The ports that pods declare, as texts.
std::vector<std::string> declared(const Pods& pods) {
  std::set<std::pair<std::uint16_t, std::uint8_t>> all;
  for (const PodPorts* each : pods)
    for (const policy::NamedPort& port : each->ports) all.emplace(port.port, port.protocol);
  std::vector<std::string> texts;
  for (const auto& [port, protocol] : all) texts.push_back(port_text(port, protocol));
  return texts;
}

/// The number of a port becomes another one, as a number or a text as it was.
void write_number(const PortFilter& filter, std::uint16_t number, lint::Finding& finding) {
  const NodeRef port = number_of(filter);
  if (!port.is_scalar() || filter.end > filter.first) return;
  finding.fix =
      lint::unsafe_fix(finding.fix.title + ": opens that port and closes this one",
                       {port.is_string() ? policy::set_text(port, std::to_string(number))
                                         : policy::set(port, policy::Value::number(number))});
}

class RuleCheck {
 public:
  RuleCheck(const lint::ClusterContext& context, KnownPorts& ports, Report& report)
      : context_(context), base_(*context.rules), ports_(ports), report_(report) {}

  void run(const policy::Subject& subject, const PolicyRule& rule) {
    const Pods pods = ports_.of_rule(subject, rule);
    if (pods.empty() || !std::ranges::all_of(pods, [](const PodPorts* each) {
          return each->pods > 0 && each->knowledge != policy::Knowledge::none;
        }))
      return;
    each_written_port(rule, [&](Filters filters) {
      const PortFilter& first = filters.front();
      if (!first.name.empty() || first.first == 0 || policy::ip_protocol::is_icmp(first.protocol) ||
          is_declared(pods, filters) || is_used(pods, filters))
        return;
      if (const FoundService service = service_of(pods, filters); service.mapped != nullptr)
        report_service(rule, service);
      else if (rule.allows())
        report_undeclared(subject, rule, pods, filters);
    });
  }

 private:
  static bool is_declared(const Pods& pods, Filters filters) {
    return std::ranges::any_of(pods, [&](const PodPorts* each) {
      return std::ranges::any_of(filters,
                                 [&](const PortFilter& filter) { return each->declare(filter); });
    });
  }

  static std::string word_of(const MappedPort& mapped) {
    return mapped.of_nodes ? "NodePort" : "port";
  }

  /// Says of the ports of Services within a range that they lead elsewhere.
  static void note_services_within(const Pods& pods, Filters filters, lint::Finding& finding) {
    constexpr std::size_t kMostServices = 4;
    std::set<std::pair<const policy::ServiceManifest*, std::uint16_t>> said;
    for (const PodPorts* each : pods)
      for (const PortFilter& filter : filters)
        for (auto at = each->mapped.lower_bound({filter.protocol, filter.first});
             at != each->mapped.end() && at->first.first == filter.protocol &&
             at->first.second <= filter.end && said.size() < kMostServices;
             ++at) {
          const auto& [key, mapped] = *at;
          if (!said.emplace(mapped.service, key.second).second) continue;
          finding.notes.push_back(
              {mapped.service->place, std::to_string(key.second) + " is the " + word_of(mapped) +
                                          " of this Service, " + "and its pods listen on " +
                                          port_text(mapped.target, filter.protocol)});
        }
  }

  static bool is_used(const Pods& pods, Filters filters) {
    return std::ranges::any_of(pods, [&](const PodPorts* each) {
      return std::ranges::any_of(filters,
                                 [&](const PortFilter& filter) { return each->is_used(filter); });
    });
  }

  void report_service(const PolicyRule& rule, const FoundService& found) {
    const policy::ServiceManifest& service = *found.mapped->service;
    const std::string number(number_of(*found.filter).text());
    const std::string target = port_text(found.mapped->target, found.filter->protocol);
    lint::Finding& finding = report_.add(base_.policies[rule.policy], number_of(*found.filter),
                                         quoted(number) + " is the " + word_of(*found.mapped) +
                                             " of Service " + std::string(service.ns) + "/" +
                                             std::string(service.name) + ": its pods listen on " +
                                             target + ", and policies are about the pods' ports");
    if (!found.sure) finding.severity = lint::Severity::note;
    finding.notes.push_back({service.place, "the Service"});
    finding.fix.title = "write " + quoted(std::to_string(found.mapped->target));
    write_number(*found.filter, found.mapped->target, finding);
  }

  /// Whether the rules of a subject open any port that its pods declare; for egress those of the
  /// rule alone.
  bool opens_declared(const policy::Subject& subject, const PolicyRule& rule, const Pods& pods) {
    const auto opens = [&](const PolicyRule& each) {
      return each.allows() && each.direction == rule.direction &&
             std::ranges::any_of(each.ports, [&](const PortFilter& filter) {
               return std::ranges::any_of(pods, [&](const PodPorts* known) {
                 return filter.name.empty() ? known->declare(filter) : known->declare_name(filter);
               });
             });
    };
    if (rule.direction == Direction::egress) return opens(rule);
    return std::ranges::any_of(base_.rules_of(subject), opens);
  }

  /// A declared port that was meant, going by its digits, and that the rule does not open.
  static std::optional<std::uint16_t> close_to(const PolicyRule& rule, const Pods& pods,
                                               std::uint16_t number) {
    for (const PodPorts* each : pods)
      for (const policy::NamedPort& port : each->ports)
        if (are_close(port.port, number) &&
            std::ranges::none_of(rule.ports, [&](const PortFilter& filter) {
              return filter.name.empty() && filter.first <= port.port &&
                     port.port <= std::max(filter.first, filter.end);
            }))
          return port.port;
    return std::nullopt;
  }

  /// Whether pods declare the number for another protocol, which the rule opens as well: DNS is
  /// often declared for UDP alone.
  static bool opens_other_protocol(const PolicyRule& rule, const Pods& pods, std::uint16_t number) {
    return std::ranges::any_of(pods, [&](const PodPorts* each) {
      return std::ranges::any_of(each->ports, [&](const policy::NamedPort& port) {
        return port.port == number &&
               std::ranges::any_of(rule.ports, [&](const PortFilter& filter) {
                 return filter.first == number && filter.protocol == port.protocol;
               });
      });
    });
  }

  void report_undeclared(const policy::Subject& subject, const PolicyRule& rule, const Pods& pods,
                         Filters filters) {
    const PortFilter& filter = filters.front();
    if (std::ranges::any_of(pods, &PodPorts::silent) ||
        std::ranges::find(kOfSidecars, filter.first) != kOfSidecars.end() ||
        opens_other_protocol(rule, pods, filter.first))
      return;
    const auto close = close_to(rule, pods, filter.first);
    const bool complete = std::ranges::all_of(
        pods, [](const PodPorts* each) { return each->knowledge == policy::Knowledge::complete; });
    const policy::Workload& example = context_.pods.workload(pods.front()->example);
    const bool one = pods.size() == 1 && pods.front()->pods == 1;
    const std::vector<std::string> known = declared(pods);
    constexpr std::size_t kMostPorts = 8;
    lint::Finding& finding =
        report_.add(base_.policies[rule.policy], number_of(filter),
                    "no container of " + (one ? example.subject : "the pods that are selected") +
                        " declares " + written_port(filter) + of_protocol(filters) +
                        ": they declare " + base::first_few(known, kMostPorts));
    const bool mentioned = std::ranges::any_of(
        pods, [&](const PodPorts* each) { return each->mentioned.contains(filter.first); });
    if (!complete || mentioned || (!close && opens_declared(subject, rule, pods)))
      finding.severity = lint::Severity::note;
    finding.notes.push_back({example.place, one ? "the workload" : "one of the workloads"});
    note_services_within(pods, filters, finding);
    if (close && !mentioned) finding.fix.title = "did you mean `" + std::to_string(*close) + "`?";
  }

  const lint::ClusterContext& context_;
  const policy::RuleBase& base_;
  KnownPorts& ports_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.pods.empty()) return;
  KnownPorts ports(context);
  RuleCheck rules(context, ports, report);
  for (const policy::Subject& subject : context.rules->subjects)
    for (const PolicyRule& rule : context.rules->rules_of(subject)) rules.run(subject, rule);
}

}  // namespace

CNPLINT_RULE{
    .name = "port-nobody-listens-on",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a port that no selected pod declares, such as that of a Service",
    .why =
        R"(Policies see packets behind the translation of Services: the port is the one that the container listens
on. The port of a Service that maps it to another one opens nothing. Where all containers of the selected pods declare
ports and this one is not among them, it is a typing error or a port that somebody forgot to declare (which is legal): a
warning where it is nearly one of them or none of them is opened, else a note, also where the number stands in the
arguments or variables of a container. Nothing is said of a port that a probe, the annotation `prometheus.io/port`, a
PodMonitor or ServiceMonitor, or a Service in front of the pods leads to, of those of the proxies of Istio and Linkerd,
and of pods that declare nothing.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: cart, ports: [{containerPort: 8080}]}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: cart, ports: [{containerPort: 8080}]}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports: [{port: 80, targetPort: 8080}]
---
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec: {containers: [{name: cart, image: cart, ports: [{containerPort: 8080}]}]}
)"},
    .facts = "P402 P809",
    .check_cluster = check,
};

}  // namespace cnplint::rules::port_nobody_listens_on
