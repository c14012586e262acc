// SPDX-License-Identifier: Apache-2.0
#include "flows/connection_file.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "flows/capture.h"
#include "flows/endpoint_json.h"
#include "flows/request_class.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

using Json = nlohmann::ordered_json;

// --- Writing ---

/// Ends, protocol and port.
Json to_json(const ConnectionKey& key, const Table& table) {
  Json object;
  object["source"] = endpoint_json(table.endpoints()[key.source]);
  object["destination"] = endpoint_json(table.endpoints()[key.destination]);
  object["protocol"] = key.protocol;
  object["port"] = key.port;
  return object;
}

Json to_json(const ConnectionKey& key, const ConnectionTally& tally, const Table& table) {
  Json object = to_json(key, table);
  object["direction"] = static_cast<int>(key.direction);
  object["outcome"] = outcome_name(key.outcome);
  add_count(object, "dropReason", key.drop_reason);
  add_text(object, "service", table.texts.text(key.service));
  add_count(object, "verdicts", tally.verdicts);
  add_count(object, "drops", tally.drops);
  add_count(object, "traces", tally.traces);
  add_count(object, "requests", tally.requests);
  if (key.undecided) object["undecided"] = true;
  if (table.is_answered(key)) object["answered"] = true;
  if (tally.inferred) object["inferred"] = true;
  if (tally.redirected) object["redirected"] = true;
  for (const std::uint16_t port : tally.sources.ports()) object["sourcePorts"].push_back(port);
  add_span(object, tally.span);
  if (!tally.allowed_by.empty()) object["allowedBy"] = table.texts.sorted(tally.allowed_by);
  if (!tally.denied_by.empty()) object["deniedBy"] = table.texts.sorted(tally.denied_by);
  for (const CapturedRequest& request : requests_of(tally, table.texts)) {
    Json each;
    each["dns"] = request.request.dns;
    add_text(each, "method", request.request.method);
    add_text(each, "host", request.request.host);
    each["path"] = request.request.path;
    each["example"] = request.example;
    each["count"] = request.count;
    add_count(each, "denied", request.denied);
    add_span(each, request.span);
    object["classes"].push_back(std::move(each));
  }
  return object;
}

Json to_json(const Totals& totals) {
  Json object;
  object["flows"] = totals.flows;
  add_count(object, "replies", totals.replies);
  add_count(object, "undecided", totals.undecided);
  add_count(object, "ignored", totals.ignored);
  add_count(object, "malformed", totals.malformed);
  add_count(object, "otherEvents", totals.other_events);
  add_count(object, "lostEvents", totals.lost_events);
  add_count(object, "oddTimes", totals.odd_times);
  if (totals.flows != 0)
    for (const std::string_view name : fields_without(totals.fields))
      object["lacks"].push_back(name);
  add_span(object, totals.span);
  for (const auto& [hour, count] : totals.hours) object["hours"].push_back({hour, count});
  if (!totals.nodes.empty()) object["nodes"] = totals.nodes;
  return object;
}

std::string line(const char* key, Json value) {
  Json object;
  object["cnplint"][key] = std::move(value);
  return object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

// --- Reading ---

std::uint64_t count_of(const Json& object, const char* key, std::uint64_t most = kMostFlows) {
  const auto count = object.value(key, std::uint64_t{0});
  if (count > most) throw std::out_of_range(std::string("`") + key + "` is out of range");
  return count;
}

Span span_of(const Json& object) {
  Span span;
  const auto first = parse_timestamp(text_of(object, "first"));
  const auto last = parse_timestamp(text_of(object, "last"));
  if (first) span.add(*first);
  if (last) span.add(*last);
  return span;
}

FlowOutcome outcome_from(const std::string& name) {
  for (std::size_t i = 0; i < kOutcomes; ++i)
    if (outcome_name(static_cast<FlowOutcome>(i)) == name) return static_cast<FlowOutcome>(i);
  throw std::out_of_range("`outcome` names no outcome");
}

void read_classes(const Json& list, ConnectionTally& tally, StringPool& texts) {
  for (const Json& each : list) {
    RequestClass request;
    request.dns = each.value("dns", false);
    request.method = text_of(each, "method");
    request.host = text_of(each, "host");
    request.path = text_of(each, "path");
    tally.by_class[texts.add(to_text(request))].add(count_of(each, "count"),
                                                    count_of(each, "denied"), span_of(each),
                                                    text_of(each, "example"), texts);
  }
}

/// Files without them are of connections that are settled, or older.
void read_source_ports(const Json& object, SourcePorts& sources) {
  if (!object.contains("sourcePorts")) return sources.settle();
  for (const Json& each : object.at("sourcePorts")) sources.add(each.get<std::uint16_t>());
}

constexpr std::uint64_t kMostPort = 65535;

/// Ends, protocol and port.
ConnectionKey read_key(const Json& object, Table& table) {
  constexpr std::uint64_t kMostProtocol = 255;
  ConnectionKey key;
  key.source = table.add(endpoint_from(object.at("source")));
  key.destination = table.add(endpoint_from(object.at("destination")));
  key.protocol = static_cast<std::uint8_t>(count_of(object, "protocol", kMostProtocol));
  key.port = static_cast<std::uint16_t>(count_of(object, "port", kMostPort));
  return key;
}

/// A connection of which only the answers were seen.
void read_answer(const Json& object, Table& table) {
  Table one;
  const ConnectionKey key = read_key(object, one);
  one.add_answer(key.source, key.destination, key.protocol, key.port);
  table.merge(one);
}

void read_connection(const Json& object, const Period& period, Table& table) {
  // Into a table of its own first: a line that is wrong in its middle must leave nothing behind.
  Table one;
  ConnectionKey key = read_key(object, one);
  key.direction = static_cast<TrafficDirection>(
      count_of(object, "direction", static_cast<std::uint64_t>(TrafficDirection::egress)));
  key.outcome = outcome_from(text_of(object, "outcome"));
  key.drop_reason = static_cast<std::uint16_t>(count_of(object, "dropReason", kMostPort));
  key.undecided = object.value("undecided", false);
  key.service = one.texts.add(text_of(object, "service"));
  if (object.value("answered", false))
    one.add_answer(key.source, key.destination, key.protocol, key.port);
  ConnectionTally& tally = one.connection(key);
  tally.verdicts = count_of(object, "verdicts");
  tally.drops = count_of(object, "drops");
  tally.traces = count_of(object, "traces");
  tally.requests = count_of(object, "requests");
  tally.inferred = object.value("inferred", false);
  tally.redirected = object.value("redirected", false);
  read_source_ports(object, tally.sources);
  tally.stored = tally.flows();
  tally.span = span_of(object);
  for (const auto& name : object.value("allowedBy", std::vector<std::string>()))
    tally.allowed_by.insert(one.texts.add(name));
  for (const auto& name : object.value("deniedBy", std::vector<std::string>()))
    tally.denied_by.insert(one.texts.add(name));
  if (object.contains("classes")) read_classes(object.at("classes"), tally, one.texts);
  if (period.has_some_of(tally.span)) table.merge(one);
}

/// The fields that some flow has: all where nothing is said.
FieldSet fields_from(const Json& object) {
  const auto lacks = object.value("lacks", std::vector<std::string>());
  FieldSet fields = 0;
  for (const NeededField& each : kNeededFields)
    if (std::ranges::find(lacks, each.name) == lacks.end())
      fields = static_cast<FieldSet>(fields | each.bit);
  return fields;
}

void read_totals(const Json& object, Table& table) {
  Totals totals;
  totals.flows = count_of(object, "flows");
  if (totals.flows != 0) totals.fields = fields_from(object);
  totals.replies = count_of(object, "replies");
  totals.undecided = count_of(object, "undecided");
  totals.ignored = count_of(object, "ignored");
  totals.malformed = count_of(object, "malformed");
  totals.other_events = count_of(object, "otherEvents");
  totals.lost_events = count_of(object, "lostEvents");
  totals.odd_times = count_of(object, "oddTimes");
  totals.span = span_of(object);
  if (object.contains("hours"))
    for (const Json& each : object.at("hours"))
      totals.hours[each.at(0).get<std::int64_t>()] = each.at(1).get<std::uint64_t>();
  totals.nodes = object.value("nodes", std::set<std::string, std::less<>>());
  table.totals.merge(totals);
}

/// `{"address": ..., "endpoint": {...}}`, with `names` where it is about names that a client knows.
void read_address(const Json& object, Table& table) {
  const std::string address = object.at("address").get<std::string>();
  const auto names = object.value("names", std::vector<std::string>());
  const std::uint32_t endpoint = table.add(endpoint_from(object.at("endpoint")));
  if (!object.contains("names")) return table.add_address(address, endpoint);
  for (const std::string& name : names) table.add_name(endpoint, address, name);
}

}  // namespace

std::string write_connections(const Table& table) {
  std::vector<std::string> lines;
  for (const auto& [key, tally] : table.connections())
    lines.push_back(line("connection", to_json(key, tally, table)));
  for (const ConnectionKey& key : table.only_answered())
    lines.push_back(line("answer", to_json(key, table)));
  for (const auto& [address, endpoints] : table.addresses())
    for (const std::uint32_t endpoint : endpoints) {
      Json object;
      object["address"] = table.texts.text(address);
      object["endpoint"] = endpoint_json(table.endpoints()[endpoint]);
      lines.push_back(line("address", std::move(object)));
    }
  for (const auto& [key, names] : table.names()) {
    Json object;
    object["address"] = table.texts.text(key.second);
    object["endpoint"] = endpoint_json(table.endpoints()[key.first]);
    object["names"] = table.texts.sorted(names);
    lines.push_back(line("names", std::move(object)));
  }
  std::ranges::sort(lines);
  std::string text = line("totals", to_json(table.totals));
  for (const std::string& each : lines) text += each;
  return text;
}

std::string read_stored(std::string_view object, const Period& period, Table& table) {
  const Json json = Json::parse(object, nullptr, false);
  if (!json.is_object() || json.size() != 1) return "no object of a connection file";
  try {
    const std::string& key = json.begin().key();
    const Json& value = json.begin().value();
    if (key == "connection")
      read_connection(value, period, table);
    else if (key == "answer")
      read_answer(value, table);
    else if (key == "totals")
      read_totals(value, table);
    else if (key == "address" || key == "names")
      read_address(value, table);
    else
      return "written by a newer cnplint";
  } catch (const std::exception& error) {
    return std::string("not as connection files are: ") + error.what();
  }
  return {};
}

}  // namespace cnplint::flows
