// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/result.h"

namespace cnplint::base {

/// The bytes of a regular file, at most `limit`. Unreadable, too large, a folder or a device: an
/// error that says which and what to do.
Result<std::string> read_file(const std::string& path, std::size_t limit);

/// All of standard input, at most `limit` bytes.
Result<std::string> read_stdin(std::size_t limit);

/// Writes to a temporary name in the same folder and renames, so that the file is never half
/// written. Parent folders must exist.
Result<void> write_file(const std::string& path, const std::string& text);

}  // namespace cnplint::base
