// SPDX-License-Identifier: Apache-2.0
//
// What a change of ten policies does, and who reaches whom, among 500, 1,000 and 2,000 workloads
// with a policy each. The floor of the same run is reading the manifests and translating the
// policies, which both have to do: twice for a change, once for the matrix. Answers are checked
// before anything is timed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "policy/verdict/reach_lines.h"
#include "project/diff.h"
#include "project/project.h"
#include "project/reach.h"

namespace {

constexpr int kNamespaces = 50;
constexpr int kChanged = 10;

std::string app(int number) { return "w" + std::to_string(number); }
std::string ns(int number) { return "ns" + std::to_string(number % kNamespaces); }

std::string workload(int number) {
  return "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: " + app(number) +
         ", namespace: " + ns(number) + "}\nspec: {selector: {matchLabels: {app: " + app(number) +
         "}}, template: {metadata: {labels: {app: " + app(number) +
         "}}, spec: {containers: [{name: c, image: c}]}}}\n";
}

/// Each workload takes two others on one port; where it changes, on another one.
std::string policy(int number, int workloads, bool changed) {
  constexpr int kPorts = 20;
  const int neighbour = (number + kNamespaces) % workloads;
  const int stranger = (number * 7 + 1) % workloads;
  const int port = (changed ? 9000 : 8000) + number % kPorts;
  return "---\napiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: " +
         app(number) + ", namespace: " + ns(number) +
         "}\nspec:\n  endpointSelector: {matchLabels: {app: " + app(number) +
         "}}\n  ingress:\n  - fromEndpoints: [{matchLabels: {app: " + app(neighbour) +
         "}}, {matchLabels: {app: " + app(stranger) +
         ", \"k8s:io.kubernetes.pod.namespace\": " + ns(stranger) +
         "}}]\n    toPorts: [{ports: [{port: \"" + std::to_string(port) +
         "\", protocol: TCP}]}]\n  - fromCIDR: [10." + std::to_string(number % 256) + ".0.0/16]\n";
}

std::string manifests(int workloads, int changed) {
  std::string text;
  for (int i = 0; i < workloads; ++i) text += workload(i) + policy(i, workloads, i < changed);
  return text;
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

struct Times {
  double open = 0;           ///< seconds to read one state and to translate its policies
  double diff = 0;           ///< from opened states on
  double reach = 0;          ///< from an opened state on
  std::size_t subjects = 0;  ///< workloads that something opens for
  std::size_t lines = 0;     ///< of the matrix
};

Times review(int workloads) {
  Times times;
  const std::string old_text = manifests(workloads, 0);
  const std::string new_text = manifests(workloads, kChanged);
  auto begin = std::chrono::steady_clock::now();
  cnplint::project::Project before({}, {}, 1);
  cnplint::project::Project after({}, {}, 1);
  cnplint::project::Inputs& was = before.open({}, {{"p.yaml", old_text}});
  cnplint::project::Inputs& is = after.open({}, {{"p.yaml", new_text}});
  benchmark::DoNotOptimize(was.clusters().front().rules());
  benchmark::DoNotOptimize(is.clusters().front().rules());
  times.open = seconds_since(begin) / 2;
  begin = std::chrono::steady_clock::now();
  for (const auto& cluster : cnplint::project::verdict_changes(was, is))
    for (const auto& change : cluster.changes)
      if (change.change == cnplint::policy::ChangeOfVerdict::opened)
        times.subjects += change.subjects.size();
  times.diff = seconds_since(begin);
  begin = std::chrono::steady_clock::now();
  const auto matrix = cnplint::project::reach(is.clusters().front(), {});
  if (matrix) times.lines = reach_lines(*matrix->reach, matrix->filter).size();
  times.reach = seconds_since(begin);
  return times;
}

void review_changes(benchmark::State& state) {
  constexpr double kLong = 1e9;
  Times best{kLong, kLong, kLong, 0, 0};
  for (auto _ : state) {
    const Times times = review(static_cast<int>(state.range(0)));
    best.open = std::min(best.open, times.open);
    best.diff = std::min(best.diff, times.diff);
    best.reach = std::min(best.reach, times.reach);
  }
  state.counters["diff_seconds"] = best.diff;
  state.counters["diff_to_floor"] = best.diff / (2 * best.open);
  state.counters["reach_seconds"] = best.reach;
  state.counters["reach_to_floor"] = best.reach / best.open;
}
BENCHMARK(review_changes)->Arg(500)->Arg(1000)->Arg(2000)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  constexpr int kFew = 200;
  const Times few = review(kFew);
  if (few.subjects != kChanged || few.lines < kFew) {
    std::fprintf(stderr, "the answers are wrong, nothing is timed: %zu open, %zu lines\n",
                 few.subjects, few.lines);
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
