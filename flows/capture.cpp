// SPDX-License-Identifier: Apache-2.0
#include "flows/capture.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>

#include "base/sort.h"
#include "flows/known_reply.h"

namespace cnplint::flows {
namespace {

CapturedConnection connection_of(const ConnectionKey& key, const ConnectionTally& tally,
                                 const Table& table) {
  const StringPool& texts = table.texts;
  CapturedConnection connection;
  connection.source = key.source;
  connection.destination = key.destination;
  connection.protocol = key.protocol;
  connection.port = key.port;
  connection.direction = key.direction;
  connection.outcome = key.outcome;
  connection.drop_reason = key.drop_reason;
  connection.service = texts.text(key.service);
  connection.flows = tally.flows();
  connection.duplicates = tally.duplicates();
  connection.seen = tally.seen();
  connection.verdicts = tally.verdicts;
  connection.inferred = tally.inferred;
  connection.redirected = tally.redirected;
  connection.answered = table.is_answered(key);
  connection.span = tally.span;
  connection.allowed_by = texts.sorted(tally.allowed_by);
  connection.denied_by = texts.sorted(tally.denied_by);
  connection.requests = requests_of(tally, texts);
  const std::uint32_t address = texts.find(table.endpoints()[key.destination].address);
  if (const auto found = table.names().find({key.source, address});
      address != 0 && found != table.names().end())
    connection.names = texts.sorted(found->second);
  return connection;
}

/// The pod that has an address: the one with labels, or the only one; none where several may be it.
std::optional<std::uint32_t> owner_of(const std::set<std::uint32_t>& having,
                                      const std::vector<CapturedEndpoint>& endpoints) {
  std::vector<std::uint32_t> labelled;
  for (const std::uint32_t each : having)
    if (!endpoints[each].is_unlabelled_pod()) labelled.push_back(each);
  if (labelled.size() == 1) return labelled.front();
  if (labelled.empty() && having.size() == 1) return *having.begin();
  return std::nullopt;
}

/// Keeps the endpoints that connect, in the order of their keys.
void order_endpoints(const Table& table, Capture& capture) {
  std::vector<bool> used(table.endpoints().size());
  for (const auto* all : capture.lists())
    for (const CapturedConnection& each : *all)
      for (const std::uint32_t end : {each.source, each.destination}) used[end] = true;
  std::map<std::string, std::uint32_t> by_key;
  for (std::uint32_t i = 0; i < used.size(); ++i)
    if (used[i]) by_key.emplace(table.endpoints()[i].key(), i);
  std::vector<std::uint32_t> numbers(used.size());
  for (const auto& [key, old] : by_key) {
    numbers[old] = static_cast<std::uint32_t>(capture.endpoints.size());
    capture.endpoints.push_back(table.endpoints()[old]);
  }
  for (auto* all : capture.lists()) {
    for (CapturedConnection& each : *all) {
      each.source = numbers[each.source];
      each.destination = numbers[each.destination];
    }
    base::sort_large(*all, [](const CapturedConnection& each) {
      return std::tie(each.source, each.destination, each.protocol, each.port, each.direction,
                      each.outcome, each.drop_reason, each.service);
    });
  }
}

/// Two ends and a protocol, whichever of them connects.
using Pair = std::tuple<std::uint32_t, std::uint32_t, std::uint8_t>;
Pair pair_of(const CapturedConnection& each, std::uint8_t by_protocol) {
  return {std::min(each.source, each.destination), std::max(each.source, each.destination),
          by_protocol};
}

/// Of what is undecided, takes out what belongs to connections that are known. Packets without
/// protocol may be further fragments of any of them.
void settle_undecided(Capture& capture) {
  if (capture.undecided.empty()) return;
  std::set<Pair> known;
  for (const CapturedConnection& each : capture.connections) {
    if (each.port >= kFirstEphemeral) known.insert(pair_of(each, each.protocol));
    if (has_passed(each.outcome)) known.insert(pair_of(each, protocol::kAny));
  }
  std::erase_if(capture.undecided, [&](const CapturedConnection& each) {
    return known.contains(pair_of(each, each.protocol));
  });
}

}  // namespace

std::vector<CapturedRequest> requests_of(const ConnectionTally& tally, const StringPool& texts) {
  std::vector<std::pair<std::string, CapturedRequest>> sorted;
  for (const auto& [number, request] : tally.by_class) {
    const std::string& text = texts.text(number);
    sorted.emplace_back(text, CapturedRequest{request_of_text(text), texts.text(request.example),
                                              request.count, request.denied, request.span});
  }
  std::ranges::sort(sorted, {}, &std::pair<std::string, CapturedRequest>::first);
  std::vector<CapturedRequest> requests;
  for (auto& each : sorted) requests.push_back(std::move(each.second));
  return requests;
}

std::vector<CapturedEndpoint> resolved_endpoints(const Table& table) {
  std::vector<CapturedEndpoint> endpoints = table.endpoints();
  std::map<std::uint32_t, std::optional<std::uint32_t>> owners;  // by address
  for (const auto& [address, having] : table.addresses()) {
    owners[address] = owner_of(having, table.endpoints());
    // The same pod, once with its labels and once with its name only.
    for (const std::uint32_t each : having)
      if (const auto owner = owners[address]; owner && endpoints[each].is_unlabelled_pod() &&
                                              table.endpoints()[*owner].ns == endpoints[each].ns)
        endpoints[each] = table.endpoints()[*owner];
  }
  for (CapturedEndpoint& endpoint : endpoints) {
    const bool external =
        endpoint.kind == CapturedEndpointKind::external && endpoint.labels.empty();
    if (endpoint.address.empty() || (!external && endpoint.kind != CapturedEndpointKind::unknown))
      continue;
    const auto found = owners.find(table.texts.find(endpoint.address));
    if (found == owners.end()) continue;
    // Several owners: some pod, but which one nobody can say.
    if (found->second)
      endpoint = table.endpoints()[*found->second];
    else
      endpoint.kind = CapturedEndpointKind::unknown;
  }
  return endpoints;
}

Capture resolve(const Table& table) {
  const std::vector<CapturedEndpoint> endpoints = resolved_endpoints(table);
  Table merged;
  const bool same = endpoints == table.endpoints();
  if (!same) merged.merge(table, endpoints);
  const Table& resolved = same ? table : merged;
  Capture capture;
  capture.totals = resolved.totals;
  const ConnectionKeys replies = replies_in(resolved, resolved.endpoints());
  for (const auto& [key, tally] : resolved.connections()) {
    if (replies.contains(key)) {
      capture.totals.replies = add_flows(capture.totals.replies, tally.reports());
      continue;
    }
    if (key.undecided) {
      capture.undecided.push_back(connection_of(key, tally, resolved));
      continue;
    }
    capture.connections.push_back(connection_of(key, tally, resolved));
    capture.duplicates = add_flows(capture.duplicates, tally.duplicates());
  }
  settle_undecided(capture);
  for (const ConnectionKey& key : resolved.only_answered())
    capture.only_answered.push_back(connection_of(key, ConnectionTally(), resolved));
  order_endpoints(resolved, capture);
  return capture;
}

std::string port_text(std::uint8_t protocol, std::uint16_t port) {
  const std::string name(protocol_name(protocol));
  if (protocol::is_icmp(protocol)) return name + " type " + std::to_string(port);
  return port == 0 ? name : std::to_string(port) + "/" + name;
}

}  // namespace cnplint::flows
