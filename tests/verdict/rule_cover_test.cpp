// SPDX-License-Identifier: Apache-2.0
//
// What covers a peer or a port matches whatever that one matches: over random policies, pods that
// nobody has written and addresses at the edges of ranges.
#include "policy/verdict/rule_cover.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "policy/verdict/witness_endpoints.h"
#include "tests/rules/claim_universe.h"
#include "tests/rules/claim_world.h"

namespace cnplint {
namespace {

using policy::Direction;
using policy::Match;
using policy::PolicyRule;

/// One rule base, and how often something was covered in it.
class CoverCheck {
 public:
  explicit CoverCheck(const tests::ClaimWorld& world)
      : base_(*world.base), index_(base_), cover_(base_, index_), universe_(make(world)) {}

  std::size_t run() {
    for (std::uint32_t subject = 0; subject < base_.subjects.size(); ++subject)
      for (std::uint32_t rule = base_.subjects[subject].first_rule;
           rule < base_.subjects[subject].end_rule; ++rule)
        for (const policy::Action action : {policy::Action::allow, policy::Action::deny})
          if (cover_.is_known(base_.rules[rule]))
            for (const std::uint32_t wide : cover_.standing_beside(subject, rule, action))
              compare(rule, wide);
    return covered_;
  }

 private:
  static tests::ClaimUniverse make(const tests::ClaimWorld& world) {
    std::vector<policy::Endpoint> endpoints = world.pods();
    for (const auto& more :
         {policy::usual_entities(world.environment), policy::edge_addresses(*world.base),
          policy::witness_endpoints(*world.base)})
      endpoints.insert(endpoints.end(), more.begin(), more.end());
    return {world.base, std::move(endpoints)};
  }

  void compare(std::uint32_t narrow, std::uint32_t wide) {
    const PolicyRule& rule = base_.rules[narrow];
    std::vector<bool> peers;
    for (const std::uint32_t peer : rule.peers)
      peers.push_back(cover_.peers(wide).covering(peer).has_value());
    const bool everybody = cover_.peers(wide).covering_everybody().has_value();
    if (!everybody && std::ranges::none_of(peers, [](bool each) { return each; })) return;
    const policy::VerdictEngine& engine = universe_.engine();
    for (const std::uint32_t subject : universe_.subjects()) {
      const auto selecting = engine.rules_of_subject(rule.direction, subject);
      if (std::ranges::find(selecting, narrow) == selecting.end()) continue;
      EXPECT_NE(std::ranges::find(selecting, wide), selecting.end());
      for (const std::uint8_t number :
           {policy::ip_protocol::kTcp, policy::ip_protocol::kUdp, policy::ip_protocol::kIcmp})
        for (const std::uint16_t port : engine.port_steps(rule.direction, subject, number))
          for (const std::uint32_t peer : universe_.peers()) {
            const bool ingress = rule.direction == Direction::ingress;
            expect_both({ingress ? peer : subject, ingress ? subject : peer, number, port}, narrow,
                        wide, peers, everybody);
          }
    }
  }

  void expect_both(const policy::Connection& connection, std::uint32_t narrow, std::uint32_t wide,
                   const std::vector<bool>& peers, bool everybody) {
    const PolicyRule& rule = base_.rules[narrow];
    const std::vector<Match> matches = universe_.engine().matches(rule.direction, connection);
    const bool is_wide = std::ranges::find(matches, wide, &Match::rule) != matches.end();
    for (const Match& match : matches) {
      if (match.rule != narrow) continue;
      const auto& ports = base_.rules[wide].ports;
      const bool port = std::ranges::any_of(
          ports, [&](const policy::PortFilter& each) { return policy::covers(each, *match.port); });
      const bool peer = everybody || std::ranges::any_of(match.peers, [&](std::uint32_t each) {
                          return peers[each];
                        });
      if (!port || !peer) continue;
      ++covered_;
      EXPECT_TRUE(is_wide) << base_.policies[rule.policy].root.document().file().text()
                           << policy::path_of(base_.rules[wide].where) << " covers "
                           << policy::path_of(rule.where);
    }
  }

  const policy::RuleBase& base_;
  policy::SubjectIndex index_;
  policy::RuleCover cover_;
  tests::ClaimUniverse universe_;
  std::size_t covered_ = 0;
};

TEST(RuleCoverLaws, WhatCoversMatchesWhateverTheOtherMatches) {
  constexpr unsigned kSets = 150;
  std::size_t covered = 0;
  for (unsigned seed = 0; seed < kSets && !HasFailure(); ++seed)
    covered += CoverCheck(tests::ClaimWorld(tests::random_manifests(10000 + seed),
                                            tests::random_environment(seed)))
                   .run();
  EXPECT_GT(covered, 5000U);
}

TEST(RuleCover, PortsInPorts) {
  namespace protocol = policy::ip_protocol;
  const auto port = [](std::uint8_t number, std::uint16_t first, std::uint16_t end = 0) {
    policy::PortFilter filter;
    filter.protocol = number;
    filter.first = first;
    filter.end = end;
    return filter;
  };
  const policy::PortFilter every;
  EXPECT_TRUE(policy::covers(every, port(protocol::kIcmp, 8)));
  EXPECT_TRUE(policy::covers(port(protocol::kTcp, 0), port(protocol::kTcp, 80)));
  EXPECT_FALSE(policy::covers(port(protocol::kTcp, 80), port(protocol::kTcp, 0)));
  EXPECT_FALSE(policy::covers(port(protocol::kUdp, 0), port(protocol::kTcp, 80)));
  EXPECT_TRUE(policy::covers(port(protocol::kTcp, 80, 90), port(protocol::kTcp, 85)));
  EXPECT_FALSE(policy::covers(port(protocol::kTcp, 80, 90), port(protocol::kTcp, 85, 91)));
  policy::PortFilter named = port(protocol::kTcp, 0);
  named.name = "http";
  EXPECT_FALSE(policy::covers(named, port(protocol::kTcp, 80)));
  EXPECT_FALSE(policy::covers(port(protocol::kTcp, 80), named));
  EXPECT_TRUE(policy::covers(port(protocol::kTcp, 0), named));
  EXPECT_TRUE(policy::overlap(named, port(protocol::kTcp, 80)));
  EXPECT_FALSE(policy::overlap(port(protocol::kTcp, 80), port(protocol::kTcp, 81, 90)));
}

}  // namespace
}  // namespace cnplint
