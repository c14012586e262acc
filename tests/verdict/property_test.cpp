// SPDX-License-Identifier: Apache-2.0
//
// Laws that hold for any policies, tried on those of the generated conformance scenarios.
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>

#include "tests/conformance/scenario.h"
#include "tests/conformance/vectors.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using policy::Direction;
using policy::Policy;
using policy::Verdict;

/// Everything of a decision that may not depend on how policies are written down.
struct Answer {
  Verdict verdict;
  policy::Synthetic synthetic;
  std::vector<std::string> policies;

  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer answer(const policy::VerdictEngine& engine, const std::vector<Policy>& policies,
              Direction direction, const policy::Connection& connection) {
  const policy::Decision& decision = engine.decide(direction, connection);
  Answer result{decision.verdict, decision.synthetic, {}};
  for (const std::uint32_t policy : decision.policies)
    result.policies.push_back(policies[policy].subject());
  std::ranges::sort(result.policies);
  result.policies.erase(std::unique(result.policies.begin(), result.policies.end()),
                        result.policies.end());
  return result;
}

/// Calls body(scenario, json, connection, direction) for every flow of every fifth scenario.
using Body = std::function<void(Direction, const policy::Connection&)>;
void each_flow(const tests::Scenario& scenario, const Json& json, const Body& body) {
  for (const Json& flow : json["flows"])
    for (const Direction direction : {Direction::egress, Direction::ingress})
      body(direction, scenario.connection(flow));
}

template <class Body>
void each_scenario(const Body& body) {
  const auto all = tests::vectors("verdicts-1.jsonl.gz");
  ASSERT_FALSE(all.empty());
  for (std::size_t i = 0; i < all.size(); i += 5) body(tests::Scenario(all[i]), all[i]);
}

/// Compares the answers over changed policies with those over the given ones.
void expect_same_answers(
    const std::function<std::vector<Policy>(const std::vector<Policy>&)>& change) {
  each_scenario([&](const tests::Scenario& scenario, const Json& json) {
    const std::vector<Policy>& policies = scenario.admitted.policies;
    const std::vector<Policy> changed = change(policies);
    const policy::VerdictEngine before = scenario.compile(policies);
    const policy::VerdictEngine after = scenario.compile(changed);
    each_flow(scenario, json, [&](Direction direction, const policy::Connection& connection) {
      EXPECT_EQ(answer(before, policies, direction, connection),
                answer(after, changed, direction, connection))
          << json["id"];
    });
  });
}

TEST(VerdictLaws, OrderOfPoliciesAndRulesChangesNothing) {
  std::mt19937 random(7);
  expect_same_answers([&](std::vector<Policy> policies) {
    std::ranges::shuffle(policies, random);
    for (Policy& policy : policies) {
      std::ranges::shuffle(policy.specs, random);
      for (policy::Spec& spec : policy.specs) std::ranges::shuffle(spec.items, random);
    }
    return policies;
  });
}

TEST(VerdictLaws, EachListItemInAPolicyOfItsOwnIsTheSame) {
  expect_same_answers([](const std::vector<Policy>& policies) {
    std::vector<Policy> split;
    for (const Policy& policy : policies)
      for (const policy::Spec& spec : policy.specs) {
        Policy one = policy;
        one.specs = {spec};
        if (spec.items.empty()) split.push_back(one);
        for (const policy::RuleItem& item : spec.items) {
          one.specs.front().items = {item};
          split.push_back(one);
        }
      }
    return split;
  });
}

/// The engine finds who is selected by indices of labels, addresses and names: each peer that a
/// selector says of itself, and no other.
TEST(VerdictLaws, MatchesNameEveryPeerThatSelects) {
  std::size_t selecting = 0;
  each_scenario([&](const tests::Scenario& scenario, const Json& json) {
    const policy::VerdictEngine engine = scenario.compile(scenario.admitted.policies);
    const policy::RuleBase& base = engine.rule_base();
    each_flow(scenario, json, [&](Direction direction, const policy::Connection& connection) {
      const policy::Identity& peer = engine.peer_identity(connection.peer(direction));
      for (const policy::Match& match : engine.matches(direction, connection)) {
        const policy::PolicyRule& rule = base.rules[match.rule];
        std::vector<std::uint32_t> expected;
        for (std::uint32_t i = 0; i < rule.peers.size(); ++i)
          if (policy::matches(base.selectors[rule.peers[i]], peer)) expected.push_back(i);
        EXPECT_EQ(match.peers, expected) << json["id"];
        selecting += expected.size();
      }
    });
    for (std::uint32_t i = 0; i < base.selectors.size(); ++i) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t end = 0; end < engine.endpoints().size(); ++end)
        if (policy::matches(base.selectors[i], engine.peer_identity(end))) expected.push_back(end);
      EXPECT_EQ(engine.peers_of_selector(i), expected) << json["id"];
    }
  });
  EXPECT_GT(selecting, 500U);
}

/// What a policy says of itself is what the engine makes of it: which directions it puts into
/// default deny, of every spec of every scenario.
TEST(VerdictLaws, SpecsKnowTheirDefaultDeny) {
  std::size_t specs = 0;
  for (const char* file : {"verdicts-1.jsonl.gz", "verdicts-2.jsonl.gz", "verdicts-facts.jsonl.gz"})
    for (const Json& json : tests::vectors(file)) {
      const tests::Scenario scenario(json);
      const std::vector<Policy>& policies = scenario.admitted.policies;
      const auto translated =
          policy::translate(policies, scenario.environment, scenario.surroundings);
      const policy::RuleBase& base = *translated;
      std::vector<std::size_t> next(policies.size());
      for (const policy::Subject& subject : base.subjects) {
        const policy::Spec& spec = policies[subject.policy].specs[next[subject.policy]++];
        ++specs;
        for (const Direction direction : {Direction::egress, Direction::ingress}) {
          const bool denies = std::any_of(base.rules.begin() + subject.first_rule,
                                          base.rules.begin() + subject.end_rule,
                                          [&](const policy::PolicyRule& rule) {
                                            return rule.direction == direction && rule.default_deny;
                                          });
          EXPECT_EQ(spec.default_deny(direction), denies)
              << json["id"] << " " << policies[subject.policy].subject() << " "
              << policy::direction_name(direction);
        }
      }
    }
  EXPECT_GT(specs, 3000U);
}

TEST(VerdictLaws, AnotherAllowNeverTurnsAnAllowIntoADeny) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("allow.yaml", R"(
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: another}
spec:
  endpointSelector: {}
  ingress:
  - fromEntities: [world]
    toPorts: [{ports: [{port: "80", protocol: TCP}, {port: "8000", endPort: 9000, protocol: ANY}]}]
  - fromEndpoints: [{matchLabels: {app: db}}]
  egress:
  - toCIDR: [10.0.0.0/8]
  - toEndpoints: [{}]
    toPorts: [{ports: [{port: "443", protocol: TCP}]}]
)"));
  std::size_t allowed = 0;
  each_scenario([&](const tests::Scenario& scenario, const Json& json) {
    const policy::VerdictEngine before = scenario.compile(scenario.admitted.policies);
    std::vector<Policy> more = scenario.admitted.policies;
    more.push_back(policy::read_policy(policy::PolicyKind::cilium_clusterwide_network_policy,
                                       content.documents[0].root()));
    const policy::VerdictEngine after = scenario.compile(more);
    each_flow(scenario, json, [&](Direction direction, const policy::Connection& connection) {
      const policy::Decision& old = before.decide(direction, connection);
      // Where nothing was enforced, or only by rules without default deny, the new policy is the
      // first to enforce: that is what it says, too.
      if (!policy::passes(old.verdict) || old.policies.empty()) return;
      ++allowed;
      EXPECT_TRUE(policy::passes(after.decide(direction, connection).verdict)) << json["id"];
    });
  });
  EXPECT_GT(allowed, 100U);
}

}  // namespace
}  // namespace cnplint
