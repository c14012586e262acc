// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/template.h"
#include "rules/each.h"

namespace cnplint::rules::template_not_rendered {
namespace {

void check(const lint::DocumentContext& context, Report& report) {
  // Other templates of a chart are none of our business.
  if (!policy::is_template(context.document) || !policy::mentions_policy(context.document.source()))
    return;
  constexpr std::string_view kMessage = "a template, skipped; render it first and lint the result";
  if (const auto marker = policy::template_marker(context.document))
    report.add(*marker, std::string(kMessage));
  else if (!context.document.error())
    report.add(context.document.root(), std::string(kMessage));
}

}  // namespace

CNPLINT_RULE{
    .name = "template-not-rendered",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a Helm or Jinja template, which is skipped",
    .why =
        R"(A template is not a policy yet, so nothing can be said about it. Render it first, with
`cnplint lint --render` or `helm template . | cnplint -`, and lint the result. Flux variables such as `${NAME}` are no
templates in this sense: the document is linted, and the values they stand for are taken as right. What lies
in `templates/` beside a `Chart.yaml` is a template whatever it looks like.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: {{ .Values.client }}}}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: "${CLIENT}"}}]
)"},
    .once_per_folder = true,
    .check_document = check,
};

}  // namespace cnplint::rules::template_not_rendered
