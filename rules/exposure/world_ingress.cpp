// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <utility>

#include "rules/each.h"
#include "rules/every_port.h"
#include "rules/intent.h"

namespace cnplint::rules::world_ingress {
namespace {

/// Whether the ports of an item let only some requests through.
bool filters(const RuleItem& item) {
  return !item.port_rules.empty() &&
         std::ranges::all_of(item.port_rules, [](const policy::PortRule& rule) {
           return std::ranges::any_of(rule.rules.entries(), [](const policy::Entry& each) {
             return each.value.has_children();
           });
         });
}

class Check {
 public:
  Check(const PolicyContext& context, const RuleItem& item, Report& report)
      : context_(context), item_(item), report_(report) {}

  void run() const {
    if (const policy::Peers* entities = item_.peers_of(PeerKind::entities)) look_at(*entities);
    const bool knp = context_.policy.kind == policy::PolicyKind::network_policy;
    const bool any_peer = is_for_any_peer(context_.policy, item_);
    if (any_peer && item_.to_ports.has_children())
      add(item_.to_ports, "ingress without peers: anybody is admitted on these ports");
    else if (any_peer && knp)
      add(item_.node, allows_everything(context_.policy, Direction::egress)
                          ? "`{}` in `ingress` and in `egress`: everything is allowed both ways"
                          : "an ingress rule without `from` and `ports` admits everything")
          .claim = lint::Claim::opens_to_world;
  }

 private:
  void look_at(const policy::Peers& entities) const {
    for (const NodeRef entity : entities.list.items())
      if (entity.text() == "world" || entity.text() == "all")
        add(entity, "ingress from " + quoted(entity.text()) +
                        (entity.text() == "all" ? ": every pod, node and outside address"
                                                : ": every address outside the cluster"));
  }

  lint::Finding& add(NodeRef where, std::string message) const {
    lint::Finding& finding = report_.add(where, std::move(message));
    finding.strict = filters(item_) || is_meant_open(context_.policy);
    return finding;
  }

  const PolicyContext& context_;
  const RuleItem& item_;
  Report& report_;
};

void check(const PolicyContext& context, Report& report) {
  each_item(context.policy, [&](const RuleItem& item) {
    if (!item.deny && !item.host && item.direction == Direction::ingress)
      Check(context, item, report).run();
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "world-ingress",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "ingress from everywhere",
    .why =
        R"(`fromEntities: [world]` admits every address outside the cluster, `all` admits pods and nodes as well,
and an item with ports but without peers admits anybody on these ports. Legitimate for what serves
the public without an Ingress in front: allow it with a reason. Where L7 rules filter the requests, or
the policy says by its name that it is open (`public-web`, `allow-from-world`), it is a note, unless the profile is `strict`.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [world]
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
    .check_policy = check,
};

}  // namespace cnplint::rules::world_ingress
