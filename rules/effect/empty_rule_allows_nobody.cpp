// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/text/change.h"
#include "rules/each.h"
#include "rules/intent.h"

namespace cnplint::rules::empty_rule_allows_nobody {
namespace {

/// An item without content: `{}`.
bool is_empty(NodeRef item) {
  return item.is_mapping() && std::ranges::all_of(item.entries(), [](const policy::Entry& entry) {
           return entry.value.is_null();
         });
}

class Check {
 public:
  Check(const PolicyContext& context, const policy::Spec& spec, Report& report)
      : context_(context), spec_(spec), report_(report) {}

  void run() {
    for (const RuleItem& item : spec_.items) {
      if (!is_empty(item.node)) continue;
      const bool alone = item.node.parent().child_count() == 1;
      if (item.deny)
        look_at_deny(item);
      else if (!alone)
        say_no_effect(item);
      else if (!spec_.default_deny(item.direction))
        continue;  // policy-without-effect
      else if (const std::string sign = sign_of_allowing(item); !sign.empty())
        say_nobody(item, sign);
    }
  }

 private:
  [[nodiscard]] const char* peers(const RuleItem& item) const {
    return item.direction == Direction::ingress ? "fromEntities" : "toEntities";
  }
  [[nodiscard]] bool any_item(Direction direction, bool deny) const {
    return std::ranges::any_of(spec_.items, [&](const RuleItem& each) {
      return each.direction == direction && each.deny == deny && !is_empty(each.node);
    });
  }

  void say_no_effect(const RuleItem& item) {
    const bool only_empty = std::ranges::all_of(item.node.parent().items(),
                                                [](NodeRef each) { return is_empty(each); });
    if (only_empty) return;  // the same twice
    lint::Finding& finding =
        report_.add(item.node, std::string("`{}` has no effect here: it allows nobody") +
                                   (spec_.default_deny(item.direction)
                                        ? ", and the other rules switch on default deny as well"
                                        : ""));
    finding.severity = lint::Severity::note;
    finding.claim = lint::Claim::adds_nothing;
    finding.fix = lint::safe_fix(
        "take it out; to allow everybody, write " + quoted(std::string(peers(item)) + ": [all]"),
        {policy::remove(item.node)});
  }

  void look_at_deny(const RuleItem& item) {
    if (!any_item(item.direction, false)) return;
    lint::Finding& finding = report_.add(
        item.node, "`{}` denies nobody: it only switches on default deny, and what the rules of " +
                       quoted(policy::direction_name(item.direction)) + " allow is allowed");
    finding.severity = lint::Severity::note;
    finding.claim = lint::Claim::adds_nothing;
    finding.fix.title = "to deny everybody, write " + quoted(std::string(peers(item)) + ": [all]");
  }

  void say_nobody(const RuleItem& item, const std::string& sign) {
    const std::string name(policy::direction_name(item.direction));
    lint::Finding& finding = report_.add(
        item.node, "`{}` allows nobody: it puts " + name + " into default deny, but " + sign);
    // Only the author knows: what opens a direction to everybody is written by people.
    finding.fix.title = "to allow everybody, write " +
                        quoted(std::string(peers(item)) + ": [all]") + " in the rule";
  }

  /// What says that an item is meant to allow everybody; empty where nothing does.
  [[nodiscard]] std::string sign_of_allowing(const RuleItem& item) const {
    if (any_item(item.direction, true))
      return "the deny rules beside it ask for an allow of the rest";
    if (speaks_of_allowing(comments_at(item.node))) return "the comment speaks of allowing";
    const std::string name(context_.policy.name);
    const std::string description(spec_.node.get("description").text());
    const bool all_empty =
        std::ranges::all_of(spec_.items, [](const RuleItem& each) { return is_empty(each.node); });
    const auto is_about = [&](const std::string& text) {
      const std::string lower = base::lower(text);
      return speaks_of_allowing(text) &&
             (all_empty || lower.find(policy::direction_name(item.direction)) != std::string::npos);
    };
    if (is_about(name)) return "the policy is named " + quoted(name);
    return is_about(description) ? "the description speaks of allowing" : "";
  }

  const PolicyContext& context_;
  const policy::Spec& spec_;
  Report& report_;
};

void check(const PolicyContext& context, Report& report) {
  if (!policy::is_cilium(context.policy.kind)) return;
  for (const policy::Spec& spec : context.policy.specs) Check(context, spec, report).run();
}

}  // namespace

CNPLINT_RULE{
    .name = "empty-rule-allows-nobody",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an item `{}` of a Cilium policy that seems to be meant to allow everybody",
    .why =
        R"(In a NetworkPolicy `ingress: [{}]` allows everything. In a CiliumNetworkPolicy the same text allows
nobody: an item without peers and ports matches no connection, and only switches its direction to
default deny. It is the usual way to write a default deny, and it is no way to allow everybody:
that is `fromEntities: [all]` and `toEntities: [all]`. Beside other rules it does nothing at all, as
they switch on default deny themselves. Reported where the name, the description, a comment or a
deny rule says that an allow was meant, and beside other rules.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: allow-all-ingress, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - {}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: allow-all-ingress, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEntities: [all]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .facts = "A1.2",
    .check_policy = check,
};

}  // namespace cnplint::rules::empty_rule_allows_nobody
