// SPDX-License-Identifier: Apache-2.0
#include "project/cluster.h"

#include "policy/model/unrendered.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::project {

Cluster::Cluster(std::string name, std::vector<Variant> variants, const Judge& judge,
                 std::vector<const Unit*> units)
    : name_(std::move(name)),
      variants_(std::move(variants)),
      judge_(&judge),
      units_(std::move(units)) {
  for (const Unit* unit : units_) add(unit->judgement(judge));
}

Cluster::Cluster(const Cluster& other, std::map<std::string, std::string, std::less<>> names)
    : name_(other.name_),
      variants_(other.variants_),
      sources_(other.sources_),
      judge_(other.judge_),
      units_(other.units_),
      names_(std::move(names)) {
  inventory_.complete = other.inventory_.complete;
  inventory_.unrendered = other.inventory_.unrendered;
  for (const Unit* unit : units_) add(unit->judgement(*judge_));
}

void Cluster::add(const Judgement& judgement) {
  for (const JudgedPolicy& each : judgement.policies) {
    const policy::Policy* policy = &each.policy;
    if (const auto ns = renamed(policy->unnamed_namespace); ns != policy->unnamed_namespace) {
      renamed_.push_back(*policy);
      renamed_.back().unnamed_namespace = ns;
      policy = &renamed_.back();
    }
    if (each.refused())
      refused_.push_back({policy->subject(), each.rejections()});
    else if (!each.structure_unknown)
      policies_.push_back(*policy);
  }
  for (policy::Manifest other : judgement.others) {
    other.unnamed_namespace = renamed(other.unnamed_namespace);
    policy::add_to_inventory(other, inventory_);
    if (auto made = policy::unrendered_by(other)) inventory_.unrendered.push_back(std::move(*made));
  }
}

void Cluster::add_completeness(std::span<const policy::Unrendered> unrendered,
                               std::optional<bool> complete) {
  inventory_.unrendered.insert(inventory_.unrendered.end(), unrendered.begin(), unrendered.end());
  inventory_.complete = complete;
}

std::string_view Cluster::renamed(std::string_view unnamed_namespace) const {
  const auto name = names_.find(unnamed_namespace);
  return name == names_.end() ? unnamed_namespace : name->second;
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
