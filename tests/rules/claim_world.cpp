// SPDX-License-Identifier: Apache-2.0
#include "tests/rules/claim_world.h"

#include <algorithm>
#include <map>
#include <set>

#include "lint/config.h"
#include "lint/report.h"
#include "policy/model/cluster_facts.h"
#include "policy/model/label.h"
#include "policy/verdict/known_pods.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/workload_endpoint.h"
#include "project/file_check.h"
#include "rules/catalogue.h"

namespace cnplint::tests {
namespace {

using Json = nlohmann::json;

/// Compiling schemas is slow: one judge for each environment.
const project::Judge& judge_of(const policy::Environment& environment) {
  static std::vector<std::unique_ptr<project::Judge>> known;
  for (const auto& each : known)
    if (each->environment() == environment) return *each;
  return *known.emplace_back(std::make_unique<project::Judge>(environment));
}

/// The manifest of a pod with the labels of an endpoint. What a manifest cannot say is left out.
Json pod_manifest(const std::string& name, const Json& endpoint) {
  Json labels = Json::object();
  Json spec = Json::object();
  std::string ns = "default";
  for (const std::string text : endpoint.value("labels", Json::array())) {
    const policy::Label label = policy::parse_label(text);
    if (label.source != "k8s" || label.key.starts_with(policy::kNamespaceLabelsPrefix)) continue;
    if (label.key == policy::kNamespaceLabel)
      ns = label.value;
    else if (label.key == policy::kServiceAccountLabel)
      spec["serviceAccountName"] = label.value;
    else if (label.key != policy::kClusterLabel)
      labels[label.key] = label.value;
  }
  Json ports = Json::array();
  const Json named_ports = endpoint.value("named_ports", Json::object());
  for (const auto& [port, facts] : named_ports.items())
    ports.push_back(
        {{"name", port}, {"containerPort", facts["port"]}, {"protocol", facts["protocol"]}});
  spec["containers"] = Json::array({{{"name", "c"}, {"image", "x"}, {"ports", ports}}});
  return {{"apiVersion", "v1"},
          {"kind", "Pod"},
          {"metadata", {{"name", name}, {"namespace", ns}, {"labels", labels}}},
          {"spec", spec}};
}

/// Namespaces by the labels that their pods show.
std::map<std::string, Json> namespaces_of_pods(const Json& endpoints) {
  std::map<std::string, Json> result;
  for (const auto& [name, endpoint] : endpoints.items()) {
    std::string ns;
    Json labels = Json::object();
    for (const std::string text : endpoint.value("labels", Json::array())) {
      const policy::Label label = policy::parse_label(text);
      if (label.key == policy::kNamespaceLabel) ns = label.value;
      if (label.key.starts_with(policy::kNamespaceLabelsPrefix))
        labels[label.key.substr(policy::kNamespaceLabelsPrefix.size())] = label.value;
    }
    if (!ns.empty() && endpoint["kind"] == "pod")
      result[ns] = {{"apiVersion", "v1"},
                    {"kind", "Namespace"},
                    {"metadata", {{"name", ns}, {"labels", labels}}}};
  }
  return result;
}

}  // namespace

std::string manifests_of_scenario(const Json& scenario) {
  std::string text = scenario["policies"];
  const auto add = [&](const Json& manifest) { text += "\n---\n" + manifest.dump() + "\n"; };
  for (const auto& [ns, manifest] : namespaces_of_pods(scenario["endpoints"])) add(manifest);
  std::size_t number = 0;
  for (const auto& [name, endpoint] : scenario["endpoints"].items())
    if (endpoint["kind"] == "pod") add(pod_manifest("p" + std::to_string(number++), endpoint));
  const Json groups = scenario.value("cidr_groups", Json::object());
  for (const auto& [name, group] : groups.items())
    add({{"apiVersion", "cilium.io/v2"},
         {"kind", "CiliumCIDRGroup"},
         {"metadata", {{"name", name}, {"labels", group.value("labels", Json::object())}}},
         {"spec", {{"externalCIDRs", group["cidrs"]}}}});
  for (const Json& service : scenario.value("services", Json::array()))
    add({{"apiVersion", "v1"},
         {"kind", "Service"},
         {"metadata",
          {{"name", service["name"]},
           {"namespace", service["namespace"]},
           {"labels", service.value("labels", Json::object())}}},
         {"spec", {{"selector", service.value("selector", Json::object())}}}});
  return text;
}

ClaimWorld::ClaimWorld(std::string text, const policy::Environment& settings,
                       const policy::Surroundings* surroundings, bool complete)
    : environment(settings),
      content(policy::read_documents(store.add("claims.yaml", std::move(text)))) {
  std::vector<policy::Manifest> manifests;
  for (const policy::Document& document : content.documents)
    if (!document.error())
      for (const policy::Manifest& each : policy::manifests(document.root()))
        manifests.push_back(each);
  judgement = judge_of(environment).judge(manifests);
  for (const project::JudgedPolicy& each : judgement.policies)
    if (!each.refused() && !each.structure_unknown) policies.push_back(each.policy);
  for (const policy::Manifest& other : judgement.others) policy::add_to_inventory(other, inventory);
  if (complete) inventory.complete = true;
  policy::Surroundings around = policy::surroundings_of(inventory);
  if (surroundings != nullptr) {
    around.cidr_groups = surroundings->cidr_groups;
    around.services = surroundings->services;
  }
  base = policy::translate(policies, environment, std::move(around));
}

std::vector<lint::Finding> ClaimWorld::claims() const {
  std::vector<project::ActiveRule> active;
  for (const lint::Rule* rule : rules::catalogue()) active.push_back({rule, rule->severity, {}});
  std::vector<lint::Finding> findings = project::check_policies(
      judgement, judge_of(environment), [&](const policy::Document&) { return std::span(active); });
  const policy::SubjectIndex subjects(*base);
  const policy::KnownPods pods(inventory, environment);
  const policy::ClusterFacts facts{environment, inventory};
  lint::SharedParts shared;
  const lint::Options options;
  for (const lint::Rule* rule : rules::catalogue()) {
    if (rule->check_cluster == nullptr) continue;
    lint::Report report(*rule, rule->severity, "", findings);
    rule->check_cluster({facts, policies, base, subjects, pods, shared, options}, report);
  }
  std::erase_if(findings, [&](const lint::Finding& each) {
    const auto is_of = [&](const policy::Policy& policy) {
      return &policy.root.document() == &each.node.document();
    };
    return each.claim == lint::Claim::none || !each.node ||
           std::none_of(policies.begin(), policies.end(), is_of);
  });
  return findings;
}

std::vector<policy::Endpoint> ClaimWorld::pods() const {
  const policy::KnownPods known(inventory, environment);
  std::vector<policy::Endpoint> result;
  for (std::uint32_t i = 0; i < inventory.workloads.size(); ++i)
    result.push_back(known.endpoint(i));
  return result;
}

}  // namespace cnplint::tests
