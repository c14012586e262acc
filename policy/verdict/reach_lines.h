// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
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

/// Names of ends for people: `every pod of shop`, `everybody but Deployment/shop/cart`.
class ReachNames {
 public:
  /// The matrix must outlive it.
  explicit ReachNames(const Reach& reach);

  /// Some ends, ascending, in as few words as say which.
  [[nodiscard]] std::string of(const std::vector<std::uint32_t>& ends) const;

 private:
  void find_parents();
  [[nodiscard]] std::vector<std::string> names(const std::vector<std::uint32_t>& ends) const;
  [[nodiscard]] std::vector<std::string> names_of_pods(
      const std::map<std::string, std::vector<std::string>>& pods) const;
  [[nodiscard]] std::vector<std::string> outside_names(const std::vector<std::string>& names) const;

  const Reach& reach_;
  std::map<std::string, std::size_t> pods_;  ///< how many there are, by namespace
  std::size_t outside_ = 0;
  /// What a piece of addresses is cut out of: the narrowest other one that has it. By name.
  std::map<std::string, std::string> parents_;
};

/// `8080/TCP; of 80/TCP some requests`.
std::string passing_text(const std::vector<Passing>& passing, std::size_t most = SIZE_MAX);

}  // namespace cnplint::policy
