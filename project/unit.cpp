// SPDX-License-Identifier: Apache-2.0
#include "project/unit.h"

#include <algorithm>

#include "base/check.h"
#include "policy/model/chart_installer.h"
#include "policy/model/cilium_settings.h"
#include "policy/model/inventory.h"

namespace cnplint::project {

Unit::Unit(std::string path, const std::vector<policy::NodeRef>& roots, Placement placement,
           const policy::SourceComments& sources)
    : path_(std::move(path)), placement_(std::move(placement)) {
  for (const policy::NodeRef root : roots) {
    const std::string_view source = sources.at(root.document().range().begin);
    // All that a chart makes goes to one namespace, that of its release.
    const std::string& ns =
        source.empty() ? placement_.unnamed_namespace
                       : *source_namespaces_
                              .insert(policy::folder_namespace(source.substr(0, source.find('/'))))
                              .first;
    for (policy::Manifest& each : policy::manifests(root)) {
      each.unnamed_namespace = ns;
      manifests_.push_back(each);
      configures_cilium_ = configures_cilium_ || policy::configures_cilium(each);
      deploys_ = deploys_ || policy::is_deployer(each);
    }
  }
}

Unit::Unit(const Unit& other, std::string ns)
    : path_(other.path_),
      placement_(other.placement_),
      manifests_(other.manifests_),
      configures_cilium_(other.configures_cilium_),
      deploys_(other.deploys_) {
  placement_.unnamed_namespace = std::move(ns);
  for (policy::Manifest& each : manifests_) each.unnamed_namespace = placement_.unnamed_namespace;
}

bool Unit::has_unnamed() const {
  return source_namespaces_.empty() &&
         std::ranges::any_of(manifests_, [](const policy::Manifest& each) {
           return !each.ns() && each.default_namespace.empty();
         });
}

std::vector<std::string> Unit::objects() const {
  std::vector<std::string> all;
  for (const policy::Manifest& each : manifests_)
    if (std::string object = policy::single_object(each); !object.empty())
      all.push_back(std::move(object));
  return all;
}

bool Unit::matters() const {
  return configures_cilium_ || std::ranges::any_of(manifests_, [](const policy::Manifest& each) {
           return policy::policy_kind(each) || policy::is_for_inventory(each);
         });
}

const Judgement& Unit::judgement(const Judge& judge) {
  for (const auto& [by, judgement] : judgements_)
    if (by == &judge) return *judgement;
  judgements_.emplace_back(&judge, std::make_unique<Judgement>(judge.judge(manifests_)));
  return *judgements_.back().second;
}

const Judgement& Unit::judgement(const Judge& judge) const {
  const auto found =
      std::ranges::find_if(judgements_, [&](const auto& each) { return each.first == &judge; });
  CNPLINT_CHECK(found != judgements_.end());
  return *found->second;
}

}  // namespace cnplint::project
