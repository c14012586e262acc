// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/cluster_facts.h"
#include "policy/model/dns_name.h"
#include "policy/model/port.h"
#include "policy/verdict/firewall_order.h"
#include "rules/cidr.h"
#include "rules/fqdn.h"
#include "rules/metadata.h"

namespace cnplint::rules::metadata_address_reachable {
namespace {

constexpr std::uint16_t kHttp = 80;

/// What all ways to a metadata service have in common.
struct Way {
  const policy::Policy& policy;
  NodeRef where;
  std::string name;    ///< of the CIDR, for messages
  bool alone = false;  ///< it is that address and no other
  bool http = false;   ///< on port 80 and no other
  bool names = false;  ///< it is a pattern, which has no exceptions
};

void tell(const Way& way, std::string_view address, Report& report) {
  lint::Finding& finding = report.add(
      way.policy, way.where,
      way.name + (way.alone ? " is" : " has " + quoted(address) + ",") +
          " the metadata service of the cloud: it hands out the credentials of its machines");
  // Who names exactly this means it: Google's workload identity, for example.
  if (way.alone && way.http) finding.severity = lint::Severity::note;
  const std::string identity =
      ": pods get credentials of their own from the cloud's workload identity";
  finding.fix.title =
      way.alone   ? "take it out: give the pods credentials of their own (workload identity)"
      : way.names ? "name the hosts that are meant" + identity
                  : "except " + quoted(address) + ", or take the range out" + identity;
}

bool is_http_alone(const policy::PolicyRule& rule) {
  return std::ranges::all_of(rule.ports, [](const policy::PortFilter& port) {
    return port.name.empty() && port.first == kHttp && port.end <= kHttp;
  });
}

/// Finds the rules of Cilium's policies and NetworkPolicies that lead to one service.
class ServiceFinder {
 public:
  ServiceFinder(const lint::ClusterContext& context, const policy::MetadataService& service,
                Report& report)
      : base_(*context.rules),
        service_(service),
        denials_(base_, context.subjects, service),
        report_(report) {}

  void run() {
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i)
      for (const policy::PolicyRule& rule : base_.rules_of(base_.subjects[i])) {
        // Nodes are machines of the cloud: they need it.
        if (base_.subjects[i].node || !rule.allows() || rule.direction != Direction::egress ||
            std::ranges::none_of(rule.ports, covers_metadata_port))
          continue;
        for (std::size_t peer = 0; peer < rule.peers.size(); ++peer) look_at(i, rule, peer);
      }
  }

 private:
  void look_at(std::uint32_t subject, const policy::PolicyRule& rule, std::size_t peer) {
    const NodeRef place = rule.peer_places[peer];
    std::optional<Cidr> found;
    const auto keep = [&](const Cidr& cidr) {
      const auto address = policy::parse_address(service_.address);
      if (!found && cidr.prefix.length >= service_.shortest && cidr.prefix.contains(*address))
        found = cidr;
    };
    if (const auto cidr = cidr_at(place)) keep(*cidr);
    if (place.is_mapping()) each_cidr_of_groups(place, base_.surroundings.cidr_groups, keep);
    if (!found || !leads_there(*found, base_.selectors[rule.peers[peer]]) || denials_.of(subject))
      return;
    tell({base_.policies[rule.policy], found->where, name_of(*found), is_single(found->prefix),
          is_http_alone(rule)},
         service_.address, report_);
  }

  /// Of a group the selector says who has its label, and not which addresses that are.
  [[nodiscard]] bool leads_there(const Cidr& cidr, const policy::Conditions& selector) const {
    if (cidr.group == nullptr) return denials_.selected_by(selector);
    const auto exceptions = exceptions_of(cidr);
    return std::ranges::none_of(exceptions, [&](const policy::Prefix& each) {
      return each.contains(*policy::parse_address(service_.address));
    });
  }

  const policy::RuleBase& base_;
  const policy::MetadataService& service_;
  MetadataDenials denials_;
  Report& report_;
};

/// The names by which Google's metadata service is found.
constexpr std::array<std::string_view, 2> kNames{"metadata.google.internal", "metadata.goog"};

void look_at_name(const policy::PolicyRule& rule, NodeRef place, const policy::RuleBase& base,
                  Report& report) {
  const Fqdn fqdn = read_fqdn(place);
  if (!fqdn.where) return;
  const policy::DnsPattern pattern(fqdn.text, base.environment.cilium);
  if (pattern.everything()) return;  // any-fqdn speaks of it
  const auto name = std::ranges::find_if(kNames, [&](auto each) { return pattern.matches(each); });
  if (name == kNames.end()) return;
  const bool alone = !pattern.only_name().empty();
  tell({base.policies[rule.policy], fqdn.where, quoted(fqdn.text), alone, is_http_alone(rule),
        !alone},
       *name, report);
}

void check_names(const lint::ClusterContext& context, Report& report) {
  const policy::RuleBase& base = *context.rules;
  for (const policy::Subject& subject : base.subjects)
    for (const policy::PolicyRule& rule : base.rules_of(subject)) {
      if (subject.node || !rule.allows() || rule.direction != Direction::egress ||
          std::ranges::none_of(rule.ports, covers_metadata_port))
        continue;
      for (std::size_t peer = 0; peer < rule.peers.size(); ++peer) {
        const policy::Conditions& selector = base.selectors[rule.peers[peer]];
        if (!selector.empty() && selector.front().source == "fqdn")
          look_at_name(rule, rule.peer_places[peer], base, report);
      }
    }
}

/// The ports of a rule of a firewall: whether it is for HTTP, and for nothing else.
bool is_for_http(const RuleItem& item, bool alone) {
  const auto is_http = [](NodeRef port) {
    const policy::PortRange range = policy::read_port(port);
    return range.first == kHttp && range.protocol == policy::Protocol::tcp;
  };
  const auto ports = item.to_ports.items();
  if (ports.empty()) return !alone;
  return alone ? std::ranges::all_of(ports, is_http) : std::ranges::any_of(ports, is_http);
}

/// The Allow rules of a firewall that lead there, where it denies anything at all.
void check_firewall(const lint::ClusterContext& context, const policy::Policy& policy,
                    const policy::Spec& spec, Report& report) {
  if (std::ranges::none_of(spec.items, &RuleItem::deny)) return;
  std::vector<bool> reached(spec.items.size(), true);
  for (const auto& each : policy::shadowed_rules(spec, context.cluster.environment))
    reached[each.rule] = false;
  for (std::size_t i = 0; i < spec.items.size(); ++i) {
    const RuleItem& item = spec.items[i];
    if (item.deny || !reached[i] || item.node.get("type").text() != "Allow" ||
        !is_for_http(item, false))
      continue;
    each_cidr(item, [&](const Cidr& cidr) {
      for (const policy::MetadataService& each : policy::kMetadataServices)
        if (cidr.prefix.length >= each.shortest &&
            cidr.prefix.contains(*policy::parse_address(each.address)))
          tell({policy, cidr.where, name_of(cidr), is_single(cidr.prefix), is_for_http(item, true)},
               each.address, report);
    });
  }
}

void check(const lint::ClusterContext& context, Report& report) {
  for (const policy::MetadataService& each : policy::kMetadataServices)
    ServiceFinder(context, each, report).run();
  check_names(context, report);
  for (const policy::Policy& policy : context.policies)
    if (policy::is_firewall(policy.kind))
      for (const policy::Spec& spec : policy.specs) check_firewall(context, policy, spec, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "metadata-address-reachable",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "egress to the metadata service of a cloud",
    .why =
        R"(Clouds answer on 169.254.169.254 (and `fd00:ec2::254`, or 100.100.100.200) whoever asks, with the
credentials of the machine: a pod that reaches it is as powerful as its node. It is the first thing that
a stolen pod or a forged request asks. Pods get credentials of their own by the workload identity of
their cloud. Reported is a rule for the address or the range around it (or `metadata.google.internal`), on
port 80 or on every port, where no policy of the input denies it; that `0.0.0.0/0` has it as well is a
note of `any-cidr`. Google's workload identity answers at the same address: a rule for exactly that, on
port 80 alone, is meant so, and a note.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toCIDR: [169.254.0.0/16]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "80", protocol: TCP}]}]
)"},
    .facts = "A5.1 A2.1 P110",
    .check_cluster = check,
};

}  // namespace cnplint::rules::metadata_address_reachable
