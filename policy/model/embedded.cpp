// SPDX-License-Identifier: Apache-2.0
#include "policy/model/embedded.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>

#include "policy/model/containers.h"
#include "policy/model/inside.h"
#include "policy/model/policy_kind.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// Texts are read as deep as this, and no more bytes of them in one document.
constexpr int kTextLevels = 2;
constexpr std::size_t kTextBytes = std::size_t{4} << 20U;

/// What holds objects that are no policies of anybody: schemas, patches, what is to be matched, and
/// copies of what is somewhere else.
constexpr std::array<std::string_view, 8> kNoHolders{"annotations",     "match",  "exclude",
                                                     "openAPIV3Schema", "status", "targets",
                                                     "managedFields",   "target"};

bool is_no_holder(std::string_view key) {
  return key.starts_with("patch") || std::ranges::find(kNoHolders, key) != kNoHolders.end();
}

/// Whether a node stands in something of an object that holds no policies.
bool is_passed_over(NodeRef node, NodeRef holder) {
  for (NodeRef at = node; at && !(at == holder); at = at.parent())
    if (const NodeRef key = at.key(); key && is_no_holder(key.text())) return true;
  return false;
}

/// Whether the places are known where objects of a kind hold others.
bool is_known_kind(const Manifest& manifest) {
  const std::string_view group = group_of(manifest.api_version);
  return policy_kind(manifest) || group == "apiextensions.k8s.io" ||
         group == "kustomize.config.k8s.io" || group == "cnplint.io" ||
         std::ranges::any_of(kContainers, [&](const Container& each) {
           return each.kind == manifest.kind && each.group == group;
         });
}

/// What kind of policy a mapping is; none where it only refers to one.
std::optional<PolicyKind> kind_of_object(NodeRef object) {
  if (!object.is_mapping() || (!object.get("spec") && !object.get("specs"))) return std::nullopt;
  return policy_kind({object, object.get("kind").text(), object.get("apiVersion").text()});
}

class EmbeddedSearch {
 public:
  explicit EmbeddedSearch(const Document& document) {
    if (document.error() || document.empty() || !mentions_policy(document.source())) return;
    const NodeRef root = document.root();
    std::vector<Manifest> holders = policy::manifests(root);
    for (const Manifest& each : holders) known_.insert(each.root.index());
    for (const ManifestText& each : texts_of(root)) known_.insert(each.scalar.index());
    if (root.get("kind").text().empty() && !known_.contains(root.index()))
      holders.push_back({root, {}, {}});
    for (const Manifest& each : holders)
      if (!is_known_kind(each)) look_into(each);
  }

  std::vector<EmbeddedPolicy> found;

 private:
  void look_into(const Manifest& holder) {
    const Document& document = holder.root.document();
    const std::uint32_t end = document.node(holder.root.index()).subtree_end;
    for (std::uint32_t i = holder.root.index() + 1; i < end; ++i) {
      if (document.node(i).kind != NodeKind::scalar) continue;
      const NodeRef scalar(document, i);
      const std::optional<PolicyKind> kind = kind_at(scalar);
      if (!kind || is_passed_over(scalar, holder.root) || !known_.insert(place_of(scalar)).second)
        continue;
      found.push_back({holder, kind_name(*kind), scalar});
      return;
    }
  }

  /// What stands for a policy among those that are known: its object, or its text.
  static std::uint32_t place_of(NodeRef scalar) {
    return is_kind(scalar) ? scalar.parent().index() : scalar.index();
  }
  static bool is_kind(NodeRef scalar) {
    const NodeRef key = scalar.key();
    return key && key.text() == "kind";
  }

  std::optional<PolicyKind> kind_at(NodeRef scalar) {
    if (known_.contains(place_of(scalar))) return std::nullopt;
    if (is_kind(scalar)) return kind_of_object(scalar.parent());
    return scalar.is_string() ? kind_in(scalar.text(), kTextLevels) : std::nullopt;
  }

  /// The kind of a policy in a text.
  std::optional<PolicyKind> kind_in(std::string_view text, int levels) {
    if (levels == 0 || text.find("kind") == std::string_view::npos || !mentions_policy(text) ||
        text.size() > kTextBytes - read_)
      return std::nullopt;
    read_ += text.size();
    base::SourceFile file("", with_placeholders(text));
    const FileContent content = read_documents(file);
    for (const Document& document : content.documents)
      if (const auto kind = kind_in(document, levels)) return kind;
    return std::nullopt;
  }

  std::optional<PolicyKind> kind_in(const Document& document, int levels) {
    if (document.error()) return meant_as_policy(document.source());
    for (std::uint32_t i = 0; i < document.size(); ++i) {
      if (document.node(i).kind != NodeKind::scalar) continue;
      const NodeRef scalar(document, i);
      const auto kind = is_kind(scalar)      ? kind_of_object(scalar.parent())
                        : scalar.is_string() ? kind_in(scalar.text(), levels - 1)
                                             : std::nullopt;
      if (kind && !is_passed_over(scalar, document.root())) return kind;
    }
    return std::nullopt;
  }

  std::set<std::uint32_t> known_;  ///< nodes that somebody reads, or that have been told
  std::size_t read_ = 0;           ///< bytes of texts
};

}  // namespace

std::vector<EmbeddedPolicy> embedded_policies(const Document& document) {
  return std::move(EmbeddedSearch(document).found);
}

}  // namespace cnplint::policy
