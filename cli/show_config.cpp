// SPDX-License-Identifier: Apache-2.0
#include "cli/show_config.h"

#include <yaml-cpp/yaml.h>

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

void emit_environment(YAML::Emitter& out, const policy::Environment& environment) {
  out << YAML::BeginMap;
  for (const policy::EnvironmentFlag& flag : policy::kEnvironmentFlags)
    out << YAML::Key << flag.name << YAML::Value << environment.*flag.member;
  out << YAML::Key << "clusterName" << YAML::Value << YAML::DoubleQuoted << environment.cluster;
  out << YAML::Key << "localCluster" << YAML::Value << environment.scopes_to_local_cluster();
  out << YAML::Key << "enforcement" << YAML::Value
      << std::string(policy::kEnforcementNames[static_cast<std::size_t>(environment.enforcement)]);
  out << YAML::Key << "ipFamilies" << YAML::Value << YAML::Flow << YAML::BeginSeq;
  if (environment.ipv4) out << "IPv4";
  if (environment.ipv6) out << "IPv6";
  out << YAML::EndSeq;
  out << YAML::Key << "dns" << YAML::Value << YAML::Flow << environment.dns;
  out << YAML::Key << "labels" << YAML::Value << YAML::DoubleQuoted
      << std::string(environment.labels.text());
  out << YAML::EndMap;
}

void emit_clusters(YAML::Emitter& out, const lint::Config& config) {
  if (!config.clusters.empty()) {
    out << YAML::Key << "clusters" << YAML::Value << YAML::BeginMap;
    for (const lint::ClusterSetting& each : config.clusters) {
      out << YAML::Key << each.name << YAML::Value << YAML::BeginMap << YAML::Key << "paths"
          << YAML::Value << YAML::Flow << each.paths << YAML::Key << "cilium" << YAML::Value
          << YAML::DoubleQuoted << std::string(policy::release_name(each.environment.cilium))
          << YAML::Key << "environment" << YAML::Value;
      emit_environment(out, each.environment);
      out << YAML::EndMap;
    }
    out << YAML::EndMap;
  }
  if (config.namespaces.empty()) return;
  out << YAML::Key << "namespaces" << YAML::Value << YAML::BeginMap;
  for (const auto& [glob, ns] : config.namespaces)
    out << YAML::Key << YAML::DoubleQuoted << glob << YAML::Value << ns;
  out << YAML::EndMap;
}

}  // namespace

std::string show_config(const lint::Config& config) {
  YAML::Emitter out;
  out << YAML::Comment(config.file.empty() ? "the defaults, no configuration file" : config.file);
  out << YAML::BeginMap;
  out << YAML::Key << "cilium" << YAML::Value << YAML::DoubleQuoted
      << std::string(policy::release_name(config.environment.cilium));
  out << YAML::Key << "profile" << YAML::Value
      << std::string(lint::profile_name(config.selection.profile(config.profile)));
  if (config.inventory_complete)
    out << YAML::Key << "inventory" << YAML::Value
        << (*config.inventory_complete ? "complete" : "partial");
  out << YAML::Key << "failOn" << YAML::Value
      << std::string(config.fail_on ? lint::severity_name(*config.fail_on) : "never");
  out << YAML::Key << "requireReason" << YAML::Value << config.require_reason;
  out << YAML::Key << "suppressions" << YAML::Value
      << std::string(lint::kSuppressionModes[static_cast<std::size_t>(config.suppressions)]);
  out << YAML::Key << "exclude" << YAML::Value << YAML::Flow << config.exclude;
  if (!config.system_namespaces.empty())
    out << YAML::Key << "systemNamespaces" << YAML::Value << YAML::Flow << config.system_namespaces;
  out << YAML::Key << "environment" << YAML::Value;
  emit_environment(out, config.environment);
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
  emit_clusters(out, config);
  out << YAML::EndMap;
  return std::string(out.c_str()) + "\n";
}

}  // namespace cnplint::cli
