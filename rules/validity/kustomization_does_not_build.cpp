// SPDX-License-Identifier: Apache-2.0
#include "rules/each.h"

namespace cnplint::rules::kustomization_does_not_build {

// The project says it: what a kustomization makes is not one document, nor one policy.
CNPLINT_RULE{
    .name = "kustomization-does-not-build",
    .family = lint::Family::validity,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a kustomization that kustomize refuses to build",
    .why =
        R"(kustomize stops at the first thing that it cannot do: a file that is not there, a patch whose target
nobody includes, one object from two resources. Flux, Argo CD and `kubectl apply -k` then deploy nothing of it,
and what runs is what was there before. Whatever can be built in spite of it is judged here. Where a file is
only made during deployment, allow the finding on its line.)",
    .example = {.bad = R"(apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
- web.yaml
)",
                .good = R"(apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
namespace: shop
)",
                .file = "kustomization.yaml"},
};

}  // namespace cnplint::rules::kustomization_does_not_build
