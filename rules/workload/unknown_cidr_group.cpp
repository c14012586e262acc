// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "policy/model/cluster_facts.h"
#include "rules/selectors.h"

namespace cnplint::rules::unknown_cidr_group {
namespace {

using policy::Condition;

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : complete_(context.cluster.inventory.complete.value_or(false)), report_(report) {
    for (const policy::CidrGroup& group : context.rules->surroundings.cidr_groups) {
      if (names_.insert(group.name).second) listed_.push_back(group.name);
      for (const auto& [key, value] : group.labels) {
        keys_.insert(key);
        labels_.emplace(key, value);
      }
    }
  }

  [[nodiscard]] bool knows_groups() const { return complete_ || !names_.empty(); }

  void look_at(const policy::Policy& policy, NodeRef peer) {
    const NodeRef ref = peer.get("cidrGroupRef");
    if (!string_of(ref).empty())
      look_at_name(policy, peer, ref);
    else
      for (const Condition& each : policy::conditions(peer.get("cidrGroupSelector"), "cidrgroup"))
        look_at_label(policy, each);
  }

 private:
  void look_at_name(const policy::Policy& policy, NodeRef peer, NodeRef ref) {
    if (is_placeholder(ref) || names_.contains(ref.text())) return;
    const std::string_view near = base::nearest_spelling(ref.text(), candidates());
    std::string message =
        "the input has no CiliumCIDRGroup " + quoted(ref.text()) + ", the peer matches no address";
    if (!near.empty()) message += ", did you mean " + quoted(near) + "?";
    lint::Finding& finding = report_.add(policy, ref, std::move(message));
    if (!near.empty())
      finding.fix =
          lint::unsafe_fix("write " + quoted(near) + ": opens what the group holds",
                           base::differ_in_digits(near, ref.text())
                               ? policy::Changes()
                               : policy::Changes{policy::set_text(ref, std::string(near))});
    judge(finding);
    if (finding.severity != lint::Severity::warning) return;
    finding.node = peer;
    finding.claim = lint::Claim::allows_nothing;
  }

  void look_at_label(const policy::Policy& policy, const Condition& condition) {
    if (!is_positive(condition) || has_placeholder(policy::Conditions{condition})) return;
    const bool known =
        condition.op == Condition::Op::exists
            ? keys_.contains(condition.key)
            : std::ranges::any_of(condition.values, [&](const std::string& value) {
                return labels_.contains(
                    std::pair<std::string_view, std::string_view>(condition.key, value));
              });
    if (known) return;
    judge(
        report_.add(policy, condition.where,
                    "no CiliumCIDRGroup of the input has this label, the peer matches no address"));
  }

  /// Where the input has no group at all, they come from elsewhere.
  void judge(lint::Finding& finding) const {
    if (names_.empty()) finding.severity = lint::Severity::note;
  }

  [[nodiscard]] std::span<const std::string_view> candidates() const {
    constexpr std::size_t kMostCompared = 64;
    return std::span(listed_).first(std::min(listed_.size(), kMostCompared));
  }

  bool complete_;
  std::set<std::string_view> names_;
  std::vector<std::string_view> listed_;
  std::set<std::string_view> keys_;
  std::set<std::pair<std::string_view, std::string_view>> labels_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  Checker checker(context, report);
  if (!checker.knows_groups()) return;
  for (const policy::Policy& policy : context.policies) {
    if (!policy::is_cilium(policy.kind)) continue;
    each_item(policy, [&](const RuleItem& item) {
      if (const policy::Peers* sets = item.peers_of(PeerKind::cidr_set))
        for (const NodeRef peer : sets->list.items()) checker.look_at(policy, peer);
    });
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-cidr-group",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a rule refers to a CiliumCIDRGroup that the input does not have",
    .why =
        R"(A `cidrGroupRef` to a group that does not exist is accepted and matches no address, until somebody makes
a group of this name. An allow rule then lets nobody in; a deny rule denies nobody. Reported where the
input has groups; where it has none, only as a note and if the configuration says that it is complete.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDRSet: [{cidrGroupRef: ofice}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDRSet: [{cidrGroupRef: office}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromCIDRSet: [{cidrGroupRef: office}]
    toPorts: [{ports: [{port: "8443", protocol: TCP}]}]
---
apiVersion: cilium.io/v2
kind: CiliumCIDRGroup
metadata: {name: office}
spec: {externalCIDRs: [192.0.2.0/24]}
)"},
    .facts = "A5.1",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_cidr_group
