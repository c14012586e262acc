// SPDX-License-Identifier: Apache-2.0
#include "flows/table.h"

#include <array>

namespace cnplint::flows {
namespace {

/// Spreads the bits of a number (the finaliser of SplitMix64).
std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31U);
}

/// The same texts by their numbers in another pool.
std::set<std::uint32_t> translated(const std::set<std::uint32_t>& numbers, const StringPool& from,
                                   StringPool& to) {
  std::set<std::uint32_t> result;
  for (const std::uint32_t number : numbers) result.insert(to.add(from.text(number)));
  return result;
}

}  // namespace

std::string_view outcome_name(FlowOutcome outcome) {
  constexpr std::array<std::string_view, kOutcomes> kNames{
      "unknown", "forwarded", "audit", "denied", "denied-by-rule", "dropped", "error"};
  return kNames[static_cast<std::size_t>(outcome)];
}

void RequestTally::add(std::uint64_t more, std::uint64_t more_denied, const Span& when,
                       std::string_view path, StringPool& texts) {
  if (count == 0 || path < texts.text(example)) example = texts.add(path);
  count = add_flows(count, more);
  denied = add_flows(denied, more_denied);
  span.add(when);
}

std::size_t ConnectionKeyHash::operator()(const ConnectionKey& key) const {
  const std::uint64_t ends = (std::uint64_t{key.source} << 32U) | key.destination;
  const std::uint64_t rest =
      (std::uint64_t{key.port} << 48U) | (std::uint64_t{key.drop_reason} << 32U) |
      (std::uint64_t{key.service} << 12U) | (std::uint64_t{key.protocol} << 5U) |
      (static_cast<std::uint64_t>(key.direction) << 3U) | static_cast<std::uint64_t>(key.outcome);
  return mix(ends ^ mix(key.undecided ? ~rest : rest));
}

void Totals::merge(const Totals& other) {
  for (auto member :
       {&Totals::flows, &Totals::replies, &Totals::undecided, &Totals::ignored, &Totals::malformed,
        &Totals::other_events, &Totals::lost_events, &Totals::odd_times})
    this->*member = add_flows(this->*member, other.*member);
  fields = static_cast<FieldSet>(fields | other.fields);
  span.add(other.span);
  for (const auto& [hour, count] : other.hours) hours[hour] = add_flows(hours[hour], count);
  nodes.insert(other.nodes.begin(), other.nodes.end());
}

std::uint32_t Table::add(const CapturedEndpoint& endpoint) {
  const auto [found, added] =
      by_key_.try_emplace(endpoint.key(), static_cast<std::uint32_t>(endpoints_.size()));
  if (added)
    endpoints_.push_back(endpoint);
  else
    endpoints_[found->second].merge(endpoint);
  return found->second;
}

void Table::add_address(std::string_view address, std::uint32_t endpoint) {
  addresses_[texts.add(address)].insert(endpoint);
}

void Table::add_name(std::uint32_t client, std::string_view address, std::string_view name) {
  names_[{client, texts.add(address)}].insert(texts.add(name));
}

ConnectionKeys Table::only_answered() const {
  ConnectionKeys left = answered_;
  for (const auto& [key, tally] : connections_) {
    if (left.empty()) break;
    if (!key.undecided) left.erase(answer_key(key.source, key.destination, key.protocol, key.port));
  }
  return left;
}

void Table::merge(const Table& other, const std::vector<CapturedEndpoint>& endpoints) {
  totals.merge(other.totals);
  std::vector<std::uint32_t> numbers;
  for (const CapturedEndpoint& endpoint : endpoints) numbers.push_back(add(endpoint));
  for (const auto& [key, tally] : other.connections_) {
    ConnectionKey own = key;
    own.source = numbers[key.source];
    own.destination = numbers[key.destination];
    own.service = texts.add(other.texts.text(key.service));
    ConnectionTally& into = connections_[own];
    into.verdicts = add_flows(into.verdicts, tally.verdicts);
    into.drops = add_flows(into.drops, tally.drops);
    into.traces = add_flows(into.traces, tally.traces);
    into.requests = add_flows(into.requests, tally.requests);
    into.inferred = into.inferred && tally.inferred;
    into.redirected = into.redirected || tally.redirected;
    into.span.add(tally.span);
    into.sources.merge(tally.sources);
    into.distinct.merge(tally.distinct);
    into.stored = add_flows(into.stored, tally.stored);
    into.allowed_by.merge(translated(tally.allowed_by, other.texts, texts));
    into.denied_by.merge(translated(tally.denied_by, other.texts, texts));
    for (const auto& [number, request] : tally.by_class)
      into.by_class[texts.add(other.texts.text(number))].add(
          request.count, request.denied, request.span, other.texts.text(request.example), texts);
  }
  for (const ConnectionKey& each : other.answered_)
    add_answer(numbers[each.source], numbers[each.destination], each.protocol, each.port);
  for (const auto& [address, having] : other.addresses_)
    for (const std::uint32_t endpoint : having)
      add_address(other.texts.text(address), numbers[endpoint]);
  for (const auto& [key, names] : other.names_)
    for (const std::uint32_t name : names)
      add_name(numbers[key.first], other.texts.text(key.second), other.texts.text(name));
}

}  // namespace cnplint::flows
