// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "policy/yaml/document.h"
#include "project/kustomize_object.h"

namespace cnplint::project {

/// Applies a strategic merge patch to an object as kustomize does (kyaml/yaml/merge2; held to
/// `kubectl kustomize` by tests):
/// - mappings are merged, a null removes the field, everything else takes the place of what is
///   there. A value of another kind than the one that is there is an error. What takes the place of
///   a quoted scalar is quoted too, and so a string.
/// - the lists that have merge keys in the API of Kubernetes (containers, their ports, env and
///   volumeMounts; volumes, imagePullSecrets, hostAliases; ports of Services; secrets of
///   ServiceAccounts) are merged item by item, those of the patch first; all other lists, and all
///   of custom resources, are replaced.
/// - `$patch: delete`, `replace` and `merge` in mappings and in lists with merge keys. On the whole
///   object, `replace` has no effect.
/// - apiVersion and namespace stay, and the kind and the name where the patch may not change them.
void apply_strategic_merge(KustomizeObject& object, policy::NodeRef patch,
                           const KustomizePatch& options, KustomizeRun& run);

}  // namespace cnplint::project
