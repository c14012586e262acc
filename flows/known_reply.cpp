// SPDX-License-Identifier: Apache-2.0
#include "flows/known_reply.h"

#include <algorithm>
#include <string>
#include <unordered_map>

namespace cnplint::flows {
namespace {

/// What all reports of one connection say together, whoever made them and whatever became of it.
struct Traces {
  SourcePorts sources;
  Span span;
};
/// By source, destination, protocol and port only.
using TracesByKey = std::unordered_map<ConnectionKey, Traces, ConnectionKeyHash>;

/// One number for all endpoints that are the same once they are understood.
std::vector<std::uint32_t> numbers_of(const std::vector<CapturedEndpoint>& endpoints) {
  std::unordered_map<std::string, std::uint32_t> first;
  std::vector<std::uint32_t> numbers;
  numbers.reserve(endpoints.size());
  for (std::uint32_t i = 0; i < endpoints.size(); ++i)
    numbers.push_back(first.try_emplace(endpoints[i].key(), i).first->second);
  return numbers;
}

bool is_reply_to(const ConnectionKey& key, const Traces& traces, const ConnectionKey& reverse,
                 const Traces& known) {
  if (known.sources.is_settled()) return true;
  const bool to_client = key.port >= kFirstEphemeral;
  if (to_client != (reverse.port >= kFirstEphemeral)) return to_client;
  return known.sources.has(key.port) && known.span.first < traces.span.first;
}

/// Whether every packet came from a port to which the other end has a connection.
bool is_reply(const ConnectionKey& key, const Traces& traces, const TracesByKey& all) {
  const auto ports = traces.sources.ports();
  return !ports.empty() && std::ranges::all_of(ports, [&](std::uint16_t port) {
    if (port == key.port) return false;
    ConnectionKey reverse = key;
    std::swap(reverse.source, reverse.destination);
    reverse.port = port;
    const auto known = all.find(reverse);
    return known != all.end() && is_reply_to(key, traces, reverse, known->second);
  });
}

}  // namespace

ConnectionKeys replies_in(const Table& table, const std::vector<CapturedEndpoint>& endpoints) {
  ConnectionKeys replies;
  if (std::ranges::all_of(table.connections(),
                          [](const auto& each) { return each.second.sources.is_settled(); }))
    return replies;
  const std::vector<std::uint32_t> numbers = numbers_of(endpoints);
  const auto plain = [&](const ConnectionKey& key) {
    ConnectionKey own;
    own.source = numbers[key.source];
    own.destination = numbers[key.destination];
    own.protocol = key.protocol;
    own.port = key.port;
    own.undecided = key.undecided;
    return own;
  };
  TracesByKey all;
  for (const auto& [key, tally] : table.connections()) {
    Traces& traces = all[plain(key)];
    traces.sources.merge(tally.sources);
    traces.span.add(tally.span);
  }
  for (const auto& [key, tally] : table.connections())
    if (const ConnectionKey own = plain(key); is_reply(own, all.at(own), all)) replies.insert(key);
  return replies;
}

}  // namespace cnplint::flows
