// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace cnplint::policy {

/// Ports on which machines, databases and clusters are administered or keep their data: nothing
/// that serves the public listens there.
inline constexpr std::array<std::uint16_t, 24> kAdminPorts{
    22,   23,   111,  135,  139,  445,  1433, 2049, 2375,  2376,  2379,  2380,
    3306, 3389, 5432, 5900, 5985, 5986, 6379, 9200, 10250, 10255, 11211, 27017};

/// Whether some of the ports of a range is one of them.
constexpr bool has_admin_port(std::uint16_t first, std::uint16_t last) {
  return std::ranges::any_of(kAdminPorts,
                             [&](std::uint16_t port) { return first <= port && port <= last; });
}

}  // namespace cnplint::policy
