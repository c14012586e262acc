// SPDX-License-Identifier: Apache-2.0
#include "policy/model/manifest.h"

#include <algorithm>

#include "base/text.h"
#include "policy/model/containers.h"
#include "policy/model/policy_kind.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kList = "List";
constexpr std::string_view kAnyNamespace = "*";

Manifest written(NodeRef root) {
  return {root, root.get("kind").text(), root.get("apiVersion").text()};
}

bool is_list(const Manifest& manifest) {
  return manifest.kind.ends_with(kList) && manifest.root.get("items").is_sequence();
}

/// An item of a list, with what it has from it.
Manifest item_of(const Manifest& list, NodeRef item) {
  Manifest own = written(item);
  own.contained = list.contained;
  const std::string_view kind = list.kind.substr(0, list.kind.size() - kList.size());
  if (kind.empty() || (!own.kind.empty() && !own.api_version.empty())) return own;
  own.kind = kind;
  own.api_version = list.api_version;
  return own;
}

/// Calls body(node) for what stands at a path of a container.
template <class Body>
void each_at(NodeRef node, std::string_view path, const Body& body) {
  if (!node) return;
  if (path.empty()) return body(node);
  const std::size_t dot = std::min(path.find('.'), path.size());
  std::string_view key = path.substr(0, dot);
  const std::string_view rest = path.substr(std::min(dot + 1, path.size()));
  if (key == "*")
    return node.each_entry([&](NodeRef, NodeRef value) { each_at(value, rest, body); });
  const bool items = key.ends_with("[]");
  if (items) key.remove_suffix(2);
  const NodeRef value = node.get(key);
  if (items)
    value.each_item([&](NodeRef item) { each_at(item, rest, body); });
  else
    each_at(value, rest, body);
}

/// The namespace of the objects of a ConfigurationPolicy that name none: those it selects, as a
/// name that only they have.
std::string_view selected_namespace(NodeRef configuration_policy) {
  const NodeRef selector = configuration_policy.get("spec").get("namespaceSelector");
  if (!selector.is_mapping()) return {};
  const std::vector<NodeRef> included = selector.get("include").items();
  return included.empty() || included.front().text().empty() ? kAnyNamespace
                                                             : included.front().text();
}

/// Where Helm puts what a chart makes and gives no namespace: that of the release, by the object
/// that installs it.
std::string_view release_namespace(NodeRef installer) {
  const NodeRef spec = installer.get("spec");
  NodeRef ns = spec.get("targetNamespace");
  if (!ns) ns = spec.get("destination").get("namespace");
  if (!ns && spec.get("template"))
    ns = spec.get("template").get("spec").get("destination").get("namespace");
  if (!ns && installer.get("kind").text() == "HelmRelease")
    ns = installer.get("metadata").get("namespace");
  return has_placeholder(ns.text()) ? std::string_view() : ns.text();
}

/// Goes through a document as deep as objects hold others: what a cap on its levels and on what
/// aliases expand to bounds.
class Contents {
 public:
  explicit Contents(NodeRef root) {
    Manifest manifest = written(root);
    manifest.contained = root.document().is_text();
    if (manifest.contained && root.is_sequence())
      root.each_item([&](NodeRef item) { take(Held::removable_object, item, root); });
    else
      add(manifest);
  }

  std::vector<Manifest> manifests;
  std::vector<ManifestText> texts;

 private:
  void add(const Manifest& manifest) {
    if (is_list(manifest))
      return manifest.root.get("items").each_item(
          [&](NodeRef item) { add(item_of(manifest, item)); });
    const std::size_t before = manifests.size();
    const std::string_view group = group_of(manifest.api_version);
    bool installs = false;  // a chart: it is there whatever its values hold
    for (const Container& each : kContainers)
      if (each.kind == manifest.kind && each.group == group) {
        installs = installs || each.held == Held::values;
        each_at(manifest.root, each.path,
                [&](NodeRef node) { take(each.held, node, manifest.root); });
      }
    if (manifest.kind.empty() && may_be_values(manifest.root)) values(manifest.root, {});
    if (manifests.size() == before || installs) manifests.push_back(manifest);
  }

  /// Values are a whole document. Those that hold objects name their apiVersion.
  static bool may_be_values(NodeRef root) {
    return root.is_mapping() && !root.parent() &&
           root.document().source().find("apiVersion") != std::string_view::npos;
  }

  void take(Held held, NodeRef node, NodeRef container) {
    switch (held) {
      case Held::object:
        return object(node, {});
      case Held::removable_object:
        if (!base::equal_ignoring_case(node.get("complianceType").text(), "mustnothave"))
          object(node.get("objectDefinition"), selected_namespace(container));
        return;
      case Held::generated_object:
        if (const NodeRef data = node.get("data"); data.is_mapping())
          add({data, node.get("kind").text(), node.get("apiVersion").text(), node, {}, true});
        return;
      case Held::values:
        return values(node, release_namespace(container));
      case Held::text:
      case Held::template_text:
        if (node.is_string()) texts.push_back({node, held == Held::template_text});
        return;
    }
  }

  void object(NodeRef node, std::string_view default_namespace) {
    if (!node.is_mapping()) return;
    Manifest manifest = written(node);
    manifest.default_namespace = default_namespace;
    manifest.contained = true;
    add(manifest);
  }

  /// What several aliases stand for is looked at once.
  void values(NodeRef node, std::string_view ns) {
    if (!node.is_mapping()) return;
    if (seen_values_.empty()) seen_values_.resize(node.document().size());
    if (seen_values_[node.index()]) return;
    seen_values_[node.index()] = true;
    node.each_entry([&](NodeRef key, NodeRef value) {
      if (std::ranges::find(kValuesOfObjects, key.text()) == kValuesOfObjects.end())
        return values(value, ns);
      value_of_objects(value, ns);
      value.each_item([&](NodeRef item) { value_of_objects(item, ns); });
      value.each_entry([&](NodeRef, NodeRef entry) { value_of_objects(entry, ns); });
    });
  }

  void value_of_objects(NodeRef value, std::string_view ns) {
    if (value.is_string()) return texts.push_back({value, false});
    if (value.get("kind").is_string() && value.get("apiVersion").is_string()) object(value, ns);
  }

  std::vector<bool> seen_values_;  ///< by node
};

}  // namespace

NodeRef Manifest::name() const {
  return heading ? heading.get("name") : root.get("metadata").get("name");
}

NodeRef Manifest::ns() const {
  return heading ? heading.get("namespace") : root.get("metadata").get("namespace");
}

std::vector<Manifest> manifests(NodeRef root) { return std::move(Contents(root).manifests); }

std::vector<ManifestText> texts_of(NodeRef root) { return std::move(Contents(root).texts); }

}  // namespace cnplint::policy
