// SPDX-License-Identifier: Apache-2.0
//
// Verdicts, names and selectors of the real Cilium 1.20 engine: every direction of every flow.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "lint/admission.h"
#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"
#include "rules/catalogue.h"
#include "tests/conformance/vectors.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;
using policy::Direction;

policy::Environment environment_of(const Json& options) {
  policy::Environment environment;
  environment.local_cluster = options["local_cluster"].get<bool>();
  environment.cluster = options["cluster"].get<std::string>();
  environment.host_firewall = options["host_firewall"].get<bool>();
  environment.ipv4 = options["ipv4"].get<bool>();
  environment.ipv6 = options["ipv6"].get<bool>();
  environment.node_selector_labels = options["node_selector_labels"].get<bool>();
  const std::string mode = options["enforcement"];
  environment.enforcement = mode == "always"  ? policy::Enforcement::always
                            : mode == "never" ? policy::Enforcement::never
                                              : policy::Enforcement::by_default;
  return environment;
}

policy::EndpointKind kind_of(const std::string& kind) {
  using policy::EndpointKind;
  const std::map<std::string, EndpointKind> kinds{{"pod", EndpointKind::pod},
                                                  {"mesh-pod", EndpointKind::mesh_pod},
                                                  {"external", EndpointKind::external},
                                                  {"host", EndpointKind::host},
                                                  {"health", EndpointKind::health},
                                                  {"ingress", EndpointKind::ingress},
                                                  {"init", EndpointKind::init},
                                                  {"remote-node", EndpointKind::remote_node},
                                                  {"unmanaged", EndpointKind::unmanaged}};
  return kinds.at(kind);
}

policy::Endpoint endpoint_of(const Json& json) {
  policy::Endpoint endpoint;
  endpoint.kind = kind_of(json["kind"]);
  for (const std::string label : json.value("labels", Json::array()))
    endpoint.labels.push_back(policy::parse_label(label));
  if (json.contains("ip")) endpoint.address = policy::parse_address(json["ip"].get<std::string>());
  for (const std::string name : json.value("dns_names", Json::array()))
    endpoint.dns_names.push_back(name);
  const Json named_ports = json.value("named_ports", Json::object());
  for (const auto& [name, port] : named_ports.items())
    endpoint.named_ports.push_back({name, port["port"].get<std::uint16_t>(),
                                    *policy::protocol_number(port["protocol"].get<std::string>())});
  return endpoint;
}

std::vector<std::pair<std::string, std::string>> pairs(const Json& object) {
  std::vector<std::pair<std::string, std::string>> result;
  for (const auto& [key, value] : object.items()) result.emplace_back(key, value);
  return result;
}

policy::Surroundings surroundings_of(const Json& scenario) {
  policy::Surroundings result;
  const Json groups = scenario.value("cidr_groups", Json::object());
  for (const auto& [name, group] : groups.items()) {
    policy::CidrGroup to{name, pairs(group.value("labels", Json::object())), {}};
    for (const std::string cidr : group["cidrs"]) to.cidrs.push_back(*policy::parse_prefix(cidr));
    result.cidr_groups.push_back(std::move(to));
  }
  for (const Json& service : scenario.value("services", Json::array())) {
    policy::Service to{service["namespace"],
                       service["name"],
                       pairs(service.value("labels", Json::object())),
                       pairs(service.value("selector", Json::object())),
                       {}};
    for (const std::string backend : service.value("backends", Json::array()))
      to.backends.push_back(*policy::parse_address(backend));
    result.services.push_back(std::move(to));
  }
  return result;
}

/// Of what matters for admission only one setting varies.
const lint::Admitter& admitter(const policy::Environment& environment) {
  static std::map<bool, lint::Admitter> known;
  const bool nodes = environment.node_selector_labels;
  return known.try_emplace(nodes, rules::catalogue(), environment).first->second;
}

/// One scenario, compiled.
class Scenario {
 public:
  explicit Scenario(const Json& json) : json_(json) {
    const policy::Environment environment = environment_of(json["options"]);
    base::SourceFile& file = store_.add("policies.yaml", json["policies"]);
    content_ = policy::read_documents(file);
    admitted_ = admitter(environment).admit(content_);
    std::vector<policy::Endpoint> endpoints;
    for (const auto& [name, endpoint] : json["endpoints"].items()) {
      index_[name] = static_cast<std::uint32_t>(endpoints.size());
      endpoints.push_back(endpoint_of(endpoint));
    }
    engine_.emplace(admitted_.policies, environment, surroundings_of(json), std::move(endpoints));
  }

  void run() {
    std::vector<std::string> rejected;
    for (const lint::RejectedPolicy& each : admitted_.rejected) rejected.push_back(each.subject);
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
    const policy::Connection connection{
        index_.at(flow["from"]), index_.at(flow["to"]),
        *policy::protocol_number(flow["protocol"].get<std::string>()), flow["port"]};
    const Json& expected = flow[std::string(policy::direction_name(direction))];
    const policy::Decision& decision = engine_->decide(direction, connection);
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
    EXPECT_EQ(policy::authentication_name(engine_->authentication(direction, connection)),
              expected.value("auth", ""))
        << where();
    check_alone(direction, connection, expected, where());
  }

  [[nodiscard]] Json names(const std::vector<std::uint32_t>& policies) const {
    std::vector<std::string> result;
    for (const std::uint32_t index : policies)
      result.push_back(admitted_.policies[index].subject());
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
    for (const policy::Match& match : engine_->matches(direction, connection)) {
      const std::uint32_t policy = engine_->rule_base().rules[match.rule].policy;
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
  base::SourceStore store_;
  policy::FileContent content_;
  lint::Admission admitted_;
  std::map<std::string, std::uint32_t> index_;
  std::optional<policy::VerdictEngine> engine_;
};

class ConformanceVerdicts : public testing::TestWithParam<const char*> {};

TEST_P(ConformanceVerdicts, EveryDirectionOfEveryFlow) {
  for (const Json& scenario : tests::vectors(GetParam())) Scenario(scenario).run();
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
