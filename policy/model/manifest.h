// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/yaml/document.h"

namespace cnplint::policy {

/// Where kubectl puts an object whose namespace nothing gives.
inline constexpr std::string_view kDefaultNamespace = "default";

/// Where objects of a folder are whose namespace nothing gives: a namespace of the folder's own,
/// as `(apps/shop)`. No real namespace has such a name.
inline std::string folder_namespace(std::string_view folder) {
  return "(" + std::string(folder.empty() ? "." : folder) + ")";
}
inline bool is_folder_namespace(std::string_view ns) { return ns.starts_with('('); }

/// An object of a file, and what it is. In a typed list (NetworkPolicyList, PodList, ...) an item
/// that lacks its `kind` or `apiVersion` has those of the list, as kubectl has it.
struct Manifest {
  NodeRef root;
  std::string_view kind;
  std::string_view api_version;
  /// The namespace it is in where it names none.
  std::string_view unnamed_namespace = kDefaultNamespace;
};
/// The manifests of a document: the items of `kind: List` and of typed lists, also of lists in
/// them, or the document itself.
std::vector<Manifest> manifests(NodeRef root);
/// The manifest of an object that may be an item of a list.
Manifest manifest_of(NodeRef root);

}  // namespace cnplint::policy
