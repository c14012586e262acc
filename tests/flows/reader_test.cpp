// SPDX-License-Identifier: Apache-2.0
//
// What must not matter does not: the container, its compression, the order of files and lines, the
// number of threads, reading at once or merging what was read before.
#include "flows/reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <sstream>

#include "flows/anonymize.h"
#include "flows/connection_file.h"
#include "flows/export/export.h"
#include "flows/filter.h"
#include "tests/bench/flows/truth.h"
#include "tests/flows/reading.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using flows::write_connections;
using tests::joined_lines;
using tests::lines_of;
using tests::pretty;

std::string stored(const std::string& text, const std::string& name = "flows.jsonl") {
  const flows::Reading reading = tests::read_flow_text(text, name);
  EXPECT_TRUE(reading.bad.empty() && reading.unreadable.empty()) << tests::described(reading);
  return write_connections(reading.table);
}

/// Plain UTF-8 as UTF-16.
std::string utf16(const std::string& text, bool big_endian) {
  std::string result;
  const auto add = [&](unsigned unit) {
    const auto high = static_cast<char>(unit >> 8U);
    const auto low = static_cast<char>(unit & 0xFFU);
    result.append(1, big_endian ? high : low).append(1, big_endian ? low : high);
  };
  for (std::size_t at = 0; at < text.size();) {
    const unsigned first = static_cast<unsigned char>(text[at]);
    const std::size_t size = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    unsigned point = size == 1 ? first : first & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i)
      point = (point << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3FU);
    at += size;
    if (point >= 0x10000) {
      add(0xD800 + ((point - 0x10000) >> 10U));
      add(0xDC00 + ((point - 0x10000) & 0x3FFU));
    } else {
      add(point);
    }
  }
  return result;
}

const tests::Traffic& traffic() {
  static const tests::Traffic kTraffic = tests::generate_traffic({.seed = 3, .flows = 1500});
  return kTraffic;
}

TEST(FlowReader, TheContainerDoesNotMatter) {
  const std::string& plain = traffic().capture;
  const std::string expected = stored(plain);
  const std::vector<std::string> lines = lines_of(plain);
  std::string crlf;
  std::string prefixed;
  for (const std::string& line : lines) {
    crlf += line + "\r\n\r\n";
    prefixed += "2026-03-02T08:00:00Z stderr F " + line + "\n";
  }
  EXPECT_EQ(stored(crlf), expected);
  EXPECT_EQ(stored("\xEF\xBB\xBF" + plain), expected);
  EXPECT_EQ(stored(prefixed), expected);
  EXPECT_EQ(stored("\xFF\xFE" + utf16(plain, false)), expected);
  EXPECT_EQ(stored("\xFE\xFF" + utf16(plain, true)), expected);
  EXPECT_EQ(stored(utf16(plain, false)), expected);
  EXPECT_EQ(stored(utf16(plain, true)), expected);
  EXPECT_EQ(stored(tests::gzip("\xFF\xFE" + utf16(crlf, false), 1001), "x.gz"), expected);
  EXPECT_EQ(stored(joined_lines(lines, "")), expected);
  EXPECT_EQ(stored(joined_lines(lines, " \n\n ")), expected);
  EXPECT_EQ(stored("[" + joined_lines(lines, ",") + "]"), expected);
  EXPECT_EQ(stored("[\n  " + joined_lines(lines, ",\n  ") + "\n]\n"), expected);
  EXPECT_EQ(stored("{\"flows\":[" + joined_lines(lines, ",") + "]}"), expected);
  EXPECT_EQ(
      stored("{\"x\":{\"y\":[1]},\"flows\" : [\n" + joined_lines(lines, ",\n") + "],\"z\":\"}\"}"),
      expected);
}

TEST(FlowReader, PrettyPrintedIsTheSame) {
  std::string text;
  for (const std::string& line : lines_of(traffic().capture)) text += pretty(line);
  EXPECT_EQ(stored(text), stored(traffic().capture));
}

TEST(FlowReader, CompressionDoesNotMatter) {
  const std::string expected = stored(traffic().capture);
  for (const std::size_t member : {std::size_t{1} << 30U, std::size_t{100'003}}) {
    EXPECT_EQ(stored(tests::gzip(traffic().capture, member), "flows.json.gz"), expected);
    EXPECT_EQ(stored(tests::zstd(traffic().capture, member), "flows.log.zst"), expected);
  }
  // What the bytes are decides, not the name.
  EXPECT_EQ(stored(tests::gzip(traffic().capture, 1U << 20U), "flows.txt"), expected);
}

TEST(FlowReader, TruncatedCompressionKeepsWhatCameBefore) {
  for (const bool gzip : {true, false}) {
    std::string packed =
        gzip ? tests::gzip(traffic().capture, 1U << 30U) : tests::zstd(traffic().capture, 100'000);
    packed.resize(packed.size() * 3 / 4);
    const flows::Reading reading = tests::read_flow_text(packed);
    ASSERT_EQ(reading.unreadable.size(), 1U);
    EXPECT_NE(reading.unreadable.front().message.find("ends early"), std::string::npos);
    EXPECT_GT(reading.table.totals.flows, 500U);
    EXPECT_LT(reading.table.totals.flows, 1500U);
    EXPECT_LE(reading.table.totals.malformed, 1U);
  }
}

TEST(FlowReader, OrderThreadsAndMergingDoNotMatter) {
  const std::vector<std::string> lines = lines_of(traffic().capture);
  std::vector<std::string> shuffled = lines;
  std::ranges::shuffle(shuffled, std::mt19937(5));
  const std::string expected = stored(traffic().capture);
  EXPECT_EQ(stored(joined_lines(shuffled, "\n")), expected);
  const tests::TemporaryFolder folder;
  std::vector<std::string> files;
  std::vector<std::string> parts;
  constexpr std::size_t kParts = 5;
  for (std::size_t i = 0; i < kParts; ++i) {
    std::string text;
    for (std::size_t k = i; k < shuffled.size(); k += kParts) text += shuffled[k] + "\n";
    files.push_back(folder.write("a" + std::to_string(i) + ".jsonl", text).string());
    parts.push_back(folder.write("part" + std::to_string(i), stored(text)).string());
  }
  for (const unsigned threads : {1U, 2U, 7U}) {
    EXPECT_EQ(write_connections(tests::read_flows(files, threads).table), expected) << threads;
    EXPECT_EQ(write_connections(tests::read_flows(parts, threads).table), expected) << threads;
    std::ranges::reverse(files);
    std::ranges::reverse(parts);
  }
  // A folder, and a mixture of captures and what was read before.
  EXPECT_EQ(write_connections(tests::read_flows({folder.path().string()}, 2).table), expected);
  std::vector<std::string> mixed(parts.begin(), parts.begin() + 2);
  for (const std::string& file : files)
    if (std::ranges::none_of(
            mixed, [&](const std::string& part) { return part.back() == file[file.size() - 7]; }))
      mixed.push_back(file);
  EXPECT_EQ(write_connections(tests::read_flows(mixed, 2).table), expected);
}

TEST(FlowReader, EveryFormatIsTheSameForAnyOrder) {
  std::vector<std::string> lines = lines_of(traffic().capture);
  const flows::Capture capture = flows::resolve(tests::read_flow_text(traffic().capture).table);
  std::ranges::shuffle(lines, std::mt19937(6));
  const flows::Capture other =
      flows::resolve(tests::read_flow_text(joined_lines(lines, "\n")).table);
  for (const flows::ExportFormat& format : flows::export_formats())
    EXPECT_EQ(format.render(capture), format.render(other)) << format.name;
}

TEST(FlowReader, GeneratedTrafficIsReadAsItIs) {
  const flows::Reading reading = tests::read_flow_text(traffic().capture);
  const flows::Capture capture = flows::resolve(reading.table);
  const tests::TrafficTruth& truth = traffic().truth;
  const tests::TrafficTruth found = tests::truth_of(capture);
  EXPECT_EQ(found.connections, truth.connections);
  EXPECT_EQ(found.replies, truth.replies);
  EXPECT_EQ(found.ignored, truth.ignored);
  EXPECT_EQ(found.undecided, truth.undecided);
  EXPECT_EQ(found.lost_events, truth.lost_events);
  EXPECT_EQ(found.duplicates, truth.duplicates);
  for (const flows::CapturedConnection& each : capture.connections) EXPECT_LT(each.port, 32768);
  // Each client knows the names that it was answered, and no others.
  EXPECT_FALSE(found.names.empty());
  for (const auto& [client_and_address, names] : found.names)
    EXPECT_EQ(truth.names.at(client_and_address), names);
}

TEST(FlowReader, AnonymousTrafficHasTheSameShapeAndNoName) {
  const flows::Table table = tests::read_flow_text(traffic().capture).table;
  const flows::Table other = flows::anonymized(table, "a secret of some length");
  const std::string text = write_connections(other);
  for (const char* name : {"team-", "svc-", "203.0.113.", "example.com", "node-a", "10.1.0."})
    EXPECT_EQ(text.find(name), std::string::npos) << name;
  EXPECT_EQ(other.connections().size(), table.connections().size());
  EXPECT_EQ(other.endpoints().size(), table.endpoints().size());
  EXPECT_EQ(text, write_connections(flows::anonymized(table, "a secret of some length")));
  EXPECT_NE(text, write_connections(flows::anonymized(table, "another secret")));
  // What helps to understand connections still does.
  std::vector<std::size_t> named;
  for (const flows::Table* each : {&table, &other}) {
    const flows::Capture capture = flows::resolve(*each);
    named.push_back(static_cast<std::size_t>(std::ranges::count_if(
        capture.connections, [](const auto& connection) { return !connection.names.empty(); })));
  }
  EXPECT_GT(named.front(), 0U);
  EXPECT_EQ(named.front(), named.back());
}

TEST(FlowReader, Utf16IsReadWhateverItHolds) {
  // Characters of two, three and four bytes.
  const std::string name = "z\xC3\xBCrich-\xE2\x82\xAC-\xF0\x9F\x8F\xA6";
  const std::string line =
      R"({"flow":{"verdict":"FORWARDED","l4":{"TCP":{"source_port":41000,"destination_port":443}},)"
      R"("source":{"namespace":"bank","pod_name":")" +
      name + R"("},"destination":{"identity":1},"is_reply":false}})" + "\n";
  EXPECT_NE(stored(line).find(name), std::string::npos);
  EXPECT_EQ(stored("\xFF\xFE" + utf16(line, false)), stored(line));
  // Halves of pairs, and half of a unit at the end, are some character.
  const std::string broken = "\xFF\xFE" + utf16(line, false) + std::string("\x3d\xd8", 2) +
                             std::string("\n\0", 2) + std::string("\0\xdc", 2) + "x";
  const flows::Reading reading = tests::read_flow_text(broken);
  EXPECT_EQ(reading.table.totals.flows, 1U);
  EXPECT_EQ(reading.table.totals.malformed, 2U);
}

TEST(FlowReader, RepliesAreKnownAlsoWhereFilesAreMerged) {
  const std::string name = "tests/flows/cases/reply-of-a-known-connection.jsonl";
  const std::vector<std::string> lines = lines_of(tests::read(tests::repository(name)));
  const std::string whole = stored(joined_lines(lines, "\n"));
  std::string parts;
  for (const std::string& line : lines) parts += stored(line);
  EXPECT_EQ(stored(parts), whole);
  EXPECT_EQ(stored(whole), whole);
  EXPECT_EQ(flows::resolve(tests::read_flow_text(parts).table).totals.replies, 5U);
  // What a filter leaves out is known all the same.
  flows::Table table = tests::read_flow_text(whole).table;
  flows::Filter filter;
  filter.ports = {20017, 41000, 41002, 41004};
  flows::apply(filter, table);
  EXPECT_TRUE(table.connections().empty());
  EXPECT_EQ(table.totals.replies, 5U);
}

TEST(FlowReader, FieldsThatNoFlowHasAreNamed) {
  const std::string pods =
      R"("source":{"namespace":"bank","pod_name":"teller-0"},"destination":{"identity":2}})";
  const std::string masked = R"({"flow":{"verdict":"FORWARDED",)" + pods + "}\n";
  const std::string with_port =
      R"({"flow":{"verdict":"FORWARDED","l4":{"TCP":{"destination_port":443}},)" + pods + "}\n";
  const auto lacking = [](const std::string& text) {
    return flows::fields_without(tests::read_flow_text(text).table.totals.fields);
  };
  using Names = std::vector<std::string_view>;
  EXPECT_EQ(lacking(masked), (Names{"l4", "source.labels"}));
  EXPECT_EQ(lacking(masked + with_port), Names{"source.labels"});
  EXPECT_EQ(lacking(stored(masked) + stored(with_port)), Names{"source.labels"});
  EXPECT_EQ(stored(stored(masked)), stored(masked));
  EXPECT_EQ(lacking(traffic().capture), Names{});
}

}  // namespace
}  // namespace cnplint
