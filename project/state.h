// SPDX-License-Identifier: Apache-2.0
//
// States of a repository: what is on disk, or in a commit of git.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lint/config.h"
#include "project/project.h"

namespace cnplint::project {

/// A folder for this process alone, removed at the end with all that is in it.
class PrivateFolder {
 public:
  /// Empty where there can be none.
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// How a state is named: a path, or `git:REVISION` with a path behind a further colon.
struct StateName {
  std::string text;      ///< as it was given
  std::string revision;  ///< empty: what is on disk
  std::string path;      ///< of a revision relative to its root; empty: all of it
};
StateName read_state_name(const std::string& text);

/// A state that was opened.
struct State {
  std::string name;
  std::unique_ptr<PrivateFolder> folder;  ///< of a commit, where its files are
  std::unique_ptr<Project> project;
  Inputs* inputs = nullptr;

  /// How people call a place: `git:main:policies/cart.yaml:3:1`.
  [[nodiscard]] std::string place(const base::SourceRange& range) const;
};

/// Opens a state; of a commit that of the repository around the current folder, with the
/// configuration moved to where its files are.
base::Result<State> open_state(const StateName& name, const lint::Config& config);

}  // namespace cnplint::project
