// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "base/file_set.h"
#include "base/result.h"
#include "base/source.h"
#include "lint/config.h"
#include "lint/finding.h"
#include "lint/rule.h"

namespace cnplint::lint {

struct TrafficFacts;

/// A file that is in memory only.
struct InMemory {
  std::string path;  ///< as findings name it
  std::string text;
};

/// What to lint, and how.
struct Request {
  std::vector<std::string> paths;  ///< files, folders, `-`
  std::vector<std::string> only;   ///< report findings of these files only; empty: of all
  Config config;
  std::span<const Rule* const> rules;
  unsigned threads = 0;                   ///< 0: as many as the machine has
  const TrafficFacts* traffic = nullptr;  ///< what a capture says of the same inputs
  std::span<const InMemory> texts = {};   ///< behind the paths
  base::FileSet outputs = {};             ///< what the run writes, and folders leave out
};

/// What was read.
struct Counts {
  std::size_t files = 0;
  std::size_t policies = 0;
  std::size_t inventory = 0;  ///< manifests that say what policies are about
  std::size_t other = 0;      ///< documents of kinds that are not ours
  std::size_t templates = 0;  ///< documents skipped because they are templates
  std::size_t broken = 0;     ///< documents that cannot be read
  std::size_t suppressed = 0;
  std::array<std::size_t, kSeverityNames.size()> findings{};

  [[nodiscard]] std::size_t documents() const {
    return policies + inventory + other + templates + broken;
  }
};

/// The result of a run. Findings are ordered by input, then position, then rule; suppressed ones
/// are among them.
struct Outcome {
  std::vector<const base::SourceFile*> files;  ///< in the order of the inputs
  std::vector<Finding> findings;
  std::vector<base::Error> unreadable;
  std::vector<std::string> notes;  ///< about the inputs, sentences
  Counts counts;
};

/// Lints. The findings point into the store, which must outlive them. The result does not depend
/// on the number of threads.
Outcome run(const Request& request, base::SourceStore& store);

}  // namespace cnplint::lint
