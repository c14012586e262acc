// SPDX-License-Identifier: Apache-2.0
#include "harness/endpoint_reference.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/model/dns_name.h"
#include "policy/model/label.h"

namespace cnplint::harness {
namespace {

using base::Error;

constexpr std::array<std::string_view, 10> kEntities{
    "host", "remote-node", "kube-apiserver", "health",     "ingress",
    "init", "unmanaged",   "world",          "world-ipv4", "world-ipv6"};

base::Result<EndpointReference> wrong(std::string message) {
  return base::fail(Error::Kind::usage, std::move(message));
}

/// Cuts the port off: what stands behind the last colon that is not inside the address.
std::string_view cut_port(std::string_view& text) {
  const std::size_t bracket = text.rfind(']');
  const std::size_t colon = text.rfind(':');
  const std::size_t scheme = text.find(':');
  const bool scheme_only =
      colon == scheme &&
      (text.starts_with("ip:") || text.starts_with("fqdn:") || text.starts_with("entity:"));
  if (colon == std::string_view::npos || scheme_only ||
      (bracket != std::string_view::npos && colon < bracket))
    return {};
  const std::string_view port = text.substr(colon + 1);
  text = text.substr(0, colon);
  return port;
}

EndpointReference entity(std::string name, std::string_view which,
                         std::optional<policy::Address> address,
                         const policy::Environment& environment) {
  EndpointReference result;
  result.endpoint.name = std::move(name);
  result.endpoint.entity = which;
  result.endpoint.facts = policy::endpoint_of_entity(which, address, environment);
  return result;
}

/// A pod by its labels. One that has just those of a workload is that workload's, with its service
/// account and the names of its ports.
TestEndpoint pod(std::string_view ns, const Labels& labels, const policy::Inventory& inventory,
                 const policy::Environment& environment) {
  policy::Workload workload;
  workload.ns = ns;
  for (const auto& [key, value] : labels) workload.labels.emplace_back(key, value);
  std::ranges::sort(workload.labels);
  for (const policy::Workload& each : inventory.workloads) {
    policy::LabelPairs own = each.labels;
    std::ranges::sort(own);
    if (each.ns == ns && own == workload.labels && !each.host_network) {
      TestEndpoint endpoint = endpoint_of(each, inventory, environment);
      endpoint.labels = labels;
      return endpoint;
    }
  }
  TestEndpoint endpoint = endpoint_of(workload, inventory, environment);
  endpoint.workload = nullptr;
  endpoint.labels = labels;
  return endpoint;
}

/// There is no such workload: a verdict about what was not meant would mislead.
base::Result<EndpointReference> no_workload(std::string_view text,
                                            const policy::Inventory& inventory) {
  const bool with_kind = std::ranges::count(text, '/') == 2;
  std::vector<std::string_view> known;
  for (const policy::Workload& workload : inventory.workloads) {
    const std::string_view subject = workload.subject;
    known.push_back(with_kind ? subject : subject.substr(subject.find('/') + 1));
  }
  const std::size_t slash = text.rfind('/');
  const std::size_t begin = with_kind ? text.find('/') + 1 : 0;
  return wrong("the manifests have no workload " + base::quoted(text) +
               base::allowed_values_hint(text, known) +
               "; a pod without a manifest is described by its labels: " +
               std::string(text.substr(begin, slash - begin)) +
               "/app=" + std::string(text.substr(slash + 1)));
}

base::Result<EndpointReference> of_address(std::string_view text,
                                           const policy::Environment& environment) {
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  const auto address = policy::parse_address(text);
  if (!address || address->zone)
    return wrong(base::quoted(text) +
                 " is no IP address; put one of IPv6 into brackets before a port, "
                 "ip:[2001:db8::1]:443/TCP");
  return entity("ip:" + std::string(text), "world", address, environment);
}

base::Result<EndpointReference> of_entity(std::string_view name,
                                          const policy::Environment& environment) {
  if (std::ranges::find(kEntities, name) == kEntities.end())
    return wrong("there is no entity " + base::quoted(name) +
                 base::allowed_values_hint(name, kEntities));
  return entity("entity:" + std::string(name), name, std::nullopt, environment);
}

base::Result<EndpointReference> of_pod(std::string_view text, const policy::Inventory& inventory,
                                       const policy::Environment& environment) {
  // The namespace of a folder, `(apps/shop)`, may have slashes.
  const std::size_t slash = text.find('/', text.starts_with('(') ? text.find(')') : 0);
  if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size())
    return wrong(base::quoted(text) + " is no endpoint; write " + std::string(kEndpointForms));
  for (const policy::Workload& workload : inventory.workloads) {
    const std::string_view subject = workload.subject;
    if (subject != text && subject.substr(subject.find('/') + 1) != text) continue;
    EndpointReference result{endpoint_of(workload, inventory, environment), {}};
    result.endpoint.name = text;
    return result;
  }
  const std::string_view ns = text.substr(0, slash);
  std::string_view rest = text.substr(slash + 1);
  if (rest.find('=') == std::string_view::npos) return no_workload(text, inventory);
  EndpointReference result;
  Labels labels;
  while (!rest.empty()) {
    const std::string_view label = rest.substr(0, rest.find(','));
    const std::size_t equals = label.find('=');
    if (equals == std::string_view::npos || equals == 0)
      return wrong(base::quoted(label) + " is no label; write key=value");
    std::string_view key = label.substr(0, equals);
    const std::string_view value = label.substr(equals + 1);
    if (key.starts_with("k8s:")) key.remove_prefix(4);  // as Hubble writes it
    if (!policy::is_label_key(key) || !policy::is_label_value(value))
      return wrong(base::quoted(label) + " is no label that a pod can have");
    if (std::ranges::find(labels, key, &Labels::value_type::first) != labels.end())
      return wrong("label " + base::quoted(key) + " is given twice");
    labels.emplace_back(key, value);
    rest.remove_prefix(std::min(label.size() + 1, rest.size()));
  }
  result.endpoint = pod(ns, labels, inventory, environment);
  result.endpoint.name = text;
  return result;
}

}  // namespace

base::Result<EndpointReference> read_reference(std::string_view text, bool with_port,
                                               const policy::Inventory& inventory,
                                               const policy::Environment& environment) {
  const std::string port(with_port ? cut_port(text) : std::string_view());
  base::Result<EndpointReference> result;
  if (text.starts_with("ip:"))
    result = of_address(text.substr(3), environment);
  else if (text.starts_with("entity:"))
    result = of_entity(text.substr(text.find(':') + 1), environment);
  else if (text.starts_with("fqdn:") && !policy::is_host_name(text.substr(5))) {
    return wrong(base::quoted(text.substr(5)) + " is no DNS name");
  } else if (text.starts_with("fqdn:")) {
    result = entity(std::string(text), "world", std::nullopt, environment);
    result->endpoint.facts.dns_names.emplace_back(text.substr(5));
  } else {
    result = of_pod(text, inventory, environment);
  }
  if (result) result->port = port;
  return result;
}

}  // namespace cnplint::harness
