// SPDX-License-Identifier: Apache-2.0
#include "policy/model/manifest.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kList = "List";

Manifest written(NodeRef root) {
  return {root, root.get("kind").text(), root.get("apiVersion").text()};
}

bool is_list(const Manifest& manifest) {
  return manifest.kind.ends_with(kList) && manifest.root.get("items").is_sequence();
}

/// An item of a list, with what it has from it.
Manifest item_of(const Manifest& list, NodeRef item) {
  const Manifest own = written(item);
  const std::string_view kind = list.kind.substr(0, list.kind.size() - kList.size());
  if (kind.empty() || (!own.kind.empty() && !own.api_version.empty())) return own;
  return {item, kind, list.api_version};
}

/// Lists are made flat, at any depth that a document may have.
void add(const Manifest& manifest, std::vector<Manifest>& result) {
  if (!is_list(manifest)) return result.push_back(manifest);
  manifest.root.get("items").each_item([&](NodeRef item) { add(item_of(manifest, item), result); });
}

}  // namespace

std::vector<Manifest> manifests(NodeRef root) {
  std::vector<Manifest> result;
  add(written(root), result);
  return result;
}

Manifest manifest_of(NodeRef root) {
  const NodeRef items = root.parent();
  if (!items.is_sequence() || items.key().text() != "items") return written(root);
  const Manifest list = manifest_of(items.parent());
  return is_list(list) ? item_of(list, root) : written(root);
}

}  // namespace cnplint::policy
