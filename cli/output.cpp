// SPDX-License-Identifier: Apache-2.0
#include "cli/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/nearest.h"
#include "base/output_files.h"
#include "base/text.h"

namespace cnplint::cli {
namespace {

using base::Error;

/// Splits FORMAT[=FILE].
Output parse_output(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos) return {text, ""};
  return {text.substr(0, equals), text.substr(equals + 1)};
}

/// What no two outputs may share: a file, or standard output.
base::Result<void> check_targets(const std::vector<Output>& outputs) {
  base::FileSet files;
  for (const Output& output : outputs)
    if (!output.file.empty() && !files.add(output.file))
      return base::fail(Error::Kind::usage,
                        "--output: two formats cannot go to one file: " + output.file);
  if (std::ranges::count(outputs, std::string(), &Output::file) > 1 ||
      (std::ranges::count(outputs, std::string(), &Output::file) == 1 &&
       files.contains("/dev/stdout")))
    return base::fail(Error::Kind::usage,
                      "--output: only one format can go to standard output, give the others a file "
                      "(FORMAT=FILE)");
  return {};
}

}  // namespace

base::Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& texts,
                                                std::span<const std::string_view> formats,
                                                const std::vector<std::string>& inputs) {
  std::vector<Output> outputs;
  for (const std::string& text : texts) {
    outputs.push_back(parse_output(text));
    const std::string& format = outputs.back().format;
    if (std::ranges::find(formats, format) == formats.end())
      return base::fail(Error::Kind::usage, "--output: unknown format `" + format + "`" +
                                                base::allowed_values_hint(format, formats));
    if (auto checked = check_output("--output", outputs.back().file, inputs); !checked)
      return tl::unexpected(checked.error());
  }
  if (auto checked = check_targets(outputs); !checked) return tl::unexpected(checked.error());
  if (outputs.empty()) outputs.push_back({std::string(formats.front()), ""});
  return outputs;
}

base::Result<void> check_output(std::string_view flag, const std::string& file,
                                const std::vector<std::string>& inputs) {
  base::FileSet read;
  for (const std::string& input : inputs)
    if (!input.empty()) read.add(input);
  if (file.empty() || !read.contains(file)) return {};
  return base::fail(Error::Kind::usage,
                    std::string(flag) + ": " + file + " is also an input; name another file");
}

base::FileSet files_of(const std::vector<Output>& outputs) {
  base::FileSet files;
  for (const Output& output : outputs)
    if (!output.file.empty()) files.add(output.file);
  return files;
}

base::Result<void> deliver(const std::vector<Output>& outputs,
                           const std::function<std::string(const Output&)>& render) {
  std::vector<std::string> texts;
  texts.reserve(outputs.size());
  for (const Output& output : outputs) texts.push_back(render(output));
  base::OutputFiles files;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (!outputs[i].file.empty())
      if (auto added = files.add(outputs[i].file, texts[i]); !added) return added;
  if (auto written = files.commit(); !written) return written;
  for (std::size_t i = 0; i < outputs.size(); ++i)
    if (outputs[i].file.empty())
      if (auto printed = print(texts[i]); !printed) return printed;
  return {};
}

base::Result<void> print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  if (written || errno == EPIPE) return {};
  return base::fail(Error::Kind::unwritable,
                    std::string("standard output: ") + std::strerror(errno));
}

bool wants_color(const Output& output) {
  return output.file.empty() && ::isatty(STDOUT_FILENO) == 1 && std::getenv("NO_COLOR") == nullptr;
}

}  // namespace cnplint::cli
