// SPDX-License-Identifier: Apache-2.0
//
// Verdicts, names and selectors of the real Cilium 1.20 engine: every direction of every flow.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"
#include "tests/conformance/scenario.h"
#include "tests/conformance/vectors.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using policy::Direction;

/// Holds one scenario against the engine.
class VerdictCheck {
 public:
  explicit VerdictCheck(const Json& json) : json_(json), scenario_(json) {}

  void run() {
    std::vector<std::string> rejected;
    for (const project::RefusedPolicy& each : scenario_.admitted.rejected)
      rejected.push_back(each.subject);
    std::ranges::sort(rejected);
    std::vector<std::string> expected;
    for (const Json& each : json_.value("rejected", Json::array()))
      expected.push_back(each["policy"]);
    std::ranges::sort(expected);
    EXPECT_EQ(rejected, expected) << json_["id"];
    for (const Json& flow : json_["flows"]) {
      check(flow, Direction::egress);
      check(flow, Direction::ingress);
    }
  }

 private:
  void check(const Json& flow, Direction direction) {
    const policy::Connection connection = scenario_.connection(flow);
    const Json& expected = flow[std::string(policy::direction_name(direction))];
    const policy::Decision& decision = engine_.decide(direction, connection);
    const auto where = [&] {
      return json_["id"].get<std::string>() + " " + std::string(policy::direction_name(direction)) +
             " of " + flow["from"].get<std::string>() + " -> " + flow["to"].get<std::string>() +
             " " + flow["protocol"].get<std::string>() + "/" + flow["port"].dump();
    };
    EXPECT_EQ(policy::verdict_name(decision.verdict), expected["verdict"].get<std::string>())
        << where();
    EXPECT_EQ(policy::synthetic_name(decision.synthetic), expected.value("synthetic", ""))
        << where();
    EXPECT_EQ(names(decision.policies), expected.value("policies", Json::array())) << where();
    EXPECT_EQ(policy::authentication_name(policy::authentication(
                  engine_.rule_base(), decision, engine_.matches(direction, connection))),
              expected.value("auth", ""))
        << where();
    check_alone(direction, connection, expected, where());
  }

  [[nodiscard]] Json names(const std::vector<std::uint32_t>& policies) const {
    std::vector<std::string> result;
    for (const std::uint32_t index : policies)
      result.push_back(scenario_.admitted.policies[index].subject());
    std::ranges::sort(result);
    return result;
  }

  /// Every object that matches, by what it would decide alone.
  void check_alone(Direction direction, const policy::Connection& connection, const Json& expected,
                   const std::string& where) {
    if (!expected.contains("alone")) return;
    std::map<std::uint32_t, policy::Verdict> strongest;
    const auto rank = [](policy::Verdict verdict) {
      return verdict == policy::Verdict::deny ? 2 : verdict == policy::Verdict::redirect ? 1 : 0;
    };
    for (const policy::Match& match : engine_.matches(direction, connection)) {
      const std::uint32_t policy = engine_.rule_base().rules[match.rule].policy;
      const auto [found, added] = strongest.try_emplace(policy, match.effect);
      if (!added && rank(match.effect) > rank(found->second)) found->second = match.effect;
    }
    std::map<std::string, std::vector<std::uint32_t>> by_effect;
    for (const auto& [policy, effect] : strongest)
      by_effect[std::string(policy::verdict_name(effect))].push_back(policy);
    Json actual = Json::object();
    for (const auto& [effect, policies] : by_effect) actual[effect] = names(policies);
    EXPECT_EQ(actual, expected["alone"]) << where;
  }

  const Json& json_;
  tests::Scenario scenario_;
  policy::VerdictEngine engine_ = scenario_.compile(scenario_.admitted.policies);
};

class ConformanceVerdicts : public testing::TestWithParam<const char*> {};

TEST_P(ConformanceVerdicts, EveryDirectionOfEveryFlow) {
  for (const Json& scenario : tests::vectors(GetParam())) VerdictCheck(scenario).run();
}

INSTANTIATE_TEST_SUITE_P(Conformance, ConformanceVerdicts,
                         testing::Values("verdicts-facts.jsonl.gz", "verdicts-1.jsonl.gz",
                                         "verdicts-2.jsonl.gz"));

TEST(ConformanceNames, PatternsMatchAndAreValid) {
  const auto all = tests::vectors("fqdn.jsonl.gz");
  ASSERT_EQ(all.size(), 600U);
  for (const Json& vector : all) {
    const std::string pattern = vector["pattern"];
    if (vector.contains("match"))
      EXPECT_EQ(policy::DnsPattern(pattern, {}).matches(vector["name"].get<std::string>()),
                vector["match"].get<bool>())
          << vector;
    else
      EXPECT_EQ(vector["field"] == "matchName" ? policy::is_dns_match_name(pattern)
                                               : policy::is_dns_match_pattern(pattern) &&
                                                     pattern.size() <= policy::kLongestDnsPattern,
                vector["valid"].get<bool>())
          << vector;
  }
}

policy::Conditions conditions_of(const Json& selector) {
  using Op = policy::Condition::Op;
  const std::map<std::string, Op> ops{{"In", Op::in},
                                      {"NotIn", Op::not_in},
                                      {"Exists", Op::exists},
                                      {"DoesNotExist", Op::does_not_exist}};
  policy::Conditions result;
  const Json labels = selector.value("matchLabels", Json::object());
  for (const auto& [key, value] : labels.items())
    result.push_back(policy::condition(key, Op::in, {value.get<std::string>()}));
  for (const Json& each : selector.value("matchExpressions", Json::array()))
    result.push_back(policy::condition(each["key"].get<std::string>(), ops.at(each["operator"]),
                                       each.value("values", std::vector<std::string>())));
  return result;
}

TEST(ConformanceLabels, SelectorsMatchLabels) {
  const auto all = tests::vectors("labels.jsonl.gz");
  ASSERT_EQ(all.size(), 600U);
  for (const Json& vector : all) {
    std::vector<policy::Label> labels;
    for (const std::string label : vector["labels"]) labels.push_back(policy::parse_label(label));
    const auto identity = policy::Identity::of_labels(std::move(labels));
    EXPECT_EQ(policy::matches(conditions_of(vector["selector"]), identity),
              vector["match"].get<bool>())
        << vector;
  }
}

}  // namespace
}  // namespace cnplint
