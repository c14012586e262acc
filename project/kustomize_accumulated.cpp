// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_accumulated.h"

#include <algorithm>
#include <unordered_map>

namespace cnplint::project {
namespace {

using policy::NodeRef;

std::size_t hash_of(const KustomizeId& id) {
  return std::hash<std::string>{}(id.name) ^ (std::hash<std::string>{}(id.kind) * 3);
}

}  // namespace

void drop_twins(std::vector<KustomizeObject>& objects, KustomizeRun& run, OrderedTexts& dropped) {
  std::unordered_multimap<std::size_t, std::size_t> known;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const auto [begin, end] = known.equal_range(hash_of(objects[i].id));
    const auto twin = std::find_if(begin, end, [&](const auto& entry) {
      return objects[entry.second].id.same_as(objects[i].id);
    });
    if (twin == end) {
      known.emplace(hash_of(objects[i].id), i);
      continue;
    }
    objects[i].removed = true;
    dropped.add(objects[i].written->file().path());
    const NodeRef name = objects[i].root.get("metadata").get("name");
    const NodeRef first = objects[twin->second].root.get("metadata").get("name");
    run.problem({name.visible_range(),
                 "another resource of the kustomization is " + objects[i].id.text() + " too",
                 first.visible_range()});
  }
  std::erase_if(objects, [](const KustomizeObject& object) { return object.removed; });
}

bool is_local(KustomizeObject& object) {
  constexpr std::string_view kMark = "config.kubernetes.io/local-config";
  if (!object.changed) {
    const NodeRef mark = object.root.get("metadata").get("annotations").get(kMark);
    return mark && mark.text() != "false";
  }
  const policy::ComposedValue* mark = object.find({"metadata", "annotations", kMark});
  return mark != nullptr && mark->text() != "false";
}

}  // namespace cnplint::project
