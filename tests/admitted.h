// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "policy/model/inventory.h"
#include "project/judge.h"
#include "project/project.h"

namespace cnplint::tests {

/// The documents of a file as a cluster takes them; all are views of it.
struct Admitted {
  std::vector<policy::Policy> policies;
  std::vector<project::RefusedPolicy> rejected;
  std::vector<const policy::Document*> broken;
  policy::Inventory inventory;
};

inline Admitted admitted(const policy::FileContent& content, const project::Judge& judge) {
  Admitted result;
  std::vector<policy::Manifest> manifests;
  for (const policy::Document& document : content.documents) {
    if (document.error() && !policy::is_template(document))
      result.broken.push_back(&document);
    else if (!policy::is_template(document))
      for (const policy::Manifest& each : policy::manifests(document.root()))
        manifests.push_back(each);
  }
  project::Judgement judgement = judge.judge(manifests);
  for (project::JudgedPolicy& each : judgement.policies) {
    if (each.refused())
      result.rejected.push_back({each.policy.subject(), each.rejections()});
    else if (!each.structure_unknown)
      result.policies.push_back(std::move(each.policy));
  }
  for (const policy::Manifest& other : judgement.others)
    policy::add_to_inventory(other, result.inventory);
  return result;
}

}  // namespace cnplint::tests
