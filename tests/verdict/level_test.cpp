// SPDX-License-Identifier: Apache-2.0
//
// Rules on several levels (facts/cluster-network-policy.md K6 to K8), which no kind of policy that
// is read has yet: so rules are made by hand, and the tables are held to a plain reading of the
// list. K7.7 says that the plain reading is what Cilium does.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "policy/verdict/subject_table.h"

namespace cnplint::policy {
namespace {

/// What a list of rules comes to for one connection, and the rules that may be named for it.
struct Reading {
  std::optional<Verdict> verdict;  ///< none where nothing decides
  std::vector<std::uint32_t> rules;
};

/// A rule that matches a connection: where it stands, and what it does.
struct Matching {
  std::uint32_t rule = 0;
  Level level;
  Verdict effect = Verdict::allow;
};

/// The strongest effect of one level: deny, redirect, allow, pass.
Verdict strongest(const std::vector<Matching>& matching, Level level) {
  for (const Verdict verdict : {Verdict::deny, Verdict::redirect, Verdict::allow})
    for (const Matching& each : matching)
      if (each.level == level && each.effect == verdict) return verdict;
  return Verdict::pass;
}

/// Runs down the list: the first level with a match decides, a pass skips the rest of its tier.
Reading plain_reading(const std::vector<Matching>& matching) {
  std::map<Level, std::vector<std::uint32_t>> levels;
  for (const Matching& each : matching)
    if (each.effect != Verdict::pass)
      levels[each.level].push_back(each.rule);
    else
      levels[each.level];
  std::optional<Tier> skipped;
  for (const auto& [level, rules] : levels) {
    if (level.tier == skipped) continue;
    const Verdict verdict = strongest(matching, level);
    if (verdict != Verdict::pass) return {verdict, rules};
    skipped = level.tier;
  }
  return {};
}

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}
  std::uint32_t below(std::uint32_t most) { return static_cast<std::uint32_t>(engine_() % most); }
  bool one_in(std::uint32_t most) { return below(most) == 0; }
  template <class T>
  T of(std::initializer_list<T> all) {
    return all.begin()[below(static_cast<std::uint32_t>(all.size()))];
  }
  Level level() { return {of({Tier::admin, Tier::normal, Tier::baseline}), below(3)}; }

 private:
  std::mt19937 engine_;
};

TEST(Levels, TheWinnerOfAMapIsThatOfThePlainReading) {
  Random random(20261126);
  std::map<Verdict, std::size_t> seen;
  std::size_t undecided = 0;
  for (int list = 0; list < 5'000; ++list) {
    std::vector<MapEntry> entries(random.below(7));
    std::vector<Candidate> candidates;
    std::vector<Matching> matching;
    for (std::uint32_t i = 0; i < entries.size(); ++i) {
      MapEntry& entry = entries[i];
      entry.level = random.level();
      entry.precedence = random.of({precedence::kDeny, precedence::kHttp, precedence::kAllow,
                                    precedence::kPass, precedence::kPass});
      entry.rules = {i};
      candidates.push_back({&entry, static_cast<std::uint8_t>(random.below(25)), random.one_in(2)});
      matching.push_back({i, entry.level, effect_of(entry.precedence)});
    }
    const auto won = winner(candidates);
    const Reading expected = plain_reading(matching);
    ASSERT_EQ(won.has_value(), expected.verdict.has_value()) << list;
    if (!won) {
      ++undecided;
      continue;
    }
    ++seen[*expected.verdict];
    ASSERT_EQ(effect_of(won->precedence), *expected.verdict) << list;
    ASSERT_FALSE(won->rules.empty());
    ASSERT_TRUE(std::ranges::includes(expected.rules, won->rules)) << list;
  }
  for (const Verdict verdict : {Verdict::deny, Verdict::redirect, Verdict::allow})
    EXPECT_GT(seen[verdict], 500U) << verdict_name(verdict);
  EXPECT_EQ(seen[Verdict::pass], 0U);
  EXPECT_GT(undecided, 500U);
}

NamedPort http_port(std::uint16_t number) { return {"http", number, ip_protocol::kTcp}; }

/// One subject, the local host, four pods as peers, and a list of rules by hand. Selector 0 is
/// everybody, every other selects some of the peers.
struct World {
  static constexpr std::uint32_t kPeers = 5;
  static constexpr std::uint32_t kSelectors = 5;
  RuleBase base;
  PeerClasses classes;
  std::vector<Endpoint> endpoints;
  SubjectRules rules;
  std::vector<std::vector<bool>> selects;  ///< by selector and peer

  World() {
    endpoints.resize(kPeers);
    endpoints[0].kind = EndpointKind::host;
    for (std::uint32_t i = 0; i < kPeers; ++i) {
      if (i > 0) endpoints[i].kind = EndpointKind::pod;
      if (i > 2) endpoints[i].named_ports = {http_port(i == 3 ? 80 : 8080)};
      classes.of_endpoint.push_back(i);
      classes.example.push_back(i);
      classes.named_ports.push_back(endpoints[i].named_ports);
      classes.members.push_back({i});
    }
    classes.hosts = {0};
  }

  void add_selectors(Random& random) {
    for (std::uint32_t i = 0; i < kSelectors; ++i) {
      std::vector<std::uint32_t> selected;
      selects.emplace_back();
      for (std::uint32_t peer = 0; peer < kPeers; ++peer) {
        selects.back().push_back(i == 0 || random.one_in(2));
        if (selects.back().back()) selected.push_back(peer);
      }
      classes.selected.emplace_back(selected, kPeers);
      base.selectors.emplace_back();
      if (i > 0) base.selectors.back().push_back(has_reserved("number-" + std::to_string(i)));
    }
  }

  /// What VerdictEngine does for the subject, when all rules are there.
  void apply() {
    for (std::uint32_t i = 0; i < base.rules.size(); ++i) {
      const PolicyRule& rule = base.rules[i];
      const bool everybody = std::ranges::find(rule.peers, 0U) != rule.peers.end();
      const bool others =
          std::ranges::any_of(rule.peers, [](std::uint32_t each) { return each > 0; });
      rules.rules.push_back({i, &rule.peers, rule.any_peer || everybody, others});
      rules.indices.push_back(i);
      if (rule.any_peer) rules.any_peer.push_back(i);
      rules.passes = rules.passes || rule.action == Action::pass;
    }
  }

  [[nodiscard]] std::vector<Matching> matching(const Connection& connection) const {
    const std::vector<NamedPort>& named = rules.direction == Direction::ingress
                                              ? rules.named_ports
                                              : endpoints[connection.to].named_ports;
    std::vector<Matching> result;
    for (std::uint32_t i = 0; i < base.rules.size(); ++i) {
      const PolicyRule& rule = base.rules[i];
      const bool peer = rule.any_peer || std::ranges::any_of(rule.peers, [&](std::uint32_t each) {
                          return selects[each][connection.peer(rules.direction)];
                        });
      for (const PortFilter& filter : rule.ports)
        if (peer && covers(filter, rules.direction, connection, named))
          result.push_back({i, rule.level, effect_of(precedence_of(rule, filter))});
    }
    return result;
  }
};

PortFilter random_filter(Random& random) {
  PortFilter filter;
  if (random.one_in(4)) return filter;
  filter.protocol = random.of({ip_protocol::kTcp, ip_protocol::kTcp, ip_protocol::kUdp});
  if (random.one_in(4)) return filter;
  if (filter.protocol == ip_protocol::kTcp && random.one_in(4))
    filter.l7 = random.of({L7Kind::http, L7Kind::dns});
  if (filter.protocol == ip_protocol::kTcp && random.one_in(5)) {
    filter.name = "http";
    return filter;
  }
  filter.first = random.of<std::uint16_t>({80, 443, 8000, 8080});
  if (random.one_in(3)) filter.end = static_cast<std::uint16_t>(filter.first + random.below(500));
  return filter;
}

PolicyRule random_rule(Random& random) {
  PolicyRule rule;
  rule.level = random.level();
  rule.action = random.of({Action::allow, Action::deny, Action::pass, Action::pass});
  rule.any_peer = random.one_in(4);
  for (std::uint32_t i = rule.any_peer ? 0 : 1 + random.below(2); i-- > 0;)
    rule.peers.push_back(random.below(World::kSelectors));
  for (std::uint32_t i = 1 + random.below(2); i-- > 0;) rule.ports.push_back(random_filter(random));
  return rule;
}

/// What the end of the list comes to (K7.5, K8.6).
Decision at_the_end(const World& world, std::uint32_t peer) {
  if (!world.rules.default_deny) return {Verdict::allow, Synthetic::allow_any, {}, {}};
  if (world.rules.localhost && peer == 0)
    return {Verdict::allow, Synthetic::allow_localhost, {}, {}};
  const bool passes = std::ranges::any_of(
      world.base.rules, [](const PolicyRule& rule) { return rule.action == Action::pass; });
  return {Verdict::default_deny, passes ? Synthetic::deny_any : Synthetic::none, {}, {}};
}

/// Asks a table about every peer and all ports that matter; counts what it says.
void expect_plain_reading(const World& world, std::map<std::string, std::size_t>& seen) {
  DecisionPool pool;
  const SubjectTable table(world.rules, world.base, world.classes, world.endpoints, pool);
  constexpr std::uint32_t kSubject = 1;
  for (std::uint32_t peer = 0; peer < World::kPeers; ++peer)
    for (const std::uint8_t protocol : {ip_protocol::kTcp, ip_protocol::kUdp, ip_protocol::kSctp})
      for (const std::uint16_t port : {79, 80, 81, 443, 500, 8000, 8079, 8080, 8081, 8400, 65535}) {
        const bool ingress = world.rules.direction == Direction::ingress;
        const Connection connection{ingress ? peer : kSubject, ingress ? kSubject : peer, protocol,
                                    port};
        const Decision& decision = table.decide(peer, protocol, port);
        const Reading expected = plain_reading(world.matching(connection));
        if (!expected.verdict) {
          EXPECT_EQ(decision, at_the_end(world, peer));
        } else {
          EXPECT_EQ(decision.verdict, *expected.verdict);
          EXPECT_EQ(decision.synthetic, Synthetic::none);
          EXPECT_FALSE(decision.rules.empty());
          EXPECT_TRUE(std::ranges::includes(expected.rules, decision.rules));
        }
        ++seen[std::string(verdict_name(decision.verdict)) + " " +
               std::string(synthetic_name(decision.synthetic))];
      }
}

TEST(Levels, TablesDecideAsThePlainReading) {
  Random random(7);
  std::map<std::string, std::size_t> seen;
  for (int list = 0; list < 2'500 && !testing::Test::HasFailure(); ++list) {
    SCOPED_TRACE("list " + std::to_string(list));
    World world;
    world.add_selectors(random);
    for (std::uint32_t i = 1 + random.below(12); i-- > 0;)
      world.base.rules.push_back(random_rule(random));
    world.rules.direction = random.of({Direction::ingress, Direction::egress});
    world.rules.default_deny = random.one_in(2);
    world.rules.localhost = world.rules.direction == Direction::ingress;
    world.rules.named_ports = {http_port(8080)};
    world.apply();
    expect_plain_reading(world, seen);
  }
  for (const char* answer : {"allow ", "redirect ", "deny ", "default-deny ",
                             "default-deny deny-any", "allow allow-any", "allow allow-localhost"})
    EXPECT_GT(seen[answer], 100U) << answer;
  EXPECT_EQ(seen.size(), 7U);
}

/// A rule of a case below, about the peers of one selector.
struct Line {
  Tier tier;
  std::uint32_t priority;
  Action action;
  std::uint32_t selector = 0;
};

/// The answer for a pod that selector 1 selects and 2 does not.
std::string answer(std::initializer_list<Line> lines, bool default_deny) {
  World world;
  for (std::uint32_t i = 0; i < 3; ++i) {
    world.classes.selected.emplace_back(
        i == 2 ? std::vector<std::uint32_t>{2} : std::vector<std::uint32_t>{3}, World::kPeers);
    world.base.selectors.emplace_back();
    if (i > 0) world.base.selectors[i].push_back(has_reserved("number-" + std::to_string(i)));
  }
  for (const Line& line : lines) {
    PolicyRule& rule = world.base.rules.emplace_back();
    rule.level = {line.tier, line.priority};
    rule.action = line.action;
    rule.peers = {line.selector};
    rule.ports.emplace_back();
  }
  world.rules.default_deny = default_deny;
  world.apply();
  DecisionPool pool;
  const SubjectTable table(world.rules, world.base, world.classes, world.endpoints, pool);
  const Decision& decision = table.decide(3, ip_protocol::kTcp, 80);
  std::string result(verdict_name(decision.verdict));
  for (const std::uint32_t rule : decision.rules) result += " " + std::to_string(rule);
  if (decision.synthetic != Synthetic::none)
    result += " " + std::string(synthetic_name(decision.synthetic));
  return result;
}

TEST(Levels, FactsOfClusterNetworkPolicy) {
  constexpr auto kAdmin = Tier::admin;
  constexpr auto kNormal = Tier::normal;
  constexpr auto kBaseline = Tier::baseline;
  constexpr auto kAllow = Action::allow;
  constexpr auto kDeny = Action::deny;
  constexpr auto kPass = Action::pass;
  // K6.1, K6.2, K6.4: tiers, then priorities, whatever is more specific.
  EXPECT_EQ(answer({{kNormal, 0, kDeny}, {kAdmin, 900, kAllow}}, true), "allow 1");
  EXPECT_EQ(answer({{kAdmin, 200, kDeny, 1}, {kAdmin, 100, kAllow, 0}}, true), "allow 1");
  EXPECT_EQ(answer({{kAdmin, 100, kDeny, 2}, {kAdmin, 200, kAllow, 1}}, true), "allow 1");
  // K6.5: inside a level deny, then allow, then pass.
  EXPECT_EQ(answer({{kAdmin, 1, kPass}, {kAdmin, 1, kAllow, 1}, {kNormal, 0, kDeny}}, true),
            "allow 1");
  EXPECT_EQ(answer({{kAdmin, 1, kPass}, {kAdmin, 1, kAllow}, {kAdmin, 1, kDeny, 1}}, true),
            "deny 2");
  // K6.6 to K6.8.
  EXPECT_EQ(answer({{kAdmin, 1, kAllow}, {kNormal, 0, kDeny, 1}}, true), "allow 0");
  EXPECT_EQ(answer({{kAdmin, 1, kDeny}, {kNormal, 0, kAllow, 1}}, true), "deny 0");
  EXPECT_EQ(answer({{kNormal, 0, kAllow}, {kBaseline, 0, kDeny}}, true), "allow 0");
  // K7.1, K7.2: the rest of the tier is skipped, and nothing else.
  EXPECT_EQ(answer({{kAdmin, 1, kPass}, {kAdmin, 2, kDeny}, {kNormal, 0, kAllow, 1}}, true),
            "allow 2");
  EXPECT_EQ(answer({{kAdmin, 1, kDeny}, {kAdmin, 2, kPass}, {kNormal, 0, kAllow}}, true), "deny 0");
  EXPECT_EQ(answer({{kAdmin, 1, kPass, 2}, {kAdmin, 2, kDeny}, {kNormal, 0, kAllow}}, true),
            "deny 1");
  // K7.3, K7.4, K7.6.
  EXPECT_EQ(answer({{kAdmin, 1, kPass}, {kBaseline, 0, kAllow}}, true), "allow 1");
  EXPECT_EQ(answer({{kAdmin, 1, kPass}, {kBaseline, 1, kPass}, {kBaseline, 2, kDeny}}, false),
            "allow allow-any");
  // K7.5: the end, also for what no pass touched; K8.1, K8.3.
  EXPECT_EQ(answer({{kAdmin, 1, kPass}}, false), "allow allow-any");
  EXPECT_EQ(answer({{kAdmin, 1, kPass}}, true), "default-deny deny-any");
  EXPECT_EQ(answer({{kBaseline, 1, kPass, 2}}, true), "default-deny deny-any");
  EXPECT_EQ(answer({{kAdmin, 1, kDeny, 2}}, true), "default-deny");
  EXPECT_EQ(answer({{kAdmin, 1, kDeny, 2}}, false), "allow allow-any");
  EXPECT_EQ(answer({{kNormal, 0, kAllow, 2}, {kBaseline, 1, kAllow}}, true), "allow 1");
}

}  // namespace
}  // namespace cnplint::policy
