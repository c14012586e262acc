// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "policy/model/cluster_facts.h"
#include "policy/model/dns_server.h"
#include "policy/verdict/dns_supply.h"
#include "rules/each.h"

namespace cnplint::rules {

/// The namespaces with DNS servers that the configuration names or captures show.
inline std::vector<std::string> dns_namespaces(const lint::ClusterContext& context) {
  std::vector<std::string> all = context.cluster.environment.dns;
  const auto& seen = context.cluster.seen_dns;
  all.insert(all.end(), seen.begin(), seen.end());
  return all;
}

inline policy::DnsSupply& dns_supply(const lint::ClusterContext& context) {
  return context.shared.get<policy::DnsSupply>(*context.rules, context.subjects, context.pods,
                                               dns_namespaces(context));
}

/// Whether a rule has toFQDNs.
inline bool has_names(const policy::PolicyRule& rule, const policy::RuleBase& base) {
  return std::ranges::any_of(rule.peers, [&](std::uint32_t peer) {
    const policy::Conditions& selector = base.selectors[peer];
    return !selector.empty() && selector.front().source == "fqdn";
  });
}

/// Whether a subject is denied egress where no rule allows it.
inline bool denies_egress(const policy::RuleBase& base, const policy::Subject& subject) {
  return std::ranges::any_of(base.rules_of(subject), [](const policy::PolicyRule& rule) {
    return rule.direction == Direction::egress && rule.default_deny;
  });
}

}  // namespace cnplint::rules
