// SPDX-License-Identifier: Apache-2.0
#include "flows/endpoint_json.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <vector>

#include "flows/table.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<std::string_view, 4> kKinds{"pod", "reserved", "external", "unknown"};

}  // namespace

void add_text(Json& object, const char* key, const std::string& value) {
  if (!value.empty()) object[key] = value;
}
void add_count(Json& object, const char* key, std::uint64_t value) {
  if (value != 0) object[key] = value;
}
void add_span(Json& object, const Span& span) {
  if (span.empty()) return;
  object["first"] = format_timestamp(span.first);
  object["last"] = format_timestamp(span.last);
}

Json endpoint_json(const CapturedEndpoint& endpoint) {
  Json object;
  object["kind"] = kKinds[static_cast<std::size_t>(endpoint.kind)];
  add_text(object, "cluster", endpoint.cluster);
  add_text(object, "namespace", endpoint.ns);
  if (!endpoint.labels.empty()) object["labels"] = endpoint.labels;
  add_text(object, "pod", endpoint.pod);
  add_text(object, "workload", endpoint.workload);
  add_text(object, "workloadKind", endpoint.workload_kind);
  add_text(object, "address", endpoint.address);
  return object;
}

std::string text_of(const Json& object, const char* key) {
  return object.value(key, std::string());
}

CapturedEndpoint endpoint_from(const Json& object) {
  CapturedEndpoint endpoint;
  const auto kind = std::ranges::find(kKinds, text_of(object, "kind"));
  if (kind == kKinds.end()) throw std::out_of_range("`kind` names no kind of endpoint");
  endpoint.kind = static_cast<CapturedEndpointKind>(kind - kKinds.begin());
  endpoint.cluster = text_of(object, "cluster");
  endpoint.ns = text_of(object, "namespace");
  endpoint.labels = object.value("labels", std::vector<std::string>());
  std::ranges::sort(endpoint.labels);
  endpoint.pod = text_of(object, "pod");
  endpoint.workload = text_of(object, "workload");
  endpoint.workload_kind = text_of(object, "workloadKind");
  endpoint.address = text_of(object, "address");
  return endpoint;
}

}  // namespace cnplint::flows
