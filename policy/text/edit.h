// SPDX-License-Identifier: Apache-2.0
//
// Changes of files that leave everything else as it is: comments, order, quoting, line ends.
#pragma once

#include <string>
#include <vector>

#include "base/source.h"

namespace cnplint::policy {

/// New text for some bytes of a file.
struct Edit {
  base::SourceRange range;  ///< empty where text is only put in
  std::string text;
};
using Edits = std::vector<Edit>;

/// Orders edits by their place; what is put in at one place stays in its order.
void sort_edits(Edits& edits);

/// Whether two edits of one file cannot both be made: they change the same bytes, or both put
/// something where the other one does.
bool overlap(const Edit& one, const Edit& other);

/// The text of a file with edits, which must not overlap. In files with CRLF new lines get it too.
std::string applied(const base::SourceFile& file, Edits edits);

/// The text of an edit with the line ends of its file.
std::string inserted_text(const Edit& edit);

/// Edits of one file, in order, as one of all bytes from the first to the last.
Edit joined(const Edits& edits);

/// The lines that edits of one file change, before and after.
struct ChangedLines {
  std::string before;
  std::string after;
};
ChangedLines changed_lines(const Edits& edits);

/// A unified diff of two texts of a file (three lines of context); a new file where `before` is
/// null.
std::string unified_diff(const std::string& path, const std::string* before,
                         const std::string& after);

}  // namespace cnplint::policy
