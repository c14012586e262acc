// SPDX-License-Identifier: Apache-2.0
#include "project/strategic_merge.h"

#include <array>
#include <map>
#include <unordered_map>

#include "base/text.h"

namespace cnplint::project {
namespace {

using policy::ComposedValue;
using policy::NodeRef;

/// What the API of Kubernetes says of a value: only as much as leads to lists with merge keys.
enum class Shape {
  unknown,
  workload,
  workload_spec,
  pod,
  pod_spec,
  container,
  cron_job,
  cron_job_spec,
  service,
  service_spec,
  service_account,
};

/// A field of a shape. A list with merge keys has items of the shape.
struct ShapeField {
  Shape in;
  std::string_view name;
  Shape shape = Shape::unknown;
  std::array<std::string_view, 2> keys = {};
};

/// By x-kubernetes-list-map-keys and x-kubernetes-patch-merge-key of the OpenAPI of Kubernetes.
constexpr std::array<ShapeField, 18> kShapeFields{{
    {Shape::workload, "spec", Shape::workload_spec},
    {Shape::workload_spec, "template", Shape::pod},
    {Shape::pod, "spec", Shape::pod_spec},
    {Shape::cron_job, "spec", Shape::cron_job_spec},
    {Shape::cron_job_spec, "jobTemplate", Shape::workload},
    {Shape::pod_spec, "containers", Shape::container, {"name"}},
    {Shape::pod_spec, "initContainers", Shape::container, {"name"}},
    {Shape::pod_spec, "ephemeralContainers", Shape::container, {"name"}},
    {Shape::pod_spec, "volumes", Shape::unknown, {"name"}},
    {Shape::pod_spec, "imagePullSecrets", Shape::unknown, {"name"}},
    {Shape::pod_spec, "hostAliases", Shape::unknown, {"ip"}},
    {Shape::container, "ports", Shape::unknown, {"containerPort", "protocol"}},
    {Shape::container, "env", Shape::unknown, {"name"}},
    {Shape::container, "volumeMounts", Shape::unknown, {"mountPath"}},
    {Shape::container, "volumeDevices", Shape::unknown, {"devicePath"}},
    {Shape::service, "spec", Shape::service_spec},
    {Shape::service_spec, "ports", Shape::unknown, {"port", "protocol"}},
    {Shape::service_account, "secrets", Shape::unknown, {"name"}},
}};

Shape shape_of(const KustomizeId& id) {
  if (id.version != "v1") return Shape::unknown;
  if (id.group == "apps" || (id.group == "batch" && id.kind == "Job")) return Shape::workload;
  if (id.group == "batch" && id.kind == "CronJob") return Shape::cron_job;
  if (!id.group.empty()) return Shape::unknown;
  if (id.kind == "Pod") return Shape::pod;
  if (id.kind == "ReplicationController") return Shape::workload;
  if (id.kind == "Service") return Shape::service;
  return id.kind == "ServiceAccount" ? Shape::service_account : Shape::unknown;
}

ShapeField field_of(Shape shape, std::string_view name) {
  for (const ShapeField& field : kShapeFields)
    if (field.in == shape && field.name == name) return field;
  return {Shape::unknown, name};
}

constexpr std::string_view kDirective = "$patch";

/// What `$patch` says in a mapping; empty where it is not there.
std::string_view directive(NodeRef mapping) { return mapping.get(kDirective).text(); }

/// Finds the values of a mapping, also of a large one, in constant time; entries may be added.
class MergeTarget {
 public:
  MergeTarget(ComposedValue& target, bool large) : target_(target), large_(large) {
    if (!large_) return;
    for (std::size_t i = 0; i < target_.entries().size(); ++i)
      positions_.emplace(target_.entries()[i].key.key_text(), i);
  }

  ComposedValue* find(const std::string& key) {
    if (!large_) return target_.find(key);
    const auto found = positions_.find(key);
    return found == positions_.end() ? nullptr : &target_.entries()[found->second].value;
  }

  void add(NodeRef key, ComposedValue value) {
    if (large_) positions_.emplace(key.key_text(), target_.entries().size());
    target_.entries().push_back({ComposedValue::written(key), std::move(value)});
  }

  /// Marks a value that find() found for removal.
  void remove(ComposedValue& value) {
    value = ComposedValue();
    removed_ = true;
  }

  ~MergeTarget() {
    if (removed_)
      std::erase_if(target_.entries(),
                    [](const ComposedValue::Entry& entry) { return !entry.value; });
  }
  MergeTarget(const MergeTarget&) = delete;
  MergeTarget& operator=(const MergeTarget&) = delete;

 private:
  ComposedValue& target_;
  bool large_;
  bool removed_ = false;
  std::unordered_map<std::string, std::size_t> positions_;
};

class StrategicMerge {
 public:
  StrategicMerge(KustomizeObject& object, const KustomizePatch& options, KustomizeRun& run)
      : object_(object), options_(options), run_(run) {}

  void apply(NodeRef patch) {
    const std::string_view what = directive(patch);
    if (what == "delete") {
      object_.removed = true;
      return;
    }
    if (what == "replace") {
      run_.problem({patch.get(kDirective).range(),
                    "kustomize does nothing for `$patch: replace` of a whole object", std::nullopt,
                    true});
      return;
    }
    depth_ = 0;
    merge(object_.value, patch, shape_of(object_.id));
  }

 private:
  /// Whether a field says what the patch is for, and is not a part of it.
  [[nodiscard]] bool stays(NodeRef key) const {
    if (depth_ == 1)
      return key.text() == "apiVersion" || (key.text() == "kind" && !options_.allow_kind_change);
    if (depth_ != 2 || key.parent().key().text() != "metadata") return false;
    return key.text() == "namespace" || (key.text() == "name" && !options_.allow_name_change);
  }

  void changed() { object_.changed = true; }

  void merge(ComposedValue& target, NodeRef patch, Shape shape) {
    constexpr std::size_t kFew = 8;
    if (!run_.spend(1 + patch.child_count(), patch.range())) return;
    ++depth_;
    MergeTarget fields(target, patch.child_count() > kFew);
    patch.each_entry([&](NodeRef key, NodeRef value) {
      if (key.text() != kDirective && !stays(key)) merge_field(fields, key, value, shape);
    });
    --depth_;
  }

  void merge_field(MergeTarget& fields, NodeRef key, NodeRef value, Shape shape) {
    const ShapeField field = field_of(shape, key.text());
    ComposedValue* there = fields.find(key.key_text());
    if (value.is_null() || directive_on_all(value, field) == "delete") {
      if (there == nullptr) return;
      fields.remove(*there);
      return changed();
    }
    if (there == nullptr || there->is_null()) {
      changed();
      if (there != nullptr)
        *there = added(value, field);
      else
        fields.add(key, added(value, field));
      return;
    }
    merge_value(*there, value, field);
  }

  /// A directive that says what to do with all that is there.
  std::string_view directive_on_all(NodeRef value, const ShapeField& field) {
    std::string_view what = value.is_mapping() ? directive(value) : std::string_view();
    if (value.is_sequence() && !field.keys[0].empty())
      value.each_item([&](NodeRef item) {
        if (item.child_count() == 1 && !directive(item).empty()) what = directive(item);
      });
    if (!what.empty() && what != "delete" && what != "replace" && what != "merge")
      run_.problem(value, "kustomize knows no `$patch: " + std::string(what) + "`");
    return what;
  }

  void merge_value(ComposedValue& there, NodeRef value, const ShapeField& field) {
    const bool same_kind =
        there.is_mapping() == value.is_mapping() && there.is_sequence() == value.is_sequence();
    if (!same_kind) {
      run_.problem({value.visible_range(),
                    "kustomize refuses a patch with a value of another kind than is there",
                    there.place().visible_range()});
      return;
    }
    if (value.is_scalar()) {
      if (there.type() == value.type() && there.text() == value.text()) return;
      there = there.is_quoted() && !value.is_string()
                  ? ComposedValue::string(std::string(value.text()), value)
                  : ComposedValue::written(value);
      return changed();
    }
    const bool replace = directive_on_all(value, field) == "replace";
    if (value.is_mapping() && !replace) return merge(there, value, field.shape);
    changed();
    if (value.is_sequence() && !replace && !field.keys[0].empty())
      merge_list(there, value, field);
    else
      there = added(value, field);
  }

  /// A value that is nowhere yet: what would remove something, and directives, are left out.
  ComposedValue added(NodeRef value, const ShapeField& field) {
    if (!run_.spend(1, value.range())) return ComposedValue::written(value);
    const bool keyed = value.is_sequence() && !field.keys[0].empty();
    if (value.is_mapping() && value.has_children()) {
      ComposedValue result = ComposedValue::mapping(value);
      value.each_entry([&](NodeRef key, NodeRef child) {
        if (child.is_null() || key.text() == kDirective || directive(child) == "delete") return;
        result.entries().push_back(
            {ComposedValue::written(key), added(child, field_of(field.shape, key.text()))});
      });
      return result;
    }
    if (!keyed) return ComposedValue::written(value);
    ComposedValue result = ComposedValue::sequence(value);
    merge_list(result, value, field);
    return result;
  }

  using ItemKey = std::pair<std::string, std::string>;

  /// What an item is known by in its list; empty where it lacks that.
  static ItemKey key_of(NodeRef item, const ShapeField& field) {
    return {item.get(field.keys[0]).key_text(),
            field.keys[1].empty() ? "" : item.get(field.keys[1]).key_text()};
  }
  static ItemKey key_of(ComposedValue& item, const ShapeField& field) {
    const auto text = [&](std::string_view key) {
      const ComposedValue* value = key.empty() ? nullptr : item.find(key);
      return value == nullptr ? std::string() : value->key_text();
    };
    return {text(field.keys[0]), text(field.keys[1])};
  }

  /// Merges items by their keys: those of the patch come first, in its order.
  void merge_list(ComposedValue& there, NodeRef patch, const ShapeField& field) {
    std::vector<ComposedValue>& old = there.items();
    if (!run_.spend(old.size() + patch.child_count(), patch.range())) return;
    std::map<ItemKey, std::size_t> positions;
    for (std::size_t i = 0; i < old.size(); ++i) positions.emplace(key_of(old[i], field), i);
    std::vector<ComposedValue> result;
    patch.each_item([&](NodeRef item) {
      const std::string_view what = directive(item);
      if (item.child_count() == 1 && !what.empty()) return;
      const ItemKey key = key_of(item, field);
      if (key.first.empty())
        return run_.problem(item, "kustomize finds items of this list by `" +
                                      std::string(field.keys[0]) + "`, which is missing");
      const auto known = positions.find(key);
      if (known == positions.end()) {
        const ShapeField item_field{Shape::unknown, field.name, field.shape};
        if (what != "delete") result.push_back(added(item, item_field));
        return;
      }
      ComposedValue& target = old[known->second];
      // kustomize keeps an item as it is that a patch wants to replace.
      if (what == "merge" || what.empty()) merge(target, item, field.shape);
      if (what != "delete") result.push_back(std::move(target));
      target = ComposedValue();
      positions.erase(known);
    });
    for (ComposedValue& item : old)
      if (item) result.push_back(std::move(item));
    old = std::move(result);
  }

  KustomizeObject& object_;
  const KustomizePatch& options_;
  KustomizeRun& run_;
  std::size_t depth_ = 0;
};

}  // namespace

void apply_strategic_merge(KustomizeObject& object, NodeRef patch, const KustomizePatch& options,
                           KustomizeRun& run) {
  if (!run.spend(object.id.weight(), patch.range())) return;
  if (options.allow_name_change || options.allow_kind_change) object.remember();
  StrategicMerge(object, options, run).apply(patch);
  if (options.allow_name_change || options.allow_kind_change) object.identify();
}

}  // namespace cnplint::project
