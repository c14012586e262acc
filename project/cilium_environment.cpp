// SPDX-License-Identifier: Apache-2.0
#include "project/cilium_environment.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "project/deployments.h"
#include "project/kustomization.h"

namespace cnplint::project {
namespace {

using policy::CiliumSettings;
using policy::NodeRef;

std::string_view name_of(std::string_view path) { return path.substr(path.rfind('/') + 1); }
std::string beside(const std::string& path, std::string_view name) {
  return path.substr(0, path.rfind('/') + 1) + std::string(name);
}

NodeRef first_root(const File* file) {
  if (file == nullptr) return {};
  for (const policy::Document& document : file->content().documents)
    if (!document.error()) return document.root();
  return {};
}

void add(CiliumSettings more, CiliumSettings& to) {
  std::ranges::move(more, std::back_inserter(to));
}

/// A chart that depends on Cilium's has the values for it below its name, or its alias.
CiliumSettings of_chart(NodeRef chart, const std::string& path, const File* values) {
  CiliumSettings all;
  for (const NodeRef each : chart.get("dependencies").items()) {
    if (each.get("name").text() != "cilium") continue;
    const NodeRef alias = each.get("alias");
    add(policy::chart_settings(first_root(values).get(alias ? alias.text() : "cilium"),
                               each.get("version"), "chart " + path),
        all);
  }
  return all;
}

template <class FileAt>
CiliumSettings of_kustomization(NodeRef kustomization, const std::string& path,
                                const FileAt& file_at) {
  CiliumSettings all;
  const std::string giver = "helmCharts of " + path;
  for (const NodeRef chart : kustomization.get("helmCharts").items()) {
    if (chart.get("name").text() != "cilium") continue;
    add(policy::chart_settings({}, chart.get("version"), giver), all);
    std::vector<NodeRef> files = chart.get("additionalValuesFiles").items();
    if (const NodeRef main = chart.get("valuesFile")) files.insert(files.begin(), main);
    for (const NodeRef file : files)
      add(policy::chart_settings(first_root(file_at(beside(path, file.text()))), {}, giver), all);
    add(policy::chart_settings(chart.get("valuesInline"), {}, giver), all);
  }
  return all;
}

/// Whether what an object installs is in a cluster.
bool is_for(const ClusterFiles& files, const Unit& unit, const policy::Manifest& manifest) {
  const std::string other = installs_in(manifest);
  if (files.clusters.contains(other)) return other == files.name;
  return std::ranges::find(files.own, &unit) != files.own.end();
}

std::string said(const policy::CiliumSetting& setting) {
  return base::quoted(setting.value) + " (" + setting.giver + ", " + setting.where.place() + ")";
}

}  // namespace

std::vector<ChartValues> chart_values(
    const std::vector<const File*>& files,
    const std::function<const File*(const std::string& path)>& file_at) {
  std::vector<ChartValues> all;
  for (const File* file : files) {
    const std::string& path = file->path();
    CiliumSettings settings;
    if (name_of(path) == "Chart.yaml")
      settings = of_chart(first_root(file), path, file_at(beside(path, "values.yaml")));
    else if (std::ranges::find(kKustomizationNames, name_of(path)) != kKustomizationNames.end())
      settings = of_kustomization(first_root(file), path, file_at);
    if (!settings.empty())
      all.push_back({path, file->unit().placement().folder, std::move(settings)});
  }
  return all;
}

CiliumSettings settings_of(const ClusterFiles& files,
                           const std::vector<const ChartValues*>& charts) {
  CiliumSettings all;
  for (const ChartValues* each : charts) add(each->settings, all);
  if (std::ranges::none_of(files.all, &Unit::configures_cilium)) return all;
  std::vector<policy::Manifest> configs;
  for (const Unit* unit : files.own)
    for (const policy::Manifest& each : unit->manifests())
      if (each.kind == "ConfigMap") configs.push_back(each);
  for (const Unit* unit : files.all)
    if (unit->configures_cilium())
      for (const policy::Manifest& each : unit->manifests())
        if (each.kind != "ConfigMap" && is_for(files, *unit, each))
          add(policy::cilium_settings(each, configs), all);
  // What the agents read, whoever made it.
  for (const policy::Manifest& each : configs) add(policy::cilium_settings(each, {}), all);
  return all;
}

ClusterEnvironment environment_of(const policy::Environment& configured,
                                  const lint::GivenSettings& given, const CiliumSettings& found) {
  ClusterEnvironment result{configured, given, {}};
  std::map<std::string_view, const policy::CiliumSetting*> known;
  for (const policy::CiliumSetting& each : found) {
    const bool family = each.name == "ipv4" || each.name == "ipv6";
    if (given.contains(family ? "ipFamilies" : each.name)) continue;
    if (const std::string wrong = policy::apply(each, result.environment); !wrong.empty()) {
      result.notes.push_back(each.where.place() + ": " + each.giver + " gives Cilium's " +
                             each.name + " as " + base::quoted(each.value) + ": " + wrong +
                             "; left out");
      continue;
    }
    const auto [before, added] = known.try_emplace(each.name, &each);
    if (!added && before->second->value != each.value && before->second->giver != each.giver)
      result.notes.push_back(each.name + " of Cilium is " + said(*before->second) + " and " +
                             said(each) + "; the latter counts");
    before->second = &each;
    result.sources[each.name] = each.where.place() + " (" + each.giver + ")";
  }
  return result;
}

}  // namespace cnplint::project
