// SPDX-License-Identifier: Apache-2.0
//
// JSON text to flows: the one place that knows simdjson, and how Hubble and other tools spell
// fields (facts B1.6, B2).
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "flows/flow.h"

namespace cnplint::flows {

/// A `source` or `destination` object, read.
struct EndpointFields {
  std::uint32_t identity = 0;
  std::string ns;
  std::string pod;
  std::string cluster;
  std::string workload_kind;
  std::string workload_name;
  std::vector<std::string> labels;  ///< `source:key=value`
};

/// lost_events: what Hubble did not see, or could not keep.
struct LostEvents {
  std::uint64_t count = 0;
};

/// What one record of a capture can be.
struct Decoded {
  enum class Kind {
    flow,
    lost_events,
    other_event,  ///< node_status, agent_event, debug_event
    stored,       ///< of a connection file: `text` is the object
  };
  Kind kind = Kind::flow;
  const Flow* flow = nullptr;
  LostEvents lost;
  std::string_view text;
};
/// Takes what was decoded and returns why it cannot be used; empty where it can.
using DecodedSink = std::function<std::string(const Decoded&)>;
using BadSink = std::function<void(std::string reason)>;

/// Decodes records. One for each thread.
class Decoder {
 public:
  Decoder();
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Reads a record: an object in any of the shapes of fact B2, or a list of such, with or without
  /// what a log collector puts before it. Behind it `padding` bytes (at least kPadding) can be
  /// read. Each good flow goes to the sink, each bad one to `bad` with the reason.
  void decode(std::string_view record, std::size_t padding, const DecodedSink& sink,
              const BadSink& bad);

  /// Reads an endpoint of the flow that was decoded last, while the sink has it; returns what is
  /// wrong with it, empty where nothing is.
  std::string endpoint(const FlowEndpoint& endpoint, EndpointFields& fields);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::flows
