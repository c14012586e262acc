// SPDX-License-Identifier: Apache-2.0
#include "flows/endpoint_reader.h"

namespace cnplint::flows {

const FlowEndpoint* EndpointReader::read(const EndpointText& text, const char* limit) {
  const std::string_view key = cache_key(text);
  if (const FlowEndpoint* known = known_.find(key)) return known;
  FlowEndpoint fresh;
  return read_new(text, limit, fresh) ? &known_.add(key, std::move(fresh)) : nullptr;
}

/// By what the cache knows a text.
std::string_view EndpointReader::cache_key(const EndpointText& text) {
  if (!text.json.empty()) return text.json;
  key_.clear();
  for (const std::string_view column : {text.ns, text.pod, text.labels})
    key_.append(1, '\0').append(column);
  return key_;
}

bool EndpointReader::read_new(const EndpointText& text, const char* limit, FlowEndpoint& into) {
  if (text.json.empty()) {
    into.ns = text.ns;
    into.pod = text.pod;
    return text.labels.empty() || read_labels_text(text.labels, into);
  }
  const simdjson::padded_string_view view(text.json.data(), text.json.size(),
                                          static_cast<std::size_t>(limit - text.json.data()));
  ondemand::document document;
  ondemand::object object;
  if (parser_.iterate(view).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS)
    return refuse("an endpoint is no object");
  return read_object(object, into);
}

bool EndpointReader::read_object(ondemand::object& object, FlowEndpoint& into) {
  const auto copy = [&](std::string_view key, Value& value, std::string& to) {
    std::string_view read;
    if (!text(key, value, read)) return false;
    to = read;
    return true;
  };
  return each_field(object, [&](std::string_view key, Value& value) {
    if (key == "identity") return number(key, value, into.identity);
    if (key == "namespace") return copy(key, value, into.ns);
    if (key == "pod_name" || key == "podName" || key == "pod") return copy(key, value, into.pod);
    if (key == "cluster_name" || key == "clusterName") return copy(key, value, into.cluster);
    if (key == "labels") return read_labels(key, value, into);
    if (key != "workloads") return true;
    if (is_null(value)) return true;
    ondemand::array items;
    if (value.get_array().get(items) != simdjson::SUCCESS) return wrong(key);
    for (auto item : items) {
      ondemand::value workload;
      if (const auto error = take(item, workload)) return broken(error);
      FlowEndpoint read;
      const bool good = fields(key, workload, [&](std::string_view inner, Value& part) {
        if (inner == "name") return copy(inner, part, read.workload_name);
        return inner != "kind" || copy(inner, part, read.workload_kind);
      });
      if (!good) return false;
      if (!into.workload_name.empty()) continue;
      into.workload_name = read.workload_name;
      into.workload_kind = read.workload_kind;
    }
    return true;
  });
}

/// A list of `source:key=value`, or the mapping of other tools, which has no sources.
bool EndpointReader::read_labels(std::string_view name, Value& value, FlowEndpoint& into) {
  if (is_null(value)) return true;
  ondemand::object object;
  if (value.get_object().get(object) == simdjson::SUCCESS)
    return each_field(object, [&](std::string_view key, Value& label) {
      std::string_view read;
      if (!text(key, label, read)) return false;
      into.labels.push_back("k8s:" + std::string(key) + "=" + std::string(read));
      return true;
    });
  std::vector<std::string_view> labels;
  if (!texts(name, value, labels)) return false;
  for (const std::string_view label : labels) into.labels.emplace_back(label);
  return true;
}

/// The labels of a flat row: an object as text.
bool EndpointReader::read_labels_text(std::string_view labels, FlowEndpoint& into) {
  labels_buffer_.assign("{\"labels\":").append(labels).append("}");
  const std::size_t size = labels_buffer_.size();
  labels_buffer_.resize(size + kPadding);
  ondemand::document document;
  ondemand::object object;
  const simdjson::padded_string_view view(labels_buffer_.data(), size, labels_buffer_.size());
  if (parser_.iterate(view).get(document) != simdjson::SUCCESS ||
      document.get_object().get(object) != simdjson::SUCCESS)
    return wrong("labels", "are no JSON object");
  return read_object(object, into);
}

}  // namespace cnplint::flows
