// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_patch.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "project/json_patch.h"
#include "project/kustomize_target.h"
#include "project/strategic_merge.h"

namespace cnplint::project {
namespace {

using policy::Document;
using policy::NodeRef;

class PatchApplication {
 public:
  PatchApplication(std::vector<KustomizeObject>& objects, const KustomizePatch& patch,
                   KustomizeRun& run)
      : objects_(objects), patch_(patch), run_(run) {}

  /// False where it has a target that selects nothing.
  bool run(const std::vector<Document>& documents) {
    apply(documents);
    return !selected_nothing_;
  }

 private:
  void apply(const std::vector<Document>& documents) {
    if (documents.empty()) return run_.problem(place(), "the patch is empty");
    if (documents.size() > 1 && patch_.target)
      return run_.problem(place(), "a patch with a target is one document");
    for (const Document& document : documents) {
      if (document.error())
        run_.problem({document.error()->range, document.error()->message, place().range()});
      else if (!run_.exhausted())
        apply(document.root());
    }
  }

  /// What names the patch in the kustomization.
  [[nodiscard]] NodeRef place() const {
    if (patch_.path) return patch_.path;
    return patch_.text ? patch_.text : patch_.entry;
  }

  void apply(NodeRef root) {
    using Form = KustomizePatch::Form;
    if (root.is_sequence() && patch_.form != Form::strategic_merge) return json(root);
    if (root.is_mapping() && patch_.form != Form::json6902) return strategic_merge(root);
    run_.problem(root, patch_.form == Form::json6902
                           ? "a JSON patch is a list of operations"
                           : "a patch is an object, or a list of operations");
  }

  void json(NodeRef operations) {
    if (!patch_.target) return run_.problem(place(), "a JSON patch needs a `target`");
    each_target([&](KustomizeObject& object) { apply_json_patch(object, operations, run_); });
  }

  void strategic_merge(NodeRef root) {
    const KustomizeId named = id_of(root);
    if (named.kind.empty() || named.name.empty())
      return run_.problem(root,
                          "kustomize wants a kind and a metadata.name in a patch, also where "
                          "it has a target");
    if (patch_.target)
      return each_target(
          [&](KustomizeObject& object) { apply_strategic_merge(object, root, patch_, run_); });
    KustomizeObject* target = named_target(named, root);
    if (target == nullptr) return;
    apply_strategic_merge(*target, root, patch_, run_);
    drop_removed();
  }

  template <class Body>
  void each_target(const Body& body) {
    const TargetMatcher matcher(*patch_.target, run_);
    selected_nothing_ = true;
    for (KustomizeObject& object : objects_) {
      if (!run_.spend(1, place().range())) break;
      if (!matcher.matches(object)) continue;
      selected_nothing_ = false;
      body(object);
    }
    drop_removed();
  }

  void drop_removed() {
    std::erase_if(objects_, [](const KustomizeObject& object) { return object.removed; });
  }

  KustomizeObject* named_target(const KustomizeId& id, NodeRef root) {
    KustomizeObject* found = nullptr;
    std::size_t count = 0;
    if (!run_.spend(objects_.size() / 8 + 1, place().range())) return nullptr;
    for (KustomizeObject& object : objects_) {
      const bool same =
          object.id.same_as(id) || std::ranges::any_of(object.former, [&](const KustomizeId& each) {
            return each.same_as(id);
          });
      if (!same) continue;
      found = &object;
      ++count;
    }
    if (count == 1) return found;
    KustomizeProblem problem{
        root.get("metadata").get("name").visible_range(),
        "the patch is for " + id.text() + ", which " +
            (count == 0 ? "is not among the resources" : "are several resources"),
        place().range()};
    problem.needs_all = count == 0;
    problem.note = id.kind == "ConfigMap" || id.kind == "Secret";  // it may be generated
    run_.problem(std::move(problem));
    return nullptr;
  }

  std::vector<KustomizeObject>& objects_;
  const KustomizePatch& patch_;
  KustomizeRun& run_;
  bool selected_nothing_ = false;
};

}  // namespace

bool apply_patch(std::vector<KustomizeObject>& objects, const KustomizePatch& patch,
                 const std::vector<Document>& documents, KustomizeRun& run) {
  return PatchApplication(objects, patch, run).run(documents);
}

}  // namespace cnplint::project
