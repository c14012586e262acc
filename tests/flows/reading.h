// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "flows/capture.h"
#include "flows/reader.h"

namespace cnplint::tests {

/// Reads files on one thread.
flows::Reading read_flows(const std::vector<std::string>& paths, unsigned threads = 1);
/// Reads a text as if it stood in a file of this name.
flows::Reading read_flow_text(const std::string& text, const std::string& name = "flows.jsonl");

/// Everything that was understood, for people to review: counts, connections with names and
/// requests, bad lines.
std::string described(const flows::Reading& reading);

std::vector<std::string> lines_of(const std::string& text);
/// Lines with something between them instead of their ends.
std::string joined_lines(const std::vector<std::string>& lines, const std::string& separator);
/// One object over several lines, as `jq .` prints it.
std::string pretty(const std::string& line);

/// Packed in members of `member` bytes each.
std::string gzip(const std::string& text, std::size_t member);
std::string zstd(const std::string& text, std::size_t member);

}  // namespace cnplint::tests
