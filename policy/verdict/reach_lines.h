// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/verdict/reach.h"

namespace cnplint::policy {

/// Every one of some ends reaches every one of others on the same ports.
struct ReachLine {
  std::vector<std::uint32_t> from;  ///< ends, ascending
  std::vector<std::uint32_t> to;
  std::uint32_t passing = 0;
};

/// What of a matrix is asked for.
struct ReachFilter {
  std::optional<std::vector<std::uint32_t>> from;  ///< ends; none: all usual ones
  std::optional<std::vector<std::uint32_t>> to;
  std::optional<std::string> ns;  ///< one of both ends is of this namespace

  [[nodiscard]] bool has(const Reach& reach, std::uint32_t source, std::uint32_t target) const;
  [[nodiscard]] std::vector<std::uint32_t> sources(const Reach& reach) const;
  [[nodiscard]] std::vector<std::uint32_t> targets(const Reach& reach) const;
};

/// All that passes, in as few lines as say it, in order.
std::vector<ReachLine> reach_lines(Reach& reach, const ReachFilter& filter);

/// Some ends for people: `every pod of shop`, `everybody but Deployment/shop/cart`.
std::string names_text(const Reach& reach, const std::vector<std::uint32_t>& ends);
/// `8080/TCP; of 80/TCP some requests`.
std::string passing_text(const std::vector<Passing>& passing, std::size_t most = SIZE_MAX);

}  // namespace cnplint::policy
