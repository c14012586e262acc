// SPDX-License-Identifier: Apache-2.0
#include "flows/distinct.h"

#include <algorithm>
#include <cmath>

namespace cnplint::flows {

void Distinct::add(std::uint64_t hash) {
  if (smallest_.size() == kKept && hash >= smallest_.back()) return;
  const auto place = std::lower_bound(smallest_.begin(), smallest_.end(), hash);
  if (place != smallest_.end() && *place == hash) return;
  if (smallest_.size() == kKept) smallest_.pop_back();
  smallest_.insert(std::lower_bound(smallest_.begin(), smallest_.end(), hash), hash);
}

void Distinct::merge(const Distinct& other) {
  if (smallest_.empty()) {
    smallest_ = other.smallest_;
    return;
  }
  for (const std::uint64_t hash : other.smallest_) add(hash);
}

std::uint64_t Distinct::count() const {
  if (smallest_.size() < kKept) return smallest_.size();
  // Hashes are spread evenly: so many lie below the greatest that is kept.
  constexpr double kRange = 18446744073709551616.0;
  const double density = static_cast<double>(smallest_.back()) / kRange;
  const double estimate = static_cast<double>(kKept - 1) / density;
  const double unit = std::pow(10.0, std::max(0.0, std::floor(std::log10(estimate)) - 1));
  return static_cast<std::uint64_t>(std::round(estimate / unit) * unit);
}

}  // namespace cnplint::flows
