// SPDX-License-Identifier: Apache-2.0
#include "synth/writer.h"

#include <algorithm>

#include "base/escape.h"
#include "base/parallel.h"
#include "base/text.h"
#include "flows/timestamp.h"
#include "synth/evidence.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::PolicyKind;
using policy::Value;

Value item_value(const PolicyDraft& policy, const RuleDraft& rule) {
  return policy::rule_value({policy.kind, policy.ns, rule.direction, rule.peers, rule.ports});
}

std::vector<std::string> comment_lines(const RuleDraft& rule) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> lines;
  for (const Evidence& each : rule.evidence) {
    if (lines.size() == kMost) {
      lines.push_back("and " + std::to_string(rule.evidence.size() - kMost) + " more");
      break;
    }
    lines.push_back(described(each));
  }
  if (rule.added > 0)
    lines.push_back("generalised: adds " + base::counted(rule.added, "connection") +
                    " that nobody saw");
  return lines;
}

Value annotations_value(const PolicyDraft& policy, const WriteOptions& options) {
  Value annotations = Value::map();
  std::vector<std::string> keys;
  for (const auto& [name, value] : policy.selector) keys.push_back(name);
  if (!keys.empty())
    annotations.set(std::string(kLabelKeysAnnotation), Value::text(base::joined(keys, ",")));
  annotations.set("cnplint.io/evidence", Value::text(described(policy.reports)));
  annotations.set("cnplint.io/confidence", Value::text(confidence_name(policy.confidence)));
  if (!policy.like.empty()) annotations.set("cnplint.io/template", Value::text(policy.like));
  if (policy.proposed)
    annotations.set("cnplint.io/status", Value::text("proposed"));
  else if (options.pending_review)
    annotations.set("cnplint.io/status", Value::text("pending-review"));
  return annotations;
}

/// The comment above what says which direction is put into default deny.
std::vector<std::string> open_comments(const PolicyDraft& policy) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> lines;
  if (policy.companion)
    lines.emplace_back(
        "what the NetworkPolicy of these pods has no words for; that one denies the rest");
  if (!policy.also_selected.empty())
    lines.push_back("these labels also select " + base::first_few(policy.also_selected, kMost) +
                    ": all here is for these as well");
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    const std::vector<std::string>& why = policy.why_open(direction);
    if (why.empty()) continue;
    lines.push_back(std::string(policy::direction_name(direction)) +
                    " stays open: what passed and has no rule would be cut off");
    for (std::size_t i = 0; i < std::min(why.size(), kMost); ++i) lines.push_back("  " + why[i]);
    if (why.size() > kMost)
      lines.push_back("  and " + std::to_string(why.size() - kMost) + " more");
  }
  return lines;
}

Value default_deny_value(const PolicyDraft& policy, const WriteOptions& options) {
  // What was only proposed may add, and must not deny; nor what stands beside what denies.
  const bool deny = !options.observe && !policy.proposed && !policy.companion;
  Value directions = Value::map();
  for (const Direction direction : {Direction::ingress, Direction::egress})
    directions.set(std::string(policy::direction_name(direction)),
                   Value::boolean(deny && policy.why_open(direction).empty()));
  return std::move(directions).in_line();
}

Value policy_types_value(const PolicyDraft& policy) {
  const bool whole = !policy.proposed && !policy.addition;
  const auto closed = [&](Direction direction) {
    return policy.why_open(direction).empty() && (whole || !policy.rules(direction).empty());
  };
  Value types = Value::list();
  if (closed(Direction::ingress)) types.add(Value::text("Ingress"));
  if (closed(Direction::egress)) types.add(Value::text("Egress"));
  return std::move(types).in_line();
}

void set_subject(const PolicyDraft& policy, const WriteOptions& options, Value& spec) {
  const bool firewall = policy.selector.empty();
  if (firewall) return;
  const bool cilium = policy::is_cilium(policy.kind);
  Labels labels = policy.selector;
  if (policy::is_clusterwide(policy.kind)) labels.emplace_back(policy::namespace_key(), policy.ns);
  spec.set(cilium ? "endpointSelector" : "podSelector", policy::selector_value(labels));
  if (!cilium)
    spec.set("policyTypes", policy_types_value(policy).with_comment(open_comments(policy)));
  else if (!policy.addition)
    spec.set("enableDefaultDeny",
             default_deny_value(policy, options).with_comment(open_comments(policy)));
}

/// What denies everything that the rules before it do not allow.
void add_final_rules(PolicyKind kind, Value& rules) {
  for (const char* cidr : {"0.0.0.0/0", "::/0"}) {
    // An EgressNetworkPolicy knows IPv4 only.
    if (*cidr == ':' && kind == PolicyKind::egress_network_policy) continue;
    rules.add(Value::map({{"type", Value::text("Deny")},
                          {"to", Value::map({{"cidrSelector", Value::quoted(cidr)}}).in_line()}}));
  }
}

/// Whether a direction has a list of rules: where nothing was seen, the empty item that denies.
bool has_list(const PolicyDraft& policy, Direction direction) {
  if (policy.selector.empty()) return direction == Direction::egress;
  // An item without peers allows nobody and denies by default (fact A1.2).
  const bool denies = policy::is_cilium(policy.kind) && !policy.proposed && !policy.addition &&
                      !policy.companion && policy.why_open(direction).empty();
  return denies || !policy.rules(direction).empty();
}

Value rules_value(const PolicyDraft& policy, Direction direction) {
  Value rules = Value::list();
  for (const RuleDraft& rule : policy.rules(direction))
    rules.add(item_value(policy, rule).with_comment(comment_lines(rule)));
  if (policy.selector.empty())
    add_final_rules(policy.kind, rules);
  else if (policy.rules(direction).empty())
    rules.add(Value::map().with_comment(
        {policy.dns_elsewhere && direction == Direction::egress
             ? "nothing was seen but DNS, which a policy of the cluster allows"
             : "nothing was seen"}));
  return rules;
}

Value policy_value(const PolicyDraft& policy, const WriteOptions& options) {
  Value metadata = Value::map({{"name", Value::text(policy.name)}});
  if (!policy::is_clusterwide(policy.kind)) metadata.set("namespace", Value::text(policy.ns));
  metadata.set("annotations", annotations_value(policy, options));
  Value spec = Value::map();
  set_subject(policy, options, spec);
  for (const Direction direction : {Direction::ingress, Direction::egress})
    if (has_list(policy, direction))
      spec.set(std::string(policy::direction_name(direction)), rules_value(policy, direction));
  return Value::map({{"apiVersion", Value::text(std::string(policy::api_version(policy.kind)))},
                     {"kind", Value::text(std::string(policy::kind_name(policy.kind)))},
                     {"metadata", std::move(metadata)},
                     {"spec", std::move(spec)}});
}

}  // namespace

Value write_item(const PolicyDraft& policy, const RuleDraft& rule) {
  return item_value(policy, rule).with_comment(comment_lines(rule));
}

std::string write_flow_item(const PolicyDraft& policy, const RuleDraft& rule) {
  return policy::in_flow(item_value(policy, rule));
}

std::string write_flow(const PolicyDraft& policy, const WriteOptions& options) {
  return policy::in_flow(policy_value(policy, options));
}

std::string write(const PolicyDraft& policy, const WriteOptions& options) {
  return policy::in_block(policy_value(policy, options));
}

std::string write_all(std::span<const PolicyDraft> policies, const WriteOptions& options,
                      unsigned threads) {
  std::vector<std::string> texts(policies.size());
  base::parallel_for(policies.size(), threads,
                     [&](std::size_t i) { texts[i] = write(policies[i], options); });
  std::string all;
  for (const std::string& text : texts) all += "---\n" + text;
  return all;
}

}  // namespace cnplint::synth
