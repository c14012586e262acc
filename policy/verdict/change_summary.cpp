// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/change_summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"

namespace cnplint::policy {
namespace {

/// What connections of a peer change, by protocol: ranges of ports in order.
using ChangedPorts = std::map<std::uint8_t, std::vector<std::pair<std::uint16_t, std::uint16_t>>>;

constexpr std::array<std::uint8_t, 3> kPortProtocols{ip_protocol::kTcp, ip_protocol::kUdp,
                                                     ip_protocol::kSctp};

bool is_whole(const ChangedPorts& ports, std::uint8_t protocol) {
  const auto found = ports.find(protocol);
  return found != ports.end() &&
         found->second == std::vector{std::pair(std::uint16_t{0}, std::uint16_t{UINT16_MAX})};
}

std::string range_text(std::uint32_t first, std::uint32_t last, std::uint8_t protocol) {
  std::string text = std::to_string(first);
  if (last > first) text += "-" + std::to_string(last);
  return text + "/" + std::string(protocol_name(protocol));
}

/// The ports of a protocol that no range has.
std::vector<std::string> left_out(const ChangedPorts& ports, std::uint8_t protocol) {
  std::vector<std::string> texts;
  const auto found = ports.find(protocol);
  if (found == ports.end()) return {std::string(protocol_name(protocol))};
  std::uint32_t next = 0;
  for (const auto& [first, last] : found->second) {
    if (first > next) texts.push_back(range_text(next, first - 1U, protocol));
    next = last + 1U;
  }
  if (next <= UINT16_MAX) texts.push_back(range_text(next, UINT16_MAX, protocol));
  return texts;
}

/// `every port`, `every port but 8080/TCP`, or the ports.
std::string ports_text(const ChangedPorts& ports) {
  constexpr std::size_t kMost = 4;
  std::vector<std::string> missing;
  for (const std::uint8_t protocol : kPortProtocols)
    for (std::string& each : left_out(ports, protocol)) missing.push_back(std::move(each));
  const bool others = is_whole(ports, ip_protocol::kIcmp) || is_whole(ports, ip_protocol::kIcmpV6);
  if (missing.empty()) return "every port";
  if (others && missing.size() <= kMost)
    return "every port but " + base::first_few(std::move(missing), kMost);
  std::vector<std::string> texts;
  for (const auto& [protocol, ranges] : ports)
    for (const auto& [first, last] : ranges)
      texts.push_back(first == 0 && last == UINT16_MAX ? std::string(protocol_name(protocol))
                                                       : range_text(first, last, protocol));
  return base::first_few(std::move(texts), kMost);
}

}  // namespace

std::string described(const VerdictChange& change) {
  constexpr std::size_t kMostNames = 3;
  std::vector<std::string> peers = change.peers;
  std::string who = base::first_few(std::move(peers), kMostNames);
  if (change.everybody) who = who.empty() ? "everybody" : "everybody but " + who;
  ChangedPorts ports;
  for (const PortSpan& each : change.ports)
    ports[each.protocol].emplace_back(each.first, each.last);
  return std::string(change_name(change.change)) + " " +
         std::string(direction_name(change.direction)) + " of " +
         base::first_few(change.subjects, kMostNames) +
         (change.direction == Direction::ingress ? " from " : " to ") + who + " on " +
         ports_text(ports);
}

std::vector<std::string> summarised(const std::vector<VerdictChange>& changes) {
  std::vector<std::string> lines;
  for (const VerdictChange& each : changes)
    if (std::string line = described(each); lines.empty() || lines.back() != line)
      lines.push_back(std::move(line));
  return lines;
}

}  // namespace cnplint::policy
