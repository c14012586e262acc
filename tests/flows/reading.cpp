// SPDX-License-Identifier: Apache-2.0
#include "tests/flows/reading.h"

#include <gtest/gtest.h>
#include <zlib.h>
#include <zstd.h>

#include "flows/timestamp.h"
#include "tests/golden.h"

namespace cnplint::tests {
namespace {

std::string gzip_member(std::string text) {
  constexpr int kGzip = 15 + 16;
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string zstd_frame(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  return packed;
}

template <class Pack>
std::string packed(const std::string& text, std::size_t member, const Pack& pack) {
  std::string result;
  for (std::size_t at = 0; at < text.size(); at += member) result += pack(text.substr(at, member));
  return result;
}

std::string line_of(const flows::CapturedConnection& each, const flows::Capture& capture) {
  std::string line = flows::display_name(capture.endpoints[each.source]) + " -> " +
                     flows::display_name(capture.endpoints[each.destination]) + " " +
                     flows::port_text(each.protocol, each.port) + " " +
                     std::string(flows::direction_name(each.direction)) + " " +
                     std::string(flows::outcome_name(each.outcome)) +
                     " flows=" + std::to_string(each.flows);
  if (each.drop_reason != 0) line += " reason=" + flows::drop_reason_name(each.drop_reason);
  if (each.duplicates != 0) line += " duplicates=" + std::to_string(each.duplicates);
  if (each.inferred) line += " inferred";
  if (each.redirected) line += " redirected";
  if (!each.service.empty()) line += " service=" + each.service;
  for (const std::string& name : each.names) line += " name=" + name;
  for (const std::string& policy : each.allowed_by) line += " allowed-by=" + policy;
  for (const std::string& policy : each.denied_by) line += " denied-by=" + policy;
  line += "\n";
  for (const flows::CapturedRequest& request : each.requests)
    line += "    " +
            (request.request.dns ? "dns" : request.request.method + " " + request.request.host) +
            " " + request.request.path + " count=" + std::to_string(request.count) +
            " denied=" + std::to_string(request.denied) + " example=" + request.example + "\n";
  return line;
}

}  // namespace

flows::Reading read_flows(const std::vector<std::string>& paths, unsigned threads) {
  flows::ReadOptions options;
  options.threads = threads;
  return flows::read_captures(paths, options);
}

flows::Reading read_flow_text(const std::string& text, const std::string& name) {
  const TemporaryFolder folder;
  return read_flows({folder.write(name, text).string()});
}

std::string described(const flows::Reading& reading) {
  const flows::Capture capture = flows::resolve(reading.table);
  const flows::Totals& totals = capture.totals;
  std::string text = "flows=" + std::to_string(totals.flows) +
                     " replies=" + std::to_string(totals.replies) +
                     " duplicates=" + std::to_string(capture.duplicates) +
                     " undecided=" + std::to_string(totals.undecided) +
                     " ignored=" + std::to_string(totals.ignored) +
                     " malformed=" + std::to_string(totals.malformed) +
                     " other=" + std::to_string(totals.other_events) +
                     " lost=" + std::to_string(totals.lost_events) + "\n";
  if (!totals.span.empty())
    text += flows::format_timestamp(totals.span.first) + " " +
            flows::format_timestamp(totals.span.last) + "\n";
  for (const flows::CapturedConnection& each : capture.connections) text += line_of(each, capture);
  for (const flows::BadLine& bad : reading.bad)
    text += "bad line " + std::to_string(bad.line) + ": " + bad.reason + "\n";
  for (const base::Error& error : reading.unreadable) text += "unreadable: " + error.message + "\n";
  return text;
}

std::string gzip(const std::string& text, std::size_t member) {
  return packed(text, member, gzip_member);
}
std::string zstd(const std::string& text, std::size_t member) {
  return packed(text, member, zstd_frame);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string joined_lines(const std::vector<std::string>& lines, const std::string& separator) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : separator) + line;
  return text;
}

std::string pretty(const std::string& line) {
  std::string text;
  std::size_t depth = 0;
  bool quoted = false;
  const auto new_line = [&] { text += "\n" + std::string(2 * depth, ' '); };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && (i == 0 || line[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && (c == '}' || c == ']')) {
      --depth;
      new_line();
    }
    text += c;
    if (quoted) continue;
    if (c == '{' || c == '[') {
      ++depth;
      new_line();
    }
    if (c == ',') new_line();
    if (c == ':') text += ' ';
  }
  return text + "\n";
}

}  // namespace cnplint::tests
