// SPDX-License-Identifier: Apache-2.0
//
// Endpoints that policies speak of, whether anybody has seen them or not: what a sentence about all
// connections is held against.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "policy/model/address.h"
#include "policy/verdict/endpoint.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// Whether an endpoint has Kubernetes' labels only, each key once.
bool is_plain(const Endpoint& endpoint);
/// The nodes, proxies and whatever else is there beside pods.
std::vector<Endpoint> usual_entities(const Environment& environment);
/// Addresses at the edges of prefixes, and some others; one for every name or pattern.
std::vector<Endpoint> edge_addresses(std::span<const Prefix> prefixes,
                                     std::span<const std::string> names,
                                     const Environment& environment);
/// The same for all that selectors of a rule base name.
std::vector<Endpoint> edge_addresses(const RuleBase& base);
/// The CIDRs of all groups, where rules name groups.
std::vector<Prefix> group_prefixes(const RuleBase& base);
/// The same for what OpenShift egress policies name; nothing where there are none.
std::vector<Endpoint> firewall_edges(const PolicyList& policies, const Environment& environment);
/// What every subject and every peer asks for, and nothing else.
std::vector<Endpoint> witness_endpoints(const RuleBase& base);
/// Of these the ones that some pods do not stand for already: each is selected by something that
/// selects none of the pods. Nodes are among them.
std::vector<Endpoint> witnesses_beside(const RuleBase& base, const std::vector<Identity>& pods);
/// Whether conditions select some of these.
bool selects_any(const Conditions& conditions, const std::vector<Identity>& pods);

}  // namespace cnplint::policy
