// SPDX-License-Identifier: Apache-2.0
//
// What a kustomization accumulates of its resources, before it changes them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "project/kustomize_object.h"

namespace cnplint::project {

/// Texts in the order in which they came, each once.
class OrderedTexts {
 public:
  void add(const std::string& text) {
    if (known_.insert(text).second) texts_.push_back(text);
  }
  void add(const OrderedTexts& others) {
    for (const std::string& text : others.texts_) add(text);
  }
  [[nodiscard]] const std::vector<std::string>& all() const { return texts_; }

 private:
  std::vector<std::string> texts_;
  std::set<std::string> known_;
};

/// What a kustomization accumulates.
struct Accumulated {
  std::vector<KustomizeObject> objects;
  OrderedTexts resources;
  OrderedTexts patches;
  OrderedTexts included;
  OrderedTexts remote;
  OrderedTexts dropped;                    ///< files of objects that are left out
  OrderedTexts idle;                       ///< patches that changed nothing
  std::vector<KustomizeProblem> problems;  ///< those of folders that are done
  policy::NodeRef ns;

  void add_places(const Accumulated& other) {
    resources.add(other.resources);
    patches.add(other.patches);
    included.add(other.included);
    remote.add(other.remote);
    dropped.add(other.dropped);
    idle.add(other.idle);
    if (!ns) ns = other.ns;
  }
};

/// Leaves out objects that are what another one before them is.
void drop_twins(std::vector<KustomizeObject>& objects, KustomizeRun& run, OrderedTexts& dropped);

/// Whether an object is only for tools on files (config.kubernetes.io/local-config): kustomize
/// leaves it out of what it prints.
bool is_local(KustomizeObject& object);

}  // namespace cnplint::project
