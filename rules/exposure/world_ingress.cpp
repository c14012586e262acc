// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "policy/model/admin_port.h"
#include "policy/model/port.h"
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

/// Whether an item names few ports, and none of administration or of data: `world` written out
/// beside them is what serves the public.
bool names_public_ports(const RuleItem& item) {
  constexpr int kMost = 16;
  return !item.port_rules.empty() &&
         std::ranges::all_of(item.port_rules, [](const policy::PortRule& rule) {
           return !rule.ports.empty() && std::ranges::all_of(rule.ports, [](NodeRef each) {
             if (is_placeholder(each.get("port"))) return true;
             const policy::PortRange range = policy::read_port(each);
             return !range.all() && range.last - range.first < kMost &&
                    !policy::has_admin_port(range.first, range.last);
           });
         });
}

constexpr std::array<std::uint16_t, 3> kWebhooks{8443, 9443, 10250};

/// Whether an item is for ports of webhooks only, which the API server calls from addresses that a
/// NetworkPolicy cannot name.
bool is_for_webhooks(const RuleItem& item) {
  return std::ranges::all_of(item.port_rules, [](const policy::PortRule& rule) {
    return std::ranges::all_of(rule.ports, [](NodeRef each) {
      const policy::PortRange range = policy::read_port(each);
      if (!range.name.empty()) return range.name.find("webhook") != std::string_view::npos;
      return range.first == range.last &&
             std::ranges::find(kWebhooks, range.first) != kWebhooks.end();
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
      add(item_.to_ports, "ingress without peers: anybody is admitted on these ports",
          knp && is_for_webhooks(item_));
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
        add(entity,
            "ingress from " + quoted(entity.text()) +
                (entity.text() == "all" ? ": every pod, node and outside address"
                                        : ": every address outside the cluster"),
            entity.text() == "world" && names_public_ports(item_));
  }

  /// @param expected what the rule says is likely meant
  lint::Finding& add(NodeRef where, std::string message, bool expected = false) const {
    lint::Finding& finding = report_.add(where, std::move(message));
    finding.strict = expected || filters(item_) || is_meant_open(context_.policy);
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
the public without an Ingress in front: allow it with a reason. It is a note, unless the profile is `strict`,
where `world` stands beside a few ports of which none is for administration or data (22, 5432, 6379, ...), where L7
rules filter the requests, where a NetworkPolicy opens only ports of webhooks (8443, 9443, 10250), and where the policy
says by its name that it is open (`public-web`, `allow-from-world`).)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [world]
    toPorts: [{ports: [{port: "6379", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "6379", protocol: TCP}]}]
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::world_ingress
