// SPDX-License-Identifier: Apache-2.0
//
// What a flow means (facts B3): which connection it reports, whether it is a reply, what became of
// it. Flows go in, a Table comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "flows/decoder.h"
#include "flows/table.h"

namespace cnplint::flows {

/// Whether a flow goes from who opened the connection to who listens (fact B3.3).
struct Opener {
  enum class Answer : std::uint8_t { opener, reply, undecided };
  Answer answer = Answer::undecided;
  bool inferred = false;  ///< by TCP flags, ICMP types or ports, not said by Hubble
};
Opener opener_of(const Flow& flow);

/// What became of the flow's connection; none for flows that are no packets on their way.
std::optional<Outcome> outcome_of(const Flow& flow);

/// Adds flows to a table. One for each thread.
class Observer {
 public:
  Observer(Decoder& decoder, Period period) : decoder_(decoder), period_(period) {}

  /// Adds what was decoded; returns why it cannot be used, empty where it can.
  std::string add(const Decoded& decoded);

  Table& table() { return table_; }

 private:
  /// An end of a flow, as far as its text says.
  struct Known {
    Endpoint endpoint;
    std::vector<std::string> names;  ///< of `fqdn:` labels
    bool by_address = false;         ///< externals and unknowns: one for each address
    std::uint32_t number = 0;
    std::string last_address;  ///< that `number` was given for, or that was noted
    bool used = false;
    TextMap<std::uint32_t> by_text_address;
  };

  std::string add_flow(const Flow& flow);
  Known* known(const FlowEndpoint& endpoint, std::string& problem);
  std::uint32_t number_of(Known& known, std::string_view address);
  void learn_names(const Flow& flow, const Known& destination, std::uint32_t from, std::uint32_t to,
                   bool is_reply);
  void add_dns_answer(const Flow& flow, std::uint32_t client);
  void add_connection(const Flow& flow, const Opener& opener, Outcome outcome, std::uint32_t source,
                      std::uint32_t destination);
  void count(const Flow& flow, const ConnectionKey& key, const Opener& opener,
             std::uint64_t weight);
  void add_request(const Flow& flow, ConnectionTally& tally, std::uint64_t weight);

  Decoder& decoder_;
  Period period_;
  Table table_;
  TextMap<Known> known_;
  std::string scratch_;
  std::string last_node_;
  std::int64_t last_hour_ = INT64_MIN;
  std::uint64_t* last_hour_count_ = nullptr;
};

}  // namespace cnplint::flows
