// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "flows/endpoint_reader.h"
#include "flows/field_key.h"
#include "flows/flow.h"
#include "flows/json_value.h"
#include "flows/timestamp.h"

namespace cnplint::flows {

/// Reads the fields of a flow, of Hubble or of one of the flat forms.
class FlowReader : public JsonReader {
 public:
  /// Forgets what was read.
  void begin() {
    flow_.clear();
    source_ = {};
    destination_ = {};
    is_flow_ = false;
  }
  /// Reads one field; false where it is wrong.
  bool read(Key key, std::string_view name, Value& value);

  /// The flow without its ends, which are to be read from their texts.
  Flow& flow() { return flow_; }
  [[nodiscard]] const EndpointText& source() const { return source_; }
  [[nodiscard]] const EndpointText& destination() const { return destination_; }
  /// Whether a field was there that only flows have.
  [[nodiscard]] bool is_flow() const { return is_flow_; }

 private:
  bool read_rarer_field(Key key, std::string_view name, Value& value);
  bool read_flat_field(Key key, std::string_view name, Value& value);
  bool is_row();
  bool read_http(std::string_view name, Value& value, std::string_view& into);
  bool read_row_labels(std::string_view name, Value& value, std::string_view& into);
  bool read_time(Value& value);
  std::optional<std::int64_t> time_of_parts(ondemand::object& parts);
  bool read_verdict(std::string_view name, Value& value);
  bool read_drop_reason(std::string_view name, Value& value);
  bool read_direction(std::string_view name, Value& value);
  bool read_l4(std::string_view name, Value& value);
  bool read_raw(std::string_view name, Value& value, EndpointText& into);
  bool read_l7(std::string_view name, Value& value);
  bool read_policies(std::string_view name, Value& value, std::vector<FlowPolicy>& into);
  bool read_aggregate(std::string_view name, Value& value);
  Flow flow_;
  EndpointText source_;
  EndpointText destination_;
  TimestampReader times_;
  bool is_flow_ = false;
};

}  // namespace cnplint::flows
