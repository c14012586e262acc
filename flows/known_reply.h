// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "flows/table.h"

namespace cnplint::flows {

/// Connections of a table that are the replies of others, although each of their flows was taken
/// for an opening one: all come from ports to which the other end has connections. Hubble says so
/// of packets of connections that it lost sight of. `endpoints` are those of the table, as they are
/// understood. Of two that mirror each other the one to a client's port is the reply, else the one
/// that was seen later; where both ports are the same, as of gossip, none is.
ConnectionKeys replies_in(const Table& table, const std::vector<CapturedEndpoint>& endpoints);

}  // namespace cnplint::flows
