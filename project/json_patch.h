// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/yaml/document.h"
#include "project/kustomize_object.h"

namespace cnplint::project {

/// Applies the operations of a JSON patch (RFC 6902) as kustomize's library does: an index may be
/// negative and then counts from the end, `replace` adds a key that is not there, a path without a
/// slash at its beginning loses its first step. Where an operation does not apply, that is a
/// problem, and the object stays as it was.
void apply_json_patch(KustomizeObject& object, policy::NodeRef operations, KustomizeRun& run);

}  // namespace cnplint::project
