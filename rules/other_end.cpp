// SPDX-License-Identifier: Apache-2.0
#include "rules/other_end.h"

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/text/rule_text.h"
#include "policy/verdict/known_pods.h"
#include "rules/cover.h"
#include "rules/selectors.h"

namespace cnplint::rules {
namespace {

/// The pods of a subject as a rule names them; none where labels alone do not say it.
std::optional<policy::PeerText> peer_text(const policy::Subject& subject) {
  policy::PeerText peer;
  peer.ns = subject.ns;
  for (const policy::Condition& each : subject.selector) {
    if (!each.where || each.key == policy::kNamespaceLabel) continue;  // as Cilium adds it
    if (!is_of_kubernetes(each) || each.op != policy::Condition::Op::in || each.values.size() != 1)
      return std::nullopt;
    peer.labels.emplace_back(each.key, each.values.front());
  }
  if (peer.ns.empty() || peer.labels.empty()) return std::nullopt;
  return peer;
}

/// The ports of a rule; none: all of them.
std::vector<policy::PortText> port_texts(const policy::PolicyRule& rule) {
  std::vector<policy::PortText> ports;
  for (const policy::PortFilter& port : rule.ports) {
    if (port.first == 0 && port.protocol == policy::ip_protocol::kAny) return {};
    ports.push_back({port.protocol, port.first, std::max(port.first, port.end), {}, {}});
  }
  return ports;
}

/// Whether the input has workloads, and none of them is selected.
bool is_nobody(const lint::ClusterContext& context, const policy::Conditions& selector) {
  return !context.pods.empty() && context.pods.none_selected(selector);
}

}  // namespace

const policy::Subject& subject_of(const policy::RuleBase& base, std::uint32_t rule) {
  return *std::ranges::find_if(base.subjects, [&](const policy::Subject& each) {
    return each.first_rule <= rule && rule < each.end_rule;
  });
}

lint::Fix allow_at_other_end(const lint::ClusterContext& context, std::uint32_t rule,
                             std::size_t peer, std::uint32_t refusing, const std::string& far) {
  const policy::RuleBase& base = *context.rules;
  const policy::PolicyRule& there = base.rules[refusing];
  const policy::Conditions& far_end = base.selectors[base.rules[rule].peers[peer]];
  const policy::Policy& policy = base.policies[there.policy];
  const NodeRef list = there.where.parent();
  const auto pods = peer_text(subject_of(base, rule));
  const std::string direction(policy::direction_name(there.direction));
  lint::Fix fix;
  fix.title = "allow it in " + base::quoted(direction) + " of a policy for " + far;
  // Who that policy selects is of this cluster, which peers ask for.
  policy::Conditions selected = subject_of(base, refusing).selector;
  selected.push_back(policy::condition(policy::kClusterLabel, policy::Condition::Op::in,
                                       {base.environment.cluster}, "k8s"));
  if (!pods || !there.is_written() || !list.is_sequence() || policy::is_firewall(policy.kind) ||
      !policy::covers(far_end, selected) || is_nobody(context, far_end) ||
      is_nobody(context, subject_of(base, rule).selector))
    return fix;
  const std::vector<policy::PortText> ports = port_texts(base.rules[rule]);
  policy::Value item = policy::rule_value(
      {policy.kind, policy.effective_namespace(), there.direction, std::span(&*pods, 1), ports});
  return lint::unsafe_fix(
      "allow it there: opens in " + base::quoted(direction) + " what this allows",
      {policy::add_to_list(list.parent(), direction, {std::move(item)})});
}

}  // namespace cnplint::rules
