// SPDX-License-Identifier: Apache-2.0
#include "rules/dns_rule.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "policy/model/dns_server.h"
#include "policy/text/rule_text.h"
#include "policy/verdict/dns_servers.h"
#include "policy/verdict/endpoint.h"
#include "rules/dns.h"

namespace cnplint::rules {
namespace {

using policy::PeerText;

/// The label by which installers and charts know DNS servers, else all that stay with releases.
std::vector<std::pair<std::string, std::string>> labels_of_server(
    const policy::Workload& workload) {
  std::vector<std::pair<std::string, std::string>> labels;
  for (const auto& [key, value] : workload.labels) {
    if (key == "k8s-app") return {{std::string(key), std::string(value)}};
    if (!policy::is_filtered_label(key)) labels.emplace_back(key, value);
  }
  return labels;
}

/// The servers as peers, and the ports of their pods.
struct Servers {
  std::vector<PeerText> peers;
  std::set<std::uint16_t> ports;
};

Servers servers_of(const lint::ClusterContext& context) {
  Servers servers;
  const std::vector<std::string> namespaces = dns_namespaces(context);
  for (const policy::KnownDnsServer& each : policy::known_dns_servers(context.pods, namespaces)) {
    const policy::Workload& workload = context.pods.workload(each.pod);
    PeerText peer;
    peer.ns = workload.ns;
    peer.labels = labels_of_server(workload);
    if (std::ranges::find(servers.peers, peer) == servers.peers.end())
      servers.peers.push_back(std::move(peer));
    servers.ports.insert(each.ports.begin(), each.ports.end());
  }
  if (!servers.peers.empty()) return servers;
  servers.ports.insert(policy::kDnsPort);
  for (const std::string& ns : context.cluster.environment.dns)
    servers.peers.push_back({policy::PeerField::endpoints, {}, ns, {}, {}});
  if (servers.peers.empty())
    servers.peers.push_back(
        {policy::PeerField::endpoints, {}, "kube-system", {{"k8s-app", "kube-dns"}}, {}});
  return servers;
}

}  // namespace

policy::Changes allow_dns(const lint::ClusterContext& context, const policy::PolicyRule& rule,
                          bool names) {
  const policy::Policy& policy = context.rules->policies[rule.policy];
  const NodeRef spec = rule.is_written() ? rule.where.parent().parent() : rule.where;
  if (!spec.is_mapping() || policy::is_firewall(policy.kind)) return {};
  const Servers servers = servers_of(context);
  std::vector<policy::PortText> ports;
  for (const std::uint16_t port : servers.ports) {
    ports.push_back({policy::ip_protocol::kAny, port, port, {}, {}});
    if (names) ports.back().dns.emplace_back("*");
  }
  return {policy::add_to_list(spec, "egress",
                              {policy::rule_value({policy.kind, policy.effective_namespace(),
                                                   Direction::egress, servers.peers, ports})})};
}

}  // namespace cnplint::rules
