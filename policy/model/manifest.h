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
  /// Where kind, apiVersion, name and namespace are written, if not in the object: beside it.
  NodeRef heading = {};
  /// The namespace where none is written in it: what a container says of it.
  std::string_view default_namespace = {};
  /// Whether it stands in a container or a text, so that whoever takes it out fills in variables.
  bool contained = false;
  /// The namespace it is in where nothing gives one.
  std::string_view unnamed_namespace = kDefaultNamespace;

  /// Where its name and its namespace are written; none where they are not.
  [[nodiscard]] NodeRef name() const;
  [[nodiscard]] NodeRef ns() const;
};
/// The manifests of a document: the items of `kind: List` and of typed lists, the objects in
/// containers (`kContainers`) and in a chart's values, at any depth, or the document itself.
std::vector<Manifest> manifests(NodeRef root);

/// A scalar whose text may hold manifests.
struct ManifestText {
  NodeRef scalar;
  bool is_template = false;
};
/// The texts in a document that may hold manifests.
std::vector<ManifestText> texts_of(NodeRef root);

}  // namespace cnplint::policy
