// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include "flows/flow.h"
#include "flows/string_pool.h"

namespace cnplint::flows {

/// The endpoints that were read, each once: captures repeat the same few millions of times. One for
/// each thread, shared by all readers that feed one Observer, so that no serial is given twice.
class EndpointCache {
 public:
  /// To be called before the ends of a flow are asked for. Forgets everything where there is no
  /// room for two more; until then what was found or added stays where it is.
  void make_room();

  /// The endpoint that was read from this text; null where it has to be read. The text is all that
  /// a capture says of the endpoint, in any form whose first byte no other form begins with: `{`
  /// is that of JSON objects, NUL that of flat rows.
  [[nodiscard]] const FlowEndpoint* find(std::string_view text) const;

  /// Keeps what was read from a text that is not there yet, and gives it the next serial.
  const FlowEndpoint& add(std::string_view text, FlowEndpoint&& endpoint);

 private:
  TextMap<FlowEndpoint> by_text_;
  std::uint64_t last_serial_ = 0;
};

}  // namespace cnplint::flows
