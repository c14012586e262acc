// SPDX-License-Identifier: Apache-2.0
#include "rules/known_selection.h"

#include <algorithm>

#include "base/text.h"
#include "rules/system_namespace.h"

namespace cnplint::rules {
namespace {

using policy::Condition;
using policy::Conditions;

/// What a selector asks of pods, as it is written.
Conditions written_of_pods(const policy::Policy& policy, NodeRef selector, bool peer) {
  const bool network_policy = policy.kind == policy::PolicyKind::network_policy;
  Conditions written =
      network_policy ? policy::conditions(peer ? selector.get("podSelector") : selector, "k8s")
                     : policy::conditions(selector);
  std::erase_if(written, [](const Condition& each) {
    return is_namespace_name(each) || each.key == policy::kClusterLabel ||
           each.key.starts_with(policy::kNamespaceLabelsPrefix);
  });
  return written;
}

bool is_of_pods_here(const Conditions& meaning, const policy::Environment& environment) {
  return std::ranges::all_of(meaning, [&](const Condition& each) {
    if (!is_of_kubernetes(each)) return false;
    if (each.key != policy::kClusterLabel) return true;
    return each.op == Condition::Op::in && each.values.size() == 1 &&
           each.values.front() == environment.cluster;
  });
}

/// Whether a selector says twice where pods are: whether that can be met at all is for others.
bool names_place_twice(const Conditions& meaning) {
  return std::ranges::count_if(meaning, [](const Condition& each) {
           return is_namespace_name(each) && is_positive(each);
         }) > 1;
}

bool has_impossible_key(const PodSelection& selection, const policy::Environment& environment) {
  const policy::Bearer bearer =
      selection.peer == nullptr ? policy::Bearer::pod : policy::Bearer::peer;
  return std::ranges::any_of(selection.written, [&](const Condition& each) {
    const std::string key = each.source + ":" + each.key;
    return is_positive(each) && (policy::impossible_key(key, bearer, environment) ||
                                 !namespace_key_instead_of(key).empty() || each.key == "reserved");
  });
}

bool is_judged(const PodSelection& selection, const lint::ClusterContext& context) {
  const policy::Environment& environment = context.cluster.environment;
  if (selection.knowledge == policy::Knowledge::none) return false;
  if (!is_of_pods_here(selection.meaning, environment) || has_placeholder(selection.meaning) ||
      policy::has_placeholder(selection.policy.ns) || names_place_twice(selection.meaning))
    return false;
  return !has_impossible_key(selection, environment);
}

PodSelection selection_of(const lint::ClusterContext& context, const policy::Policy& policy,
                          NodeRef where, const Conditions& meaning, const PodPeer* peer) {
  PodSelection result{policy, where, meaning, peer, {}, policy::Knowledge::none, false, {}};
  result.namespaces = policy::namespaces_of(meaning).value_or(std::vector<std::string>());
  result.knowledge = context.pods.of_selector(meaning);
  result.of_system = std::ranges::any_of(result.namespaces, is_system_namespace);
  result.written = written_of_pods(policy, where, peer != nullptr);
  return result;
}

}  // namespace

bool PodSelection::asks_for_label() const {
  return std::ranges::any_of(written, [](const Condition& each) { return is_positive(each); });
}

std::string PodSelection::place() const {
  constexpr std::size_t kMostNames = 3;
  if (namespaces.empty()) return "the input";
  if (namespaces.size() == 1 && namespaces.front() == policy.effective_namespace())
    return own_namespace(policy);
  std::vector<std::string> names;
  for (const std::string& ns : namespaces) names.push_back(quoted(ns));
  return base::first_few(std::move(names), kMostNames);
}

void each_known_selection(const lint::ClusterContext& context,
                          const std::function<void(const PodSelection&)>& body) {
  if (context.pods.empty()) return;
  const auto look_at = [&](const PodSelection& selection) {
    if (is_judged(selection, context)) body(selection);
  };
  // Most select somebody: that is asked first, as the rest costs more.
  const auto selects_pods = [&](const Conditions& meaning) {
    return !context.pods.none_selected(meaning);
  };
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (!subject.node && spec.endpoint_selector && !selects_pods(subject.selector))
      look_at(selection_of(context, policy, spec.endpoint_selector, subject.selector, nullptr));
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (!selects_pods(peer.meaning))
      look_at(selection_of(context, peer.policy, peer.where, peer.meaning, &peer));
  });
}

}  // namespace cnplint::rules
