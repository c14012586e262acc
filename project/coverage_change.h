// SPDX-License-Identifier: Apache-2.0
//
// Coverage of two states of a repository by the same capture.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "project/measure.h"

namespace cnplint::project {

/// An observed connection that two states do not cover alike.
struct ConnectionCoverageChange {
  std::string connection;  ///< `shop/cart -> shop/db 5432/TCP`
  std::string was;         ///< coverage_name(), or `allowed but for requests`
  std::string is;
  std::uint64_t flows = 0;  ///< that passed
};

/// What becomes of coverage.
struct CoverageChange {
  std::string state;         ///< that it is held against, as people name it
  double flows_covered = 0;  ///< of that state, in percent
  double connections_covered = 0;
  double rules_used = 0;
  double drift = 0;
  std::vector<ConnectionCoverageChange> connections;  ///< those with the most flows first
};

/// Holds two measurements of one capture against each other.
CoverageChange coverage_change(std::string state, const Measurement& was, const Measurement& is);

}  // namespace cnplint::project
