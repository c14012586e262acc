// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <string>

#include "base/one_edit.h"
#include "rules/label_uses.h"
#include "rules/mending.h"

namespace cnplint::rules::mistyped_label_value {
namespace {

/// How often a value has to be used to be right for sure.
constexpr std::uint32_t kOften = 3;
/// Of shorter ones, too many that are one letter apart are both meant.
constexpr std::size_t kShortest = 5;

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : uses_(context.shared.get<LabelUses>(context)), report_(report) {
    for (const auto& [key, uses] : uses_.keys())
      for (const auto& [value, count] : uses.values)
        if (count >= kOften && value.size() >= kShortest) often_[key].add(value);
  }

  void run() {
    uses_.each_written_condition([&](const WrittenCondition& each) { look_at(each); });
  }

 private:
  void look_at(const WrittenCondition& each) {
    // Where workloads are known, they say what a selector fits.
    if (each.known) return;
    const auto often = often_.find(each.condition.key);
    if (often == often_.end()) return;
    for (const std::string& value : each.condition.values) look_at(each, value, often->second);
  }

  void look_at(const WrittenCondition& each, const std::string& value,
               const base::OneEditIndex& often) {
    if (value.size() < kShortest || policy::has_placeholder(value) ||
        uses_.of_value(each.condition.key, value) != 1)
      return;
    for (const std::string_view near : often.near(value)) {
      if (!base::is_slip(near, value)) continue;
      report_
          .add(each.policy, each.condition.where,
               "the value " + quoted(value) + " of " + quoted(each.condition.key) +
                   " is used only once, did you mean " + quoted(near) + "?")
          .fix = lint::unsafe_fix("write " + quoted(near) + kSelectsOthers,
                                  {policy::set_text(each.condition.where, std::string(near))});
      return;
    }
  }

  const LabelUses& uses_;
  std::map<std::string_view, base::OneEditIndex> often_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) { Checker(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "mistyped-label-value",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a label value that is used once and is one letter from one that is used often",
    .why =
        R"(A misspelt value is accepted and matches nobody. Reported is a value that nothing else in the input uses,
and that is one letter from a value of the same key that is used three times or more. Values that differ
in numbers, in short parts (`-a`, `-b`) or by a plural are not reported, nor short ones. Where the input
has the workloads of the namespace, `selector-without-workload` says it instead.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: a}
    toPorts: [{ports: [{port: "8081", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: b}
    toPorts: [{ports: [{port: "8082", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: fronted}
    toPorts: [{ports: [{port: "8083", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: a}
    toPorts: [{ports: [{port: "8081", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: b}
    toPorts: [{ports: [{port: "8082", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: checkout}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: a}
    toPorts: [{ports: [{port: "8081", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend, tier: b}
    toPorts: [{ports: [{port: "8082", protocol: TCP}]}]
  - fromEndpoints:
    - matchLabels: {app: frontend}
    toPorts: [{ports: [{port: "8083", protocol: TCP}]}]
)"},
    .facts = "A3.2",
    .check_cluster = check,
};

}  // namespace cnplint::rules::mistyped_label_value
