// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace cnplint::base {

/// How many edits there are between two words: insert, delete, replace, swap neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was most likely meant: same letters in other case, or the least edit distance
/// (insert, delete, replace, swap neighbours) of at most a third of the length. Empty where none is
/// near. Ties go to the first candidate.
std::string_view nearest_spelling(std::string_view word,
                                  std::span<const std::string_view> candidates);

/// Whether two words are the same but for their digits: `db-1` and `db-2` are siblings rather than
/// one of them misspelt.
bool differ_in_digits(std::string_view a, std::string_view b);
/// The end of a message about a value that is not among the allowed ones: all of them where there
/// are at most 8, else the nearest spelling, else nothing; the blanks, where without them it is one
/// of these. Begins with a comma or a colon.
std::string allowed_values_hint(std::string_view word,
                                std::span<const std::string_view> candidates);

}  // namespace cnplint::base
