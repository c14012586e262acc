// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace cnplint::tests {

/// Lines of flows between few ends of every kind, that pass, are audited or dropped: pods with and
/// without labels, of another cluster too, nodes, the API server, the outside with and without
/// names, addresses of which nothing is known; TCP, UDP, SCTP and ICMP, requests, no port, and
/// packets of which nobody can say who connected. The same seed gives the same flows.
std::vector<std::string> random_flows(std::uint64_t seed, std::size_t count);

}  // namespace cnplint::tests
