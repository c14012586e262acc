// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>

#include "base/nearest.h"
#include "base/text.h"
#include "rules/each.h"

namespace cnplint::rules::unknown_annotation {
namespace {

using namespace std::string_view_literals;

/// Those that Cilium reads of policies.
constexpr std::array kOfCilium{"policy.cilium.io/name"sv, "io.cilium.name"sv};
/// Those that cnplint reads or writes.
constexpr std::array kOfCnplint{"cnplint.io/allow"sv,    "cnplint.io/label-keys"sv,
                                "cnplint.io/evidence"sv, "cnplint.io/confidence"sv,
                                "cnplint.io/template"sv, "cnplint.io/status"sv};
/// Words of keys that promise that a policy does less than it says.
constexpr std::array kPromises{"audit"sv,  "enforc"sv, "dry"sv,    "disable"sv,
                               "enable"sv, "mode"sv,   "monitor"sv};
/// What Cilium reads of pods.
constexpr std::array kOfPods{"policy.cilium.io/proxy-visibility"sv, "io.cilium.proxy-visibility"sv,
                             "policy.cilium.io/no-track-port"sv, "io.cilium.no-track-port"sv};

bool is_among(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_of_cilium(std::string_view key) {
  const std::string_view domain = key.substr(0, key.find('/'));
  return domain == "cilium.io" || domain.ends_with(".cilium.io") || key.starts_with("io.cilium");
}

void check_key(NodeRef key, NodeRef value, bool cilium, Report& report) {
  const std::string name = base::lower(key.text());
  if (is_among(kOfPods, name)) {
    report.add(value, quoted(key.text()) + " is read of pods, not of policies").severity =
        lint::Severity::note;
    return;
  }
  const bool promises = std::ranges::any_of(
      kPromises, [&](std::string_view word) { return name.find(word) != std::string::npos; });
  lint::Finding& finding = report.add(
      value, "Cilium knows no annotation " + quoted(key.text()) +
                 (promises ? ": the policy is enforced as it stands" : ": it changes nothing"));
  if (!promises) finding.severity = lint::Severity::note;
  if (name.find("audit") != std::string::npos)
    finding.notes.push_back({{},
                             "audit mode is set for the agent (`policy-audit-mode`) or for one "
                             "endpoint (`cilium-dbg endpoint config ID PolicyAuditMode=Enabled`)"});
  if (promises && cilium)
    finding.fix.title =
        "to allow without denying the rest write `enableDefaultDeny: {ingress: false, egress: "
        "false}`";
}

void check(const PolicyContext& context, Report& report) {
  const NodeRef annotations = context.policy.root.get("metadata").get("annotations");
  annotations.each_entry([&](NodeRef key, NodeRef value) {
    const std::string_view name = key.text();
    if (policy::has_placeholder(name) || is_among(kOfCilium, name)) return;
    if (is_of_cilium(name))
      return check_key(key, value, policy::is_cilium(context.policy.kind), report);
    if (!name.starts_with("cnplint.io/") || is_among(kOfCnplint, name)) return;
    const std::string_view near = base::nearest_spelling(name, kOfCnplint);
    report.add(value, "cnplint knows no annotation " + quoted(name) +
                          (near.empty() ? "" : ", did you mean " + quoted(near) + "?"));
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-annotation",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an annotation that looks as if Cilium read it",
    .why =
        R"(Cilium reads no annotation of a policy but its name. One such as `policy.cilium.io/audit-mode` comes from a blog or a
language model and does nothing: the policy is enforced. Audit mode belongs to the agent or to an endpoint, and
`enableDefaultDeny` with `false` lets a policy allow without denying the rest. Annotations of pods have no effect on
policies.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  annotations:
    policy.cilium.io/audit-mode: "enabled"
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_annotation
