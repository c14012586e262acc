// SPDX-License-Identifier: Apache-2.0
//
// What a flow means (facts B3): which connection it reports, whether it is a reply, what became of
// it. Flows go in, a Table comes out. Flows are values here: who reads them, from what form, stands
// in front.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "flows/flow.h"
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
std::optional<FlowOutcome> outcome_of(const Flow& flow);

/// Adds flows and other events to a table. One for each thread. A serial stands for the same
/// endpoint in all flows that one observer is given.
class Observer {
 public:
  /// Of flows outside of the period it learns addresses and names only.
  explicit Observer(Period period) : period_(period) {}

  void add(const Flow& flow);
  void add(const LostEvents& lost);
  void add(const OtherEvent& event);

  /// The table so far. Connection files hold what was observed before and are added to it as it is.
  Table& table() { return table_; }

 private:
  /// Externals or unknowns, each address another one, of which flows say the same otherwise.
  struct Addresses {
    CapturedEndpoint endpoint;       ///< of each, but for its address
    TextMap<std::uint32_t> numbers;  ///< in the table, by address
  };
  /// What was made of an endpoint when a flow had it first.
  struct Known {
    std::uint64_t serial = 0;  ///< of the endpoint
    std::uint32_t number = 0;  ///< in the table; where there are `addresses`, that of the last one
    bool is_pod = false;
    bool has_last = false;
    std::string last_address;        ///< that was asked for, where `has_last`
    std::vector<std::string> names;  ///< of `fqdn:` labels
    std::unique_ptr<Addresses> addresses;
  };

  void understand(const FlowEndpoint& endpoint, Known& into);
  Known& known(const FlowEndpoint* endpoint);
  void add_totals(const Flow& flow);
  std::uint32_t number_of(Known& known, std::string_view address);
  std::uint32_t number_of(Addresses& addresses, std::string_view address);
  void learn_names(const Flow& flow, const Known& destination, std::uint32_t from, std::uint32_t to,
                   bool is_reply);
  void add_dns_answer(const Flow& flow, std::uint32_t client);
  void add_reply(const Flow& flow, FlowOutcome outcome, const Known& client, std::uint32_t from,
                 std::uint32_t to);
  void add_undecided(const Flow& flow, FlowOutcome outcome, std::uint32_t source,
                     std::uint32_t destination);
  void add_connection(const Flow& flow, const Opener& opener, FlowOutcome outcome,
                      std::uint32_t source, std::uint32_t destination);
  void count(const Flow& flow, const ConnectionKey& key, const Opener& opener,
             std::uint64_t weight);
  void add_request(const Flow& flow, ConnectionTally& tally, std::uint64_t weight);

  Period period_;
  Table table_;
  FlowEndpoint nothing_;      ///< of ends of which nothing is said
  std::vector<Known> known_;  ///< by serial, modulo kMostEndpoints
  std::string scratch_;
  std::string last_node_;
  std::int64_t last_hour_ = INT64_MIN;
  std::uint64_t* last_hour_count_ = nullptr;
};

}  // namespace cnplint::flows
