// SPDX-License-Identifier: Apache-2.0
//
// What the rule base says of subjects is what the engine does: laws over the policies and endpoints
// of the conformance scenarios.
#include "policy/verdict/subject_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "policy/model/dns_server.h"
#include "policy/model/label.h"
#include "policy/verdict/dns_reach.h"
#include "tests/conformance/scenario.h"
#include "tests/conformance/vectors.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using policy::Direction;

/// A scenario with its policies translated.
/// Endpoints with labels of odd sources are left out: conditions that name no source are taken to
/// be about Kubernetes' labels (A3.1).
struct Translated {
  explicit Translated(const Json& json)
      : scenario(json),
        base(policy::translate(scenario.admitted.policies, scenario.environment,
                               scenario.surroundings)) {
    for (const policy::Endpoint& each : scenario.endpoints) {
      identities.push_back(policy::Identity::of_labels(each.labels));
      auto& labels = identities.back().labels;
      const auto is_odd = [](const policy::Label& label) { return label.source == "cni"; };
      const auto twice = std::ranges::adjacent_find(labels, {}, &policy::Label::key);
      if (twice != labels.end() || std::ranges::any_of(labels, is_odd)) labels.clear();
    }
  }
  [[nodiscard]] bool is_host(std::size_t endpoint) const {
    return scenario.endpoints[endpoint].kind == policy::EndpointKind::host;
  }

  tests::Scenario scenario;
  std::shared_ptr<const policy::RuleBase> base;
  std::vector<policy::Identity> identities;
};

template <class Body>
void each_translated(const Body& body) {
  for (const char* file : {"verdicts-1.jsonl.gz", "verdicts-facts.jsonl.gz"})
    for (const Json& json : tests::vectors(file)) body(Translated(json), json["id"].dump());
}

/// All that a search goes through.
template <class Search>
std::vector<std::uint32_t> all_of(const Search& search) {
  std::vector<std::uint32_t> all;
  EXPECT_FALSE(search([&](std::uint32_t subject) {
    all.push_back(subject);
    return false;
  }));
  return all;
}
std::vector<std::uint32_t> covering(const policy::SubjectIndex& index, std::uint32_t subject) {
  return all_of([&](const auto& wanted) { return index.any_covering(subject, wanted); });
}

TEST(SubjectLaws, TheIndexFindsWhoeverSelects) {
  std::size_t found = 0;
  each_translated([&](const Translated& all, const std::string& id) {
    const policy::SubjectIndex index(*all.base);
    for (std::size_t i = 0; i < all.identities.size(); ++i) {
      std::vector<std::uint32_t> expected;
      for (std::uint32_t subject = 0; subject < all.base->subjects.size(); ++subject)
        if (policy::selects(all.base->subjects[subject], all.identities[i], all.is_host(i)))
          expected.push_back(subject);
      EXPECT_EQ(index.selecting(all.identities[i], all.is_host(i)), expected) << id;
      found += expected.size();
    }
  });
  EXPECT_GT(found, 3000U);
}

TEST(SubjectLaws, WhatCoversSelectsWhateverTheOtherSelects) {
  std::size_t covered = 0;
  each_translated([&](const Translated& all, const std::string& id) {
    const policy::SubjectIndex index(*all.base);
    for (std::uint32_t subject = 0; subject < all.base->subjects.size(); ++subject)
      for (const std::uint32_t other : covering(index, subject)) {
        covered += other != subject ? 1 : 0;
        for (std::size_t i = 0; i < all.identities.size(); ++i) {
          if (!policy::selects(all.base->subjects[subject], all.identities[i], all.is_host(i)))
            continue;
          EXPECT_TRUE(policy::selects(all.base->subjects[other], all.identities[i], all.is_host(i)))
              << id << ": " << other << " covers " << subject;
        }
      }
    // The same of peers.
    const auto& selectors = all.base->selectors;
    for (const policy::Conditions& wide : selectors)
      for (const policy::Conditions& narrow : selectors) {
        if (!policy::covers(wide, narrow)) continue;
        for (const policy::Identity& each : all.identities)
          EXPECT_TRUE(!policy::matches(narrow, each) || policy::matches(wide, each)) << id;
      }
  });
  EXPECT_GT(covered, 500U);
}

TEST(SubjectLaws, WitnessesAreSelectedByWhatTheyStandFor) {
  std::size_t witnesses = 0;
  std::size_t selected = 0;
  each_translated([&](const Translated& all, const std::string& id) {
    const policy::SubjectIndex index(*all.base);
    for (std::uint32_t i = 0; i < all.base->subjects.size(); ++i) {
      const policy::Subject& subject = all.base->subjects[i];
      for (const policy::Identity& each : policy::witnesses(subject, all.base->environment)) {
        ++witnesses;
        // Conditions that exclude each other have no witness.
        selected += policy::selects(subject, each, subject.node) ? 1 : 0;
        const auto standing = index.selecting(each, subject.node);
        const auto is_there = [&](std::uint32_t other) {
          return std::ranges::binary_search(standing, other);
        };
        EXPECT_EQ(is_there(i), policy::selects(subject, each, subject.node)) << id;
        // Whoever stands beside every witness stands beside this one.
        for (const std::uint32_t other : standing)
          EXPECT_FALSE(other != i && index.stands_alone(i)) << id;
      }
    }
  });
  EXPECT_GT(witnesses, 2500U);
  EXPECT_GT(selected, witnesses - witnesses / 20);
}

/// A pod that is a DNS server.
policy::Endpoint server(const policy::DnsServerLabel& label, const std::string& cluster) {
  policy::PodFacts facts;
  facts.ns = label.ns;
  facts.labels = {{std::string(label.key), std::string(label.value)}};
  facts.namespace_labels = {{"kubernetes.io/metadata.name", std::string(label.ns)}};
  facts.cluster = cluster;
  policy::Endpoint endpoint;
  endpoint.kind = policy::EndpointKind::pod;
  endpoint.labels = policy::identity_labels(facts);
  return endpoint;
}

/// Where the rule base knows of no rule that leads from a subject to a DNS server, the engine lets
/// none of its witnesses ask one: no transport that it allows is missed.
TEST(SubjectLaws, NoRuleToDnsMeansThatTheEngineDeniesIt) {
  std::size_t denied = 0;
  std::size_t allowed = 0;
  each_translated([&](const Translated& all, const std::string& id) {
    const policy::SubjectIndex index(*all.base);
    const policy::DnsReach reach(*all.base, {});
    for (std::uint32_t i = 0; i < all.base->subjects.size(); ++i) {
      const policy::Subject& subject = all.base->subjects[i];
      if (subject.node || all.base->environment.enforcement == policy::Enforcement::never) continue;
      for (const policy::Identity& witness : policy::witnesses(subject, all.base->environment)) {
        unsigned transports = policy::kNoDns;
        bool enforced = false;
        for (const std::uint32_t other : index.selecting(witness, false))
          for (std::uint32_t rule = all.base->subjects[other].first_rule;
               rule < all.base->subjects[other].end_rule; ++rule) {
            transports |= reach.of_rule(rule);
            enforced = enforced || (all.base->rules[rule].direction == Direction::egress &&
                                    all.base->rules[rule].default_deny);
          }
        if (!enforced) continue;
        std::vector<policy::Endpoint> endpoints{
            {policy::EndpointKind::pod, witness.labels, {}, {}, {}}};
        std::vector<std::uint16_t> ports;
        for (const policy::DnsServerLabel& label : policy::dns_server_labels()) {
          endpoints.push_back(server(label, all.base->environment.cluster));
          ports.push_back(label.port);
        }
        const policy::VerdictEngine engine(all.base, endpoints);
        for (const auto& [transport, protocol] :
             {std::pair(policy::kDnsOverUdp, policy::ip_protocol::kUdp),
              std::pair(policy::kDnsOverTcp, policy::ip_protocol::kTcp)})
          for (std::uint32_t to = 1; to < endpoints.size(); ++to) {
            const bool passes = policy::passes(
                engine.decide(Direction::egress, {0, to, protocol, ports[to - 1]}).verdict);
            ++(passes ? allowed : denied);
            EXPECT_TRUE(!passes || (transports & transport) != 0) << id << " subject " << i;
          }
      }
    }
  });
  EXPECT_GT(denied, 1000U);
  EXPECT_GT(allowed, 200U);
}

}  // namespace
}  // namespace cnplint
