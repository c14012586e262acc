// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// An object of a file, and what it is. In a typed list (NetworkPolicyList, PodList, ...) an item
/// that lacks its `kind` or `apiVersion` has those of the list, as kubectl has it.
struct Manifest {
  NodeRef root;
  std::string_view kind;
  std::string_view api_version;
};
/// The manifests of a document: the items of `kind: List` and of typed lists, also of lists in
/// them, or the document itself.
std::vector<Manifest> manifests(NodeRef root);
/// The manifest of an object that may be an item of a list.
Manifest manifest_of(NodeRef root);

}  // namespace cnplint::policy
