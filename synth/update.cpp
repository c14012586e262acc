// SPDX-License-Identifier: Apache-2.0
#include "synth/update.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "policy/verdict/label_quality.h"
#include "policy/verdict/request.h"
#include "policy/verdict/verdict.h"
#include "synth/name.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::NodeRef;
using policy::Verdict;

/// A spec of an existing policy, and whom it selects.
struct Existing {
  std::uint32_t policy = 0;
  NodeRef spec;
  std::set<std::uint32_t> parties;
};

/// The spec that a node is in; none where it is behind an alias.
NodeRef spec_of(NodeRef node, const policy::Policy& policy) {
  for (NodeRef at = node;; at = at.parent()) {
    for (const policy::Spec& spec : policy.specs)
      if (spec.node == at) return at;
    if (at.parent() == at) return {};
  }
}

class Updater {
 public:
  Updater(const policy::VerdictEngine& existing, const Synthesis& synthesis,
          const DraftOptions& options)
      : engine_(existing),
        existing_(existing.rule_base().policies),
        traffic_(*synthesis.traffic),
        parties_(synthesis.parties),
        learned_(synthesis.learned),
        drafts_(synthesis.drafts),
        options_(options),
        judge_(engine_, existing.rule_base().environment) {}

  Update run(const std::vector<NodeRef>& unused) {
    find_specs();
    find_missing();
    add_dns_rules();
    add_widened();
    add_rules();
    add_policies();
    prune(unused);
    return std::move(update_);
  }

 private:
  /// Which specs select which parties, and which parties any does.
  void find_specs() {
    const policy::RuleBase& base = engine_.rule_base();
    std::vector<Existing> specs(base.subjects.size());
    std::vector<std::uint32_t> subject_of(base.rules.size());
    for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
      const policy::Subject& subject = base.subjects[i];
      for (std::uint32_t rule = subject.first_rule; rule < subject.end_rule; ++rule)
        subject_of[rule] = i;
      specs[i].policy = subject.policy;
      if (subject.first_rule < subject.end_rule)
        specs[i].spec = spec_of(base.rules[subject.first_rule].where, existing_[subject.policy]);
    }
    for (std::uint32_t endpoint = 0; endpoint < traffic_.endpoints.size(); ++endpoint)
      for (const Direction direction : {Direction::ingress, Direction::egress})
        for (const std::uint32_t rule : engine_.rules_of_subject(direction, endpoint)) {
          specs[subject_of[rule]].parties.insert(parties_.of_endpoint[endpoint]);
          selected_.insert(parties_.of_endpoint[endpoint]);
        }
    for (Existing& each : specs)
      if (each.spec && each.parties.size() == 1 && may_hold_rules(existing_[each.policy].kind) &&
          each.spec.document().form() != policy::DocumentForm::quoted_text)
        own_[*each.parties.begin()].push_back(std::move(each));
  }

  /// Whether rules can go into policies of a kind; firewalls are for whole namespaces.
  [[nodiscard]] bool may_hold_rules(policy::PolicyKind kind) const {
    return kind == options_.kind ||
           (!policy::is_firewall(options_.kind) && !policy::is_firewall(kind) &&
            policy::facts_of(kind).synthesised);
  }

  [[nodiscard]] bool is_wanted(std::uint32_t party) const {
    return options_.keeps_up(parties_.all[party].ns);
  }

  void find_missing() {
    const std::vector<bool> learned = learned_.kept(traffic_);
    std::set<std::string> open;
    for (std::uint32_t i = 0; i < traffic_.connections.size(); ++i) {
      const ObservedConnection& each = traffic_.connections[i];
      if (!learned[i]) continue;
      for (const Direction direction : {Direction::egress, Direction::ingress}) {
        const policy::Connection& asked = each.connection;
        const std::uint32_t party = parties_.of_endpoint[asked.subject(direction)];
        if (parties_.all[party].kind != PartyKind::workload || !selected_.contains(party) ||
            !is_wanted(party))
          continue;
        const Verdict verdict = engine_.decide(direction, asked).verdict;
        if (verdict == Verdict::deny || verdict == Verdict::error)
          update_.conflicts.push_back(described(each, traffic_) + ": " +
                                      std::string(policy::direction_name(direction)) + " is " +
                                      std::string(policy::verdict_name(verdict)));
        if (verdict == Verdict::not_enforced)
          open.insert(parties_.all[party].name + ": no policy enforces " +
                      std::string(policy::direction_name(direction)));
        if (verdict == Verdict::default_deny)
          missing_.insert({party, direction, parties_.of_endpoint[asked.peer(direction)],
                           asked.protocol, asked.port});
      }
    }
    update_.open.assign(open.begin(), open.end());
  }

  /// Whether some pod of a party may not do what a permit is for.
  [[nodiscard]] bool is_denied(const Permit& permit) const {
    for (const std::uint32_t subject : parties_.all[permit.subject].endpoints)
      for (const std::uint32_t peer : parties_.all[permit.peer].endpoints) {
        const bool ingress = permit.direction == Direction::ingress;
        const policy::Connection asked{ingress ? peer : subject, ingress ? subject : peer,
                                       permit.protocol, permit.port};
        if (engine_.decide(permit.direction, asked).verdict == Verdict::default_deny) return true;
      }
    return false;
  }

  /// DNS that is missing, and DNS whose rule does not let the names be asked for that are allowed
  /// from now on.
  void add_dns_rules() {
    for (const Permit& permit : drafts_.permits)
      if (missing_.contains(permit.key()))
        for (const std::string& name : permit.names) names_.emplace(permit.subject, name);
    for (const Permit& permit : drafts_.permits) {
      if (!selected_.contains(permit.subject) || !is_wanted(permit.subject)) continue;
      if (permit.origin == Origin::baseline && is_denied(permit)) missing_.insert(permit.key());
      const bool dns = permit.direction == Direction::egress && drafts_.is_dns(permit);
      if (dns && !can_ask(permit)) missing_.insert(permit.key());
    }
  }

  /// What is missing is written as it would be in a new policy: what nobody saw goes beside what
  /// was seen, and beside nothing else.
  void add_widened() {
    using Beside = std::tuple<std::uint32_t, Direction, std::uint8_t, std::uint16_t>;
    std::set<Beside> nodes;
    std::set<Resolver> servers;
    for (const auto& [subject, direction, peer, number, port] : missing_)
      if (const std::string& entity = parties_.all[peer].entity;
          entity == "host" || entity == "remote-node")
        nodes.insert({subject, direction, number, port});
    std::set<Beside> public_ports;
    for (const auto& [subject, direction, peer, number, port] : missing_)
      if (parties_.all[peer].kind == PartyKind::address)
        public_ports.insert({subject, direction, number, port});
    for (const Permit& permit : drafts_.permits)
      if (permit.direction == Direction::ingress && drafts_.is_dns(permit) &&
          missing_.contains(permit.key()))
        servers.insert({permit.subject, permit.port});
    for (const Permit& permit : drafts_.permits)
      if ((permit.widening == Widening::host_beside_remote_node &&
           nodes.contains({permit.subject, permit.direction, permit.protocol, permit.port})) ||
          (permit.widening == Widening::public_ingress &&
           public_ports.contains(
               {permit.subject, permit.direction, permit.protocol, permit.port})) ||
          (permit.widening == Widening::cluster_to_dns &&
           servers.contains({permit.subject, permit.port})))
        missing_.insert(permit.key());
  }

  /// Whether a workload may ask a server for the names that it is allowed from now on.
  bool can_ask(const Permit& resolver) {
    const auto [first, last] = names_.equal_range(resolver.subject);
    for (auto each = first; each != last; ++each)
      for (const std::uint32_t subject : parties_.all[resolver.subject].endpoints)
        for (const std::uint32_t peer : parties_.all[resolver.peer].endpoints) {
          const policy::Connection asked{subject, peer, resolver.protocol, resolver.port};
          if (engine_.decide(Direction::egress, asked).verdict != Verdict::redirect ||
              !judge_.judge(Direction::egress, asked, policy::DnsRequest{each->second}).allowed)
            return false;
        }
    return true;
  }

  // --- Into policies ---

  void add_rules() {
    std::map<policy::PolicyKind, std::vector<Permit>> missing;
    for (const Permit& permit : drafts_.permits)
      if (missing_.contains(permit.key())) missing[kind_for(permit.subject)].push_back(permit);
    for (auto& [kind, permits] : missing) add_rules(kind, std::move(permits));
  }

  /// The kind of the policies that are for a workload alone; what is asked for where it has none,
  /// or one of it.
  [[nodiscard]] policy::PolicyKind kind_for(std::uint32_t party) const {
    const auto own = own_.find(party);
    if (own == own_.end()) return options_.kind;
    const auto kind = [&](const Existing& each) { return existing_[each.policy].kind; };
    const bool asked = std::ranges::find(own->second, options_.kind, kind) != own->second.end();
    return asked ? options_.kind : kind(own->second.front());
  }

  void add_rules(policy::PolicyKind kind, std::vector<Permit> missing) {
    DraftOptions options = options_;
    options.kind = kind;
    options.dns = false;
    options.leave_open = false;
    options.system.clear();  // these policies are there
    Drafts drafts = draft(traffic_, parties_, std::move(missing), drafts_.resolvers, {}, options);
    std::ranges::move(drafts.unwritten, std::back_inserter(update_.unwritten));
    for (PolicyDraft& policy : drafts.policies) {
      if (!policy.proposed && put_into_own(policy)) continue;
      policy.addition = !policy.proposed && !policy.companion;
      add_policy(std::move(policy));
    }
  }

  /// The policy that is for the workload alone; that of its name where there are several.
  [[nodiscard]] const Existing* own_policy(const PolicyDraft& draft) const {
    const auto found = own_.find(draft.party);
    if (found == own_.end()) return nullptr;
    const Existing* first = nullptr;
    for (const Existing& each : found->second) {
      const policy::Policy& policy = existing_[each.policy];
      if (policy.kind != draft.kind) continue;
      if (policy.name == draft.name) return &each;
      if (first == nullptr) first = &each;
    }
    return first;
  }

  /// Whether rules of a direction count in a spec: those of a NetworkPolicy may be under no policy
  /// type.
  static bool decides(NodeRef spec, Direction direction) {
    const NodeRef types = spec.get("policyTypes");
    if (!types.has_children()) return true;
    return std::ranges::any_of(types.items(), [&](NodeRef type) {
      return base::equal_ignoring_case(type.text(), policy::direction_name(direction));
    });
  }

  bool put_into_own(const PolicyDraft& draft) {
    const Existing* own = own_policy(draft);
    if (own == nullptr) return false;
    // Items of the policy it goes into: peers are named relative to its namespace.
    PolicyDraft as = draft;
    as.kind = existing_[own->policy].kind;
    policy::Changes changes;
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      const std::vector<RuleDraft>& rules = draft.rules(direction);
      if (rules.empty()) continue;
      if (!decides(own->spec, direction)) return false;
      std::vector<policy::Value> items;
      for (const RuleDraft& rule : rules) items.push_back(write_item(as, rule));
      changes.push_back(policy::add_to_list(
          own->spec, std::string(policy::direction_name(direction)), std::move(items)));
    }
    auto edits = policy::edits_of(changes);
    if (!edits) return false;
    for (policy::Edit& edit : *edits) update_.edits.push_back(std::move(edit));
    update_.rules_added += draft.ingress.size() + draft.egress.size();
    return true;
  }

  // --- New ones ---

  void add_policies() {
    for (const PolicyDraft& policy : drafts_.policies)
      if (!selected_.contains(policy.party)) add_policy(policy);
  }

  /// What an object of a kind is told apart by: its namespace, where the kind has some, and its
  /// name.
  using ObjectName = std::tuple<policy::PolicyKind, std::string, std::string>;
  static ObjectName object_name(policy::PolicyKind kind, std::string_view ns,
                                std::string_view name) {
    return {kind, std::string(policy::is_clusterwide(kind) ? "" : ns), std::string(name)};
  }

  void add_policy(PolicyDraft policy) {
    if (taken_.empty())
      for (const policy::Policy& each : existing_)
        taken_.insert(object_name(each.kind, each.effective_namespace(), each.name));
    while (!taken_.insert(object_name(policy.kind, policy.ns, policy.name)).second)
      policy.name = dns_label_of(policy.name + "-observed");
    update_.added.push_back(std::move(policy));
  }

  // --- What is not used ---

  void prune(const std::vector<NodeRef>& unused) {
    using Place = std::tuple<std::string_view, std::uint32_t, std::uint32_t, std::uint32_t>;
    std::map<Place, std::vector<NodeRef>> lists;
    for (const NodeRef item : unused)
      lists[{item.document().file().path(), item.document().index(), item.document().range().begin,
             item.parent().index()}]
          .push_back(item);
    for (const auto& [place, items] : lists) {
      const NodeRef list = items.front().parent();
      // The object that the list is of, which may stand in another one.
      NodeRef root = list;
      while (root.parent() && !root.get("apiVersion")) root = root.parent();
      const bool last = items.size() == list.child_count();
      const bool cilium = root.get("apiVersion").text().starts_with("cilium.io/");
      std::optional<policy::Edits> edits;
      // Of a NetworkPolicy an empty item would allow everything.
      if (list.is_sequence() && (cilium || !last))
        edits = policy::edits_of(policy::remove_rules(list, items));
      if (!edits) {
        update_.not_pruned.push_back(
            items.front().range().place() + ": " +
            (cilium || !last ? "the list is written in a form that is not changed"
                             : "nothing would be left of the list, which means something else"));
        continue;
      }
      update_.rules_removed += items.size();
      for (policy::Edit& edit : *edits) update_.edits.push_back(std::move(edit));
    }
  }

  const policy::VerdictEngine& engine_;
  const policy::PolicyList& existing_;
  const ObservedTraffic& traffic_;
  const Parties& parties_;
  const Learned& learned_;
  const Drafts& drafts_;
  const DraftOptions& options_;
  policy::RequestJudge judge_;
  std::set<ObjectName> taken_;        ///< names of policies that are there, or added
  std::set<std::uint32_t> selected_;  ///< parties that some policy selects
  std::map<std::uint32_t, std::vector<Existing>> own_;
  std::set<Permit::Key> missing_;
  std::multimap<std::uint32_t, std::string> names_;  ///< of what is missing, by subject
  Update update_;
};

}  // namespace

Update update(const policy::VerdictEngine& existing, const std::vector<NodeRef>& unused,
              const Synthesis& synthesis, const DraftOptions& options) {
  return Updater(existing, synthesis, options).run(unused);
}

namespace {

/// The workloads, as `namespace/workload`, of which a selector of a policy selects pods.
std::set<std::string> selected_workloads(const policy::Policy& policy,
                                         const policy::Conditions& selector,
                                         const ObservedTraffic& traffic) {
  std::set<std::string> workloads;
  for (const ObservedEndpoint& endpoint : traffic.endpoints)
    if (!endpoint.workload.empty() &&
        (policy.clusterwide() || endpoint.ns == policy.effective_namespace()) &&
        policy::matches(selector, policy::Identity::of_labels(endpoint.facts.labels)))
      workloads.insert(endpoint.ns + "/" + workload_of(endpoint));
  return workloads;
}

}  // namespace

void keep_choices(const policy::PolicyList& existing, const ObservedTraffic& traffic,
                  LabelOptions& options) {
  for (const policy::Policy& policy : existing) {
    const NodeRef annotations = policy.root.get("metadata").get("annotations");
    const std::string_view keys = annotations.get(kLabelKeysAnnotation).text();
    std::vector<std::string> list;
    for (std::size_t at = 0; at <= keys.size();) {
      const std::size_t end = std::min(keys.find(',', at), keys.size());
      list.emplace_back(keys.substr(at, end - at));
      at = end + 1;
    }
    for (const policy::Spec& spec : policy.specs) {
      const policy::Conditions selector = policy::conditions(spec.endpoint_selector);
      const bool release = std::ranges::any_of(selector, [](const policy::Condition& each) {
        return std::ranges::any_of(each.values, [&](const std::string& value) {
          return policy::names_release(each.key, value);
        });
      });
      if (keys.empty() && !release) continue;
      for (const std::string& workload : selected_workloads(policy, selector, traffic)) {
        if (!keys.empty()) options.frozen.emplace(workload, list);
        if (release) options.apart.insert(workload);
      }
    }
  }
}

}  // namespace cnplint::synth
