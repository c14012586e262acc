// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/rule.h"

#include <algorithm>
#include <unordered_map>

#include "policy/model/label.h"
#include "policy/verdict/filters.h"
#include "policy/verdict/peers.h"

namespace cnplint::policy {
namespace {

std::optional<Authentication> authentication_of(const RuleItem& item) {
  const std::string_view mode = item.node.get("authentication").get("mode").text();
  if (mode == "required") return Authentication::required;
  if (mode == "test-always-fail") return Authentication::always_fail;
  return mode == "disabled" ? std::optional(Authentication::disabled) : std::nullopt;
}

/// Builds the rule base policy by policy.
class Translator {
 public:
  explicit Translator(RuleBase& base) : base_(base) {}

  void run() {
    for (std::uint32_t i = 0; i < base_.policies.size(); ++i) {
      const Policy& policy = base_.policies[i];
      if (is_firewall(policy.kind)) continue;
      for (const Spec& spec : policy.specs) add_spec(policy, i, spec);
    }
  }

 private:
  void add_spec(const Policy& policy, std::uint32_t index, const Spec& spec) {
    PolicyScope scope{policy.effective_namespace(), false};
    Subject subject;
    subject.policy = index;
    subject.node = static_cast<bool>(spec.node_selector);
    subject.ns = scope.ns;
    subject.selector = subject_conditions(spec, scope.ns);
    scope.init_subject =
        !subject.node && std::ranges::any_of(subject.selector, [](const Condition& each) {
          return each.source == "reserved" && each.key == "init";
        });
    subject.first_rule = static_cast<std::uint32_t>(base_.rules.size());
    for (const RuleItem& item : spec.items) {
      add_item(item, scope, index, spec);
      add_requires(item, subject);
    }
    add_default_deny(spec, index);
    subject.end_rule = static_cast<std::uint32_t>(base_.rules.size());
    base_.subjects.push_back(std::move(subject));
  }

  void add_item(const RuleItem& item, const PolicyScope& scope, std::uint32_t index,
                const Spec& spec) {
    ItemPeers peers = peers_of(item, scope, environment_, base_.surroundings);
    ItemPorts ports = ports_of(item, spec.kind, environment_);
    PolicyRule rule;
    rule.policy = index;
    rule.direction = item.direction;
    rule.action = item.deny ? Action::deny : Action::allow;
    rule.default_deny = spec.default_deny(item.direction);
    rule.where = item.node;
    rule.endpoints = item.peers_of(PeerKind::endpoints) != nullptr;
    if (!item.deny) rule.authentication = authentication_of(item);
    const bool speaks = !ports.any || facts_of(spec.kind).silent_item_is_everything;
    rule.any_peer = peers.any && !peers.nobody && speaks;
    if (!peers.nobody && !rule.any_peer)
      for (ItemPeers::One& each : peers.list) {
        rule.peers.push_back(selector(std::move(each.selector)));
        rule.peer_places.push_back(each.where);
      }
    rule.unresolved_services = std::move(peers.unresolved);
    rule.ports = std::move(ports.filters);
    base_.rules.push_back(std::move(rule));
  }

  /// The rule without peers that a spec stands for in a direction that it puts into default deny
  /// without an item of its own: only a NetworkPolicy does so (A6).
  void add_default_deny(const Spec& spec, std::uint32_t index) {
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (spec.has_items(direction) || !spec.default_deny(direction)) continue;
      PolicyRule rule;
      rule.policy = index;
      rule.direction = direction;
      rule.where = spec.node;
      base_.rules.push_back(std::move(rule));
    }
  }

  void add_requires(const RuleItem& item, Subject& subject) {
    constexpr Release kGone{19};
    if (environment_.cilium >= kGone) return;
    const bool ingress = item.direction == Direction::ingress;
    Conditions& to = ingress ? subject.requires_ingress : subject.requires_egress;
    for (const NodeRef selector : item.node.get(ingress ? "fromRequires" : "toRequires").items())
      for (Condition& each : conditions(selector)) to.push_back(std::move(each));
  }

  /// Cilium knows one selector by what it says, in whatever order.
  std::uint32_t selector(Conditions wanted) {
    std::vector<std::uint32_t>& alike = known_[hash_of(wanted)];
    for (const std::uint32_t each : alike)
      if (same_conditions(base_.selectors[each], wanted)) return each;
    alike.push_back(static_cast<std::uint32_t>(base_.selectors.size()));
    base_.selectors.push_back(std::move(wanted));
    return alike.back();
  }

  RuleBase& base_;
  const Environment& environment_ = base_.environment;
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> known_;  ///< by hash_of()
};

}  // namespace

std::shared_ptr<const RuleBase> translate(PolicyList policies, const Environment& environment,
                                          Surroundings surroundings) {
  auto base = std::make_shared<RuleBase>();
  base->policies = std::move(policies);
  base->environment = environment;
  base->surroundings = std::move(surroundings);
  Translator(*base).run();
  return base;
}

}  // namespace cnplint::policy
