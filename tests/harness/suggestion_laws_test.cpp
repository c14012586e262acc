// SPDX-License-Identifier: Apache-2.0
//
// Over random policies: what is proposed allows the connection and changes no other verdict of the
// inventory.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "harness/suggestion.h"
#include "policy/yaml/reader.h"
#include "tests/admitted.h"

namespace cnplint {
namespace {

using policy::Direction;
using policy::Port;

/// Writes random manifests and policies with few labels, so that selectors meet.
class RandomRepository {
 public:
  explicit RandomRepository(unsigned seed) : random_(seed) {}

  std::string text() {
    std::string text;
    const int workloads = 3 + below(5);
    for (int i = 0; i < workloads; ++i) text += "---\n" + workload(i);
    const int policies = 1 + below(4);
    for (int i = 0; i < policies; ++i) text += "---\n" + policy(i);
    return text;
  }

  std::uint32_t below(int count) {
    return std::uniform_int_distribution<std::uint32_t>(
        0, static_cast<std::uint32_t>(count) - 1)(random_);
  }
  bool one_in(int count) { return below(count) == 0; }

 private:
  std::string one_of(std::initializer_list<const char*> texts) {
    return *(texts.begin() + below(static_cast<int>(texts.size())));
  }
  std::string ns() { return one_of({"shop", "shop", "ops"}); }

  std::string labels() {
    std::string text;
    const auto add = [&](const std::string& label) { text += (text.empty() ? "" : ", ") + label; };
    if (!one_in(8)) add("app: " + one_of({"web", "api", "db"}));
    if (one_in(3)) add("tier: " + one_of({"front", "back"}));
    if (one_in(4)) add("version: " + one_of({"v1", "v2"}));
    if (one_in(6)) add("pod-template-hash: 5d4b8c7f9x");
    return text;
  }

  std::string workload(int number) {
    const std::string account = one_in(4) ? "serviceAccountName: robot, " : "";
    const std::string host = one_in(12) ? "hostNetwork: true, " : "";
    return "apiVersion: v1\nkind: Pod\nmetadata: {name: p" + std::to_string(number) +
           ", namespace: " + ns() + ", labels: {" + labels() + "}}\nspec: {" + account + host +
           "containers: [{name: c, image: x, ports: [{name: http, containerPort: 8080}]}]}\n";
  }

  std::string selector() {
    const std::string key = one_of({"app", "tier", "version"});
    switch (below(6)) {
      case 0:
        return "{}";
      case 1:
        return "{matchExpressions: [{key: " + key + ", operator: DoesNotExist}]}";
      case 2:
        return "{matchExpressions: [{key: " + key + ", operator: Exists}]}";
      case 3:
        return "{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}";
      case 4:
        return "{matchLabels: {tier: " + one_of({"front", "back"}) + "}}";
      default:
        return "{matchLabels: {app: " + one_of({"web", "api", "db"}) + "}}";
    }
  }

  std::string ports() {
    const std::string port = one_of(
        {R"(port: "80")", R"(port: "8080")", "port: http", R"(port: "8000", endPort: 8100)"});
    return "toPorts: [{ports: [{" + port + ", protocol: " + one_of({"TCP", "TCP", "UDP", "ANY"}) +
           "}]}]";
  }

  std::string item(bool ingress, bool deny) {
    const std::string side = ingress ? "from" : "to";
    std::string text;
    switch (below(deny ? 4 : 5)) {
      case 0:
        text = side + "Entities: [" + one_of({"world", "cluster", "host", "all"}) + "]";
        break;
      case 1:
        text = side + "CIDR: [203.0.113.0/24]";
        break;
      case 4:
        return "{}";
      default:
        text = side + "Endpoints: [" + selector() + "]";
    }
    return "{" + text + (one_in(3) ? "" : ", " + ports()) + "}";
  }

  std::string policy(int number) {
    const bool wide = one_in(4);
    std::string text =
        "apiVersion: cilium.io/v2\nkind: Cilium" + std::string(wide ? "Clusterwide" : "") +
        "NetworkPolicy\nmetadata: {name: n" + std::to_string(number) +
        (wide ? "" : ", namespace: " + ns()) + "}\nspec:\n  endpointSelector: " + selector() + "\n";
    bool any = false;
    for (const bool ingress : {true, false}) {
      const std::string field = ingress ? "ingress" : "egress";
      if (!one_in(3)) {
        text += "  " + field + ": [" + item(ingress, false) + "]\n";
        any = true;
      }
      if (one_in(6)) {
        text += "  " + field + "Deny: [" + item(ingress, true) + "]\n";
        any = true;
      }
      if (one_in(5)) disabled_ += (disabled_.empty() ? "" : ", ") + field + ": false";
    }
    if (!any) text += "  ingress: [{}]\n";
    if (!disabled_.empty()) text += "  enableDefaultDeny: {" + disabled_ + "}\n";
    disabled_.clear();
    return text;
  }

  std::mt19937 random_;
  std::string disabled_;
};

/// Verdicts over some policies and everything that can be asked about.
struct World {
  World(const std::string& text, const policy::Environment& settings)
      : environment(settings), content(policy::read_documents(store.add("p.yaml", text))) {
    static const project::Judge kJudge({});
    admitted = tests::admitted(content, kJudge);
    for (const project::RefusedPolicy& each : admitted.rejected)
      ADD_FAILURE() << each.subject << ": " << each.why.front().message << "\n" << text;
    inventory = admitted.inventory;
    surroundings = policy::surroundings_of(inventory);
    for (const policy::Workload& each : inventory.workloads)
      endpoints.push_back(harness::endpoint_of(each, inventory, environment));
    for (const char* each : {"world", "host", "remote-node"}) {
      harness::TestEndpoint entity;
      entity.name = entity.entity = each;
      entity.facts = policy::endpoint_of_entity(each, std::nullopt, environment);
      endpoints.push_back(std::move(entity));
    }
    std::vector<policy::Endpoint> facts;
    for (const harness::TestEndpoint& each : endpoints) facts.push_back(each.facts);
    engine = std::make_unique<policy::VerdictEngine>(admitted.policies, environment, surroundings,
                                                     std::move(facts));
  }

  [[nodiscard]] bool passes(const policy::Connection& connection) const {
    return policy::passes(engine->decide(Direction::egress, connection).verdict) &&
           policy::passes(engine->decide(Direction::ingress, connection).verdict);
  }

  policy::Environment environment;
  base::SourceStore store;
  policy::FileContent content;
  tests::Admitted admitted;
  policy::Inventory inventory;
  policy::Surroundings surroundings;
  std::vector<harness::TestEndpoint> endpoints;
  std::unique_ptr<policy::VerdictEngine> engine;
};

/// Every port at which some verdict of a world may change, with its neighbours of the other one.
std::set<std::uint16_t> steps(const World& a, const World& b, std::uint8_t protocol) {
  std::set<std::uint16_t> result;
  for (const World* world : {&a, &b})
    for (std::uint32_t i = 0; i < world->endpoints.size(); ++i)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        for (const std::uint16_t step : world->engine->port_steps(direction, i, protocol))
          result.insert(step);
  return result;
}

/// Whether an endpoint is the one that was asked about as far as Cilium sees. A pod in the node's
/// network may be on any node.
bool alike(const World& world, std::uint32_t each, std::uint32_t asked) {
  const harness::TestEndpoint& a = world.endpoints[each];
  const harness::TestEndpoint& b = world.endpoints[asked];
  const bool any_node = b.workload != nullptr && b.workload->host_network;
  return a.facts.labels == b.facts.labels || (any_node && a.entity == "remote-node");
}

/// Compares both directions of every connection but the one that was asked about. How many.
std::size_t expect_same(const World& before, const World& after, const policy::Connection& asked,
                        const std::string& proposed) {
  std::size_t compared = 0;
  const auto count = static_cast<std::uint32_t>(before.endpoints.size());
  namespace protocol = policy::ip_protocol;
  for (const std::uint8_t number :
       {protocol::kTcp, protocol::kUdp, protocol::kSctp, protocol::kIcmp})
    for (const std::uint16_t port : steps(before, after, number))
      for (std::uint32_t from = 0; from < count; ++from)
        for (std::uint32_t to = 0; to < count; ++to) {
          const policy::Connection each{from, to, number, port};
          if (number == asked.protocol && port == asked.port && alike(before, from, asked.from) &&
              alike(before, to, asked.to))
            continue;
          ++compared;
          for (const Direction direction : {Direction::egress, Direction::ingress})
            EXPECT_EQ(before.engine->decide(direction, each).verdict,
                      after.engine->decide(direction, each).verdict)
                << before.endpoints[from].name << " -> " << before.endpoints[to].name << " " << port
                << "\n"
                << before.content.documents.front().file().text() << "---\n"
                << proposed;
        }
  return compared;
}

TEST(SuggestionLaws, AllowOneConnectionAndChangeNoOther) {
  constexpr unsigned kSets = 2000;
  std::size_t denied = 0;
  std::size_t proposed = 0;
  std::size_t compared = 0;
  for (unsigned seed = 0; seed < kSets && !testing::Test::HasFailure(); ++seed) {
    RandomRepository random(seed);
    const std::string text = random.text();
    policy::Environment environment;
    if (random.one_in(5)) environment.cilium = policy::Release{18};
    const World before(text, environment);
    const harness::Suggester suggester(before.admitted.policies, before.environment,
                                       before.surroundings, before.inventory);
    const int count = static_cast<int>(before.endpoints.size());
    for (int asked = 0; asked < 6; ++asked) {
      const policy::Connection connection{
          random.below(count), random.below(count), policy::ip_protocol::kTcp,
          static_cast<std::uint16_t>(random.one_in(2) ? 8080 : 443)};
      if (connection.from == connection.to || before.passes(connection)) continue;
      ++denied;
      const harness::Suggestions found =
          suggester.suggest(before.endpoints[connection.from], before.endpoints[connection.to],
                            {connection.protocol, connection.port}, std::nullopt);
      EXPECT_NE(found.policies.empty(), found.none.empty()) << text;
      if (found.policies.empty()) continue;
      ++proposed;
      std::string policies;
      for (const harness::Suggestion& each : found.policies) policies += "---\n" + each.policy;
      EXPECT_EQ(policies.find("{}"), std::string::npos) << policies;
      const World after(text + policies, environment);
      EXPECT_TRUE(after.passes(connection)) << text << policies;
      compared += expect_same(before, after, connection, policies);
    }
  }
  EXPECT_GT(proposed, 1500U);
  RecordProperty("denied", static_cast<int>(denied));
  RecordProperty("proposed", static_cast<int>(proposed));
  RecordProperty("compared", std::to_string(compared));
}

}  // namespace
}  // namespace cnplint
