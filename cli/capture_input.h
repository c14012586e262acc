// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "flows/capture.h"
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
/// The flag -j; more threads than the machine has are taken as all that it has.
void add_jobs_flag(CLI::App& app, unsigned& jobs);

/// Reads captures with a progress bar where stderr is a terminal, and says what could not be read.
/// `code` becomes kUnreadable where an input could not be read, or had a bad line and --strict is
/// set. A wrong flag is an error. `outputs` are files that the run writes: folders leave them out.
base::Result<flows::Reading> read_captures(const std::vector<std::string>& paths,
                                           const CaptureFlags& flags, const base::FileSet& outputs,
                                           int& code);

/// Standard input cannot be both a capture and something else: an error that says what.
base::Result<void> check_stdin(const std::vector<std::string>& captures,
                               const std::vector<std::string>& others, std::string_view what);

/// The same, resolved, for a command that also reads policies: standard input cannot be both.
base::Result<flows::Capture> read_capture(const std::vector<std::string>& captures,
                                          const std::vector<std::string>& policies,
                                          const CaptureFlags& flags, const base::FileSet& outputs,
                                          int& code);
/// What captures are called where a finding points at no file.
std::string name_of(const std::vector<std::string>& captures);

}  // namespace cnplint::cli
