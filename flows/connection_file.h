// SPDX-License-Identifier: Apache-2.0
//
// Connection files: a table as JSON lines, which is a capture itself. Each line is an object with
// the one key `cnplint`; lines can be sorted, joined and cut like those of other captures.
#pragma once

#include <string>
#include <string_view>

#include "flows/table.h"

namespace cnplint::flows {

/// The table as lines in canonical order: the same connections give the same bytes.
std::string write_connections(const Table& table);

/// Adds what one line holds under `cnplint`; returns why it cannot, empty where it can. A
/// connection counts where some of its time is in the period: it cannot be cut.
std::string read_stored(std::string_view object, const Period& period, Table& table);

}  // namespace cnplint::flows
