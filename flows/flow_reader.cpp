// SPDX-License-Identifier: Apache-2.0
#include "flows/flow_reader.h"

#include <charconv>
#include <optional>

#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

/// A count since 1970 of seconds, or by its size of thousandths, millionths or nanoseconds.
std::optional<std::int64_t> time_of_count(std::uint64_t count) {
  constexpr std::uint64_t kMostSeconds = 9'000'000'000;
  std::uint64_t most = kMostSeconds;
  for (std::int64_t unit = kSecond; unit > 0; unit /= 1000, most *= 1000)
    if (count <= most) return static_cast<std::int64_t>(count) * unit;
  return std::nullopt;
}

/// A number, or a text with one.
bool count_of(Value& value, std::uint64_t& into) {
  std::string_view digits;
  if (value.get_uint64().get(into) == simdjson::SUCCESS) return true;
  if (value.get_string().get(digits) != simdjson::SUCCESS) return false;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), into);
  return parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size();
}

}  // namespace

bool FlowReader::read(Key key, std::string_view name, Value& value) {
  switch (key) {
    case Key::time:
      return read_time(value);
    case Key::node_name:
      return text(name, value, flow_.node);
    case Key::verdict:
      is_flow_ = true;
      return read_verdict(name, value);
    case Key::drop_reason:
      return flow_.drop_reason != 0 || number(name, value, flow_.drop_reason);
    case Key::drop_reason_desc:
      return read_drop_reason(name, value);
    case Key::ip:
      is_flow_ = true;
      return fields(name, value, [&](std::string_view inner, Value& address) {
        if (inner == "source") return text(inner, address, flow_.source_address);
        if (inner == "destination") return text(inner, address, flow_.destination_address);
        return true;
      });
    case Key::l4:
      is_flow_ = true;
      return read_l4(name, value);
    case Key::source:
      return read_raw(name, value, source_);
    case Key::destination:
      return read_raw(name, value, destination_);
    case Key::type: {
      std::string_view type;
      if (value.get_string().get(type) == simdjson::SUCCESS) flow_.socket = type == "SOCK";
      return true;
    }
    case Key::source_names:
      return texts(name, value, flow_.source_names);
    case Key::destination_names:
      return texts(name, value, flow_.destination_names);
    case Key::l7:
      return read_l7(name, value);
    default:
      return read_rarer_field(key, name, value);
  }
}

bool FlowReader::read_rarer_field(Key key, std::string_view name, Value& value) {
  switch (key) {
    case Key::reply:
    case Key::is_reply: {
      bool reply = false;
      if (is_null(value)) return true;
      if (!truth(name, value, reply)) return false;
      // The old field is false where nothing is known.
      if (reply) flow_.reply = Reply::yes;
      if (!reply && key == Key::is_reply) flow_.reply = Reply::no;
      return true;
    }
    case Key::event_type:
      return fields(name, value, [&](std::string_view inner, Value& type) {
        if (inner == "type") return number(inner, type, flow_.event_type);
        if (inner != "sub_type" && inner != "subType") return true;
        return number(inner, type, flow_.event_sub_type);
      });
    case Key::destination_service:
      return fields(name, value, [&](std::string_view inner, Value& part) {
        if (inner == "name") return text(inner, part, flow_.service_name);
        if (inner == "namespace") return text(inner, part, flow_.service_namespace);
        return true;
      });
    case Key::traffic_direction:
      return read_direction(name, value);
    case Key::allowed_by:
      return read_policies(name, value, flow_.allowed_by);
    case Key::denied_by:
      return read_policies(name, value, flow_.denied_by);
    case Key::aggregate:
      return read_aggregate(name, value);
    default:
      return read_flat_field(key, name, value);
  }
}

/// The columns of a flat row (fact B2).
bool FlowReader::read_flat_field(Key key, std::string_view name, Value& value) {
  switch (key) {
    case Key::flow_id:
      flow_.flat = true;
      return true;
    case Key::source_namespace:
      return is_row() && text(name, value, source_.ns);
    case Key::source_pod:
      return is_row() && text(name, value, source_.pod);
    case Key::source_labels:
      return is_row() && read_row_labels(name, value, source_.labels);
    case Key::destination_namespace:
      return is_row() && text(name, value, destination_.ns);
    case Key::destination_pod:
      return is_row() && text(name, value, destination_.pod);
    case Key::destination_labels:
      return is_row() && read_row_labels(name, value, destination_.labels);
    case Key::source_port:
      return number(name, value, flow_.source_port);
    case Key::destination_port:
      return number(name, value, flow_.destination_port);
    case Key::protocol: {
      std::string_view protocol;
      if (!text(name, value, protocol)) return false;
      flow_.protocol = protocol_of(protocol);
      return true;
    }
    case Key::http_method:
      return read_http(name, value, flow_.l7.method);
    default:
      return read_http(name, value, flow_.l7.url);
  }
}

bool FlowReader::is_row() {
  is_flow_ = true;
  flow_.flat = true;
  return true;
}
/// A column of requests; that of other connections is empty.
bool FlowReader::read_http(std::string_view name, Value& value, std::string_view& into) {
  if (!text(name, value, into)) return false;
  if (into.empty()) return true;
  flow_.l7.type = FlowL7::Type::request;
  flow_.l7.protocol = FlowL7::Protocol::http;
  return true;
}

bool FlowReader::read_row_labels(std::string_view name, Value& value, std::string_view& into) {
  if (is_null(value)) return true;
  ondemand::object object;
  if (value.get_object().get(object) == simdjson::SUCCESS)
    return object.raw_json().get(into) == simdjson::SUCCESS || wrong(name);
  return text(name, value, into);
}

bool FlowReader::read_time(Value& value) {
  if (is_null(value)) return true;
  std::string_view written;
  std::uint64_t count = 0;
  std::optional<std::int64_t> time;
  if (value.get_string().get(written) == simdjson::SUCCESS) {
    time = times_.read(written);
  } else if (value.get_uint64().get(count) == simdjson::SUCCESS) {
    time = time_of_count(count);
  } else if (ondemand::object parts; value.get_object().get(parts) == simdjson::SUCCESS) {
    time = time_of_parts(parts);
    if (is_broken()) return false;
  }
  if (time) flow_.time = *time;
  flow_.has_time = time.has_value();
  // Everything else that it says is as good as that of other flows.
  flow_.odd_time = !time;
  return true;
}

/// `{"seconds": ..., "nanos": ...}`, as protobuf has it; other members make it odd.
std::optional<std::int64_t> FlowReader::time_of_parts(ondemand::object& parts) {
  constexpr std::uint64_t kMostSeconds = 9'000'000'000;
  std::uint64_t seconds = 0;
  std::uint64_t nanos = 0;
  bool odd = false;
  each_field(parts, [&](std::string_view inner, Value& part) {
    std::uint64_t* const into = inner == "seconds" ? &seconds : inner == "nanos" ? &nanos : nullptr;
    if (into != nullptr && !count_of(part, *into)) odd = true;
    return true;
  });
  if (odd || seconds > kMostSeconds || nanos >= kSecond) return std::nullopt;
  return static_cast<std::int64_t>(seconds) * kSecond + static_cast<std::int64_t>(nanos);
}

bool FlowReader::read_verdict(std::string_view name, Value& value) {
  std::string_view written;
  if (value.get_string().get(written) == simdjson::SUCCESS) {
    flow_.verdict = verdict_of(written);
    // The word of other tools for what policy denied.
    if (base::equal_ignoring_case(written, "DENIED") && flow_.drop_reason == 0)
      flow_.drop_reason = drop_reason::kPolicyDenied;
    return true;
  }
  std::uint32_t number_of = 0;
  if (!number(name, value, number_of)) return false;
  if (number_of <= static_cast<std::uint32_t>(FlowVerdict::translated))
    flow_.verdict = static_cast<FlowVerdict>(number_of);
  return true;
}

bool FlowReader::read_drop_reason(std::string_view name, Value& value) {
  std::string_view written;
  if (value.get_string().get(written) != simdjson::SUCCESS)
    return number(name, value, flow_.drop_reason);
  if (const std::uint16_t reason = drop_reason_of(written); reason != 0) flow_.drop_reason = reason;
  return true;
}

bool FlowReader::read_direction(std::string_view name, Value& value) {
  std::string_view written;
  if (value.get_string().get(written) == simdjson::SUCCESS) {
    for (const TrafficDirection each : {TrafficDirection::ingress, TrafficDirection::egress})
      if (written == direction_name(each) ||
          base::equal_ignoring_case(written, direction_name(each)))
        flow_.direction = each;
    return true;
  }
  std::uint32_t number_of = 0;
  if (!number(name, value, number_of)) return false;
  if (number_of <= static_cast<std::uint32_t>(TrafficDirection::egress))
    flow_.direction = static_cast<TrafficDirection>(number_of);
  return true;
}

bool FlowReader::read_l4(std::string_view name, Value& value) {
  return fields(name, value, [&](std::string_view protocol, Value& layer) {
    const std::uint8_t read = protocol_of(protocol);
    if (read == protocol::kAny) return true;
    flow_.protocol = read;
    const bool icmp = protocol::is_icmp(read);
    return fields(protocol, layer, [&](std::string_view inner, Value& part) {
      if (inner == "source_port" || inner == "sourcePort")
        return number(inner, part, flow_.source_port);
      if (inner == "destination_port" || inner == "destinationPort" || (icmp && inner == "type"))
        return number(inner, part, flow_.destination_port);
      if (inner != "flags") return true;
      return fields(inner, part, [&](std::string_view flag, Value& set) {
        if (flag == "SYN") return truth(flag, set, flow_.syn);
        if (flag == "RST") return truth(flag, set, flow_.rst);
        return flag != "ACK" || truth(flag, set, flow_.ack);
      });
    });
  });
}

bool FlowReader::read_raw(std::string_view name, Value& value, EndpointText& into) {
  if (is_null(value)) return true;
  ondemand::object object;
  if (value.get_object().get(object) != simdjson::SUCCESS ||
      object.raw_json().get(into.json) != simdjson::SUCCESS)
    return wrong(name);
  is_flow_ = true;
  return true;
}

bool FlowReader::read_l7(std::string_view name, Value& value) {
  FlowL7& l7 = flow_.l7;
  if (is_null(value)) return true;
  l7.type = FlowL7::Type::request;  // where none is written, as in flat forms
  return fields(name, value, [&](std::string_view key, Value& part) {
    if (key == "type") {
      std::string_view type;
      if (!text(key, part, type)) return false;
      if (type == "RESPONSE") l7.type = FlowL7::Type::response;
      if (type == "SAMPLE") l7.type = FlowL7::Type::sample;
      return true;
    }
    if (key == "http") {
      l7.protocol = FlowL7::Protocol::http;
      return fields(key, part, [&](std::string_view inner, Value& field) {
        if (inner == "method") return text(inner, field, l7.method);
        if (inner == "url" || inner == "path") return text(inner, field, l7.url);
        return true;
      });
    }
    if (key != "dns") return true;
    l7.protocol = FlowL7::Protocol::dns;
    return fields(key, part, [&](std::string_view inner, Value& field) {
      if (inner == "query") return text(inner, field, l7.query);
      return inner != "ips" || texts(inner, field, flow_.dns_answers);
    });
  });
}

bool FlowReader::read_policies(std::string_view name, Value& value, std::vector<FlowPolicy>& into) {
  if (is_null(value)) return true;
  ondemand::array items;
  if (value.get_array().get(items) != simdjson::SUCCESS) return wrong(name);
  for (auto item : items) {
    ondemand::value policy;
    if (const auto error = take(item, policy)) return broken(error);
    FlowPolicy read;
    const bool good = fields(name, policy, [&](std::string_view inner, Value& part) {
      if (inner == "kind") return text(inner, part, read.kind);
      if (inner == "namespace") return text(inner, part, read.ns);
      return inner != "name" || text(inner, part, read.name);
    });
    if (!good) return false;
    if (!read.name.empty()) into.push_back(read);  // rules that Cilium adds have none
  }
  return true;
}

bool FlowReader::read_aggregate(std::string_view name, Value& value) {
  flow_.aggregated = !is_null(value);
  return fields(name, value, [&](std::string_view inner, Value& count) {
    if (inner == "ingress_flow_count" || inner == "ingressFlowCount")
      return number(inner, count, flow_.ingress_count, kMostFlows);
    if (inner == "egress_flow_count" || inner == "egressFlowCount")
      return number(inner, count, flow_.egress_count, kMostFlows);
    if (inner == "unknown_direction_flow_count" || inner == "unknownDirectionFlowCount")
      return number(inner, count, flow_.unknown_count, kMostFlows);
    return true;
  });
}

}  // namespace cnplint::flows
