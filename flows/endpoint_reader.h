// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "flows/endpoint_cache.h"
#include "flows/flow.h"
#include "flows/json_value.h"

namespace cnplint::flows {

/// One end of a flow as it is written. Hubble's object is kept as it stands, so that the same text
/// is read only once.
struct EndpointText {
  std::string_view json;  ///< the object `source` or `destination`; empty where there is none
  std::string_view ns;    ///< this and the rest are columns of a flat row, which has no object
  std::string_view pod;
  std::string_view labels;  ///< an object as text
};

/// Reads one end of a flow: Hubble's object, that of other tools, or the columns of a flat row.
class EndpointReader : public JsonReader {
 public:
  explicit EndpointReader(EndpointCache& known) : known_(known) {}

  /// The endpoint of a text, read now or before; null where something is wrong, which
  /// take_problem() then has. `limit` is behind the last byte that may be read behind the
  /// endpoint's JSON.
  const FlowEndpoint* read(const EndpointText& text, const char* limit);

 private:
  std::string_view cache_key(const EndpointText& text);
  bool read_new(const EndpointText& text, const char* limit, FlowEndpoint& into);
  bool read_object(ondemand::object& object, FlowEndpoint& into);
  bool read_labels(std::string_view name, Value& value, FlowEndpoint& into);
  bool read_labels_text(std::string_view labels, FlowEndpoint& into);

  EndpointCache& known_;
  ondemand::parser parser_;
  std::string key_;
  std::string labels_buffer_;
};

}  // namespace cnplint::flows
