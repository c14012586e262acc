// SPDX-License-Identifier: Apache-2.0
//
// Reads a generated capture of 1,000,000 flows (CNPLINT_BENCH_FLOWS changes that) from a file, on
// one thread and on two. Connections and coverage are compared with the generator's truth before
// anything is timed. The floors, measured in the same run, are bare simdjson: every line of the
// same bytes, the same fields touched, nothing kept; once all in memory, once read from the same
// file.
#include <benchmark/benchmark.h>
#include <simdjson.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "flows/capture.h"
#include "flows/field_key.h"
#include "flows/reader.h"
#include "project/measure.h"
#include "project/project.h"
#include "tests/bench/flows/truth.h"

namespace {

using namespace cnplint;
namespace ondemand = simdjson::ondemand;

struct Fixture {
  std::filesystem::path file;
  std::filesystem::path policies;
  std::string text;
  std::size_t size = 0;  ///< of the text, without its padding
  std::size_t flows = 0;

  Fixture() {
    const char* wanted = std::getenv("CNPLINT_BENCH_FLOWS");
    tests::TrafficOptions options;
    options.flows = wanted == nullptr ? 1'000'000 : std::strtoull(wanted, nullptr, 10);
    options.workloads = 200;
    tests::Traffic traffic = tests::generate_traffic(options);
    text = std::move(traffic.capture);
    size = text.size();
    file = std::filesystem::temp_directory_path() / "cnplint-bench.jsonl";
    policies = std::filesystem::temp_directory_path() / "cnplint-bench.yaml";
    std::ofstream(file, std::ios::binary) << text;
    text.resize(size + simdjson::SIMDJSON_PADDING);
    check(traffic);
  }
  ~Fixture() {
    std::filesystem::remove(file);
    std::filesystem::remove(policies);
  }

  /// Compares what is read and measured with what was generated.
  void check(const tests::Traffic& traffic) {
    const tests::TrafficTruth& truth = traffic.truth;
    std::ofstream(policies, std::ios::binary) << traffic.policies;
    const flows::Reading reading = flows::read_captures({file.string()}, {});
    flows = reading.table.totals.flows;
    const tests::TrafficTruth read = tests::truth_of(flows::resolve(reading.table));
    project::Project project({});
    const auto measured = project::measure(project.open({policies.string()}).clusters().front(),
                                           flows::resolve(reading.table));
    const tests::TrafficTruth covered = tests::truth_of(measured->report, measured->traffic);
    bool same = true;
    const auto expect = [&](const char* what, bool equal) {
      if (!equal) std::fprintf(stderr, "not as generated: %s\n", what);
      same = same && equal;
    };
    expect("connections", read.connections == truth.connections);
    expect("replies", read.replies == truth.replies);
    expect("duplicates", read.duplicates == truth.duplicates);
    expect("malformed lines", reading.table.totals.malformed == 0);
    expect("what is covered", covered.covered == truth.covered);
    expect("what is denied", covered.denied == truth.denied);
    expect("what no policy is about", covered.shadow == truth.shadow);
    expect("policies that are used", covered.used_policies == truth.used_policies);
    expect("policies that are not", covered.unused_policies == truth.unused_policies);
    std::fprintf(stderr, "%zu flows, %zu connections, %zu covered, %zu denied, %zu shadow\n", flows,
                 read.connections.size(), covered.covered.size(), covered.denied.size(),
                 covered.shadow.size());
    if (!same) std::exit(1);
  }
};

Fixture& fixture() {
  static Fixture instance;
  return instance;
}

// --- The floor ---

/// Touches a value as far as reading a flow does.
std::size_t touch(ondemand::value value);

std::size_t touch(ondemand::object object) {
  std::size_t sum = 0;
  for (auto field : object) {
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return sum;
    ondemand::value value;
    if (field.value().get(value) != simdjson::SUCCESS) return sum;
    sum += touch(value);
  }
  return sum;
}

std::size_t touch(ondemand::value value) {
  ondemand::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return 0;
  std::size_t sum = 0;
  switch (type) {
    case ondemand::json_type::object: {
      ondemand::object object;
      return value.get_object().get(object) == simdjson::SUCCESS ? touch(object) : 0;
    }
    case ondemand::json_type::array: {
      ondemand::array array;
      if (value.get_array().get(array) != simdjson::SUCCESS) return 0;
      for (auto item : array) {
        ondemand::value inner;
        if (std::move(item).get(inner) == simdjson::SUCCESS) sum += touch(inner);
      }
      return sum;
    }
    case ondemand::json_type::string: {
      std::string_view text;
      return value.get_string().get(text) == simdjson::SUCCESS ? text.size() : 0;
    }
    case ondemand::json_type::number: {
      std::uint64_t number = 0;
      return value.get_uint64().get(number) == simdjson::SUCCESS ? number : 0;
    }
    case ondemand::json_type::boolean: {
      bool truth = false;
      return value.get_bool().get(truth) == simdjson::SUCCESS && truth ? 1 : 0;
    }
    default:
      return 0;
  }
}

std::size_t touch_flow(ondemand::object flow) {
  std::size_t sum = 0;
  for (auto field : flow) {
    ondemand::raw_json_string raw;
    if (field.key().get(raw) != simdjson::SUCCESS) return sum;
    const char* begin = raw.raw();
    const std::string_view key(begin, static_cast<std::size_t>(std::strchr(begin, '"') - begin));
    ondemand::value value;
    // The fields that the reader uses; the others are skipped.
    if (flows::key_of(key) != flows::Key::none && field.value().get(value) == simdjson::SUCCESS)
      sum += touch(value);
  }
  return sum;
}

std::size_t touch_lines(ondemand::parser& parser, const char* text, std::size_t size,
                        std::size_t capacity) {
  std::size_t sum = 0;
  for (std::size_t at = 0; at < size;) {
    const char* begin = text + at;
    const auto* end = static_cast<const char*>(std::memchr(begin, '\n', size - at));
    const auto length = static_cast<std::size_t>(end - begin);
    ondemand::document document;
    ondemand::object flow;
    const simdjson::padded_string_view line(begin, length, capacity - at);
    if (parser.iterate(line).get(document) == simdjson::SUCCESS &&
        document["flow"].get_object().get(flow) == simdjson::SUCCESS)
      sum += touch_flow(flow);
    at += length + 1;
  }
  return sum;
}

void report(benchmark::State& state) {
  const Fixture& data = fixture();
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * data.size));
  state.counters["flows/s"] = benchmark::Counter(
      static_cast<double>(state.iterations() * data.flows), benchmark::Counter::kIsRate);
}

/// All bytes in memory already.
void BareSimdjsonInMemory(benchmark::State& state) {
  const Fixture& data = fixture();
  ondemand::parser parser;
  for (auto _ : state)
    benchmark::DoNotOptimize(touch_lines(parser, data.text.data(), data.size, data.text.size()));
  report(state);
}
BENCHMARK(BareSimdjsonInMemory)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The file read in the same steps as the reader takes.
void BareSimdjsonOverFile(benchmark::State& state) {
  const Fixture& data = fixture();
  ondemand::parser parser;
  std::string buffer(2 * flows::kChunkBytes + simdjson::SIMDJSON_PADDING, '\0');
  for (auto _ : state) {
    std::FILE* file = std::fopen(data.file.c_str(), "rb");
    std::setvbuf(file, nullptr, _IONBF, 0);
    std::size_t kept = 0;
    std::size_t sum = 0;
    while (const std::size_t got = std::fread(buffer.data() + kept, 1, flows::kChunkBytes, file)) {
      const std::size_t size = kept + got;
      const std::size_t whole = std::string_view(buffer).substr(0, size).rfind('\n') + 1;
      sum += touch_lines(parser, buffer.data(), whole, buffer.size());
      kept = size - whole;
      std::memmove(buffer.data(), buffer.data() + whole, kept);
    }
    std::fclose(file);
    benchmark::DoNotOptimize(sum);
  }
  report(state);
}
BENCHMARK(BareSimdjsonOverFile)->Unit(benchmark::kMillisecond)->UseRealTime();

void ReadCapture(benchmark::State& state) {
  const Fixture& data = fixture();
  flows::ReadOptions options;
  options.threads = static_cast<unsigned>(state.range(0));
  for (auto _ : state) {
    const flows::Reading reading = flows::read_captures({data.file.string()}, options);
    benchmark::DoNotOptimize(reading.table.totals.flows);
  }
  report(state);
}
/// Policies and verdicts on top of reading.
void MeasureCoverage(benchmark::State& state) {
  const Fixture& data = fixture();
  flows::ReadOptions options;
  options.threads = 1;
  for (auto _ : state) {
    const flows::Reading reading = flows::read_captures({data.file.string()}, options);
    project::Project project({}, {}, 1);
    const auto measured = project::measure(
        project.open({data.policies.string()}).clusters().front(), flows::resolve(reading.table));
    benchmark::DoNotOptimize(measured->report.rules.size());
  }
  report(state);
}

BENCHMARK(ReadCapture)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

BENCHMARK(MeasureCoverage)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace

BENCHMARK_MAIN();
