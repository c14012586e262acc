// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <compare>
#include <optional>
#include <string_view>

namespace cnplint::policy {

/// A Cilium release, 1.16 to 1.20: the range that the facts cover.
struct Release {
  int minor = 20;

  friend auto operator<=>(const Release&, const Release&) = default;
};

inline constexpr std::array<std::string_view, 5> kReleaseNames{"1.16", "1.17", "1.18", "1.19",
                                                               "1.20"};
inline constexpr int kOldestMinor = 16;

/// The release of a name such as "1.18"; none for any other text.
constexpr std::optional<Release> parse_release(std::string_view name) {
  for (std::size_t i = 0; i < kReleaseNames.size(); ++i)
    if (kReleaseNames[i] == name) return Release{kOldestMinor + static_cast<int>(i)};
  return std::nullopt;
}

constexpr std::string_view release_name(Release release) {
  return kReleaseNames[static_cast<std::size_t>(release.minor - kOldestMinor)];
}

}  // namespace cnplint::policy
