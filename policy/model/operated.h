// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// Whether an operator makes pods of objects of a kind: then a namespace has pods that no manifest
/// shows.
bool makes_pods(std::string_view group, std::string_view kind);

/// Whether somebody may make pods of objects of a kind that is not known. The principle: nothing
/// does of Kubernetes' own groups, of groups that hold settings, policies and routes and nothing
/// else, of the other kinds of a group whose kinds are known, and of kinds that are called after
/// what is no program (`...Policy`, `...Monitor`, `...Secret`). Anything else may be a program.
bool may_make_pods(std::string_view group, std::string_view kind);

/// The labels that what looks like a template of pods gives them, anywhere in the spec of an object
/// of any kind: `metadata.labels` of a key that ends in `template`, `labels` of `podMetadata`,
/// `podLabels`.
std::vector<NodeRef> labels_of_templates(NodeRef spec);

}  // namespace cnplint::policy
