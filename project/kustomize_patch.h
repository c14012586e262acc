// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/yaml/document.h"
#include "project/kustomize_object.h"

namespace cnplint::project {

/// Applies a patch, whose documents were read, to the objects that it is for: those that its target
/// selects, or the one with its kind, name and namespace, now or formerly. Objects that it deletes
/// are gone. False where the patch has a target that selects nothing.
bool apply_patch(std::vector<KustomizeObject>& objects, const KustomizePatch& patch,
                 const std::vector<policy::Document>& documents, KustomizeRun& run);

}  // namespace cnplint::project
