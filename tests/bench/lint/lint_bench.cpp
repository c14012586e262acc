// SPDX-License-Identifier: Apache-2.0
//
// Lints a generated repository of 10,000 policies and holds it against a floor measured in the same
// run: raw libyaml events over the same bytes. Answers are checked before anything is timed, and
// memory is measured as the growth of the process's peak.
#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <yaml.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "project/check.h"

namespace {

namespace fs = std::filesystem;

constexpr int kPolicies = 10'000;
constexpr int kPerFile = 10;
constexpr int kNamespaces = 200;

/// A policy like those people write: about 1.4 kB, in block style. Every hundredth has a mistake.
std::string policy(int number) {
  const std::string app = "app-" + std::to_string(number);
  const std::string peer = "app-" + std::to_string(number / 2);
  const std::string ns = "team-" + std::to_string(number % kNamespaces);
  std::string text =
      "apiVersion: cilium.io/v2\n"
      "kind: CiliumNetworkPolicy\n"
      "metadata:\n"
      "  name: " +
      app +
      "\n"
      "  namespace: " +
      ns +
      "\n"
      "  labels:\n"
      "    app.kubernetes.io/name: " +
      app +
      "\n"
      "    app.kubernetes.io/part-of: platform\n"
      "spec:\n"
      "  description: \"What " +
      app +
      " may do, and who may talk to it\"\n"
      "  endpointSelector:\n"
      "    matchLabels:\n"
      "      app.kubernetes.io/name: " +
      app +
      "\n"
      "  ingress:\n"
      "  - fromEndpoints:\n"
      "    - matchLabels:\n"
      "        app.kubernetes.io/name: " +
      peer +
      "\n"
      "        k8s:io.kubernetes.pod.namespace: " +
      ns +
      "\n"
      "    - matchExpressions:\n"
      "      - key: tier\n"
      "        operator: In\n"
      "        values:\n"
      "        - web\n"
      "        - api\n"
      "    toPorts:\n"
      "    - ports:\n"
      "      - port: \"8080\"\n"
      "        protocol: TCP\n"
      "      rules:\n"
      "        http:\n"
      "        - method: GET\n"
      "          path: \"/api/v1/.*\"\n"
      "  egress:\n"
      "  - toEndpoints:\n"
      "    - matchLabels:\n"
      "        k8s:io.kubernetes.pod.namespace: kube-system\n"
      "        k8s-app: kube-dns\n"
      "    toPorts:\n"
      "    - ports:\n"
      "      - port: \"53\"\n"
      "        protocol: ANY\n"
      "      rules:\n"
      "        dns:\n"
      "        - matchPattern: \"*\"\n"
      "  - toFQDNs:\n"
      "    - matchName: api.example.com\n"
      "    - matchPattern: \"*.storage.example.com\"\n"
      "    toPorts:\n"
      "    - ports:\n"
      "      - port: \"443\"\n"
      "        protocol: TCP\n"
      "  - toCIDRSet:\n"
      "    - cidr: 10.20.0.0/16\n"
      "      except:\n"
      "      - 10.20.30.0/24\n"
      "    toPorts:\n"
      "    - ports:\n"
      "      - port: \"5432\"\n"
      "        protocol: TCP\n";
  constexpr int kMistakeEvery = 100;
  if (number % kMistakeEvery == 0) text += "  ingressDeny:\n  - fromEntities:\n    - internet\n";
  return text;
}

/// The repository on disk; removed at the end.
class Repository {
 public:
  Repository() : folder_(fs::temp_directory_path() / "cnplint-bench") {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    for (int first = 0; first < kPolicies; first += kPerFile) {
      std::string text;
      for (int i = first; i < first + kPerFile; ++i) text += "---\n" + policy(i);
      const fs::path file = folder_ / ("policies-" + std::to_string(first) + ".yaml");
      std::ofstream(file, std::ios::binary) << text;
      texts_.push_back(std::move(text));
      bytes_ += texts_.back().size();
    }
  }
  ~Repository() { fs::remove_all(folder_); }
  Repository(const Repository&) = delete;
  Repository& operator=(const Repository&) = delete;

  [[nodiscard]] std::string folder() const { return folder_.string(); }
  [[nodiscard]] const std::vector<std::string>& texts() const { return texts_; }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  fs::path folder_;
  std::vector<std::string> texts_;
  std::size_t bytes_ = 0;
};

Repository& repository() {
  static Repository repository;
  return repository;
}

std::size_t libyaml_events(const std::string& text) {
  yaml_parser_t parser;
  yaml_parser_initialize(&parser);
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()),
                               text.size());
  std::size_t events = 0;
  for (bool more = true; more;) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) std::abort();
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
    ++events;
  }
  yaml_parser_delete(&parser);
  return events;
}

/// Opens the repository and lints it; returns how many policies and errors there are.
std::pair<std::size_t, std::size_t> lint(const std::string& folder, unsigned threads) {
  cnplint::project::Project project({}, {}, threads);
  const auto outcome = cnplint::project::check(project, project.open({folder}));
  if (!outcome.unreadable.empty()) std::abort();
  return {outcome.counts.policies, outcome.counts.findings[2]};
}

void raw_libyaml_events(benchmark::State& state) {
  for (auto _ : state)
    for (const std::string& text : repository().texts())
      benchmark::DoNotOptimize(libyaml_events(text));
  state.SetBytesProcessed(static_cast<std::int64_t>(repository().bytes()) * state.iterations());
}
BENCHMARK(raw_libyaml_events)->Unit(benchmark::kMillisecond);

/// Seconds of the best of three runs of the floor on one core, in this very process.
double floor_seconds() {
  static const double seconds = [] {
    double best = 1e9;
    for (int run = 0; run < 3; ++run) {
      const auto begin = std::chrono::steady_clock::now();
      for (const std::string& text : repository().texts())
        benchmark::DoNotOptimize(libyaml_events(text));
      best = std::min(
          best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
  }();
  return seconds;
}

void lint_10000_policies(benchmark::State& state) {
  const double floor = floor_seconds();
  double best = 1e9;
  for (auto _ : state) {
    const auto begin = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(lint(repository().folder(), static_cast<unsigned>(state.range(0))));
    best = std::min(
        best, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(repository().bytes()) * state.iterations());
  state.counters["times_libyaml"] = best / floor;
}
BENCHMARK(lint_10000_policies)
    ->Arg(1)
    ->Arg(2)
    ->Iterations(5)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

std::size_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

/// 100 unknown entities, and nothing else that is an error.
bool answers_are_right() {
  return lint(repository().folder(), 1) ==
         std::pair<std::size_t, std::size_t>(kPolicies, kPolicies / 100);
}

}  // namespace

int main(int argc, char** argv) {
  // Memory first, before anything else has made the process large.
  if (argc > 1 && std::string(argv[1]) == "--memory") {
    const std::string folder = argv[2];
    std::size_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
    const std::size_t before = peak_memory();
    const std::size_t policies = lint(folder, 0).first;
    std::printf("memory: %.1f MB for %.1f MB of policies, ratio %.2f (%zu policies)\n",
                static_cast<double>(peak_memory() - before) / 1e6, static_cast<double>(bytes) / 1e6,
                static_cast<double>(peak_memory() - before) / static_cast<double>(bytes), policies);
    return 0;
  }
  if (!answers_are_right()) {
    std::fputs("the answers are wrong, nothing is timed\n", stderr);
    return 1;
  }
  const std::string self = fs::read_symlink("/proc/self/exe").string();
  if (std::system((self + " --memory " + repository().folder()).c_str()) != 0) return 1;
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
