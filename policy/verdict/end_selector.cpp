// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/end_selector.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

/// What `entity` of a selector can be.
constexpr std::array<std::string_view, 11> kSelectableEntities{
    "host",      "remote-node", "kube-apiserver", "health",     "ingress", "init",
    "unmanaged", "world",       "world-ipv4",     "world-ipv6", "cluster"};

bool has_all(const Labels& labels, const Labels& wanted) {
  return std::ranges::all_of(
      wanted, [&](const auto& each) { return std::ranges::find(labels, each) != labels.end(); });
}

/// Whether an end is of an entity: by its reserved label, and everything outside is the world.
bool is_of_entity(const Endpoint& end, std::string_view name) {
  const bool outside = end.kind == EndpointKind::external;
  if (name == "world") return outside;
  if (name == "cluster") return !outside && end.kind != EndpointKind::mesh_pod;
  if (name == "world-ipv4" || name == "world-ipv6")
    return outside && end.address && end.address->v6 == (name == "world-ipv6");
  return std::ranges::any_of(end.labels, [&](const Label& label) {
    return label.source == "reserved" && label.key == name;
  });
}

}  // namespace

DescribedEnd described_by_identity(std::string name, const Endpoint& facts) {
  DescribedEnd end;
  end.name = std::move(name);
  end.facts = facts;
  end.ns = namespace_of_pod(facts);
  for (const Label& label : facts.labels)
    if (label.source == "k8s") {
      const bool of_namespace = label.key.starts_with(kNamespaceLabelsPrefix);
      (of_namespace ? end.namespace_labels : end.labels)
          .emplace_back(of_namespace ? label.key.substr(kNamespaceLabelsPrefix.size()) : label.key,
                        label.value);
    }
  return end;
}

bool EndSelector::selects(const DescribedEnd& end) const {
  // Kubernetes labels every namespace with its name.
  const auto of_namespace = [&](const auto& wanted) {
    return wanted.first == kNamespaceNameLabel.substr(kNamespaceLabelsPrefix.size())
               ? wanted.second == end.ns
               : std::ranges::find(end.namespace_labels, wanted) != end.namespace_labels.end();
  };
  const auto selected = [&](const EndSelector& each) { return each.selects(end); };
  return has_all(end.labels, labels) && std::ranges::all_of(namespace_labels, of_namespace) &&
         (ns.empty() || ns == end.ns) && (entity.empty() || is_of_entity(end.facts, entity)) &&
         (name.empty() || name == end.name) && std::ranges::none_of(nots, selected) &&
         (any.empty() || std::ranges::any_of(any, selected));
}

EndSelector read_end_selector(NodeRef node, const TellMistake& mistake) {
  EndSelector selector;
  selector.labels = labels_of(node.get("labels"));
  selector.namespace_labels = labels_of(node.get("namespaceLabels"));
  selector.ns = node.get("namespace").text();
  selector.entity = node.get("entity").text();
  selector.name = node.get("endpoint").text();
  if (!selector.entity.empty() &&
      std::ranges::find(kSelectableEntities, selector.entity) == kSelectableEntities.end())
    mistake(node.get("entity"),
            "there is no entity " + base::quoted(selector.entity) +
                base::allowed_values_hint(selector.entity, kSelectableEntities));
  if (const NodeRef other = node.get("not"))
    selector.nots.push_back(read_end_selector(other, mistake));
  for (const NodeRef each : node.get("any").items())
    selector.any.push_back(read_end_selector(each, mistake));
  return selector;
}

std::vector<Port> read_forbidden_ports(NodeRef node, const TellMistake& mistake) {
  std::vector<Port> ports;
  const auto read = [&](NodeRef text) {
    const PortReading reading = read_port(text.text(), {});
    if (reading.port)
      ports.push_back(*reading.port);
    else
      mistake(text, base::quoted(text.text()) +
                        " is no port; write it as 5432/TCP (names of ports are of pods, and not "
                        "known here)");
  };
  if (node.is_sequence())
    for (const NodeRef each : node.items()) read(each);
  else if (is_stored(node))
    read(node);
  return ports;
}

}  // namespace cnplint::policy
