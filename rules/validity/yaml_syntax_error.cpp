// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/template.h"
#include "rules/each.h"

namespace cnplint::rules::yaml_syntax_error {
namespace {

void check(const lint::DocumentContext& context, Report& report) {
  const auto& error = context.document.error();
  if (!error || policy::template_marker(context.document)) return;
  lint::Finding& finding = report.add(error->range, error->message);
  finding.rejected_by = kApiServer;
  if (error->context) finding.notes.push_back({*error->context, "which begins here"});
}

}  // namespace

CNPLINT_RULE{
    .name = "yaml-syntax-error",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a document that cannot be read as YAML or JSON",
    .why =
        R"(kubectl and Cilium read manifests with a port of the parser that cnplint uses, so what fails here
fails there. Only the document with the error is lost: the others of the file are checked. Never
legitimate in a file that is meant to be applied; leave other files out with `exclude`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .check_document = check,
};

}  // namespace cnplint::rules::yaml_syntax_error
