// SPDX-License-Identifier: Apache-2.0
//
// The repository of a run, opened once: every file is read once, every policy judged once for an
// environment, and translated once into a rule base. All commands ask it, so that they cannot say
// different things of the same repository.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file_set.h"
#include "base/result.h"
#include "base/source.h"
#include "base/walk.h"
#include "lint/config.h"
#include "lint/suppression.h"
#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"
#include "policy/verdict/evaluator.h"
#include "policy/verdict/rule.h"
#include "policy/yaml/reader.h"
#include "project/judge.h"

namespace cnplint::project {

/// A text that stands for a file: the buffer of an editor, standard input, policies in a test.
struct InMemory {
  std::string path;  ///< as messages name it
  std::string text;
};

/// How much of a file has to be read.
enum class Required : bool {
  manifests,  ///< of a folder: what cannot be read and names no policy is no manifest, and left out
  all,        ///< named itself: what cannot be read is an error
};

/// A file, read. Everything else is a view of its text.
class File {
 public:
  File(std::string path, std::string text, Required required = Required::all);
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  [[nodiscard]] const base::SourceFile& source() const { return source_; }
  [[nodiscard]] const std::string& path() const { return source_.path(); }
  [[nodiscard]] const policy::FileContent& content() const { return content_; }
  [[nodiscard]] const lint::Suppressions& suppressions() const { return suppressions_; }
  /// Whether something was left out that is no manifest.
  [[nodiscard]] bool left_out() const { return left_out_; }
  /// What its policies are for an environment; they are judged the first time.
  const Judgement& judgement(const Judge& judge);
  /// The same; it must have been asked for before.
  [[nodiscard]] const Judgement& judgement(const Judge& judge) const;

 private:
  base::SourceFile source_;
  policy::FileContent content_;
  bool left_out_ = false;
  lint::Suppressions suppressions_;
  /// By judge: one, where not policy tests ask for other environments.
  std::vector<std::pair<const Judge*, std::unique_ptr<Judgement>>> judgements_;
};

/// A policy that is left out, and why.
struct RefusedPolicy {
  std::string subject;             ///< `Kind/namespace/name`
  std::vector<lint::Finding> why;  ///< only those that reject; at least one

  [[nodiscard]] base::SourceRange place() const { return why.front().range; }
  [[nodiscard]] const std::string& reason() const { return why.front().message; }
};

/// Documents that live together, with the settings of the Cilium that they live in. Changes where
/// its project changes: views of it are good until then.
class Cluster {
 public:
  /// An empty one, which its project fills.
  explicit Cluster(const Judge& judge) : judge_(&judge) {}
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] const policy::Environment& environment() const { return judge_->environment(); }
  [[nodiscard]] const Judge& judge() const { return *judge_; }
  /// Its files, in the order of the inputs.
  [[nodiscard]] const std::vector<const File*>& files() const { return files_; }
  /// The policies that have an effect, in the order of the files.
  [[nodiscard]] const policy::PolicyList& policies() const { return policies_; }
  [[nodiscard]] const std::vector<RefusedPolicy>& refused() const { return refused_; }
  /// The manifests that are no policies but say what policies are about.
  [[nodiscard]] const policy::Inventory& inventory() const { return inventory_; }
  /// How many manifests are in it, and how many are of kinds that are not ours.
  [[nodiscard]] std::size_t inventory_manifests() const { return inventory_manifests_; }
  [[nodiscard]] std::size_t other_manifests() const { return other_manifests_; }
  /// Inputs that cannot be read.
  [[nodiscard]] const std::vector<base::Error>& unreadable() const { return unreadable_; }
  /// These, and the documents that cannot be read, as sentences with their place.
  [[nodiscard]] const std::vector<std::string>& errors() const { return errors_; }
  /// About the inputs, sentences.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }
  /// Files and folders that were left out because git ignores them.
  [[nodiscard]] const std::vector<std::string>& ignored() const { return ignored_; }
  /// Documents that are left out because they are templates.
  [[nodiscard]] std::size_t templates() const { return templates_; }

  /// The policies as rules: translated the first time.
  [[nodiscard]] std::shared_ptr<const policy::RuleBase> rules() const;
  /// What decides about endpoints by the policies.
  [[nodiscard]] policy::Evaluator verdicts(std::vector<policy::Endpoint> endpoints) const {
    return {rules(), std::move(endpoints)};
  }
  /// The rules where the cluster has another name than the configuration says, as captures show it.
  [[nodiscard]] std::shared_ptr<const policy::RuleBase> rules(const std::string& cluster) const;

 private:
  friend class Project;
  void add(const File& file);

  const Judge* judge_;
  std::vector<std::string> inputs_;  ///< keys of Project::files_, in order
  std::vector<const File*> files_;
  std::map<std::string, base::Error> failed_;  ///< inputs that could not be read, by name
  policy::PolicyList policies_;
  std::vector<RefusedPolicy> refused_;
  policy::Inventory inventory_;
  std::vector<base::Error> walk_errors_;
  std::vector<base::Error> unreadable_;
  std::vector<std::string> errors_;
  std::vector<std::string> notes_;
  std::vector<std::string> ignored_;
  std::size_t templates_ = 0;
  std::size_t inventory_manifests_ = 0;
  std::size_t other_manifests_ = 0;
  mutable std::map<std::string, std::shared_ptr<const policy::RuleBase>> rules_;
};

/// The files of a run and the clusters that they make.
class Project {
 public:
  /// Folders leave out `outputs`, the files that the run writes, and what the configuration
  /// excludes or git ignores. At most so many threads (0: as many as the machine has).
  explicit Project(lint::Config config, base::FileSet outputs = {}, unsigned threads = 0);
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;

  [[nodiscard]] const lint::Config& config() const { return config_; }
  [[nodiscard]] unsigned threads() const { return threads_; }

  /// The cluster of some paths (files, folders, `-`) and texts, read where they are not known yet.
  /// The reference stays good.
  Cluster& open(const std::vector<std::string>& paths, std::vector<InMemory> texts = {});
  Cluster& open(const std::vector<std::string>& paths, const policy::Environment& environment,
                std::vector<InMemory> texts = {});

  /// The files below some paths whose names are wanted, by what all commands leave out.
  [[nodiscard]] base::Walk find(const std::vector<std::string>& paths,
                                std::function<bool(std::string_view name)> wanted) const;
  /// A file, read where it is not known yet.
  base::Result<const File*> read(const std::string& path);

  /// Puts a text in the place of a file's, or adds it to every cluster as a new one. Only what
  /// depends on it is made anew; the old text and all views of it are gone.
  void set_text(const std::string& path, std::string text);
  /// Takes a file out of every cluster.
  void forget(const std::string& path);
  [[nodiscard]] const File* file(const std::string& path) const;

 private:
  const Judge& judge_for(const policy::Environment& environment);
  void read(Cluster& cluster, const std::vector<std::string>& paths, std::vector<InMemory> texts);
  void assemble(Cluster& cluster);

  lint::Config config_;
  base::FileSet outputs_;
  mutable base::IgnoreFiles ignore_;  ///< filled as folders are walked
  unsigned threads_;
  std::deque<Judge> judges_;
  std::map<std::string, std::unique_ptr<File>> files_;  ///< by name; of two texts with one name the
                                                        ///< second has a mark behind it
  std::deque<Cluster> clusters_;
};

}  // namespace cnplint::project
