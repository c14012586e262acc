// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <set>
#include <string>

#include "base/one_edit.h"
#include "rules/label_uses.h"
#include "rules/mending.h"

namespace cnplint::rules::mistyped_label_key {
namespace {

/// Keys that are used everywhere, whether the input has them or not.
constexpr std::array<std::string_view, 6> kWellKnown{
    "app.kubernetes.io/name",    "app.kubernetes.io/instance", "app.kubernetes.io/component",
    "app.kubernetes.io/part-of", "app.kubernetes.io/version",  "app.kubernetes.io/managed-by"};

bool is_well_known(std::string_view key) {
  return std::ranges::find(kWellKnown, key) != kWellKnown.end();
}

bool has_domain(std::string_view key) { return key.find('/') != std::string_view::npos; }

class Checker {
 public:
  Checker(const lint::ClusterContext& context, Report& report)
      : uses_(context.shared.get<LabelUses>(context)), report_(report) {
    for (const std::string_view key : kWellKnown) index_.add(key);
    for (const auto& [key, uses] : uses_.keys())
      if (has_domain(key) && !is_well_known(key)) index_.add(key);
  }

  void run() {
    uses_.each_written_condition([&](const WrittenCondition& each) { look_at(each); });
  }

 private:
  void look_at(const WrittenCondition& each) {
    const std::string& key = each.condition.key;
    if (!has_domain(key) || is_well_known(key) || uses_.of_key(key) != 1 ||
        policy::has_placeholder(key))
      return;
    const std::string_view meant = meant_by(key);
    if (meant.empty()) return;
    if (uses_.of_key(meant) == 1 && !is_well_known(meant)) {
      // Which of two that are used once is right nobody knows: the second is spoken of.
      if (!first_of_pair_.contains(meant)) {
        first_of_pair_.insert(key);
        return;
      }
    }
    report_
        .add(each.policy, place_of(each.condition),
             "the label key " + quoted(key) + " is used only once, did you mean " + quoted(meant) +
                 "?")
        .fix = lint::unsafe_fix("write " + quoted(meant) + kSelectsOthers,
                                rename_label(each.condition, meant));
  }

  [[nodiscard]] std::string_view meant_by(std::string_view key) const {
    for (const std::string_view near : index_.near(key))
      if (base::is_slip(near, key)) return near;
    return {};
  }

  /// The key under matchLabels, or of the expression.
  static NodeRef place_of(const policy::Condition& condition) {
    if (!condition.match_label) return condition.where.get("key");
    return condition.where.key() ? condition.where.key() : condition.where;
  }

  const LabelUses& uses_;
  base::OneEditIndex index_;
  std::set<std::string, std::less<>> first_of_pair_;
  Report& report_;
};

void check(const lint::ClusterContext& context, Report& report) { Checker(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "mistyped-label-key",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a label key that is used once and is one letter from another one",
    .why =
        R"(A misspelt key is a label that no pod has, and nobody says so: the policy selects nothing, the peer
matches nobody. Reported is a key with a domain (`example.com/role`) that a selector uses, that nothing
else in the input uses, and that is one letter from a key that is used elsewhere or that everybody uses
(`app.kubernetes.io/name`). Keys that differ in numbers, in short parts or by a plural are not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app.kubernetes.io/nane: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app.kubernetes.io/name: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app.kubernetes.io/name: cart}}
  egress:
  - toEntities: [kube-apiserver]
    toPorts: [{ports: [{port: "6443", protocol: TCP}]}]
)"},
    .facts = "A3.2",
    .check_cluster = check,
};

}  // namespace cnplint::rules::mistyped_label_key
