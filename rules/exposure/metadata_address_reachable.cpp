// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "rules/cidr.h"
#include "rules/metadata.h"

namespace cnplint::rules::metadata_address_reachable {
namespace {

void check_service(const lint::ClusterContext& context, const policy::MetadataService& service,
                   Report& report) {
  const policy::RuleBase& base = *context.rules;
  const MetadataDenials denials(base, context.subjects, service);
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i)
    for (const policy::PolicyRule& rule : base.rules_of(base.subjects[i])) {
      // Nodes are machines of the cloud: they need it.
      if (base.subjects[i].node || !rule.allows() || rule.direction != Direction::egress ||
          std::ranges::none_of(rule.ports, covers_metadata_port))
        continue;
      for (std::size_t peer = 0; peer < rule.peers.size(); ++peer) {
        const auto cidr = cidr_at(rule.peer_places[peer]);
        if (!cidr || cidr->prefix.length < service.shortest ||
            !denials.selected_by(base.selectors[rule.peers[peer]]) || denials.of(i))
          continue;
        const bool alone = is_single(cidr->prefix);
        report
            .add(base.policies[rule.policy], cidr->where,
                 quoted(cidr->where.text()) +
                     (alone ? " is" : " has " + quoted(service.address) + ",") +
                     " the metadata service of the cloud: it hands out the credentials of its "
                     "machines")
            .fix = alone
                       ? "take it out: give the pods credentials of their own (workload identity)"
                       : "except " + quoted(service.address) +
                             ", or take the range out: pods get credentials of their own from the "
                             "cloud's workload identity";
      }
    }
}

void check(const lint::ClusterContext& context, Report& report) {
  for (const policy::MetadataService& each : policy::kMetadataServices)
    check_service(context, each, report);
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
their cloud. Reported is a rule for the address or the range around it, on port 80 or on every port,
where no policy of the input denies it; that `0.0.0.0/0` has it as well is a note of `any-cidr`. Google's
workload identity answers at the same address: there such a rule is right.)",
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
  - toCIDR: [169.254.169.254/32]
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
