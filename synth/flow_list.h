// SPDX-License-Identifier: Apache-2.0
//
// Lists of what must not be allowed, as users keep them in files.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "coverage/observed_traffic.h"
#include "policy/model/address.h"

namespace cnplint::synth {

/// One end of a forbidden connection: a glob of names (`shop/*`, `world`, `host`), or a CIDR.
struct EndPattern {
  std::string glob;
  std::optional<policy::Prefix> prefix;

  [[nodiscard]] bool matches(const coverage::ObservedEndpoint& endpoint) const;
};

/// Forbidden connections: lines of `FROM -> TO [PORT[/PROTOCOL]]`, `#` begins a comment.
struct FlowList {
  struct Line {
    EndPattern from;
    EndPattern to;
    std::uint16_t port = 0;     ///< 0: every port
    std::uint8_t protocol = 0;  ///< 0: every protocol
    std::string place;          ///< `file:line`
  };
  std::vector<Line> lines;

  /// The line that a connection is on; null where it is on none.
  [[nodiscard]] const Line* find(const coverage::ObservedConnection& connection,
                                 const coverage::ObservedTraffic& traffic) const;
  [[nodiscard]] const Line* find(const coverage::ObservedEndpoint& from,
                                 const coverage::ObservedEndpoint& to, std::uint8_t protocol,
                                 std::uint16_t port) const;
};

/// Reads such a file; the error has the place of every line that cannot be read.
base::Result<FlowList> read_flow_list(const std::string& path);

/// Addresses, CIDRs and DNS names, one a line; a name stands for those below it too. Lines as in
/// /etc/hosts (`0.0.0.0 name`) are read as the names.
struct AddressList {
  std::vector<policy::Prefix> prefixes;
  std::set<std::string, std::less<>> addresses;  ///< whole ones, canonical
  std::set<std::string, std::less<>> names;      ///< in lower case

  /// What of an end is on the list; empty where nothing is.
  [[nodiscard]] std::string find(const coverage::ObservedEndpoint& endpoint,
                                 const std::vector<std::string>& asked) const;
};
base::Result<AddressList> read_address_list(const std::string& path);

}  // namespace cnplint::synth
