// SPDX-License-Identifier: Apache-2.0
//
// What the workloads and Services of the input say of the ports of pods that policies select.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "lint/rule.h"
#include "policy/verdict/known_pods.h"
#include "policy/verdict/rule.h"

namespace cnplint::rules {

/// A port of a Service that leads to another port of its pods.
struct MappedPort {
  const policy::ServiceManifest* service = nullptr;
  std::uint16_t target = 0;
  std::size_t pods = 0;   ///< how many of the pods are behind the Service
  bool of_nodes = false;  ///< it is the NodePort of the Service, not its port
};

/// What is known of the ports of some pods.
struct PodPorts {
  policy::Knowledge knowledge = policy::Knowledge::none;  ///< of where they are looked for
  std::size_t pods = 0;
  std::uint32_t example = 0;             ///< one of the pods
  bool silent = false;                   ///< some container declares none, or an unknown one
  std::vector<policy::NamedPort> ports;  ///< that they declare, each once; names in lower case
  std::map<std::pair<std::uint8_t, std::uint16_t>, MappedPort> mapped;  ///< by protocol and port
  /// Where they listen without declaring it: probes, monitors and Services that lead there say so.
  std::set<std::pair<std::uint8_t, std::uint16_t>> used;
  /// Numbers in the commands, arguments and variables of their containers.
  std::set<std::uint16_t> mentioned;

  /// Whether some pod declares a port that a filter is for.
  [[nodiscard]] bool declare(const policy::PortFilter& filter) const;
  /// Whether something uses a port of some pod that a filter is for.
  [[nodiscard]] bool is_used(const policy::PortFilter& filter) const;
  /// Whether some pod declares a port of the name and protocol of a filter.
  [[nodiscard]] bool declare_name(const policy::PortFilter& filter) const;
};

/// Looks such things up, each selector once. The context must outlive it.
class KnownPorts {
 public:
  explicit KnownPorts(const lint::ClusterContext& context);

  /// Of the pods that a subject selects; of no pods where it selects the host.
  const PodPorts& of_subject(const policy::Subject& subject);
  /// Of the pods that a selector of the rule base selects.
  const PodPorts& of_selector(std::uint32_t selector);
  /// Of those on whose side the ports of a rule are: its subject for ingress, its peers for egress,
  /// each selector apart. Empty where some of them are no pods, or anybody.
  std::vector<const PodPorts*> of_rule(const policy::Subject& subject,
                                       const policy::PolicyRule& rule);

 private:
  PodPorts read(const policy::Conditions& selector, std::string_view ns) const;
  void add_services(std::uint32_t pod, PodPorts& result) const;
  void index_services();
  void index_monitors();

  const lint::ClusterContext& context_;
  /// Ports by which PodMonitors and ServiceMonitors scrape pods.
  std::unordered_map<std::uint32_t, std::set<std::uint16_t>> scraped_;
  std::unordered_map<std::uint32_t, std::vector<const policy::ServiceManifest*>> services_of_;
  std::unordered_map<std::uint64_t, PodPorts> by_subject_;
  std::unordered_map<std::uint32_t, PodPorts> by_selector_;
};

/// Calls body(filters) for each port of a rule as it is written: without a protocol it is a filter
/// for each.
template <class Body>
void each_written_port(const policy::PolicyRule& rule, const Body& body) {
  const std::span<const policy::PortFilter> all(rule.ports);
  for (std::size_t begin = 0, end = 0; begin < all.size(); begin = end) {
    while (end < all.size() && all[end].where == all[begin].where) ++end;
    if (all[begin].where) body(all.subspan(begin, end - begin));
  }
}

/// Whether conditions can select pods: they do not ask for an address, a name or a reserved label.
bool can_be_pods(const policy::Conditions& conditions);

/// A number of the protocol of a filter: TCP where it is for any protocol.
std::string port_text(std::uint16_t port, std::uint8_t protocol);

}  // namespace cnplint::rules
