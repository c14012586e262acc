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

#include "flows/endpoint_cache.h"
#include "flows/flow.h"

namespace cnplint::flows {

/// What one record of a capture can be.
struct Decoded {
  enum class Kind {
    flow,
    lost_events,
    other_event,
    stored,  ///< of a connection file: `text` is the object
  };
  Kind kind = Kind::flow;
  const Flow* flow = nullptr;
  LostEvents lost;
  std::string_view text;
};
using DecodedSink = std::function<void(const Decoded&)>;
using BadSink = std::function<void(std::string reason)>;

/// Decodes records. One for each thread.
class Decoder {
 public:
  /// What it reads of endpoints it keeps in the cache, which must outlive it.
  explicit Decoder(EndpointCache& endpoints);
  ~Decoder();
  Decoder(const Decoder&) = delete;
  Decoder& operator=(const Decoder&) = delete;

  /// Reads a record: an object in any of the shapes of fact B2, or a list of such, with or without
  /// what a log collector puts before it. Behind it `padding` bytes (at least kPadding) can be
  /// read. Each good flow goes to the sink, each bad one to `bad` with the reason.
  void decode(std::string_view record, std::size_t padding, const DecodedSink& sink,
              const BadSink& bad);

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace cnplint::flows
