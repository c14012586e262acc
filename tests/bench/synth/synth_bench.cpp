// SPDX-License-Identifier: Apache-2.0
//
// Synthesises policies from a generated capture of 1,000,000 flows (CNPLINT_BENCH_FLOWS changes
// that) of 2,000 workloads. The guarantees are checked before anything is timed. The floor is
// reading the same file in the same run, on one thread.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "coverage/observed_traffic.h"
#include "flows/reader.h"
#include "project/guarantees.h"
#include "synth/synthesis.h"
#include "tests/bench/flows/traffic.h"

namespace {

using namespace cnplint;

coverage::ObservedTraffic traffic_of(const flows::Reading& reading) {
  return coverage::observe(flows::resolve(reading.table), {}, {});
}

struct Fixture {
  std::filesystem::path file = std::filesystem::temp_directory_path() / "cnplint-synth.jsonl";
  std::size_t flows = 0;

  Fixture() {
    const char* wanted = std::getenv("CNPLINT_BENCH_FLOWS");
    tests::TrafficOptions options;
    options.flows = wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
    options.workloads = 2000;
    std::ofstream(file, std::ios::binary) << tests::generate_traffic(options).capture;
    const flows::Reading reading = flows::read_captures({file.string()}, {});
    flows = reading.table.totals.flows;
    const coverage::ObservedTraffic traffic = traffic_of(reading);
    const synth::Synthesis synthesis = synth::synthesize(traffic, {}, {});
    const project::Guarantees guarantees = project::check_guarantees(synthesis, {}, {}, 0);
    std::fprintf(
        stderr, "%zu flows, %zu connections, %zu policies, %llu unobserved: %s\n", flows,
        traffic.connections.size(), synthesis.drafts.policies.size(),
        static_cast<unsigned long long>(guarantees.excess),
        guarantees.failures.empty() ? "all guarantees hold" : guarantees.failures.front().c_str());
    if (!guarantees.failures.empty()) std::exit(1);
  }
  ~Fixture() { std::filesystem::remove(file); }
};

Fixture& fixture() {
  static Fixture instance;
  return instance;
}

flows::Reading read() {
  flows::ReadOptions options;
  options.threads = 1;
  return flows::read_captures({fixture().file.string()}, options);
}

void ReadCapture(benchmark::State& state) {
  fixture();
  for (auto _ : state) benchmark::DoNotOptimize(read().table.totals.flows);
}
BENCHMARK(ReadCapture)->Unit(benchmark::kMillisecond)->UseRealTime();

/// From the table of connections to the text of all policies.
void Synthesise(benchmark::State& state) {
  const flows::Reading reading = read();
  for (auto _ : state) {
    const coverage::ObservedTraffic traffic = traffic_of(reading);
    const synth::Synthesis synthesis = synth::synthesize(traffic, {}, {});
    benchmark::DoNotOptimize(write_all(synthesis.drafts.policies, {}).size());
  }
}
BENCHMARK(Synthesise)->Unit(benchmark::kMillisecond)->UseRealTime();

/// What the program checks before it writes: lint, every connection, nothing beside them.
void CheckGuarantees(benchmark::State& state) {
  const coverage::ObservedTraffic traffic = traffic_of(read());
  const synth::Synthesis synthesis = synth::synthesize(traffic, {}, {});
  for (auto _ : state)
    benchmark::DoNotOptimize(project::check_guarantees(synthesis, {}, {}, 0).failures.size());
}
BENCHMARK(CheckGuarantees)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
