// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "base/source.h"
#include "policy/yaml/piece.h"
#include "policy/yaml/reader.h"

namespace cnplint::policy {

/// Reads a piece of a file: adds its document and its comments. `text` stands for the bytes from
/// its content to its end: those of the file, or as many with placeholders for variables.
void build_documents(base::SourceFile& file, const Piece& piece, std::string_view text,
                     FileContent& out);

}  // namespace cnplint::policy
