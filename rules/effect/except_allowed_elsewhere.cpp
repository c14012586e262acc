// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "policy/verdict/subject_index.h"
#include "rules/cidr.h"

namespace cnplint::rules::except_allowed_elsewhere {
namespace {

using policy::PolicyRule;
using policy::PortFilter;

/// Whether a filter allows whatever another one does, without a look at requests.
bool covers_filter(const PortFilter& wide, const PortFilter& narrow) {
  if (wide.l7 != policy::L7Kind::none) return false;
  if (wide.protocol != policy::ip_protocol::kAny && wide.protocol != narrow.protocol) return false;
  if (!wide.name.empty() || !narrow.name.empty())
    return wide.name == narrow.name && !wide.name.empty();
  if (wide.first == 0) return true;
  return narrow.first != 0 && wide.first <= narrow.first &&
         std::max(wide.first, wide.end) >= std::max(narrow.first, narrow.end);
}

bool covers_ports(const PolicyRule& wide, const PolicyRule& narrow) {
  return std::ranges::all_of(narrow.ports, [&](const PortFilter& each) {
    return std::ranges::any_of(wide.ports,
                               [&](const PortFilter& other) { return covers_filter(other, each); });
  });
}

class Finder {
 public:
  Finder(const lint::ClusterContext& context, Report& report)
      : base_(*context.rules), subjects_(context.subjects), report_(report) {}

  void run() {
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i)
      for (const PolicyRule& rule : base_.rules_of(base_.subjects[i]))
        if (rule.allows() && !rule.ports.empty())
          for (const NodeRef place : rule.peer_places)
            if (const auto cidr = cidr_at(place); cidr && cidr->except) look_at(i, rule, *cidr);
  }

 private:
  void look_at(std::uint32_t subject, const PolicyRule& rule, const Cidr& cidr) {
    for (const NodeRef except : cidr.except.items()) {
      const auto prefix = policy::parse_prefix(string_of(except));
      if (!prefix || prefix->length == 0) continue;
      const policy::Conditions range{policy::in_prefix(*prefix, base_.environment)};
      const PolicyRule* other = allowing(subject, rule, range, *prefix);
      if (other == nullptr) continue;
      const policy::Policy& policy = base_.policies[rule.policy];
      lint::Finding& finding = report_.add(
          policy, except,
          quoted(except.text()) + " is excepted in vain: " +
              (other->policy == rule.policy ? "another rule of this policy"
                                            : quoted(base_.policies[other->policy].full_name())) +
              " allows it on the same ports");
      finding.fix.title = "except it there as well, or deny it: rules that allow only add";
      finding.notes.push_back({lint::culprit_range(other->where), "the rule that allows it"});
      return;  // one cause, however many are excepted
    }
  }

  /// A rule for whatever the subject selects that allows a whole range on the ports of a rule.
  const PolicyRule* allowing(std::uint32_t subject, const PolicyRule& rule,
                             const policy::Conditions& range, const policy::Prefix& prefix) const {
    constexpr std::size_t kMostTried = 200;
    const PolicyRule* found = nullptr;
    std::size_t tried = 0;
    // Who would be tried too often to be sure leaves it empty.
    (void)subjects_.any_covering(subject, [&](std::uint32_t each) {
      for (const PolicyRule& other : base_.rules_of(base_.subjects[each])) {
        if (++tried > kMostTried) return true;
        if (&other != &rule && other.allows() && other.direction == rule.direction &&
            !other.where.get("authentication") && allows(other, range, prefix) &&
            covers_ports(other, rule)) {
          found = &other;
          return true;
        }
      }
      return false;
    });
    return found;
  }

  [[nodiscard]] bool allows(const PolicyRule& rule, const policy::Conditions& range,
                            const policy::Prefix& prefix) const {
    if (rule.any_peer) return true;
    const std::string_view world = policy::world_label(prefix.address.v6, base_.environment);
    return std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
      const policy::Conditions& selector = base_.selectors[peer];
      return std::ranges::all_of(selector, [&](const policy::Condition& each) {
        if (each.source == "reserved")  // 0.0.0.0/0 and the world have every range of their family
          return each.op == policy::Condition::Op::exists && each.key == world;
        return each.prefix && policy::follows(each, range);
      });
    });
  }

  const policy::RuleBase& base_;
  const policy::SubjectIndex& subjects_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) { Finder(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "except-allowed-elsewhere",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an exception of a CIDR that another rule for the same endpoints allows",
    .why =
        R"(`except` takes addresses out of the CIDR of its own item and denies nothing: rules that allow only add up.
Where another rule of the same endpoints allows the range, because it is the world or a wider CIDR, the
exception has no effect. Ranges that nobody may reach belong into `egressDeny` or `ingressDeny`, which
beat every rule that allows; NetworkPolicies have none. Reported where the other rule allows the whole
range on all ports of this one.)",
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
  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
  - toEntities: [world]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
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
  - toCIDRSet: [{cidr: 0.0.0.0/0, except: [10.0.0.0/8]}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "P403 P110 A5.1",
    .check_cluster = check,
};

}  // namespace cnplint::rules::except_allowed_elsewhere
