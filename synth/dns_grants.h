// SPDX-License-Identifier: Apache-2.0
//
// DNS that policies of the whole cluster allow already, so that no other policy has to repeat it.
#pragma once

#include <cstdint>
#include <set>
#include <tuple>
#include <vector>

#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "synth/permit.h"

namespace cnplint::synth {

/// Sides of DNS that need no rule, and the policies that allow them.
struct DnsGrants {
  using Key = std::tuple<std::uint32_t, policy::Direction, std::uint32_t, std::uint16_t>;
  std::set<Key> sides;  ///< subject, direction, peer, port
  std::vector<const policy::Policy*> policies;

  [[nodiscard]] bool has(const Permit& permit) const {
    return sides.contains({permit.subject, permit.direction, permit.peer, permit.port});
  }
};

/// What cluster-wide policies of Cilium allow of DNS to the resolvers: over UDP and TCP, between
/// all pods of both ends, for every name, and nothing denies. The verdict engine decides, as if
/// every direction were in default deny. The policies must outlive the result.
DnsGrants dns_grants(const policy::PolicyList& existing, const ObservedTraffic& traffic,
                     const Parties& parties, const std::vector<Resolver>& resolvers,
                     const policy::Environment& environment);

}  // namespace cnplint::synth
