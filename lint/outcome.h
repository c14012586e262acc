// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/source.h"
#include "lint/finding.h"

namespace cnplint::lint {

/// What was read.
struct Counts {
  std::size_t files = 0;
  std::size_t policies = 0;
  std::size_t inventory = 0;     ///< manifests that say what policies are about
  std::size_t other = 0;         ///< documents of kinds that are not ours
  std::size_t templates = 0;     ///< documents skipped because they are templates
  std::size_t broken = 0;        ///< documents that cannot be read
  std::size_t no_manifests = 0;  ///< files with what is no manifest and cannot be read
  std::size_t suppressed = 0;
  std::array<std::size_t, kSeverityNames.size()> findings{};

  [[nodiscard]] std::size_t documents() const {
    return policies + inventory + other + templates + broken;
  }
};

/// The result of linting. Findings are ordered by input, then position, then rule; suppressed ones
/// are among them. They point into the files of the project.
struct Outcome {
  std::vector<const base::SourceFile*> files;  ///< in the order of the inputs
  std::vector<Finding> findings;
  std::vector<base::Error> unreadable;
  std::vector<std::string> notes;     ///< about the inputs, sentences
  std::vector<std::string> clusters;  ///< names
  std::string cilium;                 ///< their releases, each once: `1.19`, or `1.19, 1.20`
  Counts counts;
  /// Stands for the captures, where a finding about traffic points at no file.
  std::shared_ptr<const base::SourceFile> capture;
};

}  // namespace cnplint::lint
