// SPDX-License-Identifier: Apache-2.0
//
// What rules claim is so: every claim of every finding over the conformance scenarios and over
// random manifests is held against the engine.
//
// Rules that speak for certain are held against all that may be there: pods that nobody has
// written, addresses at the edges of every range. Rules that need the manifests of workloads are
// held against the pods of these.
#include <gtest/gtest.h>

#include <iomanip>
#include <iostream>
#include <map>
#include <optional>

#include "lint/rule.h"
#include "policy/verdict/witness_endpoints.h"
#include "tests/conformance/scenario.h"
#include "tests/conformance/vectors.h"
#include "tests/rules/claim_check.h"
#include "tests/rules/claim_world.h"

namespace cnplint {
namespace {

using policy::Endpoint;
using tests::ClaimUniverse;
using tests::ClaimWorld;

struct Tally {
  std::size_t claims = 0;
  std::size_t live = 0;  ///< of what matched something
  std::size_t compared = 0;
};

/// Holds claims against the engine and counts them.
class ClaimTally {
 public:
  /// `others`: endpoints that a scenario has beside its pods.
  void check(const ClaimWorld& world, const std::vector<Endpoint>& others,
             const std::string& name) {
    std::optional<ClaimUniverse> known;
    std::optional<ClaimUniverse> all;
    for (const lint::Finding& finding : world.claims()) {
      const bool by_manifests = finding.rule->certainty == lint::Certainty::needs_inventory;
      std::optional<ClaimUniverse>& universe = by_manifests ? known : all;
      if (!universe) universe.emplace(world.base, endpoints(world, others, !by_manifests));
      const tests::ClaimResult result = tests::check_claim(finding, *universe);
      Tally& tally = tallies_[std::string(finding.rule->name)];
      ++tally.claims;
      tally.live += result.something ? 1 : 0;
      tally.compared += result.compared;
      EXPECT_TRUE(result.wrong.empty())
          << name << ": " << finding.rule->name << " at " << finding.path << " of "
          << finding.subject << ": " << finding.message << "\n  but it " << result.wrong << "\n"
          << world.content.documents.front().file().text();
    }
  }

  void print(const std::string& title) const {
    std::cout << title << "\n";
    for (const auto& [rule, tally] : tallies_) {
      std::cout << "  " << std::left << std::setw(36) << rule << std::right << std::setw(7)
                << tally.claims << " claims" << std::setw(12) << tally.compared << " comparisons\n";
      testing::Test::RecordProperty(rule, std::to_string(tally.claims));
    }
  }

 private:
  static std::vector<Endpoint> endpoints(const ClaimWorld& world,
                                         const std::vector<Endpoint>& others, bool everything) {
    std::vector<Endpoint> result = world.pods();
    const auto add = [&](const std::vector<Endpoint>& more) {
      for (const Endpoint& each : more)
        if (policy::is_plain(each) && (everything || !policy::is_pod(each.kind)))
          result.push_back(each);
    };
    add(others);
    add(policy::usual_entities(world.environment));
    add(policy::edge_addresses(*world.base));
    if (everything) add(policy::witness_endpoints(*world.base));
    return result;
  }

  std::map<std::string, Tally> tallies_;
};

class RuleClaims : public testing::TestWithParam<const char*> {};

TEST_P(RuleClaims, HoldOverConformanceScenarios) {
  ClaimTally tally;
  bool complete = false;
  for (const nlohmann::json& json : tests::vectors(GetParam())) {
    const tests::Scenario scenario(json);
    complete = !complete;
    const ClaimWorld world(tests::manifests_of_scenario(json), scenario.environment,
                           &scenario.surroundings, complete);
    tally.check(world, scenario.endpoints, json["id"]);
    if (HasFailure()) break;
  }
  tally.print(GetParam());
}

INSTANTIATE_TEST_SUITE_P(Conformance, RuleClaims,
                         testing::Values("verdicts-facts.jsonl.gz", "verdicts-1.jsonl.gz",
                                         "verdicts-2.jsonl.gz"));

TEST(RuleClaimsOfRandomPolicies, Hold) {
  constexpr unsigned kSets = 600;
  ClaimTally tally;
  for (unsigned seed = 0; seed < kSets && !HasFailure(); ++seed) {
    const ClaimWorld world(tests::random_manifests(seed), tests::random_environment(seed));
    tally.check(world, {}, "seed " + std::to_string(seed));
  }
  tally.print("random manifests");
}

}  // namespace
}  // namespace cnplint
