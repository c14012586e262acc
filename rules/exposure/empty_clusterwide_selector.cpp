// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/rule_cover.h"
#include "rules/dns_only.h"
#include "rules/selectors.h"

namespace cnplint::rules::empty_clusterwide_selector {
namespace {

using policy::Identity;

constexpr std::array kDirections{Direction::ingress, Direction::egress};

Identity reserved(std::string_view name) {
  return Identity::of_labels({{"reserved", std::string(name), {}}});
}
Identity some_pod(const policy::Environment& environment) {
  return Identity::of_labels({{"k8s", std::string(policy::kNamespaceLabel), "some"},
                              {"k8s", std::string(policy::kClusterLabel), environment.cluster},
                              {"k8s", "app", "some"}});
}

std::size_t place_of(Direction direction) { return direction == Direction::ingress ? 0 : 1; }

/// An endpoint of Cilium itself, and who has to get through to it and from it.
struct OwnEndpoint {
  std::string_view called;
  Identity identity;
  std::array<Identity, 2> peers;  ///< by direction
  std::array<bool, 2> let = {};   ///< whether some policy lets that through
};

bool opens(const RuleItem& item) {
  return !item.deny && !is_dns_only(item) &&
         std::ranges::none_of(item.peers, [](const policy::Peers& peers) {
           return !peers.list.has_children() || is_nobody(peers);
         });
}

NodeRef spec_of(const policy::PolicyRule& rule) {
  return rule.is_written() ? rule.where.parent().parent() : rule.where;
}

class Check {
 public:
  Check(const lint::ClusterContext& context, Report& report)
      : base_(*context.rules), report_(report) {
    own_.push_back(
        {"health checks", reserved("health"), {reserved("remote-node"), reserved("remote-node")}});
    own_.push_back(
        {"Ingress",
         reserved("ingress"),
         {reserved(policy::world_label(false, base_.environment)), some_pod(base_.environment)}});
    for (OwnEndpoint& each : own_)
      for (const Direction direction : kDirections)
        each.let.at(place_of(direction)) = is_let(each, direction);
  }

  void run() {
    for (const policy::Subject& subject : base_.subjects) {
      const policy::Policy& policy = base_.policies[subject.policy];
      // Who names endpoints of Cilium means them.
      if (!policy.clusterwide() || subject.node || subject.first_rule == subject.end_rule ||
          has_placeholder(subject.selector) || policy::selects_no_pods(subject.selector))
        continue;
      const NodeRef spec = spec_of(base_.rules[subject.first_rule]);
      const NodeRef selector = spec.get("endpointSelector");
      if (!selector || said_ == selector) continue;
      said_ = selector;
      if (!say_denied(policy, subject, selector) && policy::matches_everything(selector))
        say_opened(policy, spec, selector);
    }
  }

 private:
  /// Whether the subject is put into default deny at all; says whom of Cilium's own that cuts off.
  bool say_denied(const policy::Policy& policy, const policy::Subject& subject, NodeRef selector) {
    std::vector<std::string> directions;
    std::vector<bool> hit(own_.size());
    for (const Direction direction : kDirections) {
      if (!denies(subject, direction)) continue;
      directions.emplace_back(policy::direction_name(direction));
      for (std::size_t i = 0; i < own_.size(); ++i)
        if (policy::matches(subject.selector, own_[i].identity) &&
            !own_[i].let.at(place_of(direction)))
          hit[i] = true;
    }
    std::vector<std::string> names;
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < own_.size(); ++i)
      if (hit[i]) {
        names.emplace_back(own_[i].called);
        keys.push_back("`reserved:" + own_[i].identity.labels.front().key + "`");
      }
    if (names.empty()) return !directions.empty();
    const bool every = policy::matches_everything(selector);
    const std::string what = every ? "empty `endpointSelector` puts every endpoint of the cluster"
                                   : "what this `endpointSelector` leaves over is put";
    report_
        .add(policy, selector,
             what + " into default deny for " + base::joined(directions, " and ") +
                 ", those of Cilium's " + base::joined(names, " and ") + " included")
        .fix.title = "leave them out with matchExpressions: " + base::joined(keys, " and ") +
                     (keys.size() > 1 ? ", both `DoesNotExist`" : " with `DoesNotExist`");
    return true;
  }

  void say_opened(const policy::Policy& policy, NodeRef spec, NodeRef selector) {
    for (const policy::Spec& each : policy.specs)
      if (each.node == spec && std::ranges::any_of(each.items, opens))
        report_.add(policy, selector,
                    "empty `endpointSelector` allows this to every endpoint of the cluster");
  }

  [[nodiscard]] bool denies(const policy::Subject& subject, Direction direction) const {
    return std::ranges::any_of(base_.rules_of(subject), [&](const policy::PolicyRule& rule) {
      return rule.direction == direction && rule.default_deny;
    });
  }

  /// Whether some policy lets through what an endpoint is there for.
  [[nodiscard]] bool is_let(const OwnEndpoint& own, Direction direction) const {
    const Identity& peer = own.peers.at(place_of(direction));
    const auto lets = [&](const policy::PolicyRule& rule) {
      return rule.allows() && rule.direction == direction && rule.matches_something() &&
             (rule.any_peer || std::ranges::any_of(rule.peers, [&](std::uint32_t each) {
                return policy::matches(base_.selectors[each], peer);
              }));
    };
    return std::ranges::any_of(base_.subjects, [&](const policy::Subject& each) {
      return each.ns.empty() && !each.node && policy::matches(each.selector, own.identity) &&
             std::ranges::any_of(base_.rules_of(each), lets);
    });
  }

  const policy::RuleBase& base_;
  Report& report_;
  std::vector<OwnEndpoint> own_;
  NodeRef said_;
};

void check(const lint::ClusterContext& context, Report& report) { Check(context, report).run(); }

}  // namespace

CNPLINT_RULE{
    .name = "empty-clusterwide-selector",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a policy of the whole cluster that selects every endpoint, Cilium's own included",
    .why =
        R"(`endpointSelector: {}` of a CiliumClusterwideNetworkPolicy selects more than pods: the endpoints of
Cilium's health checks and of its Ingress and Gateway, too. So does a selector that only leaves something
out, such as `io.kubernetes.pod.namespace` with `NotIn`. In default deny the checks fail, nodes are
shown as unreachable, and what comes through the Ingress is answered with 403. Leave both out of a
default deny:

    endpointSelector:
      matchExpressions:
      - {key: "reserved:health", operator: DoesNotExist}
      - {key: "reserved:ingress", operator: DoesNotExist}

A policy beside it that lets the nodes reach the health endpoint, and the Ingress the pods, mends it as
well, and nothing is reported. Without default deny the policy opens what it allows to every pod of the cluster; one that only allows
DNS is not reported.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: default-deny}
spec:
  endpointSelector: {}
  ingress: [{}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: default-deny}
spec:
  endpointSelector:
    matchExpressions:
    - {key: "reserved:health", operator: DoesNotExist}
    - {key: "reserved:ingress", operator: DoesNotExist}
  ingress: [{}]
)"},
    .facts = "N5 P209",
    .check_cluster = check,
};

}  // namespace cnplint::rules::empty_clusterwide_selector
