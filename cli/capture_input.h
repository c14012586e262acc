// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "flows/reader.h"

namespace CLI {
class App;
}

namespace cnplint::cli {

/// The flags about reading captures, the same in every command that reads some.
struct CaptureFlags {
  std::string since;
  std::string until;
  bool strict = false;
  unsigned jobs = 0;
};
void add_capture_flags(CLI::App& app, CaptureFlags& flags);

/// Reads captures with a progress bar where stderr is a terminal, and says what could not be read.
/// `code` becomes kUnreadable where an input could not be read, or had a bad line and --strict is
/// set. A wrong flag is an error.
base::Result<flows::Reading> read_captures(const std::vector<std::string>& paths,
                                           const CaptureFlags& flags, int& code);

}  // namespace cnplint::cli
