// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_set.h"
#include "base/result.h"

namespace cnplint::cli {

/// One --output: a format, and the file it goes to (empty: stdout).
struct Output {
  std::string format;
  std::string file;
};

/// The names of formats.
std::vector<std::string_view> names_of(const auto& formats) {
  std::vector<std::string_view> names;
  for (const auto& format : formats) names.push_back(format.name);
  return names;
}

/// The outputs that are asked for with --output FORMAT[=FILE]; the first format where none is. An
/// unknown format, two outputs to one file or to standard output, and a file that is also among
/// `inputs` are errors.
base::Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                                std::span<const std::string_view> formats,
                                                const std::vector<std::string>& inputs);

/// Whether a file may be written beside inputs: an error where it is one of them.
base::Result<void> check_output(std::string_view flag, const std::string& file,
                                const std::vector<std::string>& inputs);

/// The files of outputs, which walks of folders leave out.
base::FileSet files_of(const std::vector<Output>& outputs);

/// Renders every output, then writes all files or none of them, then standard output.
base::Result<void> deliver(const std::vector<Output>& outputs,
                           const std::function<std::string(const Output&)>& render);

/// Writes to standard output. A closed pipe is no error: whoever read has read enough.
base::Result<void> print(const std::string& text);

/// Whether an output is shown in colour: on a terminal that wants it.
bool wants_color(const Output& output);

}  // namespace cnplint::cli
