// SPDX-License-Identifier: Apache-2.0
//
// Taking items and entries out of a text, with their commas, lines and comments.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/text/edit.h"
#include "policy/text/layout.h"

namespace cnplint::policy {

/// The mapping or list that a node stands in, and which of its children it is.
struct Seat {
  NodeRef container;
  std::size_t position = 0;
  std::vector<WrittenChild> children;
};
/// None for a root, and for a node that an alias stands for: what is done to it would be done
/// elsewhere as well.
std::optional<Seat> seat_of(NodeRef node);

/// Where an item or entry begins on its line: its dash or its key; the end of the file where it has
/// no dash that is known.
std::uint32_t head_of(const base::SourceFile& file, NodeRef container, const WrittenChild& child);

/// The lines of an item or an entry, with the comment above them.
base::SourceRange lines_of(const base::SourceFile& file, std::uint32_t begin, std::uint32_t end);

/// Whether a text between nodes has a comment, or may have.
bool has_comment(std::string_view text);

/// Takes children of a container out, by their positions. None where a comment that is nobody's
/// would go too. Where all go, the container must be replaced instead.
std::optional<Edits> cut(NodeRef container, std::vector<std::size_t> gone);

}  // namespace cnplint::policy
