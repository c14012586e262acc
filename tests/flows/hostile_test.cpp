// SPDX-License-Identifier: Apache-2.0
//
// Captures that nobody wrote with good will: each has a clear report, the exact number of good
// flows, and needs no more memory than others.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>

#include "flows/export/export.h"
#include "tests/flows/reading.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using OrderedJson = nlohmann::ordered_json;

const std::string kGood =
    R"({"flow":{"time":"2026-03-02T08:00:00Z","uuid":"u","verdict":"DROPPED","drop_reason":133,"IP":{"source":"10.0.1.1","destination":"10.0.2.2","ipVersion":"IPv4"},"l4":{"TCP":{"source_port":40000,"destination_port":5432,"flags":{"SYN":true}}},"source":{"ID":12,"identity":20004,"namespace":"shop","labels":["k8s:app=cart","k8s:io.kubernetes.pod.namespace=shop"],"pod_name":"cart-0","workloads":[{"name":"cart","kind":"Deployment"}]},"destination":{"identity":20002,"namespace":"shop","labels":["k8s:app=db"],"pod_name":"db-0"},"Type":"L7","node_name":"node-a","source_names":["a"],"destination_names":["b"],"l7":{"type":"REQUEST","http":{"method":"GET","url":"/x"},"dns":{"query":"q.","ips":["192.0.2.1"]}},"is_reply":false,"reply":false,"event_type":{"type":5},"destination_service":{"name":"db","namespace":"shop"},"traffic_direction":"EGRESS","drop_reason_desc":"POLICY_DENIED","egress_denied_by":[{"name":"p","namespace":"shop","kind":"CiliumNetworkPolicy"}],"aggregate":{"egress_flow_count":"1"}},"node_name":"node-a","time":"2026-03-02T08:00:00Z"})";

std::size_t good_flows(const flows::Reading& reading) { return reading.table.totals.flows; }

TEST(HostileCaptures, BinaryGarbageBetweenGoodLines) {
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 200; ++i) {
    text += kGood + "\n";
    for (int k = 0; k < 500; ++k) {
      const char c = static_cast<char>(random() & 0xFFU);
      // A line feed would only make two bad lines of one.
      if (c != '\n') text += c;
    }
    text += "\n";
  }
  const flows::Reading reading = tests::read_flow_text(text);
  EXPECT_EQ(good_flows(reading), 200U);
  EXPECT_EQ(reading.table.totals.malformed, 200U);
  ASSERT_EQ(reading.bad.size(), 10U);
  EXPECT_EQ(reading.bad[9].line, 20U);
}

TEST(HostileCaptures, NothingButGarbage) {
  std::mt19937 random(2);
  std::string text;
  for (int i = 0; i < 1 << 20; ++i) text += static_cast<char>(random() & 0xFFU);
  const flows::Reading reading = tests::read_flow_text(text);
  EXPECT_EQ(good_flows(reading), 0U);
  EXPECT_GT(reading.table.totals.malformed, 0U);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kSanitized = true;
#else
constexpr bool kSanitized = false;
#endif

long peak_kibibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileCaptures, AVeryLongLine) {
  const tests::TemporaryFolder folder;
  constexpr std::size_t kLong = 100U << 20U;
  for (const bool alone : {true, false}) {
    const std::string file =
        folder
            .write("long", (alone ? "" : kGood + "\n") + R"({"flow":{"x":")" +
                               std::string(kLong, 'a') + "\"}}\n" + kGood + "\n")
            .string();
    const long before = peak_kibibytes();
    const flows::Reading reading = tests::read_flows({file});
    EXPECT_EQ(good_flows(reading), alone ? 1U : 2U);
    ASSERT_EQ(reading.table.totals.malformed, 1U);
    EXPECT_EQ(reading.bad.front().reason, "longer than 16 MiB");
    EXPECT_EQ(reading.bad.front().line, alone ? 1U : 2U);
    constexpr long kMost = 131072;
    if (kSanitized)
      std::puts("the memory is not measured: the sanitizer keeps what was freed");
    else
      EXPECT_LT(peak_kibibytes() - before, kMost);
  }
}

TEST(HostileCaptures, AnArrayOnOneVeryLongLineIsNone) {
  std::string text = "[" + kGood;
  constexpr std::size_t kFlows = 20'000;
  for (std::size_t i = 1; i < kFlows; ++i) text += "," + kGood;
  EXPECT_EQ(good_flows(tests::read_flow_text(text + "]")), kFlows);
}

TEST(HostileCaptures, DeepNesting) {
  std::string text;
  for (const int depth : {100, 2'000, 1'000'000}) {
    text += std::string(static_cast<std::size_t>(depth), '[') + "\n" + kGood + "\n";
    std::string objects;
    for (int i = 0; i < depth; ++i) objects += "{\"flow\":";
    text += objects + "\n" + kGood + "\n";
  }
  const flows::Reading reading = tests::read_flow_text(kGood + "\n" + text);
  EXPECT_EQ(good_flows(reading), 7U);
  EXPECT_EQ(reading.table.totals.malformed, 6U);
}

/// Puts something else in the place of each value, one after the other.
void each_mutation(const OrderedJson& value, const OrderedJson::json_pointer& place,
                   const OrderedJson& whole, const std::function<void(const OrderedJson&)>& use) {
  for (const OrderedJson& other :
       {OrderedJson(nullptr), OrderedJson(true), OrderedJson(-1), OrderedJson(1e300),
        OrderedJson(18446744073709551615U), OrderedJson("text"), OrderedJson::array(),
        OrderedJson::array({1, "a", nullptr}), OrderedJson::object(), OrderedJson({{"a", 1}})}) {
    OrderedJson mutated = whole;
    mutated[place] = other;
    use(mutated);
  }
  for (const auto& each : value.items()) {
    const auto inner = value.is_array() ? place / std::stoul(each.key()) : place / each.key();
    if (each.value().is_structured()) {
      each_mutation(each.value(), inner, whole, use);
      continue;
    }
    each_mutation(OrderedJson(), inner, whole, use);
  }
}

TEST(HostileCaptures, WrongTypesInEveryField) {
  const OrderedJson whole = OrderedJson::parse(kGood);
  std::string text;
  std::size_t lines = 0;
  each_mutation(whole, OrderedJson::json_pointer(), whole, [&](const OrderedJson& mutated) {
    if (mutated == OrderedJson::array()) return;  // a list of no flows: nothing wrong with that
    text += mutated.dump() + "\n" + kGood + "\n";
    ++lines;
  });
  ASSERT_GT(lines, 400U);
  const flows::Reading reading = tests::read_flow_text(text);
  // Each line is a good flow or a bad line, and the good ones between are all there.
  const flows::Totals& totals = reading.table.totals;
  EXPECT_EQ(totals.flows + totals.malformed, 2 * lines);
  EXPECT_GE(totals.flows, lines);
  EXPECT_GT(totals.malformed, lines / 3);
  const flows::Capture capture = flows::resolve(reading.table);
  for (const flows::ExportFormat& format : flows::export_formats())
    EXPECT_FALSE(format.render(capture).empty());
}

TEST(HostileCaptures, EveryTruncationIsABadLineAtMost) {
  for (std::size_t size = 1; size < kGood.size(); ++size) {
    const flows::Reading reading =
        tests::read_flow_text(kGood + "\n" + kGood.substr(0, size) + "\n" + kGood);
    EXPECT_EQ(good_flows(reading), 2U) << size;
    EXPECT_EQ(reading.table.totals.malformed, 1U) << size;
  }
}

TEST(HostileCaptures, NamesCannotEscape) {
  OrderedJson flow = OrderedJson::parse(kGood);
  const std::string evil = "\x1b[31m\"',;|]>\n=cmd</script>\\";
  flow["flow"]["source"]["workloads"][0]["name"] = evil;
  flow["flow"]["source"]["namespace"] = evil;
  flow["flow"]["destination_names"][0] = evil;
  const flows::Capture capture = flows::resolve(tests::read_flow_text(flow.dump()).table);
  ASSERT_EQ(capture.connections.size(), 1U);
  for (const flows::ExportFormat& format : flows::export_formats())
    EXPECT_EQ(format.render(capture).find('\x1b'), std::string::npos) << format.name;
  EXPECT_NE(flows::export_csv(capture).find("\"\\x1b[31m\"\"',;|]>\\x0a=cmd"), std::string::npos);
  EXPECT_EQ(flows::export_dot(capture).find("[31m\"'"), std::string::npos);
  EXPECT_EQ(flows::export_mermaid(capture).find("[31m\"'"), std::string::npos);
}

TEST(HostileCaptures, MissingFilesAndFoldersAreErrorsAndTheRestIsRead) {
  const tests::TemporaryFolder folder;
  const std::string good = folder.write("good.jsonl", kGood).string();
  const flows::Reading reading =
      tests::read_flows({(folder.path() / "missing.json").string(), good});
  EXPECT_EQ(good_flows(reading), 1U);
  ASSERT_EQ(reading.unreadable.size(), 1U);
}

}  // namespace
}  // namespace cnplint
