// SPDX-License-Identifier: Apache-2.0
//
// How the text of a document is laid out, where it is to be changed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/text/value.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// The first byte of the line that a byte is on, and the first one behind it.
std::uint32_t begin_of_line(const base::SourceFile& file, std::uint32_t at);
std::uint32_t end_of_line(const base::SourceFile& file, std::uint32_t at);
/// The line in which something ends; an empty value ends where it begins.
std::uint32_t end_of_line_of(const base::SourceFile& file, std::uint32_t end);
/// How far in a byte stands on its line.
std::size_t column_of(const base::SourceFile& file, std::uint32_t at);
/// Whether nothing but blanks stands before a byte on its line.
bool begins_line(const base::SourceFile& file, std::uint32_t at);

/// The bytes of a node without its anchor and tag.
base::SourceRange content_of(NodeRef node);
/// Whether a mapping or list is written in brackets.
bool is_flow(NodeRef node);
/// Whether its document is JSON: in brackets, with keys in double quotes.
bool is_json(NodeRef node);
/// Whether the node is part of one for which some alias stands: what becomes of it becomes of that
/// place, too.
bool is_shared(NodeRef node);
/// Whether some alias stands for the node.
bool has_alias(NodeRef node);
/// Whether some alias outside of the node stands for it or for something in it.
bool is_used_elsewhere(NodeRef node);

/// A child as it is written: an alias is the alias.
struct WrittenChild {
  std::uint32_t begin = 0;  ///< of a mapping's entry that of its key
  std::uint32_t end = 0;    ///< of an entry that of its value
  std::uint32_t index = 0;  ///< of the item, or of the entry's key
};
/// The items of a list, or the entries of a mapping.
std::vector<WrittenChild> written_children(NodeRef container);
/// Where the dash of an item of a block list is, or the end of the text where there is none.
std::uint32_t dash_of(const base::SourceFile& file, const WrittenChild& item);

/// How new lines of a document are laid out: dashes as in its other lists.
BlockStyle style_of(NodeRef node, std::size_t indent);

}  // namespace cnplint::policy
