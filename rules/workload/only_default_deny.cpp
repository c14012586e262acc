// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "policy/model/cluster_facts.h"
#include "policy/model/dns_server.h"
#include "policy/model/label.h"
#include "policy/verdict/known_pods.h"
#include "policy/verdict/subject_index.h"
#include "rules/each.h"

namespace cnplint::rules::only_default_deny {
namespace {

using policy::PolicyRule;
using policy::RuleBase;

/// What the policies that select a pod do with it in one direction.
struct Reach {
  std::optional<std::uint32_t> denied_by;  ///< a rule that puts it into default deny
  bool allowed = false;                    ///< some rule allows something
  bool dns = false;                        ///< a rule for every pod allows DNS

  [[nodiscard]] bool cut_off() const { return denied_by && !allowed; }
};

constexpr std::array kDirections{Direction::ingress, Direction::egress};
using Reaches = std::array<Reach, kDirections.size()>;

/// Runs for a while and ends, or is there while something is installed: nobody thinks of its pods
/// when policies are written.
bool is_job(const policy::Workload& workload) {
  const std::string_view kind = policy::kind_of(workload);
  return workload.hook || kind == "CronJob" || kind == "Job" || kind == "CronWorkflow" ||
         kind == "Workflow";
}

/// Whether conditions say where pods are and nothing else of them.
bool is_of_every_pod(const policy::Conditions& selector) {
  return std::ranges::all_of(selector, [](const policy::Condition& each) {
    return policy::is_namespace_key(each.key) || each.key == policy::kClusterLabel;
  });
}

bool is_for_dns(const PolicyRule& rule) {
  return !rule.any_peer && std::ranges::all_of(rule.ports, [](const policy::PortFilter& port) {
    return port.name.empty() && policy::is_dns_port(port.first) && port.end <= port.first;
  });
}

class Check {
 public:
  Check(const lint::ClusterContext& context, Report& report)
      : context_(context), base_(*context.rules), report_(report) {}

  void run() {
    const auto& workloads = context_.pods.inventory().workloads;
    std::map<std::string_view, std::vector<std::uint32_t>> by_namespace;
    for (std::uint32_t i = 0; i < workloads.size(); ++i)
      if (!workloads[i].host_network && !workloads[i].owned)
        by_namespace[workloads[i].ns].push_back(i);
    for (const auto& [ns, pods] : by_namespace) look_at(pods);
  }

 private:
  void look_at(const std::vector<std::uint32_t>& pods) {
    std::vector<Reaches> reaches;
    for (const std::uint32_t pod : pods) reaches.push_back(reaches_of(pod));
    // Where nobody is allowed anything the namespace is meant to be closed.
    std::array<bool, kDirections.size()> others_allowed{};
    for (const Reaches& each : reaches)
      for (std::size_t i = 0; i < each.size(); ++i)
        others_allowed[i] = others_allowed[i] || each[i].allowed;
    for (std::size_t i = 0; i < pods.size(); ++i) {
      const auto& [ingress, egress] = reaches[i];
      const bool job = is_job(context_.pods.workload(pods[i]));
      const bool out = egress.cut_off() && others_allowed[1];
      if (out && (job || (ingress.cut_off() && others_allowed[0]))) say(pods[i], reaches[i], job);
    }
  }

  [[nodiscard]] Reaches reaches_of(std::uint32_t pod) const {
    Reaches result;
    const auto look = [&](std::uint32_t subject) {
      for (std::uint32_t i = base_.subjects[subject].first_rule;
           i < base_.subjects[subject].end_rule; ++i) {
        const PolicyRule& rule = base_.rules[i];
        Reach& reach = result[rule.direction == Direction::ingress ? 0 : 1];
        if (rule.default_deny && !reach.denied_by) reach.denied_by = i;
        if (!rule.allows() || !rule.matches_something()) continue;
        // Whoever gives every pod DNS has not thought of this one.
        const bool dns = is_for_dns(rule) && is_of_every_pod(base_.subjects[subject].selector);
        (dns ? reach.dns : reach.allowed) = true;
      }
      return result[0].allowed && result[1].allowed;
    };
    // All that is to be known is known then, or it is too much to be looked at.
    if (context_.subjects.any_selecting(context_.pods.identity(pod), false, look))
      result[0].allowed = result[1].allowed = true;
    return result;
  }

  void say(std::uint32_t pod, const Reaches& reach, bool job) {
    const policy::Workload& workload = context_.pods.workload(pod);
    const PolicyRule& deny = base_.rules[*reach[1].denied_by];
    const policy::Policy& policy = base_.policies[deny.policy];
    const bool both = reach[0].cut_off();
    const bool dns = reach[1].dns;
    lint::Finding& finding = report_.add(
        workload.place, std::string(dns ? "only default deny and a policy for DNS select "
                                        : "only default deny selects ") +
                            quoted(workload.subject) + ": no policy allows it any " +
                            (both ? "ingress or egress" : "egress") +
                            (dns ? " but DNS" : ", not even DNS") +
                            ", while other workloads of the namespace have theirs");
    finding.subject = workload.subject;
    if (!job || dns) finding.severity = lint::Severity::note;
    finding.notes.push_back(
        {lint::culprit_range(deny.where), "it is denied by " + policy.full_name()});
    finding.fix.title = workload.labels.empty()
                            ? "give its pods labels, and a policy that allows what they need"
                            : "give its pods the labels of a policy that allows what they need";
  }

  const lint::ClusterContext& context_;
  const RuleBase& base_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) {
  if (context.cluster.environment.enforcement == policy::Enforcement::never) return;
  Check(context, report).run();
}

}  // namespace

CNPLINT_RULE{
    .name = "only-default-deny",
    .family = lint::Family::workload,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::needs_inventory,
    .since = "0.1",
    .summary = "a workload that default deny selects, and no policy that allows it anything",
    .why =
        R"(A default deny for the whole namespace selects every pod, the policies with allows only those with
their labels. The pods of a CronJob, a Job or an install hook often lack these: the labels stand on
the object and not in its pod template, or nobody thought of it. They run into time-outs, DNS first,
and an upgrade hangs. A note for other workloads, where nothing at all is allowed to them, and where
a policy for every pod of the namespace allows DNS, so that names resolve and connections hang.
Legitimate for pods that need no network.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {containers: [{name: cart, image: cart}]}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cleanup, namespace: shop, labels: {app: cart}}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec: {restartPolicy: Never, containers: [{name: cleanup, image: cart}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny-all, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{}]
---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: cleanup, namespace: shop, labels: {app: cart}}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        metadata: {labels: {app: cart}}
        spec: {restartPolicy: Never, containers: [{name: cleanup, image: cart}]}
)"},
    .facts = "A1.1 A3.3",
    .check_cluster = check,
};

}  // namespace cnplint::rules::only_default_deny
