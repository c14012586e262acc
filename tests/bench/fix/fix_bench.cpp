// SPDX-License-Identifier: Apache-2.0
//
// Fixes 2,500, 5,000 and 10,000 findings, each in a policy of its own, and holds that against a
// floor measured in the same run: linting the same texts once, which fixing has to do at least
// twice. Answers are checked before anything is timed.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>

#include "project/check.h"
#include "project/fix.h"

namespace {

constexpr int kFindings = 10'000;
constexpr int kPerFile = 10;
constexpr int kNamespaces = 200;

/// A policy with one thing to fix, one of five: host bits, a port that is no text, a misspelt
/// field, an entity that stands twice, a DNS server without its namespace.
std::string policy(int number) {
  enum Fault { host_bits, number_as_port, spelling, twice, no_namespace, faults };
  const int fault = number % faults;
  const auto unless = [&](int which, const char* right, const char* wrong) {
    return std::string(fault == which ? wrong : right);
  };
  const std::string app = "app-" + std::to_string(number);
  return "apiVersion: cilium.io/v2\n"
         "kind: CiliumNetworkPolicy\n"
         "metadata:\n"
         "  name: " +
         app + "\n  namespace: team-" + std::to_string(number % kNamespaces) +
         "\n"
         "spec:\n"
         "  # what it may do, and who may talk to it\n"
         "  endpointSelector:\n"
         "    matchLabels:\n"
         "      app: " +
         app +
         "\n"
         "  ingress:\n"
         "  - " +
         unless(spelling, "fromEndpoints", "fromEndpoint") +
         ":\n"
         "    - matchLabels:\n"
         "        app: front\n"
         "    toPorts:\n"
         "    - ports:\n"
         "      - port: " +
         unless(number_as_port, "\"8080\"", "8080") +
         "\n"
         "        protocol: TCP\n"
         "  egress:\n"
         "  - toEndpoints:\n"
         "    - matchLabels:\n" +
         unless(no_namespace, "        k8s:io.kubernetes.pod.namespace: kube-system\n", "") +
         "        k8s-app: kube-dns\n"
         "    toPorts: [{ports: [{port: \"53\", protocol: ANY}]}]\n"
         "  - toCIDR: [" +
         unless(host_bits, "192.0.2.0/24", "192.0.2.7/24") +
         "]\n"
         "    toPorts: [{ports: [{port: \"443\", protocol: TCP}]}]\n"
         "  - toEntities: " +
         unless(twice, "[kube-apiserver]", "[kube-apiserver, kube-apiserver]") +
         "\n"
         "    toPorts: [{ports: [{port: \"6443\", protocol: TCP}]}]\n";
}

/// The server that a policy without its namespace means.
constexpr std::string_view kServer = R"(---
apiVersion: apps/v1
kind: Deployment
metadata: {name: coredns, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: kube-dns}}
  template:
    metadata: {labels: {k8s-app: kube-dns}}
    spec: {containers: [{name: coredns, image: coredns, ports: [{containerPort: 53, protocol: UDP}]}]}
)";

std::vector<cnplint::project::InMemory> texts(int findings) {
  std::vector<cnplint::project::InMemory> result;
  for (int first = 0; first < findings; first += kPerFile) {
    std::string text;
    for (int i = first; i < first + kPerFile; ++i) text += "---\n" + policy(i);
    result.push_back({"policies-" + std::to_string(first) + ".yaml", std::move(text)});
  }
  result.push_back({"dns.yaml", std::string(kServer)});
  return result;
}

cnplint::base::Result<cnplint::lint::Outcome> lint(const cnplint::project::Project& project,
                                                   cnplint::project::Inputs& inputs) {
  cnplint::project::CheckOptions options;
  options.fold = false;
  return cnplint::project::check(project, inputs, options);
}

double seconds_since(std::chrono::steady_clock::time_point begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

/// Seconds to lint texts once; to fix them.
struct Times {
  double lint = 0;
  double fix = 0;
  std::size_t applied = 0;
  std::size_t errors = 0;  ///< that remain
};

Times fix(int findings) {
  Times times;
  cnplint::project::Project project({}, {}, 1);
  auto begin = std::chrono::steady_clock::now();
  cnplint::project::Inputs& inputs = project.open({}, texts(findings));
  if (!lint(project, inputs)) return times;
  times.lint = seconds_since(begin);
  begin = std::chrono::steady_clock::now();
  const auto fixed = cnplint::project::fix(project, inputs, {true, lint});
  times.fix = seconds_since(begin);
  times.applied = fixed->applied.size();
  times.errors = fixed->remaining.counts.findings[2];
  return times;
}

void fix_findings(benchmark::State& state) {
  Times best{1e9, 1e9, 0, 0};
  for (auto _ : state) {
    const Times times = fix(static_cast<int>(state.range(0)));
    best.lint = std::min(best.lint, times.lint);
    best.fix = std::min(best.fix, times.fix);
  }
  state.counters["times_lint"] = best.fix / best.lint;
  state.SetItemsProcessed(state.range(0) * state.iterations());
}
BENCHMARK(fix_findings)
    ->Arg(kFindings / 4)
    ->Arg(kFindings / 2)
    ->Arg(kFindings)
    ->Iterations(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace

int main(int argc, char** argv) {
  constexpr int kFew = 500;
  const Times few = fix(kFew);
  if (few.applied < kFew || few.errors != 0) {
    std::fprintf(stderr, "the answers are wrong, nothing is timed: %zu fixed, %zu errors remain\n",
                 few.applied, few.errors);
    return 1;
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
