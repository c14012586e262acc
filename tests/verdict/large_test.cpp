// SPDX-License-Identifier: Apache-2.0
//
// Laws over tables that are too large to keep as arrays, and over the sets that they are made of.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "base/parallel.h"
#include "policy/verdict/index_set.h"
#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"

namespace cnplint {
namespace {

using policy::Direction;
using policy::Verdict;

constexpr std::uint32_t kPeers = 700;

/// One policy: rules of some peers and ports each, allowed and denied, all in random order.
std::string random_policy(std::mt19937& random) {
  const auto below = [&](std::uint32_t most) {
    return static_cast<std::uint32_t>(random() % most);
  };
  std::string sections[2];
  for (int i = 0; i < 900; ++i) {
    const bool deny = below(8) == 0;
    std::string rule = "  - {fromEndpoints: [";
    for (std::uint32_t peers = 1 + below(3); peers-- > 0;)
      rule +=
          "{matchLabels: {app: p" + std::to_string(below(kPeers)) + "}}" + (peers > 0 ? "," : "");
    if (below(40) == 0) rule = "  - {fromEntities: [cluster";
    rule += "], toPorts: [{ports: [";
    for (std::uint32_t ports = 1 + below(3); ports-- > 0;) {
      const std::uint32_t first = 1 + below(900);
      rule +=
          "{port: \"" + std::to_string(first) + "\", protocol: " + (below(5) == 0 ? "ANY" : "TCP");
      if (below(4) == 0) rule += ", endPort: " + std::to_string(first + below(300));
      rule += std::string("}") + (ports > 0 ? "," : "");
    }
    sections[deny ? 1 : 0] += rule + "]}]}\n";
  }
  return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: "
         "shop}\nspec:\n"
         "  endpointSelector: {matchLabels: {app: p0}}\n  ingress:\n" +
         sections[0] + "  ingressDeny:\n" + sections[1];
}

std::vector<policy::Endpoint> pods() {
  std::vector<policy::Endpoint> result;
  for (std::uint32_t i = 0; i < kPeers; ++i) {
    policy::Endpoint pod;
    pod.kind = policy::EndpointKind::pod;
    policy::PodFacts facts;
    facts.ns = "shop";
    facts.labels = {{"app", "p" + std::to_string(i)}};
    pod.labels = policy::identity_labels(facts);
    result.push_back(std::move(pod));
  }
  return result;
}

/// What rules of plain ports decide: a deny beats what is allowed.
Verdict verdict_of(const std::vector<policy::Match>& matches) {
  Verdict verdict = Verdict::default_deny;
  for (const policy::Match& match : matches)
    if (verdict != Verdict::deny) verdict = match.effect;
  return verdict;
}

TEST(VerdictLaws, LargeTablesDecideAsTheirMatchesSay) {
  std::mt19937 random(7);
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("a.yaml", random_policy(random)));
  ASSERT_FALSE(content.documents.front().error());
  const std::vector<policy::Policy> policies{policy::read_policy(
      policy::PolicyKind::cilium_network_policy, content.documents.front().root())};
  const policy::VerdictEngine engine(policies, {}, {}, pods());
  std::vector<policy::Connection> asked;
  for (int i = 0; i < 20000; ++i)
    asked.push_back({static_cast<std::uint32_t>(random() % kPeers), 0,
                     random() % 6 == 0 ? policy::ip_protocol::kUdp : policy::ip_protocol::kTcp,
                     static_cast<std::uint16_t>(1 + random() % 1300)});
  // Threads ask at once, each thing twice: what is remembered is what was worked out.
  std::vector<std::uint8_t> wrong(2 * asked.size());
  std::vector<Verdict> verdicts(2 * asked.size());
  base::parallel_for(wrong.size(), 4, [&](std::size_t i) {
    const policy::Connection& each = asked[i % asked.size()];
    verdicts[i] = engine.decide(Direction::ingress, each).verdict;
    wrong[i] = verdicts[i] == verdict_of(engine.matches(Direction::ingress, each)) ? 0 : 1;
  });
  EXPECT_EQ(std::ranges::count(wrong, 1), 0);
  for (const Verdict verdict : {Verdict::allow, Verdict::deny, Verdict::default_deny})
    EXPECT_GT(std::ranges::count(verdicts, verdict), 100) << policy::verdict_name(verdict);
}

TEST(VerdictLaws, SetsOfFewAndOfManyAreAlike) {
  std::mt19937 random(11);
  for (const std::uint32_t universe : {1U, 63U, 64U, 65U, 1000U})
    for (const std::uint32_t share : {1U, 2U, 10U, 100U}) {
      std::set<std::uint32_t> members;
      for (std::uint32_t i = 0; i < universe; ++i)
        if (random() % share == 0) members.insert(i);
      const policy::IndexSet set({members.begin(), members.end()}, universe);
      EXPECT_EQ(set.size(), members.size());
      for (std::uint32_t i = 0; i < universe; ++i) EXPECT_EQ(set.has(i), members.contains(i));
      std::vector<std::uint32_t> listed;
      set.each([&](std::uint32_t i) { listed.push_back(i); });
      EXPECT_TRUE(std::ranges::equal(listed, members));
    }
}

}  // namespace
}  // namespace cnplint
