// SPDX-License-Identifier: Apache-2.0
//
// Putting values into a text, in the form that is there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "policy/text/change.h"

namespace cnplint::policy {

/// Lines behind the one on which something ends; a last line without end gets one.
Edit lines_behind(const base::SourceFile& file, std::uint32_t end, std::string lines);

/// Change::Kind::set: a node becomes another value. A change with a key is about a string that
/// keeps its quotes.
std::optional<Edits> set_node(const Change& change, NodeRef node);
/// Change::Kind::rename.
std::optional<Edits> rename_key(const Change& change, NodeRef node);
/// Change::Kind::add: what a mapping or list gets at its end.
std::optional<Edits> add_child(const Change& change, NodeRef node);
/// Change::Kind::extend.
std::optional<Edits> extend_list(const Change& change, NodeRef node);
/// Change::Kind::put: what comes before an item.
std::optional<Edits> put_child(const Change& change, NodeRef node);

}  // namespace cnplint::policy
