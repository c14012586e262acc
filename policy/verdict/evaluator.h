// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/source.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/request.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// A rule that matches a connection, and where it stands.
struct MatchedRule {
  std::string policy;               ///< `Kind/namespace/name`
  Verdict effect = Verdict::allow;  ///< what it would decide alone
  bool decides = false;             ///< the verdict is attributed to it
  base::SourceRange range;
  std::string path;        ///< of the rule in its manifest
  base::SourceRange peer;  ///< the peer that matches; the rule where it names none
};

/// The answer for one direction.
struct SideResult {
  Verdict verdict = Verdict::not_enforced;
  Synthetic synthetic = Synthetic::none;
  std::vector<std::string> policies;  ///< it is attributed to, `Kind/namespace/name`, sorted
  std::vector<MatchedRule> matched;
  std::optional<bool> request;  ///< whether the proxy lets the request through, where one is asked
  Authentication authentication = Authentication::disabled;

  [[nodiscard]] bool passes() const { return policy::passes(verdict) && request.value_or(true); }
};

/// Decides connections against all policies that are given: Cilium's and Kubernetes', and
/// OpenShift's on top for traffic that leaves the cluster.
class Evaluator {
 public:
  /// The policies must be ones that Cilium accepts, and outlive it.
  Evaluator(const std::shared_ptr<const RuleBase>& base, std::vector<Endpoint> endpoints);
  Evaluator(const PolicyList& policies, const Environment& environment,
            const Surroundings& surroundings, std::vector<Endpoint> endpoints);

  SideResult decide(Direction direction, const Connection& connection,
                    const std::optional<Request>& request = std::nullopt);
  /// Whether a connection passes in both directions, without saying why.
  [[nodiscard]] bool passes(const Connection& connection) const;

  /// Whether only toFQDNs lets a connection out while no DNS rule of the source lets Cilium see the
  /// names: then it is denied until one does (A5.3). Empty, or a sentence about it.
  [[nodiscard]] std::string unseen_names(const Connection& connection) const;
  /// The ports at which an OpenShift egress policy of an endpoint may change its mind.
  [[nodiscard]] std::vector<std::uint16_t> firewall_steps(std::uint32_t from) const {
    return firewalls_.port_steps(engine_.endpoints()[from]);
  }
  /// The rule of an OpenShift egress policy that matches, where one does.
  [[nodiscard]] std::optional<FirewallMatch> firewall(const Connection& connection) const;
  [[nodiscard]] const VerdictEngine& engine() const { return engine_; }
  [[nodiscard]] const PolicyList& policies() const { return engine_.rule_base().policies; }

 private:
  void add_firewall(const Connection& connection, SideResult& result) const;

  VerdictEngine engine_;
  EgressFirewalls firewalls_;
  RequestJudge judge_;
};

}  // namespace cnplint::policy
