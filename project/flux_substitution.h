// SPDX-License-Identifier: Apache-2.0
//
// What Flux puts in the place of `${NAME}` in what a Kustomization makes (`spec.postBuild`).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "policy/yaml/composed_document.h"

namespace cnplint::project {

/// The variables of a Kustomization.
struct FluxVariables {
  std::map<std::string, std::string, std::less<>> values;
  /// Whether these are all: what a Secret or a ConfigMap that is not here gives is not known.
  bool complete = true;
};

/// A text with its variables filled in: `${NAME}`, and `${NAME:-default}`, `${NAME:=default}`,
/// `${NAME-default}`, `${NAME=default}` where there is none of the name; `$${NAME}` is `${NAME}`.
/// As for Flux, one that nobody gives is empty. None where some variable is not known, or where a
/// function of a variable is used.
std::optional<std::string> substituted(std::string_view text, const FluxVariables& variables);

/// Fills in the variables of an object, but for what stays unknown and what would not be one value:
/// that stays as it is written. What is filled in is read as YAML without quotes, whatever was
/// around it: Flux prints the object first. Returns whether something changed.
bool substitute(policy::ComposedValue& object, const FluxVariables& variables);

}  // namespace cnplint::project
