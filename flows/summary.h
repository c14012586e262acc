// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "flows/capture.h"

namespace cnplint::flows {

/// A name with how many flows it stands for, and a list of such, the most first.
using Ranked = std::vector<std::pair<std::string, std::uint64_t>>;

/// Hours without any flow, between hours that have some.
struct Gap {
  std::int64_t begin = 0;  ///< nanoseconds since 1970
  std::int64_t end = 0;
};

/// What is in a capture, in numbers.
struct Summary {
  std::array<std::uint64_t, kOutcomes> connections_by_outcome{};
  std::array<std::uint64_t, kOutcomes> flows_by_outcome{};
  Ranked drop_reasons;
  Ranked namespaces;  ///< by flows from or to it
  Ranked talkers;     ///< `shop/cart -> shop/db 5432/TCP`
  Ranked ports;
  Ranked names;  ///< DNS names that connections went to
  std::vector<Gap> gaps;
};
Summary summarize(const Capture& capture);

}  // namespace cnplint::flows
