// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/file_set.h"
#include "base/result.h"
#include "flows/chunk.h"
#include "flows/table.h"

namespace cnplint::flows {

struct ReadOptions {
  unsigned threads = 0;  ///< 0: as many as the machine has
  Period period;
  base::FileSet outputs;  ///< what the run writes: folders leave it out
  /// Told now and then how many bytes of how many were read (0: unknown); on any thread, one at a
  /// time.
  std::function<void(std::size_t done, std::size_t total)> progress;
};

/// Captures, read.
struct Reading {
  Table table;
  std::vector<std::string> inputs;  ///< as messages name them
  std::vector<BadLine> bad;         ///< the first ten in order; `table.totals.malformed` are all
  std::vector<base::Error> unreadable;  ///< inputs that could not be read, or not to their end
  std::vector<std::string> notes;       ///< links that are not followed, a sentence each
};

/// Reads captures: files, `-`, and of folders every *.json, *.jsonl, *.ndjson and *.log below, also
/// with .gz or .zst behind; hidden ones are skipped. Each worker takes a chunk when it is free and
/// has a table of its own; the tables are merged at the end. The result depends neither on the
/// number of threads nor on the order of the inputs, but for the order of `bad`.
Reading read_captures(const std::vector<std::string>& paths, const ReadOptions& options);

}  // namespace cnplint::flows
