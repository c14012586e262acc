// SPDX-License-Identifier: Apache-2.0
//
// Compiles generated policies and asks random connections of 1,000 identities: 1,000 policies, and
// ten times as many over the same identities. The answers are checked before anything is timed:
// every direction of a sample against the rules that match it, taken one by one without the tables.
// The floor, measured in the same run, reads the random queries and one word of memory for each.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"

namespace {

using namespace cnplint;
using policy::Direction;
using policy::Verdict;

constexpr std::uint32_t kIdentities = 1'000;
constexpr std::size_t kQueries = 1'000'000;
constexpr std::uint32_t kNamespaces = 20;
constexpr std::uint16_t kPorts[] = {80, 443, 5432, 6379, 8080, 8081, 9090, 9999};

/// A policy of one of four kinds for an app, with peers of the same and of other namespaces.
std::string policy_text(std::uint32_t number) {
  const auto app = [](std::uint32_t n) { return "app-" + std::to_string(n % kIdentities); };
  const auto ns = [](std::uint32_t n) { return "team-" + std::to_string(n % kNamespaces); };
  const std::string port = std::to_string(kPorts[number / 7 % 8]);
  std::string text = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: p" +
                     std::to_string(number) + ", namespace: " + ns(number) +
                     "}\nspec:\n  endpointSelector: {matchLabels: {app: " + app(number) + "}}\n";
  switch (number % 4) {
    case 0:
      text +=
          "  ingress:\n  - fromEndpoints:\n    - matchLabels: {app: " + app(number + kNamespaces) +
          "}\n    - matchLabels: {k8s:io.kubernetes.pod.namespace: " + ns(number * 3 + 1) +
          "}\n    toPorts:\n    - ports: [{port: \"" + port + "\", protocol: TCP}]\n";
      break;
    case 1:
      text +=
          "  egress:\n  - toEndpoints:\n    - matchExpressions: [{key: tier, operator: In, values: "
          "[tier-" +
          std::to_string(number % 5) +
          "]}]\n    toPorts:\n    - ports: [{port: \"8000\", endPort: 8100, protocol: TCP}]\n"
          "  - toCIDR: [10." +
          std::to_string(number % 200) + ".0.0/16]\n";
      break;
    case 2:
      text += "  ingress:\n  - fromEntities: [cluster]\n    toPorts:\n    - ports: [{port: \"" +
              port +
              "\", protocol: TCP}]\n      rules: {http: [{method: GET}]}\n"
              "  ingressDeny:\n  - fromEndpoints: [{matchLabels: {tier: tier-" +
              std::to_string(number / 11 % 5) + "}}]\n";
      break;
    default:
      text +=
          "  egress:\n  - toEntities: [world]\n    toPorts:\n    - ports: [{port: \"443\", "
          "protocol: TCP}]\n"
          "  egressDeny:\n  - toCIDRSet: [{cidr: 10.0.0.0/8, except: [10.7.0.0/16]}]\n";
  }
  return text;
}

std::vector<policy::Endpoint> identities() {
  std::vector<policy::Endpoint> endpoints;
  for (std::uint32_t i = 0; i < kIdentities; ++i) {
    policy::Endpoint endpoint;
    if (i % 20 == 19) {  // one in twenty is outside
      endpoint.address = policy::parse_address("10." + std::to_string(i / 4 % 256) + ".1." +
                                               std::to_string(i % 250));
    } else {
      endpoint.kind = policy::EndpointKind::pod;
      endpoint.labels = policy::identity_labels(
          {"team-" + std::to_string(i % kNamespaces),
           {{"app", "app-" + std::to_string(i)}, {"tier", "tier-" + std::to_string(i % 5)}},
           {}});
    }
    endpoints.push_back(std::move(endpoint));
  }
  return endpoints;
}

std::vector<policy::Connection> queries() {
  std::mt19937 random(20261121);
  std::uniform_int_distribution<std::uint32_t> endpoint(0, kIdentities - 1);
  std::uniform_int_distribution<std::size_t> port(0, std::size(kPorts) - 1);
  std::vector<policy::Connection> result(kQueries);
  for (policy::Connection& each : result)
    each = {endpoint(random), endpoint(random), policy::ip_protocol::kTcp, kPorts[port(random)]};
  return result;
}

/// Everything that a set of policies needs to stay alive.
struct World {
  base::SourceStore store;
  policy::FileContent content;
  std::vector<policy::Policy> policies;
  std::unique_ptr<policy::VerdictEngine> engine;

  explicit World(std::uint32_t count) {
    std::string text;
    for (std::uint32_t i = 0; i < count; ++i) text += "---\n" + policy_text(i);
    content = policy::read_documents(store.add("policies.yaml", std::move(text)));
    for (const policy::Document& document : content.documents)
      policies.push_back(
          policy::read_policy(policy::PolicyKind::cilium_network_policy, document.root()));
    compile();
  }
  void compile() {
    engine = std::make_unique<policy::VerdictEngine>(policies, policy::Environment{},
                                                     policy::Surroundings{}, identities());
  }
};

World& world(std::uint32_t count) {
  static World small(1'000);
  static World large(10'000);
  return count == 1'000 ? small : large;
}

const std::vector<policy::Connection>& all_queries() {
  static const std::vector<policy::Connection> kAll = queries();
  return kAll;
}

/// What the rules that match a connection come to, one by one: deny over redirect over allow.
Verdict by_hand(const policy::VerdictEngine& engine, Direction direction,
                const policy::Connection& connection) {
  const std::uint32_t subject = connection.subject(direction);
  if (!policy::is_local(engine.endpoints()[subject].kind)) return Verdict::unmanaged;
  if (engine.rules_of_subject(direction, subject).empty()) return Verdict::not_enforced;
  Verdict verdict = Verdict::default_deny;
  for (const policy::Match& match : engine.matches(direction, connection)) {
    if (match.effect == Verdict::deny) return Verdict::deny;
    if (match.effect == Verdict::redirect || verdict == Verdict::default_deny)
      verdict = match.effect;
  }
  return verdict;
}

void check(const policy::VerdictEngine& engine) {
  constexpr std::size_t kSample = 20'000;
  std::size_t passing = 0;
  for (std::size_t i = 0; i < kSample; ++i) {
    const policy::Connection& connection = all_queries()[i];
    for (const Direction direction : {Direction::egress, Direction::ingress}) {
      const Verdict verdict = engine.decide(direction, connection).verdict;
      passing += policy::passes(verdict) ? 1U : 0U;
      if (verdict == by_hand(engine, direction, connection)) continue;
      std::fprintf(stderr, "wrong answer to query %zu\n", i);
      std::exit(1);
    }
  }
  if (passing == 0 || passing == 2 * kSample) {
    std::fprintf(stderr, "the queries are too uniform to measure anything\n");
    std::exit(1);
  }
}

void floor_of_queries(benchmark::State& state) {
  std::vector<std::uint32_t> words(1U << 16U, 1);
  std::uint64_t sum = 0;
  for (auto _ : state)
    for (const policy::Connection& each : all_queries())
      sum += words[(each.from * 64 + each.to + each.port) & 0xFFFFU];
  benchmark::DoNotOptimize(sum);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kQueries));
}
BENCHMARK(floor_of_queries)->Unit(benchmark::kMillisecond);

/// Both directions of every query count as one query.
void decide(benchmark::State& state) {
  const policy::VerdictEngine& engine = *world(static_cast<std::uint32_t>(state.range(0))).engine;
  check(engine);
  std::uint64_t passing = 0;
  for (auto _ : state)
    for (const policy::Connection& each : all_queries())
      passing += policy::passes(engine.decide(Direction::egress, each).verdict) &&
                         policy::passes(engine.decide(Direction::ingress, each).verdict)
                     ? 1U
                     : 0U;
  benchmark::DoNotOptimize(passing);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kQueries));
}
BENCHMARK(decide)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

void compile(benchmark::State& state) {
  World& policies = world(static_cast<std::uint32_t>(state.range(0)));
  for (auto _ : state) policies.compile();
}
BENCHMARK(compile)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
