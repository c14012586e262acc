// SPDX-License-Identifier: Apache-2.0
#include "project/kustomization.h"

#include <algorithm>
#include <functional>
#include <span>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/yaml/scalar.h"

namespace cnplint::project {
namespace {

using policy::NodeRef;

/// The fields of the types of kustomize's package api/types.
constexpr std::array<std::string_view, 35> kKustomizationFields{"apiVersion",
                                                                "kind",
                                                                "metadata",
                                                                "openapi",
                                                                "namePrefix",
                                                                "nameSuffix",
                                                                "namespace",
                                                                "commonLabels",
                                                                "labels",
                                                                "patches",
                                                                "commonAnnotations",
                                                                "patchesStrategicMerge",
                                                                "patchesJson6902",
                                                                "images",
                                                                "imageTags",
                                                                "replacements",
                                                                "replicas",
                                                                "vars",
                                                                "sortOptions",
                                                                "resources",
                                                                "components",
                                                                "crds",
                                                                "bases",
                                                                "configMapGenerator",
                                                                "secretGenerator",
                                                                "helmGlobals",
                                                                "helmCharts",
                                                                "helmChartInflationGenerator",
                                                                "generatorOptions",
                                                                "configurations",
                                                                "generators",
                                                                "transformers",
                                                                "validators",
                                                                "inventory",
                                                                "buildMetadata"};
constexpr std::array<std::string_view, 4> kPatchFields{"path", "patch", "target", "options"};
constexpr std::array<std::string_view, 7> kTargetFields{
    "group", "version", "kind", "name", "namespace", "labelSelector", "annotationSelector"};
constexpr std::array<std::string_view, 5> kLabelFields{
    "pairs", "includeSelectors", "includeTemplates", "includeVolumeClaimTemplates", "fields"};
/// What changes or adds objects in ways that are not followed.
constexpr std::array<std::string_view, 7> kLeftFields{
    "replacements",   "helmCharts", "helmChartInflationGenerator", "generators", "transformers",
    "configurations", "openapi"};

class KustomizationReader {
 public:
  KustomizationReader(NodeRef root, std::vector<KustomizeProblem>& problems)
      : root_(root), problems_(problems) {}

  Kustomization run() {
    result_.root = root_;
    if (!root_.is_mapping()) {
      problem(root_, "a kustomization is a mapping");
      return result_;
    }
    check_fields(root_, kKustomizationFields);
    if (says_nothing()) problem(root_, "kustomize refuses a kustomization that says nothing");
    kind();
    add_texts("resources", result_.resources);
    add_texts("bases", result_.resources);
    changes("namespace");
    result_.annotations = pairs(field(root_, "commonAnnotations"));
    labels();
    strategic_merge_patches();
    patches("patches", KustomizePatch::Form::any, result_.patches);
    patches("patchesJson6902", KustomizePatch::Form::json6902, result_.json_patches);
    for (const std::string_view left : kLeftFields)
      if (const NodeRef value = field(root_, left); value.has_children())
        problems_.push_back({value.key().range(),
                             base::quoted(left) + " of a kustomization is not followed",
                             std::nullopt, true});
    return result_;
  }

  /// What objects of Flux and of Argo CD say as a kustomization does.
  Kustomization run_changes(std::string_view ns) {
    changes(ns);
    patches("patches", KustomizePatch::Form::any, result_.patches);
    return std::move(result_);
  }

  /// Labels and annotations that Flux gives to every object.
  void common_metadata(NodeRef metadata) {
    if (const NodeRef labels = pairs(metadata.get("labels")))
      result_.labels.push_back({labels, {}, false, false});
    result_.annotations = pairs(metadata.get("annotations"));
  }

  /// The same for Argo CD: in selectors too, unless it is told otherwise.
  void common_labels() {
    const bool selectors = !flag(field(root_, "labelWithoutSelector"));
    if (const NodeRef common = pairs(field(root_, "commonLabels")))
      result_.labels.push_back({common, {}, selectors, selectors});
    result_.annotations = pairs(field(root_, "commonAnnotations"));
  }

 private:
  void changes(std::string_view ns) {
    add_texts("components", result_.components);
    result_.ns = text(field(root_, ns));
    result_.name_prefix = text(field(root_, "namePrefix"));
    result_.name_suffix = text(field(root_, "nameSuffix"));
  }

  /// kustomize reads field names as Go's JSON does: their case does not matter.
  static NodeRef field(NodeRef mapping, std::string_view name) {
    if (const NodeRef exact = mapping.get(name)) return exact;
    NodeRef found;
    mapping.each_entry([&](NodeRef key, NodeRef value) {
      if (base::equal_ignoring_case(key.text(), name)) found = value;
    });
    return found;
  }

  void problem(NodeRef where, std::string message) {
    problems_.push_back({where.visible_range(), std::move(message)});
  }

  void check_fields(NodeRef mapping, std::span<const std::string_view> known) {
    mapping.each_entry([&](NodeRef key, NodeRef) {
      if (std::ranges::any_of(known, [&](std::string_view name) {
            return base::equal_ignoring_case(name, key.text());
          }))
        return;
      problem(key, "kustomize has no field " + base::quoted(key.text()) + " here" +
                       base::allowed_values_hint(key.text(), known));
    });
  }

  [[nodiscard]] bool says_nothing() const {
    return std::ranges::all_of(root_.entries(), [](const policy::Entry& entry) {
      const std::string_view key = entry.key.text();
      return base::equal_ignoring_case(key, "kind") ||
             base::equal_ignoring_case(key, "apiVersion") ||
             (entry.value.is_scalar() && entry.value.text().empty()) || entry.value.is_null();
    });
  }

  void kind() {
    const NodeRef kind = field(root_, "kind");
    result_.component = kind.text() == "Component";
    if (kind && !kind.text().empty() && kind.text() != "Kustomization" && !result_.component)
      problem(kind, "the kind of a kustomization is `Kustomization` or `Component`");
    const NodeRef version = field(root_, "apiVersion");
    const std::string_view wanted =
        result_.component ? "kustomize.config.k8s.io/v1alpha1" : "kustomize.config.k8s.io/v1beta1";
    if (version && !version.text().empty() && version.text() != wanted)
      problem(version, "the apiVersion of this kustomization is " + base::quoted(wanted));
  }

  /// A string, or nothing.
  NodeRef text(NodeRef node) {
    if (!node || node.is_null()) return {};
    if (node.is_string()) return node;
    problem(node, "kustomize wants a string here; quote it");
    return {};
  }

  /// A mapping of strings, or nothing.
  NodeRef pairs(NodeRef node) {
    if (!node || node.is_null()) return {};
    if (!node.is_mapping()) {
      problem(node, "kustomize wants a mapping of strings here");
      return {};
    }
    node.each_entry([&](NodeRef, NodeRef value) { text(value); });
    return node;
  }

  static bool flag(NodeRef node) {
    return node.is_scalar() && node.type() == policy::ScalarType::boolean &&
           policy::boolean_value(node.text());
  }

  /// Calls body(item) for the items of a list.
  template <class Body>
  void each_item(std::string_view name, const Body& body) {
    const NodeRef list = field(root_, name);
    if (!list || list.is_null()) return;
    if (list.is_sequence())
      list.each_item(body);
    else
      problem(list, base::quoted(name) + " is a list");
  }

  void add_texts(std::string_view name, std::vector<NodeRef>& out) {
    each_item(name, [&](NodeRef item) {
      if (const NodeRef entry = text(item); entry && !entry.text().empty()) out.push_back(entry);
    });
  }

  void labels() {
    each_item("labels", [&](NodeRef item) {
      check_fields(item, kLabelFields);
      result_.labels.push_back({pairs(field(item, "pairs")), field(item, "fields"),
                                flag(field(item, "includeSelectors")),
                                flag(field(item, "includeTemplates"))});
    });
    if (const NodeRef common = pairs(field(root_, "commonLabels")))
      result_.labels.push_back({common, {}, true, true});
  }

  void strategic_merge_patches() {
    each_item("patchesStrategicMerge", [&](NodeRef item) {
      const NodeRef entry = text(item);
      if (!entry) return;
      KustomizePatch patch;
      patch.form = KustomizePatch::Form::strategic_merge;
      patch.entry = patch.path = patch.text = entry;
      result_.strategic_merge_patches.push_back(patch);
    });
  }

  void patches(std::string_view name, KustomizePatch::Form form, std::vector<KustomizePatch>& out) {
    each_item(name, [&](NodeRef item) {
      check_fields(item, kPatchFields);
      KustomizePatch patch;
      patch.form = form;
      patch.entry = item;
      patch.path = text(field(item, "path"));
      patch.text = text(field(item, "patch"));
      if (const NodeRef target = field(item, "target"); target.is_mapping())
        patch.target = this->target(target);
      const NodeRef options = field(item, "options");
      patch.allow_name_change = flag(options.get("allowNameChange"));
      patch.allow_kind_change = flag(options.get("allowKindChange"));
      const bool path = patch.path && !patch.path.text().empty();
      const bool inline_text = patch.text && !patch.text.text().empty();
      if (path == inline_text)
        problem(item, path ? "a patch has a `path` or a `patch`, not both"
                           : "a patch needs a `path` or a `patch`");
      else
        out.push_back(patch);
    });
  }

  PatchTarget target(NodeRef node) {
    check_fields(node, kTargetFields);
    const auto get = [&](std::string_view name) { return text(field(node, name)); };
    return {.written = node,
            .group = get("group"),
            .version = get("version"),
            .kind = get("kind"),
            .name = get("name"),
            .ns = get("namespace"),
            .label_selector = get("labelSelector"),
            .annotation_selector = get("annotationSelector")};
  }

  NodeRef root_;
  std::vector<KustomizeProblem>& problems_;
  Kustomization result_;
};

}  // namespace

bool is_kustomization_name(std::string_view name) {
  return std::ranges::find(kKustomizationNames, name) != kKustomizationNames.end();
}

Kustomization read_kustomization(NodeRef root, std::vector<KustomizeProblem>& problems) {
  return KustomizationReader(root, problems).run();
}

Kustomization read_flux_changes(NodeRef spec, std::vector<KustomizeProblem>& problems) {
  KustomizationReader reader(spec, problems);
  reader.common_metadata(spec.get("commonMetadata"));
  return reader.run_changes("targetNamespace");
}

Kustomization read_argo_changes(NodeRef kustomize, std::vector<KustomizeProblem>& problems) {
  KustomizationReader reader(kustomize, problems);
  reader.common_labels();
  return reader.run_changes("namespace");
}

void add_changes(const Kustomization& changes, Kustomization& to) {
  const auto replace = [](NodeRef by, NodeRef& there) {
    if (by) there = by;
  };
  const auto append = [](auto& more, auto& there) {
    there.insert(there.end(), more.begin(), more.end());
  };
  replace(changes.ns, to.ns);
  replace(changes.name_prefix, to.name_prefix);
  replace(changes.name_suffix, to.name_suffix);
  replace(changes.annotations, to.annotations);
  append(changes.components, to.components);
  append(changes.patches, to.patches);
  append(changes.labels, to.labels);
}

bool changes_something(const Kustomization& changes) {
  const auto says = [](NodeRef text) { return text && !text.text().empty(); };
  return says(changes.ns) || says(changes.name_prefix) || says(changes.name_suffix) ||
         !changes.components.empty() || !changes.patches.empty() || !changes.labels.empty() ||
         changes.annotations;
}

}  // namespace cnplint::project
