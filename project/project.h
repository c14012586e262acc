// SPDX-License-Identifier: Apache-2.0
//
// The repository of a run, opened once: every file is read once, every policy judged once for an
// environment, and translated once into a rule base. All commands ask it, so that they cannot say
// different things of the same repository.
#pragma once

#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file_set.h"
#include "base/result.h"
#include "base/walk.h"
#include "lint/config.h"
#include "project/cilium_environment.h"
#include "project/in_memory.h"
#include "project/inputs.h"
#include "project/places.h"

namespace cnplint::project {

class Rendering;

/// The files of a run and the clusters that they make.
class Project {
 public:
  /// Folders leave out `outputs`, the files that the run writes, and what the configuration
  /// excludes or git ignores. At most so many threads (0: as many as the machine has).
  explicit Project(lint::Config config, base::FileSet outputs = {}, unsigned threads = 0);
  ~Project();
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] const lint::Config& config() const { return config_; }
  [[nodiscard]] unsigned threads() const { return threads_; }

  /// What some paths (files, folders, `-`, running clusters by `kube:CONTEXT`) and texts hold, read
  /// where they are not known yet; the environments of its clusters are adjusted. The reference
  /// stays good.
  Inputs& open(const std::vector<std::string>& paths, std::vector<InMemory> texts = {},
               AdjustEnvironment adjust = {});

  /// Inputs of another project as they would be with other texts of some files, and with new files:
  /// texts by path. Nothing of them is read again.
  Inputs& open_changed(const Project& other, const Inputs& inputs,
                       const std::map<std::string, std::string>& texts);

  /// The files below some paths whose names are wanted, by what all commands leave out. A running
  /// cluster has none.
  [[nodiscard]] base::Walk find(const std::vector<std::string>& paths,
                                std::function<bool(std::string_view name)> wanted) const;
  /// A file, read where it is not known yet.
  base::Result<const File*> read(const std::string& path);

  /// Of inputs the objects of running clusters that are no policies, for other inputs that are to
  /// live among them; in the cluster of a name, where one is given.
  [[nodiscard]] std::vector<InMemory> surroundings(const Inputs& inputs,
                                                   const std::string& cluster = {}) const;

  /// Puts a text in the place of a file's, or adds it to all inputs as a new one. Only what depends
  /// on it is made anew; the old text and all views of it are gone.
  void set_text(const std::string& path, std::string text);
  /// Takes a file out of all inputs.
  void forget(const std::string& path);
  [[nodiscard]] const File* file(const std::string& path) const;

 private:
  struct Unread;

  const Judge& judge_for(const policy::Environment& environment);
  void read(Inputs& inputs, const std::vector<std::string>& paths, std::vector<InMemory> texts);
  std::vector<Unread> unread(const std::vector<std::string>& paths, std::vector<std::string> files,
                             std::vector<InMemory> texts);
  void read_running(Inputs& inputs, const std::string& input);
  void take_running(Inputs& inputs, std::vector<InMemory>& texts);
  void add_running(Inputs& inputs);
  std::vector<RunningObject> files_of(std::vector<InMemory> objects);
  void assemble(Inputs& inputs);
  void take_files(Inputs& inputs) const;
  static void add_file(Inputs& inputs, const File& file);
  KustomizeFiles kustomize_files(std::set<std::string>* read = nullptr);
  void add_read_beside(Inputs& inputs, const std::set<std::string>& read);
  void build_kustomizations(Inputs& inputs);
  void add_kustomization(Inputs& inputs, const KustomizeRoot& root);
  base::Result<File*> known_or_read(const std::string& input, Required required);
  base::Result<KustomizeFile> read_for_kustomization(const std::string& key);
  std::vector<Unit*> units_of(Inputs& inputs);
  static bool names_all_of(const Inputs& inputs, const std::string& folder);
  void deploy_units(Inputs& inputs, const KustomizeFiles& files);
  void render_charts(Inputs& inputs, const KustomizeFiles& files);
  RenderBuild render_build();
  std::vector<ClusterPlan> configured_plan(Inputs& inputs,
                                           const std::vector<PlacedUnit>& placed) const;
  void make_clusters(Inputs& inputs);
  [[nodiscard]] std::unique_ptr<File> make_file(const std::string& input, std::string text,
                                                Required required) const;

  lint::Config config_;
  base::FileSet outputs_;
  mutable base::IgnoreFiles ignore_;  ///< filled as folders are walked
  unsigned threads_;
  Places places_;
  std::deque<Judge> judges_;
  std::map<std::string, std::unique_ptr<File>> files_;  ///< by name; of two texts with one name the
                                                        ///< second has a mark behind it
  std::deque<Inputs> inputs_;
  std::map<std::string, std::vector<RunningObject>> running_;  ///< by `kube:CONTEXT`
  std::unique_ptr<Rendering> rendering_;  ///< while inputs are assembled, where it is asked for
};

}  // namespace cnplint::project
