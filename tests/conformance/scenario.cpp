// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/scenario.h"

namespace cnplint::tests {
namespace {

using Json = nlohmann::json;

policy::Environment environment_of(const Json& options) {
  policy::Environment environment;
  environment.local_cluster = options["local_cluster"].get<bool>();
  environment.cluster = options["cluster"].get<std::string>();
  environment.host_firewall = options["host_firewall"].get<bool>();
  environment.ipv4 = options["ipv4"].get<bool>();
  environment.ipv6 = options["ipv6"].get<bool>();
  environment.node_selector_labels = options["node_selector_labels"].get<bool>();
  const std::string mode = options["enforcement"];
  environment.enforcement = mode == "always"  ? policy::Enforcement::always
                            : mode == "never" ? policy::Enforcement::never
                                              : policy::Enforcement::by_default;
  return environment;
}

policy::EndpointKind kind_of(const std::string& kind) {
  using policy::EndpointKind;
  const std::map<std::string, EndpointKind> kinds{{"pod", EndpointKind::pod},
                                                  {"mesh-pod", EndpointKind::mesh_pod},
                                                  {"external", EndpointKind::external},
                                                  {"host", EndpointKind::host},
                                                  {"health", EndpointKind::health},
                                                  {"ingress", EndpointKind::ingress},
                                                  {"init", EndpointKind::init},
                                                  {"remote-node", EndpointKind::remote_node},
                                                  {"unmanaged", EndpointKind::unmanaged}};
  return kinds.at(kind);
}

policy::Endpoint endpoint_of(const Json& json) {
  policy::Endpoint endpoint;
  endpoint.kind = kind_of(json["kind"]);
  for (const std::string label : json.value("labels", Json::array()))
    endpoint.labels.push_back(policy::parse_label(label));
  if (json.contains("ip")) endpoint.address = policy::parse_address(json["ip"].get<std::string>());
  for (const std::string name : json.value("dns_names", Json::array()))
    endpoint.dns_names.push_back(name);
  const Json named_ports = json.value("named_ports", Json::object());
  for (const auto& [name, port] : named_ports.items())
    endpoint.named_ports.push_back({name, port["port"].get<std::uint16_t>(),
                                    *policy::protocol_number(port["protocol"].get<std::string>())});
  return endpoint;
}

std::vector<std::pair<std::string, std::string>> pairs(const Json& object) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [key, value] : object.items()) result.emplace_back(key, value);
  return result;
}

policy::Surroundings surroundings_of(const Json& scenario) {
  policy::Surroundings result;
  const Json groups = scenario.value("cidr_groups", Json::object());
  for (const auto& [name, group] : groups.items()) {
    policy::CidrGroup to{name, pairs(group.value("labels", Json::object())), {}};
    for (const std::string cidr : group["cidrs"]) to.cidrs.push_back(*policy::parse_prefix(cidr));
    result.cidr_groups.push_back(std::move(to));
  }
  for (const Json& service : scenario.value("services", Json::array())) {
    policy::Service to{service["namespace"],
                       service["name"],
                       pairs(service.value("labels", Json::object())),
                       pairs(service.value("selector", Json::object())),
                       {}};
    for (const std::string backend : service.value("backends", Json::array()))
      to.backends.push_back(*policy::parse_address(backend));
    result.services.push_back(std::move(to));
  }
  return result;
}

/// Of what matters for admission only one setting varies.
const project::Judge& judge_for(const policy::Environment& environment) {
  static std::map<bool, project::Judge> known;
  const bool nodes = environment.node_selector_labels;
  return known.try_emplace(nodes, environment).first->second;
}

}  // namespace

Scenario::Scenario(const Json& json)
    : environment(environment_of(json["options"])), surroundings(surroundings_of(json)) {
  for (const auto& [name, endpoint] : json["endpoints"].items()) {
    index[name] = static_cast<std::uint32_t>(endpoints.size());
    endpoints.push_back(endpoint_of(endpoint));
  }
  content = policy::read_documents(store.add("policies.yaml", json["policies"]));
  admitted = tests::admitted(content, judge_for(environment));
}

policy::VerdictEngine Scenario::compile(const policy::PolicyList& policies) const {
  return {policies, environment, surroundings, endpoints};
}

policy::Connection Scenario::connection(const Json& flow) const {
  return {index.at(flow["from"]), index.at(flow["to"]),
          *policy::protocol_number(flow["protocol"].get<std::string>()), flow["port"]};
}

}  // namespace cnplint::tests
