// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/one_edit.h"
#include "policy/model/cluster_facts.h"
#include "policy/verdict/known_pods.h"
#include "rules/elsewhere.h"
#include "rules/mending.h"
#include "rules/namespace_labels.h"
#include "rules/selectors.h"
#include "rules/system_namespace.h"

namespace cnplint::rules::unknown_namespace {
namespace {

using policy::Condition;

/// The namespaces that the input speaks of, other than in selectors.
class Namespaces {
 public:
  explicit Namespaces(const lint::ClusterContext& context) {
    for (const policy::NamespaceManifest& each : context.cluster.inventory.namespaces)
      add(each.name);
    for (const policy::Workload& each : context.cluster.inventory.workloads) add(each.ns);
    for (const policy::ServiceManifest& each : context.cluster.inventory.services) add(each.ns);
    filled_ = names_;
    for (const policy::Policy& each : context.policies) add(each.ns);
  }

  [[nodiscard]] bool has(std::string_view ns) const {
    return names_.contains(ns) || ns == policy::kDefaultNamespace || is_system_namespace(ns);
  }
  /// Whether the input has it, or something in it other than policies.
  [[nodiscard]] bool has_more_than_policies(std::string_view ns) const {
    return filled_.contains(ns) || ns == policy::kDefaultNamespace || is_system_namespace(ns);
  }
  /// Those that are one edit away.
  [[nodiscard]] std::vector<std::string_view> near(std::string_view ns) const {
    return index_.near(ns);
  }
  /// The one that a name was meant for; empty where none is near.
  [[nodiscard]] std::string_view meant(std::string_view ns) const {
    for (const std::string_view near : index_.near(ns))
      if (base::is_slip(near, ns)) return near;
    return {};
  }

 private:
  void add(std::string_view ns) {
    if (!ns.empty() && !policy::has_placeholder(ns) && names_.insert(ns).second) index_.add(ns);
  }

  std::set<std::string_view> names_;
  std::set<std::string_view> filled_;
  base::OneEditIndex index_;
};

/// Conditions as they are with another name for the namespace.
policy::Conditions moved_to(policy::Conditions meaning, std::string_view ns) {
  for (Condition& each : meaning)
    if (is_namespace_name(each) && each.op == Condition::Op::in) each.values = {std::string(ns)};
  return meaning;
}

/// Whether two names that are one edit apart are words of their own, with no number in them: of
/// such names one alone may be a slip where pods say so as well.
bool are_words(std::string_view a, std::string_view b) {
  constexpr std::size_t kShortest = 3;
  const auto is_word = [](std::string_view name) {
    return name.size() >= kShortest &&
           std::ranges::all_of(name, [](char c) { return c >= 'a' && c <= 'z'; });
  };
  return is_word(a) && is_word(b);
}

/// A namespace that may be meant by one that is not there.
struct Meant {
  std::string_view ns;
  bool sure = false;
};

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : context_(context),
        complete_(context.cluster.inventory.complete.value_or(false)),
        namespaces_(context),
        report_(report) {}

  /// Whether conditions name a namespace that the input does not have.
  [[nodiscard]] bool concern(const policy::Conditions& meaning) const {
    return std::ranges::any_of(meaning, [&](const Condition& each) {
      return is_namespace_name(each) &&
             std::ranges::any_of(each.values, [&](const auto& ns) { return !namespaces_.has(ns); });
    });
  }

  /// Looks at conditions as they are written, and as they are meant.
  void look_at(const policy::Policy& policy, const policy::Conditions& written,
               const policy::Conditions& meaning) {
    if (is_of_other_cluster(meaning, context_.cluster.environment)) return;
    for (const Condition& each : written)
      if (is_namespace_name(each) && each.op == Condition::Op::in)
        for (const std::string& ns : each.values) look_at(policy, each, meaning, ns);
  }

  /// Looks at the namespace of a policy: whether what it selects is in one of nearly this name.
  void look_at_own(const policy::Policy& policy, const policy::Subject& subject) {
    if (policy.ns.empty() || policy::has_placeholder(policy.ns) ||
        namespaces_.has_more_than_policies(policy.ns) || !said_.insert(&policy).second)
      return;
    for (const std::string_view near : namespaces_.near(policy.ns)) {
      if (!base::is_slip(near, policy.ns) && !base::differ_by_plural(near, policy.ns)) continue;
      if (!namespaces_.has_more_than_policies(near) || !fits(subject.selector, near)) continue;
      lint::Finding& finding =
          report_.add(policy, policy.namespace_at ? policy.namespace_at : policy.root,
                      "the input has no namespace " + quoted(policy.ns) +
                          ", the pods that the policy selects are in " + quoted(near));
      finding.fix.title = "write " + quoted(near);
      if (policy.namespace_at)
        finding.fix = lint::unsafe_fix(
            finding.fix.title + ": the policy selects pods there, which " + effect_of(policy),
            {policy::set_text(policy.namespace_at, std::string(near))});
      return;
    }
  }

 private:
  void look_at(const policy::Policy& policy, const Condition& condition,
               const policy::Conditions& meaning, const std::string& ns) {
    if (ns.empty() || policy::has_placeholder(ns) || namespaces_.has(ns)) return;
    const auto [meant, sure] = meant_by(condition, meaning, ns);
    if (meant.empty() && !complete_) return;
    std::string message = "the input has no namespace " + quoted(ns);
    if (!meant.empty()) message += ", did you mean " + quoted(meant) + "?";
    lint::Finding& finding = report_.add(policy, place_of_value(condition, ns), std::move(message));
    if (!sure) finding.severity = lint::Severity::note;
    if (!meant.empty())
      finding.fix = lint::unsafe_fix("write " + quoted(meant) + kSelectsOthers,
                                     rewrite_value(condition, ns, meant));
  }

  /// Whether pods of another namespace meet what is asked of them.
  [[nodiscard]] bool fits(const policy::Conditions& meaning, std::string_view ns) const {
    return asks_for_label(meaning) && context_.pods.first_selected(moved_to(meaning, ns));
  }

  [[nodiscard]] Meant meant_by(const Condition& condition, const policy::Conditions& meaning,
                               const std::string& ns) const {
    if (const std::string_view slip = namespaces_.meant(ns); !slip.empty()) return {slip, true};
    Meant found;
    for (const std::string_view near : namespaces_.near(ns)) {
      if (std::ranges::find(condition.values, near) != condition.values.end()) continue;
      const bool plural = base::differ_by_plural(near, ns);
      const bool fit = fits(meaning, near);
      if (plural && fit) return {near, true};
      if (found.ns.empty() && (plural ? !asks_for_label(meaning) : fit && are_words(near, ns)))
        found.ns = near;
    }
    return found;
  }

  const lint::ClusterContext& context_;
  bool complete_;
  Namespaces namespaces_;
  std::set<const policy::Policy*> said_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.cluster.inventory.namespaces.empty()) return;
  Checker checker(context, report);
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (subject.node) return;
    // In a policy of a namespace, another one is wrong whether it is known or not.
    if (!policy.clusterwide())
      checker.look_at_own(policy, subject);
    else if (checker.concern(subject.selector))
      checker.look_at(policy, policy::conditions(spec.endpoint_selector), subject.selector);
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    if (checker.concern(peer.meaning))
      checker.look_at(peer.policy, written_of_namespaces(peer), peer.meaning);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-namespace",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary =
        "a selector names a namespace that the input does not have, and nearly one that it has",
    .why =
        R"(A misspelt namespace in a selector is no error for anybody: the peer matches nobody, the policy selects
nothing. Where the input has Namespaces, a name that none of them has and that is one letter from one
that is there is reported. Names that differ in numbers or in short parts (`eu`, `us`) are not; those that
differ by a plural are where pods of the other namespace fit the selector, and a note where it asks for
no pods; short names (`web`) a note where pods fit. The same goes for the namespace of a policy that
has nothing but policies, where the pods that it selects are in the other one. Any other unknown name is
a note where the configuration says that the input is complete.)",
    .example = {R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: montoring}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
)",
                R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: api}}
  ingress:
  - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    ports: [{port: 8080, protocol: TCP}]
---
apiVersion: v1
kind: Namespace
metadata: {name: monitoring}
)"},
    .facts = "P206",
    .check_cluster = check,
};

}  // namespace cnplint::rules::unknown_namespace
