// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>

#include <string>
#include <vector>

#include "base/result.h"

namespace cnplint::base {

/// Files that are written all or not at all. A regular file gets its text under a temporary name
/// beside it (beside the target of a link), with its mode and owner, and takes its place by a
/// rename. What is there and no regular file (a pipe, a device, `/dev/stdout`), or belongs to
/// somebody else, is opened and written as it is, behind the others.
///
/// Signals that end the program wait while there are temporary files, so that none is left behind.
class OutputFiles {
 public:
  OutputFiles();
  /// Removes what was not committed, the folders that were made for it too.
  ~OutputFiles();
  OutputFiles(const OutputFiles&) = delete;
  OutputFiles& operator=(const OutputFiles&) = delete;

  /// Makes the folders that a path needs and are not there.
  Result<void> make_folders_for(const std::string& path);
  /// Stores a text to be put at a path.
  Result<void> add(const std::string& path, const std::string& text);
  /// Puts every text in its place.
  Result<void> commit();

 private:
  struct Staged {
    std::string temporary;
    std::string target;
    std::string shown;  ///< the path as it was given
  };
  struct Direct {
    std::string path;
    std::string text;
  };
  void release_signals();

  std::vector<Staged> staged_;
  std::vector<Direct> direct_;
  std::vector<std::string> folders_;  ///< that were made, outer ones first
  bool holds_signals_ = false;
  sigset_t signals_before_{};
};

/// Writes one file. Parent folders must exist.
Result<void> write_file(const std::string& path, const std::string& text);

}  // namespace cnplint::base
