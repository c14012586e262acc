// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cnplint::policy {

/// A part of a file that holds one document for kubectl, or what is wrong between two of them.
/// Offsets are of the file.
struct Piece {
  std::uint32_t begin = 0;    ///< with the `---` line before it
  std::uint32_t content = 0;  ///< behind that line; of a problem, its place
  std::uint32_t end = 0;
  std::optional<std::pair<std::uint32_t, std::uint32_t>> comment;  ///< in the `---` line
  std::string problem;  ///< a sentence: then there is no document
};

/// Cuts a text, from an offset on, at its lines that begin with `---`, wherever they stand. Pieces
/// with nothing but blanks are left out. Behind so many blanks, where the text is a block.
std::vector<Piece> pieces_of(std::string_view text, std::uint32_t begin,
                             std::uint32_t indentation = 0);

}  // namespace cnplint::policy
