// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_fields.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>

#include "policy/yaml/scalar.h"

namespace cnplint::project {
namespace {

using policy::ComposedValue;
using policy::NodeRef;

/// A field of some kinds. A list in its path is gone through; `[]` behind a step says that it is
/// one, and must be there.
struct FieldSpec {
  std::string_view path;
  bool create = false;
  std::string_view group = {};
  std::string_view version = {};
  std::string_view kind = {};

  [[nodiscard]] bool applies_to(const KustomizeId& id) const {
    return (group.empty() || group == id.group) && (version.empty() || version == id.version) &&
           (kind.empty() || kind == id.kind);
  }
};

constexpr std::array<FieldSpec, 9> kTemplateLabels{{
    {"spec/template/metadata/labels", true, {}, "v1", "ReplicationController"},
    {"spec/template/metadata/labels", true, {}, {}, "Deployment"},
    {"spec/template/metadata/labels", true, {}, {}, "ReplicaSet"},
    {"spec/template/metadata/labels", true, {}, {}, "DaemonSet"},
    {"spec/template/metadata/labels", true, "apps", {}, "StatefulSet"},
    {"spec/volumeClaimTemplates[]/metadata/labels", true, "apps", {}, "StatefulSet"},
    {"spec/template/metadata/labels", true, "batch", {}, "Job"},
    {"spec/jobTemplate/metadata/labels", true, "batch", {}, "CronJob"},
    {"spec/jobTemplate/spec/template/metadata/labels", true, "batch", {}, "CronJob"},
}};

constexpr std::array<FieldSpec, 8> kTemplateAnnotations{{
    {"spec/template/metadata/annotations", true, {}, "v1", "ReplicationController"},
    {"spec/template/metadata/annotations", true, {}, {}, "Deployment"},
    {"spec/template/metadata/annotations", true, {}, {}, "ReplicaSet"},
    {"spec/template/metadata/annotations", true, {}, {}, "DaemonSet"},
    {"spec/template/metadata/annotations", true, {}, {}, "StatefulSet"},
    {"spec/template/metadata/annotations", true, "batch", {}, "Job"},
    {"spec/jobTemplate/metadata/annotations", true, "batch", {}, "CronJob"},
    {"spec/jobTemplate/spec/template/metadata/annotations", true, "batch", {}, "CronJob"},
}};

/// Without those in affinities of workloads, which select no traffic.
constexpr std::array<FieldSpec, 12> kSelectors{{
    {"spec/selector", true, {}, "v1", "Service"},
    {"spec/selector", true, {}, "v1", "ReplicationController"},
    {"spec/selector/matchLabels", true, {}, {}, "Deployment"},
    {"spec/selector/matchLabels", true, {}, {}, "ReplicaSet"},
    {"spec/selector/matchLabels", true, {}, {}, "DaemonSet"},
    {"spec/selector/matchLabels", true, "apps", {}, "StatefulSet"},
    {"spec/selector/matchLabels", false, "batch", {}, "Job"},
    {"spec/jobTemplate/spec/selector/matchLabels", false, "batch", {}, "CronJob"},
    {"spec/selector/matchLabels", false, "policy", {}, "PodDisruptionBudget"},
    {"spec/podSelector/matchLabels", false, "networking.k8s.io", {}, "NetworkPolicy"},
    {"spec/ingress/from/podSelector/matchLabels", false, "networking.k8s.io", {}, "NetworkPolicy"},
    {"spec/egress/to/podSelector/matchLabels", false, "networking.k8s.io", {}, "NetworkPolicy"},
}};

/// Sets pairs in the mapping that a path leads to, wherever it leads to one.
class PairSetter {
 public:
  PairSetter(KustomizeObject& object, NodeRef pairs) : object_(object), pairs_(pairs) {}

  void apply(const FieldSpec& spec) {
    constexpr std::ptrdiff_t kMostSteps = 64;
    if (!spec.applies_to(object_.id) || std::ranges::count(spec.path, '/') > kMostSteps) return;
    create_ = spec.create;
    walk(object_.value, spec.path);
  }
  void apply(std::span<const FieldSpec> specs) {
    for (const FieldSpec& spec : specs) apply(spec);
  }

 private:
  void walk(ComposedValue& value, std::string_view path) {
    if (value.is_sequence()) {
      for (ComposedValue& item : value.items()) walk(item, path);
      return;
    }
    if (!value.is_mapping()) return;
    if (path.empty()) return set(value);
    const std::size_t slash = std::min(path.find('/'), path.size());
    std::string_view step = path.substr(0, slash);
    const std::string_view rest = path.substr(std::min(slash + 1, path.size()));
    const bool list = step.ends_with("[]");
    if (list) step.remove_suffix(2);
    ComposedValue* found = value.find(step);
    if ((found == nullptr || found->is_null()) && (!create_ || list)) return;
    if (found == nullptr) {
      value.entries().push_back(
          {ComposedValue::string(std::string(step), place()), ComposedValue::mapping(place())});
      found = &value.entries().back().value;
      object_.changed = true;
    } else if (found->is_null()) {
      *found = ComposedValue::mapping(found->place());
    }
    walk(*found, rest);
  }

  void set(ComposedValue& mapping) {
    pairs_.each_entry([&](NodeRef key, NodeRef value) {
      if (!value.is_string()) return;  // the reader has said so
      const std::string name = key.key_text();
      ComposedValue* there = mapping.find(name);
      if (there != nullptr && there->is_string() && there->text() == value.text()) return;
      object_.changed = true;
      mapping.set(ComposedValue::written(key), ComposedValue::written(value));
    });
  }

  /// What a mapping that is made stands at: the key that asks for it.
  [[nodiscard]] NodeRef place() const {
    const NodeRef key = pairs_.key();
    return key ? key : pairs_;
  }

  KustomizeObject& object_;
  NodeRef pairs_;
  bool create_ = false;
};

/// Replaces the text of a string; it stands where it stood.
void rename(KustomizeObject& object, ComposedValue& value, std::string text) {
  if (value.is_string() && value.text() == text) return;
  value = ComposedValue::string(std::move(text), value.place());
  object.changed = true;
}

}  // namespace

void set_namespace(KustomizeObject& object, NodeRef ns) {
  const bool is_namespace = object.id.kind == "Namespace" && is_known_clusterwide(object.id);
  if (!is_namespace && (is_known_clusterwide(object.id) || is_custom_clusterwide(object.id)))
    return;
  object.remember();
  ComposedValue* metadata = object.value.find("metadata");
  if (metadata == nullptr) return;
  const std::string_view field = is_namespace ? "name" : "namespace";
  if (ComposedValue* there = metadata->find(field); there != nullptr && there->is_scalar()) {
    rename(object, *there, std::string(ns.text()));
  } else {
    metadata->set(ComposedValue::string(std::string(field), ns.key()), ComposedValue::written(ns));
    object.changed = true;
  }
  object.identify();
}

void add_name_affixes(KustomizeObject& object, NodeRef prefix, NodeRef suffix) {
  const std::string& kind = object.original().kind;
  if (kind == "CustomResourceDefinition" || kind == "Namespace" ||
      (kind == "APIService" && object.id.group == "apiregistration.k8s.io"))
    return;
  ComposedValue* name = object.find({"metadata", "name"});
  if (name == nullptr || !name->is_scalar()) return;
  const auto add = [&](NodeRef affix, std::vector<std::string>& seen, bool before) {
    if (!affix || affix.text().empty()) return;
    object.remember();
    seen.emplace_back(affix.text());
    const std::string old(name->text());
    rename(object, *name,
           before ? std::string(affix.text()) + old : old + std::string(affix.text()));
    object.id.name = std::string(name->text());
  };
  add(prefix, object.prefixes, true);
  add(suffix, object.suffixes, false);
}

void set_labels(KustomizeObject& object, const LabelSet& labels) {
  if (!labels.pairs.has_children()) return;
  PairSetter setter(object, labels.pairs);
  setter.apply(FieldSpec{"metadata/labels", true});
  if (labels.selectors || labels.templates) setter.apply(kTemplateLabels);
  if (labels.selectors) setter.apply(kSelectors);
  labels.fields.each_item([&](NodeRef field) {
    const NodeRef create = field.get("create");
    setter.apply(FieldSpec{field.get("path").text(),
                           create.is_scalar() && create.type() == policy::ScalarType::boolean &&
                               policy::boolean_value(create.text()),
                           field.get("group").text(), field.get("version").text(),
                           field.get("kind").text()});
  });
}

void set_annotations(KustomizeObject& object, NodeRef annotations) {
  if (!annotations.has_children()) return;
  PairSetter setter(object, annotations);
  setter.apply(FieldSpec{"metadata/annotations", true});
  setter.apply(kTemplateAnnotations);
}

namespace {

/// The name of the ServiceAccount of an object that makes pods, or nullptr.
ComposedValue* service_account_name(KustomizeObject& object) {
  const std::string& kind = object.id.kind;
  constexpr std::string_view kField = "serviceAccountName";
  ComposedValue* found = nullptr;
  if (kind == "Pod")
    found = object.find({"spec", kField});
  else if (kind == "CronJob")
    found = object.find({"spec", "jobTemplate", "spec", "template", "spec", kField});
  else if (kind == "Deployment" || kind == "StatefulSet" || kind == "DaemonSet" ||
           kind == "ReplicaSet" || kind == "Job" || kind == "ReplicationController")
    found = object.find({"spec", "template", "spec", kField});
  return found != nullptr && found->is_string() ? found : nullptr;
}

/// Whether one of two lists of affixes ends like the other.
bool same_ends(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  const std::size_t common = std::min(a.size(), b.size());
  return std::equal(a.end() - static_cast<std::ptrdiff_t>(common), a.end(),
                    b.end() - static_cast<std::ptrdiff_t>(common));
}

}  // namespace

void follow_service_accounts(std::vector<KustomizeObject>& objects) {
  std::map<std::pair<std::string, std::string>, std::vector<const KustomizeObject*>> accounts;
  for (const KustomizeObject& object : objects) {
    if (object.id.kind != "ServiceAccount" || !object.id.group.empty()) continue;
    const std::string ns(object.id.effective_namespace());
    std::set<std::string> names{object.id.name};
    for (const KustomizeId& id : object.former) names.insert(id.name);
    for (const std::string& name : names) accounts[{ns, name}].push_back(&object);
  }
  if (accounts.empty()) return;
  for (KustomizeObject& object : objects) {
    ComposedValue* name = service_account_name(object);
    if (name == nullptr) continue;
    const auto found =
        accounts.find({std::string(object.id.effective_namespace()), std::string(name->text())});
    if (found == accounts.end()) continue;
    std::vector<const KustomizeObject*> candidates = found->second;
    if (candidates.size() > 1)
      std::erase_if(candidates, [&](const KustomizeObject* each) {
        return !same_ends(each->prefixes, object.prefixes) ||
               !same_ends(each->suffixes, object.suffixes);
      });
    if (candidates.size() == 1) rename(object, *name, candidates.front()->id.name);
  }
}

}  // namespace cnplint::project
