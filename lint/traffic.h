// SPDX-License-Identifier: Apache-2.0
//
// What rules about traffic are told: what coverage found, and what would mend it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "policy/model/policy.h"

namespace cnplint::coverage {
struct CoverageReport;
struct ObservedTraffic;
}  // namespace cnplint::coverage

namespace cnplint::lint {

/// A policy that was synthesised for a workload that no policy selects.
struct MissingPolicy {
  std::string workload;               ///< `shop/cart`
  std::string yaml;                   ///< in one line
  std::vector<std::string> evidence;  ///< sentences: what it permits
};

/// What the policies lack by the traffic.
struct Remedies {
  /// By connection of the traffic and direction: the rule that would allow it, as YAML in one line.
  std::map<std::pair<std::uint32_t, policy::Direction>, std::string> rules;
  std::vector<MissingPolicy> policies;
  /// By position in CoverageReport::rules, of egress to every address: the rules that allow what
  /// used it, as items in YAML in one line.
  std::map<std::uint32_t, std::vector<std::string>> narrowed;
};

/// Policies held against captures.
struct Traffic {
  const coverage::CoverageReport& report;
  const coverage::ObservedTraffic& observed;
  const Remedies& remedies;
  std::string capture;  ///< what findings call it that point at no file
};

}  // namespace cnplint::lint
