// SPDX-License-Identifier: Apache-2.0
#include "harness/endpoint_reader.h"

#include <algorithm>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/model/label.h"

namespace cnplint::harness {
namespace {

using policy::Endpoint;
using policy::EndpointKind;
using policy::Label;

/// Labels of the second list replace those of the first.
void merge(Labels& into, const Labels& over) {
  for (const auto& [key, value] : over) {
    const auto found = std::ranges::find(into, key, &Labels::value_type::first);
    if (found == into.end())
      into.emplace_back(key, value);
    else
      found->second = value;
  }
}

/// Reads the entry of one endpoint.
class EndpointReader {
 public:
  EndpointReader(std::string name, NodeRef node, const policy::Environment& environment,
                 const policy::Inventory& inventory, std::vector<Mistake>& mistakes)
      : node_(node), environment_(environment), inventory_(inventory), mistakes_(mistakes) {
    result_.name = std::move(name);
  }

  TestEndpoint run() {
    check_forms();
    read_addresses();
    if (const NodeRef workload = node_.get("workload"))
      of_workload(workload);
    else if (const NodeRef labels = node_.get("identityLabels"))
      of_identity(labels);
    else if (const NodeRef entity = node_.get("entity"))
      of_entity(entity);
    else if (node_.get("namespace") || node_.get("labels"))
      of_pod();
    else if (result_.facts.address || node_.get("dnsNames"))
      of_world();
    read_named_ports();
    return std::move(result_);
  }

 private:
  void mistake(NodeRef where, std::string message) {
    mistakes_.push_back({where, std::move(message)});
  }

  void check_forms() {
    std::vector<std::string> forms;
    for (const char* form : {"workload", "identityLabels", "entity"})
      if (node_.get(form)) forms.emplace_back(form);
    if (node_.get("namespace") && !node_.get("workload")) forms.emplace_back("namespace");
    if (forms.size() > 1)
      mistake(node_.get(forms[1]),
              "`" + forms[0] + "` and `" + forms[1] + "` both say what the endpoint is; keep one");
    const bool addressed = node_.get("ip") || node_.get("ips") || node_.get("dnsNames");
    if (forms.empty() && !node_.get("labels") && !addressed)
      mistake(node_, "the endpoint `" + result_.name +
                         "` is not described; give it a workload, a namespace with labels, "
                         "identityLabels, an entity or an ip");
  }

  void read_addresses() {
    std::vector<NodeRef> texts = node_.get("ips").items();
    if (const NodeRef ip = node_.get("ip")) texts.insert(texts.begin(), ip);
    for (const NodeRef text : texts) {
      const auto address = policy::parse_address(text.text());
      if (!address || address->zone)
        mistake(text, base::quoted(text.text()) + " is no IP address");
      else if (!result_.facts.address)
        result_.facts.address = address;
    }
    for (const NodeRef name : node_.get("dnsNames").items())
      result_.facts.dns_names.emplace_back(name.text());
  }

  void read_named_ports() {
    node_.get("namedPorts").each_entry([&](NodeRef key, NodeRef value) {
      const policy::PortReading port = policy::read_port(value.text(), {});
      if (port.port)
        result_.facts.named_ports.push_back(
            {std::string(key.text()), port.port->number, port.port->protocol});
      else
        mistake(value, port.error);
    });
  }

  void of_workload(NodeRef reference) {
    std::vector<std::string_view> known;
    for (const policy::Workload& workload : inventory_.workloads) {
      if (workload.subject == reference.text()) {
        TestEndpoint endpoint = endpoint_of(workload, inventory_, environment_);
        endpoint.name = std::move(result_.name);
        endpoint.facts.address = result_.facts.address;
        endpoint.facts.dns_names = std::move(result_.facts.dns_names);
        result_ = std::move(endpoint);
        return;
      }
      known.push_back(workload.subject);
    }
    mistake(reference, "the manifests have no workload `" + std::string(reference.text()) + "`" +
                           (known.empty() ? std::string("; name their folder under `manifests`")
                                          : base::allowed_values_hint(reference.text(), known)));
  }

  void of_identity(NodeRef labels) {
    for (const NodeRef label : labels.items())
      result_.facts.labels.push_back(policy::parse_label(label.text()));
    result_.facts.kind = policy::kind_of_labels(result_.facts.labels, environment_.cluster);
    for (const Label& label : result_.facts.labels) {
      if (label.key == policy::kNamespaceLabel) result_.ns = label.value;
      if (label.source == "k8s") result_.labels.emplace_back(label.key, label.value);
    }
  }

  /// Labels of a node: the host as a subject, other nodes and the host as peers where node labels
  /// count.
  void add_node_labels() {
    for (const auto& [key, value] : policy::labels_of(node_.get("labels"))) {
      // The local host's labels go through the filter of pods (P214).
      if (environment_.labels.keeps("k8s", key, environment_.cilium))
        result_.facts.labels.push_back({"k8s", key, value});
      if (environment_.node_selector_labels) result_.facts.labels.push_back({"node", key, value});
    }
    if (environment_.node_selector_labels)
      result_.facts.labels.push_back(
          {"k8s", std::string(policy::kClusterLabel), environment_.cluster});
  }

  /// Something outside of the cluster: one without an address still has the world's label.
  void of_world() {
    std::vector<std::string> names = std::move(result_.facts.dns_names);
    result_.facts = policy::endpoint_of_entity("world", result_.facts.address, environment_);
    result_.facts.dns_names = std::move(names);
  }

  void of_entity(NodeRef entity) {
    result_.entity = entity.text();
    std::vector<std::string> names = std::move(result_.facts.dns_names);
    result_.facts = policy::endpoint_of_entity(entity.text(), result_.facts.address, environment_);
    result_.facts.dns_names = std::move(names);
    if (result_.facts.kind == EndpointKind::host ||
        (result_.facts.kind == EndpointKind::remote_node && result_.entity == "remote-node"))
      add_node_labels();
  }

  void of_pod() {
    policy::PodFacts pod;
    const NodeRef ns = node_.get("namespace");
    pod.ns = ns ? ns.text() : "default";
    pod.labels = policy::labels_of(node_.get("labels"));
    node_.get("labels").each_entry([&](NodeRef key, NodeRef value) {
      if (!policy::is_label_key(key.text()) || !policy::is_label_value(value.text()))
        mistake(key, base::quoted(key.text()) + ": " + base::quoted(value.text()) +
                         " is no label that a pod can have; what Hubble shows goes under "
                         "identityLabels");
    });
    pod.namespace_labels = policy::labels_of_namespace(pod.ns, inventory_);
    merge(pod.namespace_labels, policy::labels_of(node_.get("namespaceLabels")));
    if (const NodeRef account = node_.get("serviceAccount")) pod.service_account = account.text();
    const NodeRef cluster = node_.get("cluster");
    pod.cluster = cluster ? std::string(cluster.text()) : environment_.cluster;
    const bool local = pod.cluster == environment_.cluster;
    result_.facts.kind = local ? EndpointKind::pod : EndpointKind::mesh_pod;
    result_.facts.labels = identity_labels(pod, environment_.labels, environment_.cilium);
    result_.labels = pod.labels;
    result_.namespace_labels = pod.namespace_labels;
    result_.ns = pod.ns;
  }

  NodeRef node_;
  const policy::Environment& environment_;
  const policy::Inventory& inventory_;
  std::vector<Mistake>& mistakes_;
  TestEndpoint result_;
};

}  // namespace

TestEndpoint read_endpoint(std::string name, NodeRef node, const policy::Environment& environment,
                           const policy::Inventory& inventory, std::vector<Mistake>& mistakes) {
  return EndpointReader(std::move(name), node, environment, inventory, mistakes).run();
}

TestEndpoint endpoint_of(const policy::Workload& workload, const policy::Inventory& inventory,
                         const policy::Environment& environment) {
  TestEndpoint result;
  result.name = workload.subject;
  result.workload = &workload;
  result.ns = workload.ns;
  result.facts = policy::workload_endpoint(workload, inventory, environment);
  if (workload.host_network) {
    result.entity = "host";
    return result;
  }
  result.labels = policy::labels_of(workload.labels);
  result.namespace_labels = policy::labels_of_namespace(workload.ns, inventory);
  return result;
}

}  // namespace cnplint::harness
