// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/template.h"
#include "rules/each.h"
#include "schemas/validator.h"

namespace cnplint::rules::unresolved_variable {
namespace {

/// The first scalar below a node with a variable.
NodeRef first_variable(NodeRef below) {
  const policy::Document& document = below.document();
  const std::uint32_t end = document.node(below.index()).subtree_end;
  for (std::uint32_t i = below.index(); i < end; ++i) {
    const NodeRef node(document, i);
    if (node.index() == i && is_placeholder(node)) return node;
  }
  return {};
}

/// What a policy in a container is made of: the object, and the heading beside it.
NodeRef variable_of(const policy::Policy& policy) {
  for (const char* field : {"kind", "apiVersion", "name", "namespace"})
    if (const NodeRef value = policy.heading.get(field); is_placeholder(value)) return value;
  return first_variable(policy.root);
}

void check(const PolicyContext& context, Report& report) {
  const bool unknown = schemas::has_unknown_structure(context.schema, context.policy.root);
  if (!context.policy.contained && !unknown) return;
  const NodeRef variable = variable_of(context.policy);
  if (!variable) return;
  report.add(variable, "what the variables of this policy stand for is not known here; " +
                           std::string(unknown ? "one of them is a whole part of it, so that "
                                                 "nothing is said of what it does"
                                               : "their values are taken as right"));
}

}  // namespace

CNPLINT_RULE{
    .name = "unresolved-variable",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy in a template or another object, with variables that are filled in later",
    .why =
        R"(Parameters of an OpenShift Template, `{{ ... }}` in policies that Kyverno, Open Cluster Management,
the namespace configuration operator or a chart make, are known to whoever fills them in. The policy is
checked as it is written: a value that is a variable is taken as right, and a namespace that is one
counts as a namespace of its own. Where a variable stands for a whole list or object, the policy is
checked for its form only and no verdict takes it into account. To have all of it checked, lint what
is made of it, for example `oc process -f template.yaml | cnplint -`.)",
    .example = {R"(apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: project}
parameters: [{name: APP}]
objects:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: allow-frontend, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: "${APP}"}}
    ingress:
    - from: [{podSelector: {matchLabels: {app: frontend}}}]
      ports: [{port: 8080, protocol: TCP}]
)",
                R"(apiVersion: template.openshift.io/v1
kind: Template
metadata: {name: project}
objects:
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicy
  metadata: {name: allow-frontend, namespace: shop}
  spec:
    podSelector: {matchLabels: {app: cart}}
    ingress:
    - from: [{podSelector: {matchLabels: {app: frontend}}}]
      ports: [{port: 8080, protocol: TCP}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::unresolved_variable
