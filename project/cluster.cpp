// SPDX-License-Identifier: Apache-2.0
#include "project/cluster.h"

#include "policy/verdict/workload_endpoint.h"

namespace cnplint::project {

Cluster::Cluster(std::string name, std::vector<Variant> variants, const Judge& judge,
                 std::vector<const Unit*> units)
    : name_(std::move(name)),
      variants_(std::move(variants)),
      judge_(&judge),
      units_(std::move(units)) {
  for (const Unit* unit : units_) {
    const Judgement& judgement = unit->judgement(judge);
    for (const JudgedPolicy& each : judgement.policies) {
      if (each.refused())
        refused_.push_back({each.policy.subject(), each.rejections()});
      else
        policies_.push_back(each.policy);
    }
    for (const policy::Manifest& other : judgement.others)
      policy::add_to_inventory(other, inventory_);
  }
}

std::shared_ptr<const policy::RuleBase> Cluster::rules() const {
  return rules(environment().cluster);
}

std::shared_ptr<const policy::RuleBase> Cluster::rules(const std::string& cluster) const {
  std::shared_ptr<const policy::RuleBase>& known = rules_[cluster];
  if (known == nullptr) {
    policy::Environment own = environment();
    own.cluster = cluster;
    known = policy::translate(policies_, own, policy::surroundings_of(inventory_));
  }
  return known;
}

}  // namespace cnplint::project
