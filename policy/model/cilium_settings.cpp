// SPDX-License-Identifier: Apache-2.0
#include "policy/model/cilium_settings.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include "base/check.h"
#include "base/text.h"
#include "policy/model/chart_installer.h"
#include "policy/yaml/reader.h"
#include "policy/yaml/template.h"

namespace cnplint::policy {
namespace {

/// One setting under its three names.
struct SettingNames {
  const char* setting;  ///< in `environment`
  const char* option;   ///< of the agent, as `cilium-config` has it
  const char* value;    ///< of the chart, a path; empty where the chart has none
};
constexpr std::array<SettingNames, 13> kSettingNames{{
    {"hostFirewall", "enable-host-firewall", "hostFirewall.enabled"},
    {"nodeSelectorLabels", "enable-node-selector-labels", "nodeSelectorLabels"},
    {"l7Proxy", "enable-l7-proxy", "l7Proxy"},
    {"icmpRules", "enable-icmp-rules", ""},
    {"extendedIPProtocols", "enable-extended-ip-protocols", ""},
    {"mutualAuth", "mesh-auth-enabled", "authentication.mutual.spire.enabled"},
    {"clusterName", "cluster-name", "cluster.name"},
    {"localCluster", "policy-default-local-cluster", "clustermesh.policyDefaultLocalCluster"},
    {"enforcement", "enable-policy", "policyEnforcementMode"},
    {"cidrMatchesNodes", "policy-cidr-match-mode", "policyCIDRMatchMode"},
    {"ipv4", "enable-ipv4", "ipv4.enabled"},
    {"ipv6", "enable-ipv6", "ipv6.enabled"},
    {"labels", "labels", "labels"},
}};

NodeRef value_at(NodeRef node, std::string_view path) {
  while (!path.empty() && node) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    node = node.get(path.substr(0, dot));
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  return node;
}

/// A scalar's text, or those of a list with blanks between them.
std::string texts_in(NodeRef value) {
  if (!value.is_sequence()) return std::string(value.text());
  std::string text;
  for (const NodeRef each : value.items()) text.append(text.empty() ? "" : " ").append(each.text());
  return text;
}

class SettingsReader {
 public:
  explicit SettingsReader(std::string giver) : giver_(std::move(giver)) {}

  void add(std::string_view name, std::string value, NodeRef where) {
    // What is filled in later nobody knows.
    if (value.empty() || has_placeholder(value)) return;
    settings_.push_back(
        {std::string(name), std::move(value), giver_, (outer_ ? outer_ : where).range()});
  }

  void options(NodeRef data) {
    for (const SettingNames& each : kSettingNames)
      if (const NodeRef value = data.get(each.option)) add(each.setting, texts_in(value), value);
  }

  void values(NodeRef values) {
    for (const SettingNames& each : kSettingNames)
      if (const NodeRef value = value_at(values, each.value); *each.value != '\0' && value)
        add(each.setting, texts_in(value), value);
    options(values.get("extraConfig"));
  }

  /// Values in a text.
  void values_text(NodeRef scalar) {
    if (!scalar.is_scalar() || scalar.text().empty()) return;
    base::SourceStore store;
    const auto content = read_documents(store.add("values", std::string(scalar.text())));
    outer_ = scalar;
    for (const Document& document : content.documents)
      if (!document.error()) values(document.root());
    outer_ = {};
  }

  void release(NodeRef version) { add("cilium", std::string(version.text()), version); }

  CiliumSettings done() { return std::move(settings_); }

 private:
  std::string giver_;
  NodeRef outer_;  ///< the text that is read, whose places are those of no file
  CiliumSettings settings_;
};

/// Whether a chart is Cilium's: `cilium`, `rke2-cilium`, or a path or URL that ends so.
bool is_cilium_chart(std::string_view chart) {
  chart = chart.substr(0, chart.find(':', chart.rfind('/') + 1));
  chart.remove_prefix(chart.rfind('/') + 1);
  return chart == "cilium" || chart == "rke2-cilium";
}

NodeRef chart_of_release(NodeRef spec) {
  const NodeRef chart = spec.get("chart").get("spec").get("chart");
  return chart ? chart : spec.get("chartRef").get("name");
}

/// The sources of an Application that take Cilium's chart.
std::vector<NodeRef> cilium_sources(const Manifest& manifest) {
  std::vector<NodeRef> all = chart_sources(application_spec(manifest));
  std::erase_if(all, [](NodeRef source) { return !is_cilium_chart(source.get("chart").text()); });
  return all;
}

bool is_cilium_config(const Manifest& manifest) {
  return manifest.kind == "ConfigMap" && manifest.api_version == "v1" &&
         manifest.name().text() == "cilium-config";
}

/// Values of a HelmRelease: those of ConfigMaps first, then its own over them.
void read_release(NodeRef spec, std::string_view ns, std::span<const Manifest> configs,
                  SettingsReader& reader) {
  reader.release(spec.get("chart").get("spec").get("version"));
  for (const NodeRef from : spec.get("valuesFrom").items()) {
    if (from.get("kind").text() != "ConfigMap" || from.get("targetPath")) continue;
    const std::string_view key = from.get("valuesKey").text();
    for (const Manifest& config : configs)
      if (config.kind == "ConfigMap" && config.name().text() == from.get("name").text() &&
          (config.ns().text().empty() || ns.empty() || config.ns().text() == ns))
        reader.values_text(config.root.get("data").get(key.empty() ? "values.yaml" : key));
  }
  reader.values(spec.get("values"));
}

void read_source(NodeRef source, SettingsReader& reader) {
  reader.release(source.get("targetRevision"));
  const NodeRef helm = source.get("helm");
  if (const NodeRef values = helm.get("valuesObject"))
    reader.values(values);
  else
    reader.values_text(helm.get("values"));
  for (const NodeRef parameter : helm.get("parameters").items())
    for (const SettingNames& each : kSettingNames)
      if (*each.value != '\0' && parameter.get("name").text() == each.value)
        reader.add(each.setting, texts_in(parameter.get("value")), parameter.get("value"));
}

std::string giver_of(const Manifest& manifest) {
  const std::string_view ns = manifest.ns().text();
  return std::string(manifest.kind) + " " + (ns.empty() ? "" : std::string(ns) + "/") +
         std::string(manifest.name().text());
}

/// The release of a version or a range of versions: `1.18.2`, `v1.18`, `~1.18`, `1.18.x`.
std::optional<Release> release_of(std::string_view version) {
  const auto begin = std::ranges::find_if(
      version, [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; });
  version.remove_prefix(static_cast<std::size_t>(begin - version.begin()));
  const std::size_t dot = version.find('.');
  if (dot == std::string_view::npos) return std::nullopt;
  const std::size_t end = version.find_first_not_of("0123456789", dot + 1);
  return parse_release(version.substr(0, end));
}

std::optional<bool> switch_of(std::string_view value) {
  if (base::equal_ignoring_case(value, "true")) return true;
  if (base::equal_ignoring_case(value, "false")) return false;
  return std::nullopt;
}

/// Sets what is on or off; what is wrong with the value.
template <class Switch>
std::string set_switch(Switch& member, std::string_view value) {
  const auto on = switch_of(value);
  if (!on) return "neither true nor false";
  member = *on;
  return {};
}

std::string set_release(std::string_view version, Environment& environment) {
  const auto release = release_of(version);
  if (!release)
    return "no release from " + std::string(kReleaseNames.front()) + " to " +
           std::string(kReleaseNames.back());
  environment.cilium = *release;
  return {};
}

std::string set_enforcement(std::string_view value, Environment& environment) {
  const auto mode = std::ranges::find(kEnforcementNames, value);
  if (mode == kEnforcementNames.end()) return "no mode: default, always or never";
  environment.enforcement = static_cast<Enforcement>(mode - kEnforcementNames.begin());
  return {};
}

std::string set_labels(const std::string& patterns, Environment& environment) {
  std::string mistake = LabelFilter::mistake(patterns);
  if (mistake.empty()) environment.labels = LabelFilter(patterns);
  return mistake;
}

}  // namespace

bool configures_cilium(const Manifest& manifest) {
  if (is_cilium_config(manifest)) return true;
  const NodeRef spec = manifest.root.get("spec");
  if (is_helm_release(manifest)) return is_cilium_chart(chart_of_release(spec).text());
  if (is_helm_chart(manifest)) return is_cilium_chart(spec.get("chart").text());
  if (is_helm_chart_config(manifest)) return is_cilium_chart(manifest.name().text());
  return !cilium_sources(manifest).empty();
}

CiliumSettings cilium_settings(const Manifest& manifest, std::span<const Manifest> configs) {
  if (!configures_cilium(manifest)) return {};
  SettingsReader reader(giver_of(manifest));
  const NodeRef spec = manifest.root.get("spec");
  if (is_cilium_config(manifest)) {
    reader.options(manifest.root.get("data"));
  } else if (is_helm_release(manifest)) {
    read_release(spec, manifest.ns().text(), configs, reader);
  } else if (is_helm_chart(manifest) || is_helm_chart_config(manifest)) {
    reader.release(spec.get("version"));
    reader.values_text(spec.get("valuesContent"));
  } else {
    for (const NodeRef source : cilium_sources(manifest)) read_source(source, reader);
  }
  return reader.done();
}

CiliumSettings chart_settings(NodeRef values, NodeRef version, std::string_view giver) {
  SettingsReader reader{std::string(giver)};
  reader.release(version);
  reader.values(values);
  return reader.done();
}

std::string apply(const CiliumSetting& setting, Environment& environment) {
  const std::string& value = setting.value;
  if (setting.name == "cilium") return set_release(value, environment);
  if (setting.name == "enforcement") return set_enforcement(value, environment);
  if (setting.name == "labels") return set_labels(value, environment);
  if (setting.name == "localCluster") return set_switch(environment.local_cluster, value);
  if (setting.name == "clusterName") {
    environment.cluster = value;
    return {};
  }
  if (setting.name == "cidrMatchesNodes") {  // a list of what CIDR rules match
    environment.cidr_matches_nodes = value.find("nodes") != std::string::npos;
    return {};
  }
  if (setting.name == "ipv4" || setting.name == "ipv6") {
    environment.families_known = true;
    return set_switch(setting.name == "ipv4" ? environment.ipv4 : environment.ipv6, value);
  }
  const auto flag = std::ranges::find(kEnvironmentFlags, setting.name, &EnvironmentFlag::name);
  CNPLINT_CHECK(flag != kEnvironmentFlags.end());
  return set_switch(environment.*flag->member, value);
}

}  // namespace cnplint::policy
