// SPDX-License-Identifier: Apache-2.0
//
// The clusters that the units of a run make, by its layout or its configuration.
#include <algorithm>
#include <set>

#include "base/file.h"
#include "base/parallel.h"
#include "base/text.h"
#include "project/cilium_environment.h"
#include "project/project.h"
#include "project/unrendered.h"

namespace cnplint::project {
namespace {

/// The names of running clusters that have no plan yet.
std::set<std::string> unplanned_clusters(const std::vector<PlacedUnit>& placed,
                                         const std::vector<ClusterPlan>& plans) {
  std::set<std::string> names;
  for (const PlacedUnit& each : placed)
    if (each.running) names.insert(each.deployed.front().cluster);
  for (const ClusterPlan& each : plans) names.erase(each.name);
  return names;
}

/// The units of a plan but for running objects that files write anew: these would replace them.
std::vector<const DeployedUnit*> units_in(const ClusterPlan& plan,
                                          const std::vector<DeployedUnit>& all) {
  std::vector<const DeployedUnit*> units;
  std::set<std::string> written;
  for (const std::size_t i : plan.units)
    if (i < all.size()) units.push_back(&all[i]);
  if (std::ranges::none_of(units, &DeployedUnit::running)) return units;
  for (const DeployedUnit* each : units)
    if (!each->running)
      for (std::string& object : each->unit->objects()) written.insert(std::move(object));
  std::erase_if(units, [&](const DeployedUnit* each) {
    return each->running &&
           std::ranges::any_of(each->unit->objects(),
                               [&](const std::string& object) { return written.contains(object); });
  });
  return units;
}

}  // namespace

/// The clusters of the configuration. Where the whole repository was asked about, those of which
/// nothing is here are named: their globs may be misspelt, and then their files are of all
/// clusters. A running cluster without a configuration is one beside them; where there is one,
/// those of which nothing is here are left out.
std::vector<ClusterPlan> Project::configured_plan(Inputs& inputs,
                                                  const std::vector<PlacedUnit>& placed) const {
  std::vector<ClusterPlan> plans;
  for (const lint::ClusterSetting& each : config_.clusters)
    plans.push_back({each.name, {}, {{base::joined(each.paths, ", "), "by the configuration"}}});
  for (const std::string& name : unplanned_clusters(placed, plans)) plans.push_back({name, {}, {}});
  std::vector<bool> used(plans.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    std::vector<bool> of;
    if (!placed[i].running) of = config_.clusters_of(placed[i].path);
    of.resize(plans.size());
    for (std::size_t c = 0; c < plans.size(); ++c)
      if (is_deployed_to(placed[i], plans[c].name)) of[c] = true;
    const bool everywhere = std::ranges::find(of, true) == of.end();
    for (std::size_t c = 0; c < plans.size(); ++c) {
      if (everywhere || of[c]) plans[c].units.push_back(i);
      used[c] = used[c] || of[c];
    }
  }
  const bool whole = names_all_of(inputs, config_.folder);
  for (std::size_t c = 0; c < config_.clusters.size(); ++c)
    if (whole && !used[c])
      inputs.notes_.push_back(config_.file + ": no file is of cluster " +
                              base::quoted(plans[c].name) + "; check its `paths`");
  if (!inputs.running_.empty())
    std::erase_if(plans, [](const ClusterPlan& each) { return each.units.empty(); });
  return plans;
}

void Project::make_clusters(Inputs& inputs) {
  const std::vector<policy::Unrendered> others = unrendered(inputs);
  const std::vector<ChartValues> charts = chart_values(
      inputs.files_, [this](const std::string& path) { return file(base::shown_path(path)); });
  std::vector<Unit*> units;
  for (const DeployedUnit& each : inputs.deployed_.all) units.push_back(each.unit);
  // Plans number the units, and behind them the values of charts.
  std::vector<PlacedUnit> placed = placed_units(inputs.deployed_.all);
  for (const ChartValues& each : charts) placed.push_back({each.folder, each.path, {}});
  const std::vector<ClusterPlan> plans =
      config_.clusters.empty() ? plan_clusters(placed) : configured_plan(inputs, placed);
  std::set<std::string> names;
  for (const ClusterPlan& each : plans)
    if (!each.name.empty()) names.insert(each.name);
  std::set<std::string> notes;  // of several clusters, each once
  for (const ClusterPlan& each : plans) {
    std::vector<Unit*> judged;
    std::vector<const ChartValues*> of_charts;
    bool running = false;
    for (const DeployedUnit* one : units_in(each, inputs.deployed_.all)) {
      judged.push_back(one->unit);
      running = running || one->running;
    }
    for (const std::size_t i : each.units)
      if (i >= units.size()) of_charts.push_back(&charts[i - units.size()]);
    std::vector<const Unit*> own(judged.begin(), judged.end());
    ClusterEnvironment found = environment_of(
        config_.environment_of(each.name), config_.given_of(each.name),
        config_.environment_is_fixed ? policy::CiliumSettings()
                                     : settings_of({each.name, own, units, names}, of_charts));
    notes.insert(found.notes.begin(), found.notes.end());
    if (inputs.adjust_) inputs.adjust_(found.environment);
    const Judge& judge = judge_for(found.environment);
    base::parallel_for(judged.size(), threads_,
                       [&](std::size_t i) { judged[i]->judgement(judge); });
    inputs.clusters_.emplace_back(each.name.empty() ? found.environment.cluster : each.name,
                                  each.variants, judge, std::move(own));
    inputs.clusters_.back().add_completeness(
        others, running ? config_.inventory_complete.value_or(true) : config_.inventory_complete);
    inputs.clusters_.back().set_sources(std::move(found.sources));
  }
  inputs.notes_.insert(inputs.notes_.end(), notes.begin(), notes.end());
}

}  // namespace cnplint::project
