// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "policy/model/address.h"
#include "policy/verdict/firewall_order.h"
#include "rules/each.h"

namespace cnplint::rules::egress_firewall_without_deny {
namespace {

std::string_view type_of(const RuleItem& item) { return item.node.get("type").text(); }
NodeRef cidr_of(const RuleItem& item) { return item.node.get("to").get("cidrSelector"); }

/// The rules of a firewall whose types are all known.
bool are_known(const policy::Spec& spec) {
  return std::ranges::all_of(spec.items, [](const RuleItem& item) {
    return type_of(item) == "Allow" || type_of(item) == "Deny";
  });
}

/// The addresses that Deny rules are about, to be asked for overlaps.
class DeniedAddresses {
 public:
  void add(const RuleItem& item) {
    any_ = true;
    const auto prefix = policy::parse_prefix(cidr_of(item).text());
    if (prefix)
      add(*prefix);
    else
      unknown_ = true;
  }
  /// Whether some Deny may be about an address of a rule.
  [[nodiscard]] bool may_overlap(const RuleItem& item) const {
    const auto prefix = policy::parse_prefix(cidr_of(item).text());
    if (!any_ || unknown_ || !prefix) return any_;
    for (const int length : lengths_)
      if (length < prefix->length && denied_.contains(policy::prefix_key(prefix->address, length)))
        return true;
    const auto inside = denied_.lower_bound(policy::prefix_key(prefix->first(), prefix->length));
    return inside != denied_.end() && prefix->contains(inside->second);
  }

 private:
  void add(const policy::Prefix& prefix) {
    denied_.emplace(policy::prefix_key(prefix.address, prefix.length), prefix.first());
    lengths_.insert(prefix.length);
  }

  bool any_ = false;
  bool unknown_ = false;  ///< a Deny of a name or of nodes: whatever address those have
  std::map<std::string, policy::Address> denied_;  ///< by the key of the prefix: its first address
  std::set<int> lengths_;                          ///< of those prefixes
};

bool is_everything(const RuleItem& item) {
  const auto prefix = policy::parse_prefix(cidr_of(item).text());
  return prefix && prefix->length == 0;
}

/// The first Allow behind which no Deny is about its addresses; null where there is none. One of
/// every address says what is so anyway, and any-cidr speaks of it.
const RuleItem* needless_allow(const policy::Spec& spec, const policy::Environment& environment) {
  std::vector<bool> reached(spec.items.size(), true);  // another rule speaks of those that are not
  for (const policy::ShadowedRule& each : policy::shadowed_rules(spec, environment))
    reached[each.rule] = false;
  const RuleItem* needless = nullptr;
  DeniedAddresses denied;
  for (std::size_t i = spec.items.size(); i-- > 0;) {
    const RuleItem& item = spec.items[i];
    if (item.deny)
      denied.add(item);
    else if (reached[i] && !denied.may_overlap(item) && !is_everything(item))
      needless = &item;
  }
  return needless;
}

/// A Deny of every address, of each family.
policy::Changes final_denies(NodeRef list, bool v6) {
  using policy::Value;
  policy::Changes changes;
  for (const char* cidr : {"0.0.0.0/0", "::/0"})
    if (*cidr != ':' || v6)
      changes.push_back(policy::add_item(
          list, Value::map({{"type", Value::text("Deny")},
                            {"to", Value::map({{"cidrSelector", Value::text(cidr)}}).in_line()}})
                    .in_line()));
  return changes;
}

void check_spec(const policy::Spec& spec, const policy::Environment& environment, bool knows_v6,
                Report& report) {
  const NodeRef list = spec.node.get("egress");
  if (!list.is_sequence() || !are_known(spec)) return;
  if (spec.items.empty()) {
    report.add(list, "no rule: what no rule matches is allowed, so nothing is denied").fix.title =
        "write Deny rules, or take the object out";
    return;
  }
  if (std::ranges::none_of(spec.items, &RuleItem::deny)) {
    report
        .add(list, "no rule denies: what no rule matches is allowed, so that these change nothing")
        .fix = lint::unsafe_fix(
        "end the list with a Deny, such as `{type: Deny, to: {cidrSelector: 0.0.0.0/0}}`: closes "
        "all other addresses",
        final_denies(list, knows_v6 && environment.ipv6));
    return;
  }
  if (const RuleItem* needless = needless_allow(spec, environment)) {
    lint::Finding& finding = report.add(
        needless->node,
        "no Deny behind it is about these addresses, and what no rule matches is allowed: it "
        "changes nothing");
    finding.severity = lint::Severity::note;
    finding.fix.title = "take it out, or end the list with a Deny of all other addresses";
  }
}

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_firewall(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs)
    check_spec(spec, context.environment,
               context.policy.kind == policy::PolicyKind::egress_firewall, report);
}

}  // namespace

CNPLINT_RULE{
    .name = "egress-firewall-without-deny",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "Allow rules of an egress firewall that nothing behind them denies",
    .why =
        R"(What no rule of an EgressFirewall or EgressNetworkPolicy matches is allowed. Without any Deny its
Allow rules are decoration: every pod of the namespace reaches everything. An Allow is an exception to
a Deny that stands behind it; one without such a Deny is a note.)",
    .example = {R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: api.example.com}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: api.example.com}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
                R"(apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {dnsName: api.example.com}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
  - {type: Deny, to: {cidrSelector: "::/0"}}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::egress_firewall_without_deny
