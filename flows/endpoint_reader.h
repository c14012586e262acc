// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "flows/decoder.h"
#include "flows/json_value.h"

namespace cnplint::flows {

/// Reads one end of a flow: Hubble's object, that of other tools, or the columns of a flat row.
class EndpointReader : public JsonReader {
 public:
  /// `limit` is behind the last byte that may be read behind the endpoint's JSON. Returns what is
  /// wrong; empty where nothing is.
  std::string read(const FlowEndpoint& endpoint, const char* limit, EndpointFields& fields);

 private:
  bool read_object(ondemand::object& object, EndpointFields& into);
  bool read_labels(std::string_view name, Value& value, EndpointFields& into);
  void read_labels_text(std::string_view labels, EndpointFields& into);

  ondemand::parser parser_;
  std::string labels_buffer_;
};

}  // namespace cnplint::flows
