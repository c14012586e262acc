// SPDX-License-Identifier: Apache-2.0
//
// Where files stand in a repository, and what that says of them.
#pragma once

#include <string>

#include "lint/config.h"
#include "project/unit.h"

namespace cnplint::project {

/// The places of the files of a run. It reads a configuration that must outlive it.
class Places {
 public:
  explicit Places(const lint::Config& config) : config_(config) {}

  /// The repository is that of a path.
  void begin_at(const std::string& path);
  void begin_like(const Places& other);
  [[nodiscard]] bool begun() const { return !root_.empty(); }

  /// The root of the repository, or what comes next to it; empty before it has begun.
  [[nodiscard]] const std::string& root() const { return root_; }
  /// What the place of a file, or of standard input, says of the objects in it.
  [[nodiscard]] Placement placement(const std::string& input) const;

 private:
  [[nodiscard]] std::string root_of(const std::string& path) const;
  /// A path from the root of the repository, for layout; an unrelated one stays as it is.
  [[nodiscard]] std::string from_root(const std::string& path) const;

  const lint::Config& config_;
  std::string root_;
  std::string here_;  ///< the folder that the program runs in
};

}  // namespace cnplint::project
