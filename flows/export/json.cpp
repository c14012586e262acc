// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "flows/endpoint_json.h"
#include "flows/export/export.h"
#include "flows/summary.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json to_json(const CapturedRequest& request) {
  Json object;
  object["type"] = request.request.dns ? "dns" : "http";
  add_text(object, "method", request.request.method);
  add_text(object, "host", request.request.host);
  object[request.request.dns ? "name" : "path"] = request.request.path;
  if (request.example != request.request.path) object["example"] = request.example;
  object["count"] = request.count;
  add_count(object, "denied", request.denied);
  return object;
}

Json to_json(const CapturedConnection& connection, const Capture& capture) {
  Json object;
  object["source"] = endpoint_json(capture.endpoints[connection.source]);
  object["destination"] = endpoint_json(capture.endpoints[connection.destination]);
  object["protocol"] = protocol_name(connection.protocol);
  object["port"] = connection.port;
  object["direction"] = direction_name(connection.direction);
  object["verdict"] = outcome_name(connection.outcome);
  if (connection.drop_reason != 0) object["dropReason"] = drop_reason_name(connection.drop_reason);
  add_text(object, "service", connection.service);
  object["flows"] = connection.flows;
  if (connection.inferred) object["inferred"] = true;
  if (connection.redirected) object["redirected"] = true;
  add_span(object, connection.span);
  if (!connection.names.empty()) object["names"] = connection.names;
  if (!connection.allowed_by.empty()) object["allowedBy"] = connection.allowed_by;
  if (!connection.denied_by.empty()) object["deniedBy"] = connection.denied_by;
  for (const CapturedRequest& request : connection.requests)
    object["requests"].push_back(to_json(request));
  return object;
}

Json to_json(const Ranked& ranked) {
  Json object = Json::object();
  // Each name comes once: looking it up among the others first would take the square of their
  // number.
  auto& entries = object.get_ref<Json::object_t&>();
  for (const auto& [name, flows] : ranked) entries.push_back({name, flows});
  return object;
}

Json summary_json(const Capture& capture) {
  const Totals& totals = capture.totals;
  const Summary summary = summarize(capture);
  Json object;
  object["flows"] = totals.flows;
  object["connections"] = capture.connections.size();
  object["endpoints"] = capture.endpoints.size();
  object["replies"] = totals.replies;
  object["duplicates"] = capture.duplicates;
  object["undecided"] = totals.undecided;
  object["ignored"] = totals.ignored;
  object["malformed"] = totals.malformed;
  object["otherEvents"] = totals.other_events;
  object["lostEvents"] = totals.lost_events;
  add_count(object, "oddTimes", totals.odd_times);
  if (!totals.span.empty()) {
    object["start"] = format_timestamp(totals.span.first);
    object["end"] = format_timestamp(totals.span.last);
  }
  object["hours"] = totals.hours.size();
  object["nodes"] = totals.nodes;
  object["verdicts"] = Json::object();
  for (std::size_t i = 0; i < kOutcomes; ++i)
    if (summary.connections_by_outcome[i] != 0)
      object["verdicts"][std::string(outcome_name(static_cast<FlowOutcome>(i)))] = {
          {"connections", summary.connections_by_outcome[i]},
          {"flows", summary.flows_by_outcome[i]}};
  object["dropReasons"] = to_json(summary.drop_reasons);
  object["namespaces"] = to_json(summary.namespaces);
  object["ports"] = to_json(summary.ports);
  object["gaps"] = Json::array();
  for (const Gap& gap : summary.gaps)
    object["gaps"].push_back({format_timestamp(gap.begin), format_timestamp(gap.end)});
  return object;
}

}  // namespace

std::string export_json(const Capture& capture) {
  Json document;
  document["summary"] = summary_json(capture);
  document["connections"] = Json::array();
  for (const CapturedConnection& each : capture.connections)
    document["connections"].push_back(to_json(each, capture));
  return dump(document, 2);
}

std::string export_jsonl(const Capture& capture) {
  std::string text;
  for (const CapturedConnection& each : capture.connections)
    text += dump(to_json(each, capture), -1);
  return text;
}

}  // namespace cnplint::flows
