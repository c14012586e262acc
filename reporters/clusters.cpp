// SPDX-License-Identifier: Apache-2.0
#include "reporters/clusters.h"

#include <nlohmann/json.hpp>
#include <set>

#include "base/escape.h"
#include "base/text.h"
#include "policy/model/environment.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;
using project::Cluster;
using project::Unit;

/// The namespaces of a unit's objects, as they are judged.
std::set<std::string_view> namespaces_of(const Unit& unit, const Cluster& cluster) {
  std::set<std::string_view> all;
  for (const project::JudgedPolicy& each : unit.judgement(cluster.judge()).policies)
    if (!each.policy.clusterwide()) all.insert(each.policy.effective_namespace());
  return all;
}

std::size_t policies_of(const Unit& unit, const Cluster& cluster) {
  return unit.judgement(cluster.judge()).policies.size();
}

std::string unit_text(const Unit& unit, const Cluster& cluster) {
  std::string text = "  " + base::for_terminal(unit.path());
  const std::size_t policies = policies_of(unit, cluster);
  if (policies == 0) return text + "\n";
  text += ": " + base::counted(policies, "policy");
  const auto namespaces = namespaces_of(unit, cluster);
  if (!namespaces.empty()) text += " in " + base::for_terminal(base::joined(namespaces, ", "));
  return text + "\n";
}

std::string cluster_text(const Cluster& cluster) {
  std::string text =
      "cluster " + base::for_terminal(cluster.name()) + " (Cilium " +
      std::string(policy::release_name(cluster.environment().cilium)) +
      "): " + base::counted(cluster.policies().size() + cluster.refused().size(), "policy") + "\n";
  for (const project::Variant& each : cluster.variants())
    text += "  because of " + base::for_terminal(each.folder + ": " + each.why) + "\n";
  for (const Unit* unit : cluster.units())
    if (unit->matters()) text += unit_text(*unit, cluster);
  return text;
}

Json cluster_json(const Cluster& cluster) {
  Json object = {{"name", cluster.name()},
                 {"cilium", policy::release_name(cluster.environment().cilium)},
                 {"policies", cluster.policies().size() + cluster.refused().size()},
                 {"folders", Json::array()},
                 {"units", Json::array()}};
  for (const project::Variant& each : cluster.variants())
    object["folders"].push_back({{"folder", each.folder}, {"why", each.why}});
  for (const Unit* unit : cluster.units()) {
    if (!unit->matters()) continue;
    Json item = {{"path", unit->path()}, {"policies", policies_of(*unit, cluster)}};
    item["namespaces"] = namespaces_of(*unit, cluster);
    object["units"].push_back(std::move(item));
  }
  return object;
}

}  // namespace

std::string render_clusters_text(const std::vector<const Cluster*>& clusters) {
  std::string text;
  for (const Cluster* each : clusters) text += (text.empty() ? "" : "\n") + cluster_text(*each);
  return text;
}

std::string render_clusters_json(const std::vector<const Cluster*>& clusters) {
  Json objects = Json::array();
  for (const Cluster* each : clusters) objects.push_back(cluster_json(*each));
  const Json document = {{"clusters", std::move(objects)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
