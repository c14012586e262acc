// SPDX-License-Identifier: Apache-2.0
//
// States of a repository: what is on disk, in a commit of git, or runs in a cluster.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "lint/config.h"
#include "project/in_memory.h"
#include "project/private_folder.h"
#include "project/project.h"

namespace cnplint::project {

/// How a state is named: a path, `git:REVISION` or `cluster:NAME`, each with a path behind a
/// further colon, or `kube:CONTEXT`.
struct StateName {
  std::string text;      ///< as it was given
  std::string revision;  ///< empty: what is on disk
  std::string cluster;   ///< that is held against another one; empty: all are held against theirs
  std::string path;      ///< of a revision relative to its root; empty: all of it

  /// Whether it is a running cluster.
  [[nodiscard]] bool is_running() const;
  /// Whether it is what is on disk.
  [[nodiscard]] bool is_on_disk() const { return revision.empty() && !is_running(); }
};
StateName read_state_name(const std::string& text);
/// Where a path was given for one state and the other one is a whole commit, that path is meant.
void share_path(StateName& name, const StateName& other);

/// A state that was opened.
struct State {
  std::string name;
  std::unique_ptr<PrivateFolder> folder;  ///< of a commit, where its files are
  std::string root;                       ///< of its repository, where that is; empty: of none
  std::string path;                       ///< what was opened
  std::unique_ptr<Project> project;
  Inputs* inputs = nullptr;

  /// How people call a place: `git:main:policies/cart.yaml:3:1`.
  [[nodiscard]] std::string place(const base::SourceRange& range) const;
  /// A sentence with paths of a commit's temporary files, with what people call these.
  [[nodiscard]] std::string words(std::string text) const;
};

/// The files of a state, not opened yet: of a commit of the repository around the current folder
/// they are written into a temporary folder.
base::Result<State> written_state(const StateName& name);
/// Puts the folder of a configuration that the files of a commit have into the repository itself.
void as_in_repository(const State& state, lint::Config& config);
/// Opens written files, with the configuration moved to where they are. Beside them there are some
/// texts: the surroundings of a running cluster that the state is held against.
void open_written(State& state, const StateName& name, const lint::Config& config,
                  std::vector<InMemory> beside = {});
/// Both.
base::Result<State> open_state(const StateName& name, const lint::Config& config,
                               std::vector<InMemory> beside = {});

}  // namespace cnplint::project
