// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <map>

#include "policy/model/cluster_addresses.h"
#include "rules/cidr.h"
#include "rules/every_port.h"
#include "rules/intent.h"
#include "rules/metadata.h"

namespace cnplint::rules::any_cidr {
namespace {

bool has(const std::vector<policy::Prefix>& all, std::string_view text) {
  const auto wanted = policy::parse_prefix(text);
  return std::ranges::any_of(all,
                             [&](const policy::Prefix& each) { return each.contains(*wanted); });
}

/// The ranges of RFC 1918, and unique local addresses.
constexpr std::array<std::string_view, 3> kPrivate{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"};
constexpr std::string_view kPrivateV6 = "fc00::/7";

/// Whether all private ranges of its family are excepted.
bool excepts_private(const Cidr& cidr) {
  const auto exceptions = exceptions_of(cidr);
  if (cidr.prefix.address.v6) return has(exceptions, kPrivateV6);
  return std::ranges::all_of(kPrivate, [&](auto each) { return has(exceptions, each); });
}

/// What is excepted, for a message.
std::string exceptions_text(const Cidr& cidr, bool no_private) {
  constexpr std::size_t kShown = 3;
  std::vector<std::string> names;
  if (no_private) names.emplace_back("the private ranges");
  for (const NodeRef each : cidr.except.items()) {
    const bool told = no_private && (each.text() == kPrivateV6 ||
                                     std::ranges::find(kPrivate, each.text()) != kPrivate.end());
    if (!told && !each.text().empty()) names.push_back(quoted(each.text()));
  }
  return names.empty() ? "" : " except " + base::first_few(names, kShown);
}

std::string told(const Cidr& cidr, bool no_private) {
  return quoted(cidr.where.text()) + " is every " + (cidr.prefix.address.v6 ? "IPv6" : "IPv4") +
         " address outside the cluster" + exceptions_text(cidr, no_private);
}

/// Whether everybody is what a rule is likely meant for: many clients need some port everywhere,
/// and some policies say themselves that they open.
bool is_wanted(const policy::Policy& policy, const RuleItem& item) {
  return (item.direction == Direction::egress && !has_every_port(item)) || is_meant_open(policy);
}

/// Says that the metadata service of the cloud is among the addresses, where it is.
class MetadataNotes {
 public:
  explicit MetadataNotes(const lint::ClusterContext& context) : base_(*context.rules) {
    for (const policy::MetadataService& each : policy::kMetadataServices)
      denials_.emplace_back(base_, context.subjects, each);
    for (std::uint32_t i = 0; i < base_.subjects.size(); ++i)
      for (std::uint32_t rule = base_.subjects[i].first_rule; rule < base_.subjects[i].end_rule;
           ++rule)
        rules_.try_emplace({&base_.rules[rule].where.document(), base_.rules[rule].where.index()},
                           i, rule);
  }

  void add_to(lint::Finding& finding, const RuleItem& item, const Cidr& cidr) const {
    const auto found = rules_.find({&item.node.document(), item.node.index()});
    if (found == rules_.end() || item.direction != Direction::egress) return;
    const auto [subject, rule] = found->second;
    if (std::ranges::none_of(base_.rules[rule].ports, covers_metadata_port)) return;
    const auto exceptions = exceptions_of(cidr);
    const auto& service = policy::kMetadataServices.at(cidr.prefix.address.v6 ? 1 : 0);
    const auto parsed = policy::parse_address(service.address);
    const bool out = std::ranges::any_of(
        exceptions, [&](const policy::Prefix& each) { return each.contains(*parsed); });
    if (out || denials_[cidr.prefix.address.v6 ? 1 : 0].of(subject)) return;
    finding.notes.push_back({{},
                             quoted(service.address) + ", where clouds hand out the credentials of "
                                                       "their machines, is among them"});
  }

 private:
  const policy::RuleBase& base_;
  std::vector<MetadataDenials> denials_;
  std::map<std::pair<const policy::Document*, std::uint32_t>,
           std::pair<std::uint32_t, std::uint32_t>>
      rules_;  ///< subject and rule by where the rule is written
};

/// The ranges of a rule that are every address of a family together, though none is alone.
std::vector<Cidr> parts_of_everything(const RuleItem& item, bool v6) {
  std::vector<Cidr> parts;
  std::vector<policy::Prefix> prefixes;
  bool whole = false;
  each_cidr(item, [&](const Cidr& cidr) {
    if (cidr.prefix.address.v6 != v6) return;
    whole = whole || cidr.prefix.length == 0;
    if (!exceptions_of(cidr).empty()) return;
    parts.push_back(cidr);
    prefixes.push_back(cidr.prefix);
  });
  const policy::Prefix everything{{.v6 = v6}, 0};
  if (whole || parts.size() < 2 || !policy::leave_nothing(everything, prefixes)) return {};
  // Only what is needed for it: what others hold as well is left out.
  std::erase_if(parts, [&](const Cidr& part) {
    return std::ranges::any_of(prefixes, [&](const policy::Prefix& each) {
      return each.length < part.prefix.length && each.contains(part.prefix);
    });
  });
  return parts;
}

void look_at_parts(const policy::Policy& policy, const RuleItem& item,
                   const MetadataNotes& metadata, Report& report) {
  for (const bool v6 : {false, true}) {
    const std::vector<Cidr> parts = parts_of_everything(item, v6);
    if (parts.empty()) continue;
    std::vector<std::string> names;
    names.reserve(parts.size());
    for (const Cidr& each : parts) names.push_back(quoted(each.where.text()));
    constexpr std::size_t kShown = 4;
    lint::Finding& finding =
        report.add(policy, parts.front().where,
                   base::first_few(names, kShown) + " are every " + (v6 ? "IPv6" : "IPv4") +
                       " address outside the cluster together");
    finding.strict = is_wanted(policy, item);
    metadata.add_to(finding, item, parts.front());
  }
}

/// Whether a firewall denies nothing: then its rules do nothing, which another rule says.
bool denies_nothing(const policy::Policy& policy) {
  return policy::is_firewall(policy.kind) &&
         std::ranges::all_of(policy.specs, [](const policy::Spec& spec) {
           return std::ranges::none_of(spec.items, &RuleItem::deny);
         });
}

void check(const lint::ClusterContext& context, Report& report) {
  const MetadataNotes metadata(context);
  for (const policy::Policy& policy : context.policies) {
    if (denies_nothing(policy)) continue;
    each_item(policy, [&](const RuleItem& item) {
      if (item.deny || is_placeholder(item.node.get("type"))) return;
      lint::Finding* finding = nullptr;  // one for both families
      each_cidr(item, [&](const Cidr& cidr) {
        if (cidr.prefix.length != 0) return;
        const bool no_private = excepts_private(cidr);
        if (finding == nullptr) {
          finding = &report.add(policy, cidr.where, told(cidr, no_private));
          finding->strict = true;
        } else {
          finding->notes.push_back({lint::culprit_range(cidr.where), told(cidr, no_private)});
        }
        // The Internet without the own networks is what many clients need.
        finding->strict = finding->strict && (no_private || is_wanted(policy, item));
        metadata.add_to(*finding, item, cidr);
      });
      look_at_parts(policy, item, metadata, report);
    });
  }
}

}  // namespace

CNPLINT_RULE{
    .name = "any-cidr",
    .family = lint::Family::exposure,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a CIDR that is every address",
    .why =
        R"(`0.0.0.0/0` and `::/0` are every address outside the cluster, as are `0.0.0.0/1` and `128.0.0.0/1` in one
rule; exceptions take out some, and the rest of the Internet stays. They match no pods, no nodes and not
the host. Where the whole Internet is meant, `toEntities: [world]` says so for both families; else name
the ranges, or use `toFQDNs`. The Internet without private ranges, and egress to some ports everywhere, is
what many clients need, so these are notes, and warnings in the profile `strict`; so is what a policy
says by its name (`internet-egress`). A note says where the metadata service of the cloud is
among the addresses: except 169.254.169.254, or deny it.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toCIDR: [0.0.0.0/0]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:
  - toEndpoints:
    - matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system, k8s-app: kube-dns}
    toPorts:
    - ports: [{port: "53", protocol: ANY}]
      rules: {dns: [{matchPattern: "*"}]}
  - toCIDR: [192.0.2.0/24]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"},
    .facts = "A5.1 P301 P407",
    .check_cluster = check,
};

}  // namespace cnplint::rules::any_cidr
