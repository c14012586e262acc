// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/change_summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "base/text.h"
#include "policy/verdict/compared_peers.h"

namespace cnplint::policy {
namespace {

/// What connections of a peer change, by protocol: ranges of ports in order.
using ChangedPorts = std::map<std::uint8_t, std::vector<std::pair<std::uint16_t, std::uint16_t>>>;

constexpr std::array<std::uint8_t, 3> kPortProtocols{ip_protocol::kTcp, ip_protocol::kUdp,
                                                     ip_protocol::kSctp};

/// The last port of a protocol, or type; of those that have none only the whole is spoken of.
std::uint16_t last_of(std::uint8_t protocol) {
  constexpr std::uint16_t kLastType = UINT8_MAX;
  return ip_protocol::is_icmp(protocol) ? kLastType : UINT16_MAX;
}

bool is_whole(const std::pair<std::uint16_t, std::uint16_t>& range, std::uint8_t protocol) {
  return range.first == 0 && range.second >= last_of(protocol);
}

std::string range_text(std::uint32_t first, std::uint32_t last, std::uint8_t protocol) {
  std::string text = std::to_string(first);
  last = std::min<std::uint32_t>(last, last_of(protocol));
  if (last > first) text += "-" + std::to_string(last);
  return text + "/" + std::string(protocol_name(protocol));
}

/// The ports of a protocol that no range has.
std::vector<std::string> left_out(const ChangedPorts& ports, std::uint8_t protocol) {
  std::vector<std::string> texts;
  const auto found = ports.find(protocol);
  if (found == ports.end()) return {spoken_protocol(protocol)};
  std::uint32_t next = 0;
  for (const auto& [first, last] : found->second) {
    if (first > next) texts.push_back(range_text(next, first - 1U, protocol));
    next = last + 1U;
  }
  if (next <= last_of(protocol)) texts.push_back(range_text(next, UINT16_MAX, protocol));
  return texts;
}

/// What stands for all other protocols is said once.
void say_once(std::vector<std::string>& texts) {
  texts.erase(std::unique(texts.begin(), texts.end()), texts.end());
}

}  // namespace

std::string spoken_protocol(std::uint8_t protocol) {
  const std::string_view name = protocol_name(protocol);
  return name == kAnyProtocol ? "other protocols" : std::string(name);
}

std::string ports_text(const std::vector<PortSpan>& ports, std::size_t most) {
  ChangedPorts changed;
  for (const PortSpan& each : ports) changed[each.protocol].emplace_back(each.first, each.last);
  std::vector<std::string> missing;
  for (const std::uint8_t protocol : kAskedProtocols)
    for (std::string& each : left_out(changed, protocol)) missing.push_back(std::move(each));
  say_once(missing);
  if (missing.empty()) return "every port";
  constexpr std::size_t kMostMissing = 4;
  const bool some_port = std::ranges::any_of(
      kPortProtocols, [&](std::uint8_t protocol) { return changed.contains(protocol); });
  if (some_port && missing.size() <= kMostMissing)
    return "every port but " + base::joined(missing, ", ");
  std::vector<std::string> texts;
  for (const auto& [protocol, ranges] : changed)
    for (const auto& range : ranges)
      texts.push_back(is_whole(range, protocol) ? spoken_protocol(protocol)
                                                : range_text(range.first, range.second, protocol));
  say_once(texts);
  return base::first_few(std::move(texts), most);
}

std::string described(const VerdictChange& change) {
  constexpr std::size_t kMostNames = 3;
  constexpr std::size_t kMostPorts = 4;
  const std::string subject = std::string(change_name(change.change)) + " " +
                              std::string(direction_name(change.direction)) + " of " +
                              base::first_few(change.subjects, kMostNames);
  if (change.change == ChangeOfVerdict::default_deny)
    return subject + " into default deny, which changes no connection";
  if (change.change == ChangeOfVerdict::no_default_deny)
    return subject + " out of default deny, which changes no connection";
  // The widest first, so that it is not among those that are left out.
  std::vector<std::string> peers;
  for (const bool world : {true, false})
    for (const std::string& each : change.peers)
      if (each.starts_with("world") == world) peers.push_back(each);
  std::string who = base::first_few(std::move(peers), kMostNames);
  if (change.everybody) who = who.empty() ? "everybody" : "everybody but " + who;
  return subject + (change.direction == Direction::ingress ? " from " : " to ") + who + " on " +
         ports_text(change.ports, kMostPorts);
}

std::vector<std::string> summarised(const std::vector<VerdictChange>& changes) {
  std::vector<std::string> lines;
  for (const VerdictChange& each : changes)
    if (std::string line = described(each); lines.empty() || lines.back() != line)
      lines.push_back(std::move(line));
  return lines;
}

}  // namespace cnplint::policy
