// SPDX-License-Identifier: Apache-2.0
#include "cli/show_config.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

namespace cnplint::cli {
namespace {

void emit_rules(YAML::Emitter& out, const lint::RuleSettings& rules) {
  out << YAML::BeginMap;
  for (const auto& [name, setting] : rules) {
    out << YAML::Key << name << YAML::Value << YAML::BeginMap;
    if (setting.off)
      out << YAML::Key << "severity" << YAML::Value << YAML::DoubleQuoted << "off";
    else if (setting.severity)
      out << YAML::Key << "severity" << YAML::Value
          << std::string(lint::severity_name(*setting.severity));
    for (const auto& [option, values] : setting.options)
      out << YAML::Key << option << YAML::Value << YAML::Flow << values;
    out << YAML::EndMap;
  }
  out << YAML::EndMap;
}

/// The settings of one environment, with where they come from.
class EnvironmentWriter {
 public:
  EnvironmentWriter(YAML::Emitter& out, const policy::Environment& environment,
                    const lint::GivenSettings& sources)
      : out_(out), environment_(environment), sources_(sources) {}

  void release() {
    entry("cilium", YAML::DoubleQuoted, std::string(policy::release_name(environment_.cilium)));
  }

  void settings() {
    out_ << YAML::BeginMap;
    for (const policy::EnvironmentFlag& flag : policy::kEnvironmentFlags)
      entry(flag.name, YAML::Auto, environment_.*flag.member);
    entry("clusterName", YAML::DoubleQuoted, environment_.cluster);
    entry("localCluster", YAML::Auto, environment_.scopes_to_local_cluster());
    entry(
        "enforcement", YAML::Auto,
        std::string(policy::kEnforcementNames[static_cast<std::size_t>(environment_.enforcement)]));
    std::vector<std::string> families;
    if (environment_.ipv4) families.emplace_back("IPv4");
    if (environment_.ipv6) families.emplace_back("IPv6");
    entry("ipFamilies", YAML::Flow, families);
    entry("dns", YAML::Flow, environment_.dns);
    entry("labels", YAML::DoubleQuoted, std::string(environment_.labels.text()));
    out_ << YAML::EndMap;
  }

 private:
  template <class Value>
  void entry(const std::string& name, YAML::EMITTER_MANIP style, const Value& value) {
    out_ << YAML::Key << name << YAML::Value << style << value << YAML::Comment(source(name));
  }

  [[nodiscard]] std::string source(std::string_view name) const {
    if (const auto given = sources_.find(name); given != sources_.end()) return given->second;
    if (name != "ipFamilies") return "default";
    std::string of_families;
    for (const char* family : {"ipv4", "ipv6"})
      if (const auto given = sources_.find(family); given != sources_.end())
        of_families += (of_families.empty() ? "" : "; ") + given->second;
    return of_families.empty() ? "default" : of_families;
  }

  YAML::Emitter& out_;
  const policy::Environment& environment_;
  const lint::GivenSettings& sources_;
};

void emit_cluster(YAML::Emitter& out, const std::string& name,
                  const std::vector<std::string>& paths, EnvironmentWriter environment) {
  out << YAML::Key << name << YAML::Value << YAML::BeginMap << YAML::Key << "paths" << YAML::Value
      << YAML::Flow << paths;
  environment.release();
  out << YAML::Key << "environment" << YAML::Value;
  environment.settings();
  out << YAML::EndMap;
}

/// The clusters of the configuration, or those that the files make.
void emit_clusters(YAML::Emitter& out, const lint::Config& config,
                   const std::deque<project::Cluster>& clusters) {
  const bool any = !config.clusters.empty() || clusters.size() > 1;
  if (any) out << YAML::Key << "clusters" << YAML::Value << YAML::BeginMap;
  for (const lint::ClusterSetting& each : config.clusters) {
    const auto made = std::ranges::find(clusters, each.name, &project::Cluster::name);
    if (made == clusters.end())
      emit_cluster(out, each.name, each.paths, {out, each.environment, each.given});
    else
      emit_cluster(out, each.name, each.paths, {out, made->environment(), made->sources()});
  }
  if (any && config.clusters.empty())
    for (const project::Cluster& each : clusters) {
      std::vector<std::string> paths;
      for (const project::Variant& variant : each.variants())
        paths.push_back(variant.folder + "/**");
      emit_cluster(out, each.name(), paths, {out, each.environment(), each.sources()});
    }
  if (any) out << YAML::EndMap;
  if (config.namespaces.empty()) return;
  out << YAML::Key << "namespaces" << YAML::Value << YAML::BeginMap;
  for (const auto& [glob, ns] : config.namespaces)
    out << YAML::Key << YAML::DoubleQuoted << glob << YAML::Value << ns;
  out << YAML::EndMap;
}

}  // namespace

std::string show_config(const lint::Config& config, const std::deque<project::Cluster>& clusters) {
  // One cluster's settings are those of the run.
  const bool one = config.clusters.empty() && clusters.size() == 1;
  YAML::Emitter out;
  EnvironmentWriter environment(out, one ? clusters.front().environment() : config.environment,
                                one ? clusters.front().sources() : config.given);
  out << YAML::Comment(config.file.empty() ? "the defaults, no configuration file" : config.file);
  out << YAML::BeginMap;
  environment.release();
  out << YAML::Key << "profile" << YAML::Value
      << std::string(lint::profile_name(config.selection.profile(config.profile)));
  if (config.inventory_complete)
    out << YAML::Key << "inventory" << YAML::Value
        << (*config.inventory_complete ? "complete" : "partial");
  out << YAML::Key << "failOn" << YAML::Value
      << std::string(config.fail_on ? lint::severity_name(*config.fail_on) : "never");
  if (config.render) out << YAML::Key << "render" << YAML::Value << true;
  out << YAML::Key << "requireReason" << YAML::Value << config.require_reason;
  out << YAML::Key << "suppressions" << YAML::Value
      << std::string(lint::kSuppressionModes[static_cast<std::size_t>(config.suppressions)]);
  out << YAML::Key << "exclude" << YAML::Value << YAML::Flow << config.exclude;
  if (!config.system_namespaces.empty())
    out << YAML::Key << "systemNamespaces" << YAML::Value << YAML::Flow << config.system_namespaces;
  out << YAML::Key << "environment" << YAML::Value;
  environment.settings();
  out << YAML::Key << "rules" << YAML::Value;
  emit_rules(out, config.rules);
  out << YAML::Key << "overrides" << YAML::Value << YAML::BeginSeq;
  for (const lint::Override& each : config.overrides) {
    out << YAML::BeginMap << YAML::Key << "paths" << YAML::Value << YAML::Flow << each.paths
        << YAML::Key << "rules" << YAML::Value;
    emit_rules(out, each.rules);
    out << YAML::EndMap;
  }
  out << YAML::EndSeq;
  emit_clusters(out, config, clusters);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace cnplint::cli
