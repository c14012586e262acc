// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "policy/text/rule_text.h"
#include "rules/each.h"
#include "rules/foreign_field.h"
#include "rules/mending.h"
#include "rules/selectors.h"
#include "schemas/validator.h"

namespace cnplint::rules::unknown_field {
namespace {

/// The rule item that a dropped field belonged to, if it was a direct field of one.
const RuleItem* item_of(const policy::Policy& policy, NodeRef object) {
  for (const policy::Spec& spec : policy.specs)
    for (const RuleItem& item : spec.items)
      if (item.node == object) return &item;
  return nullptr;
}

/// What a rule item means without the field that will be dropped; empty where nothing grows.
std::string meaning_of(const RuleItem& item, policy::PolicyKind kind) {
  if (!item.peers.empty()) return {};
  const bool ports = item.to_ports.has_children() || item.icmps.has_children();
  const std::string action = item.deny ? "denies" : "allows";
  if (ports) return "what is left " + action + " any peer on these ports";
  if (policy::facts_of(kind).silent_item_is_everything)
    return "what is left allows everything: " +
           std::string(policy::direction_name(item.direction)) + " is open";
  return "what is left " + action + " nothing, but switches " +
         std::string(policy::direction_name(item.direction)) + " to default deny";
}

/// What a label selector means without the field; empty where conditions are left.
std::string meaning_of_selector(const PolicyContext& context, NodeRef object) {
  for (const policy::SelectorUse& use : context.selectors) {
    if (!(use.selector == object) || !policy::matches_everything(object)) continue;
    if (use.role == policy::SelectorUse::Role::subject) return "what is left selects everything";
    const bool of_namespaces = field_name(object) == "namespaceSelector";
    if (use.role == policy::SelectorUse::Role::peer && of_namespaces)
      return "what is left of `namespaceSelector` matches every namespace";
    if (use.role == policy::SelectorUse::Role::peer)
      return context.policy.clusterwide() ? "what is left matches every pod of the cluster"
                                          : "what is left matches every pod of the namespace";
  }
  return {};
}

/// What else of a NetworkPolicy grows without the field.
std::string meaning_in_network_policy(const policy::Policy& policy, NodeRef object) {
  if (policy.kind != policy::PolicyKind::network_policy) return {};
  for (const policy::Spec& spec : policy.specs)
    if (spec.node == object && !spec.endpoint_selector)
      return "what is left selects every pod of the namespace";
  if (field_name(object.parent()) == "ports" && !policy::is_stored(object.get("port")))
    return "what is left is every port of its protocol";
  return {};
}

/// What a deny rule denies without the field, which was to pick requests.
std::string meaning_of_denied_ports(const PolicyContext& context, NodeRef field) {
  return denied_field_hint(context, field).empty()
             ? ""
             : "what is left denies the whole port, whatever is asked";
}

/// Whether a peer of a NetworkPolicy names nothing without its unknown fields, and is refused.
bool leaves_refused_peer(const policy::Policy& policy, NodeRef object) {
  if (policy.kind != policy::PolicyKind::network_policy) return false;
  const std::string_view list = field_name(object.parent());
  return object.parent().is_sequence() && (list == "from" || list == "to") &&
         !policy::is_stored(object.get("podSelector")) &&
         !policy::is_stored(object.get("namespaceSelector")) &&
         !policy::is_stored(object.get("ipBlock"));
}

/// Whether a field is there for readers only. Nothing changes when it is dropped.
bool is_prose(NodeRef field) { return field_name(field) == "description" && field.is_scalar(); }

/// The schema's sentence, with what becomes of the field, and what other kinds of policies that
/// have such a field write for it.
std::string message_of(const PolicyContext& context, const schemas::Violation& violation) {
  constexpr std::string_view kDropped = ", dropped silently by the API server";
  const std::string start = "unknown field " + quoted(field_name(violation.node));
  std::string hint = foreign_field_hint(context, violation.node);
  if (hint.empty()) hint = denied_field_hint(context, violation.node);
  if (!hint.empty()) return start + std::string(kDropped) + ": " + hint;
  return schemas::describe(violation, context.schema).insert(start.size(), kDropped);
}

/// Whether the object that a field stands in is none by the schema: its type is what is wrong.
bool is_of_wrong_type(const schemas::Violation& violation) {
  const schemas::SchemaNode& schema = *violation.schema;
  return schema.int_or_string ||
         (schema.types != schemas::kNone && (schema.types & schemas::kObject) == 0);
}

/// The place that a dropped field belongs to: an object one level below where it stands.
NodeRef home_of(const PolicyContext& context, const schemas::Violation& violation) {
  const std::vector<std::string> homes = schemas::homes_of(violation, context.schema);
  if (homes.size() != 1) return {};
  const NodeRef home = violation.node.parent().get(homes.front());
  return home.is_mapping() ? home : NodeRef();
}

/// The name that the field has in this kind of policy.
std::string meant_name(const PolicyContext& context, const schemas::Violation& violation) {
  const std::string hint = foreign_field_hint(context, violation.node);
  constexpr std::string_view kWrite = "write `";
  if (hint.starts_with(kWrite) && hint.find('`', kWrite.size()) == hint.size() - 1)
    return hint.substr(kWrite.size(), hint.size() - kWrite.size() - 1);
  return hint.empty() ? std::string(schemas::nearest_field(violation)) : std::string();
}

/// The spelling, or the place, that the field was to have.
/// The object around a field, some levels up, that can have it and does not: an item of rules, or a
/// spec.
NodeRef home_above(const PolicyContext& context, const schemas::Violation& violation) {
  const std::vector<std::string> homes = schemas::homes_of(violation, context.schema);
  for (NodeRef object = violation.node.parent().parent(); object; object = object.parent()) {
    if (!object.is_mapping()) continue;
    const NodeRef list = object.parent();
    const std::string name =
        list.is_sequence() ? std::string(field_name(list)) + "[]" : std::string(field_name(object));
    if (std::ranges::find(homes, name) != homes.end())
      return object.get(field_name(violation.node)) ? NodeRef() : object;
  }
  return {};
}

/// What is written in `podSelector` and `namespaceSelector` of a peer of a Cilium policy, as the
/// labels that Cilium's selectors ask for; none where that is more than labels.
policy::Changes labels_of_peer(NodeRef field) {
  const NodeRef peer = field.parent();
  const bool of_namespaces = field_name(field) == "namespaceSelector";
  if (of_namespaces && policy::matches_everything(field))
    return {
        policy::remove(field),
        policy::add_to_list(
            peer, "matchExpressions",
            {policy::Value::map({{"key", policy::Value::text(std::string(policy::namespace_key()))},
                                 {"operator", policy::Value::text("Exists")}})
                 .in_line()})};
  const NodeRef labels = field.get("matchLabels");
  if (!labels.is_mapping() || field.child_count() != 1 || labels.child_count() == 0) return {};
  policy::Changes changes{policy::remove(field)};
  policy::Value written = policy::Value::map();
  const NodeRef own = peer.get("matchLabels");
  if (own && !own.is_mapping()) return {};
  for (const policy::Entry& entry : labels.entries()) {
    std::string key = entry.key.key_text();
    if (of_namespaces)
      key = key == kNameOfNamespace ? std::string(policy::namespace_key())
                                    : "k8s:" + std::string(policy::kNamespaceLabelsPrefix) + key;
    if (!entry.value.is_scalar() || own.get(key)) return {};
    if (own)
      changes.push_back(policy::add_entry(own, key, policy::Value::of(entry.value)));
    else
      written.set(key, policy::Value::of(entry.value));
  }
  if (!own) changes.push_back(policy::add_entry(peer, "matchLabels", std::move(written).in_line()));
  return changes;
}

/// A selector that stands in a rule of a NetworkPolicy itself becomes the peer of the rule.
policy::Changes as_peer(const PolicyContext& context, NodeRef field) {
  const RuleItem* rule = item_of(context.policy, field.parent());
  const std::string_view name = field_name(field);
  const NodeRef object = field.parent();
  if (rule == nullptr || context.policy.kind != policy::PolicyKind::network_policy ||
      (name != "podSelector" && name != "namespaceSelector" && name != "ipBlock"))
    return {};
  const std::string list = rule->direction == Direction::ingress ? "from" : "to";
  std::size_t selectors = 0;
  for (const char* each : {"podSelector", "namespaceSelector", "ipBlock"})
    if (object.get(each)) ++selectors;
  if (object.get(list) || selectors != 1) return {};
  return {policy::rename(field, list),
          policy::set(field, policy::Value::list({policy::Value::map(
                                 {{std::string(name), policy::Value::of(field)}})}))};
}

/// A port that stands in an entry of `toPorts` itself becomes its list of ports.
policy::Changes as_list_of_ports(NodeRef field) {
  const NodeRef entry = field.parent();
  if (field_name(field) != "port" || field_name(entry.parent()) != "toPorts" || entry.get("ports"))
    return {};
  policy::Changes changes;
  policy::Value port = policy::Value::map();
  for (const char* name : {"port", "endPort", "protocol"}) {
    const NodeRef value = entry.get(name);
    if (!value) continue;
    port.set(name, policy::Value::of(value));
    if (!(value == field)) changes.push_back(policy::remove(value));
  }
  changes.push_back(policy::rename(field, "ports"));
  changes.push_back(policy::set(field, policy::Value::list({std::move(port).in_line()})));
  return changes;
}

/// Whether a field of a name takes a value: a list where one is wanted, an object where that is.
bool takes(const schemas::Violation& violation, const std::string& name) {
  const schemas::Property* property = violation.schema->property(name);
  if (property == nullptr || property->schema == nullptr) return true;
  const unsigned types = property->schema->types;
  const NodeRef value = violation.node;
  if (value.is_sequence()) return (types & schemas::kArray) != 0;
  if (value.is_mapping()) return (types & schemas::kObject) != 0;
  return types != schemas::kArray && types != schemas::kObject;
}

/// Labels that stand in a selector itself go under `matchLabels`, all with the first of them.
policy::Changes as_match_labels(const PolicyContext& context, NodeRef field) {
  const NodeRef selector = field.parent();
  const bool of_selector = std::ranges::any_of(
      context.selectors, [&](const policy::SelectorUse& use) { return use.selector == selector; });
  if (!of_selector || !field.is_scalar()) return {};
  const NodeRef known = selector.get("matchLabels");
  if (known.is_mapping()) return {policy::move_entry(field, known)};
  if (known) return {};
  const std::vector<policy::Entry> entries = selector.entries();
  const auto first = std::ranges::find_if(
      entries, [](const policy::Entry& entry) { return entry.value.is_scalar(); });
  if (!(first->value == field)) return {};
  policy::Changes changes;
  policy::Value labels = policy::Value::map();
  for (const policy::Entry& entry : entries) {
    if (!entry.value.is_scalar()) continue;
    labels.set(entry.key.key_text(), policy::Value::of(entry.value));
    if (!(entry.value == field)) changes.push_back(policy::remove(entry.value));
  }
  changes.push_back(policy::rename(field, "matchLabels"));
  changes.push_back(policy::set(field, std::move(labels).in_line()));
  return changes;
}

/// Where to write a field that has a place elsewhere, as changes with their title.
std::pair<std::string, policy::Changes> moved(const PolicyContext& context,
                                              const schemas::Violation& violation) {
  const NodeRef field = violation.node;
  if (policy::Changes ports = as_list_of_ports(field); !ports.empty())
    return {"write it as an item of `ports`", std::move(ports)};
  if (policy::Changes peer = as_peer(context, field); !peer.empty())
    return {"write it as a peer of the rule", std::move(peer)};
  const bool selector =
      field_name(field) == "podSelector" || field_name(field) == "namespaceSelector";
  if (policy::is_cilium(context.policy.kind) && selector &&
      field_name(field.parent().parent()).ends_with("Endpoints"))
    return {"write its labels in the selector itself", labels_of_peer(field)};
  if (policy::Changes labels = as_match_labels(context, field); !labels.empty())
    return {"write it under `matchLabels`", std::move(labels)};
  if (const NodeRef home = home_of(context, violation))
    return {"move it into " + quoted(field_name(home)), {policy::move_entry(field, home)}};
  const NodeRef above = home_above(context, violation);
  // What would be left of a selector that has nothing else is everybody.
  if (!above || field.parent().child_count() == 1) return {};
  return {"move it to the " +
              std::string(item_of(context.policy, above) != nullptr ? "rule" : "spec") +
              " around it",
          {policy::move_entry(field, above)}};
}

void mend_field(const PolicyContext& context, const schemas::Violation& violation,
                lint::Finding& finding) {
  const NodeRef object = violation.node.parent();
  const std::string meant = meant_name(context, violation);
  constexpr std::string_view kEffect =
      ": the rule says what is written, which opens what it allows and closes what it leaves open "
      "without that";
  if (!meant.empty() && !object.get(meant) && takes(violation, meant)) {
    mend(finding, context.policy, "write " + quoted(meant),
         {policy::rename(violation.node, meant)});
  } else {
    auto [title, changes] = moved(context, violation);
    if (changes.empty()) return;
    mend(finding, context.policy, std::move(title), std::move(changes));
  }
  if (finding.rejected_by == lint::kNobody) finding.fix.title += kEffect;
}

void check(const PolicyContext& context, Report& report) {
  for (const schemas::Violation& violation : context.violations) {
    if (violation.keyword != schemas::Keyword::unknown_field || is_of_wrong_type(violation))
      continue;
    const NodeRef key = violation.node.key();
    lint::Finding& finding = report.add(violation.node, message_of(context, violation));
    finding.pruned = true;
    if (key) finding.range = lint::culprit_range(key);
    const NodeRef object = violation.node.parent();
    mend_field(context, violation, finding);
    if (leaves_refused_peer(context.policy, object)) {
      finding.pruned = false;
      finding.rejected_by = kApiServer;
      finding.message += "; what is left is a peer that names nothing";
      continue;
    }
    if (is_prose(violation.node)) {
      finding.severity = lint::Severity::warning;
      finding.notes.push_back({{}, "harmless: what the policy does is the same without it"});
      finding.fix = lint::safe_fix("take it out", {policy::remove(violation.node)});
      continue;
    }
    const RuleItem* item = item_of(context.policy, object);
    std::string meaning = item != nullptr ? meaning_of(*item, context.policy.kind)
                                          : meaning_of_selector(context, object);
    if (meaning.empty()) meaning = meaning_in_network_policy(context.policy, object);
    if (meaning.empty()) meaning = meaning_of_denied_ports(context, violation.node);
    if (!meaning.empty()) finding.notes.push_back({{}, meaning});
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "unknown-field",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a field that the schema does not have, which the API server drops silently",
    .why =
        R"(The API server prunes fields it does not know and stores the rest. What is left often means more
than what was written: without its peers a rule with `toPorts` admits every peer on these ports,
and a selector without its labels selects everything. Never legitimate: correct the spelling or
the place, or take the field out.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - toEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .structural = true,
    .check_policy = check,
};

}  // namespace cnplint::rules::unknown_field
