// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize_roots.h"

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "policy/model/policy_kind.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;

std::string parent(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// What a kustomization names on the disk.
struct Named {
  std::set<std::string> takes_in;  ///< resources and components
  std::set<std::string> patches;   ///< files
  bool component = false;
};

/// An object of a kind of the same name that Flux reads.
bool is_of_flux(policy::NodeRef root) {
  return policy::group_of(root.get("apiVersion").text()).starts_with("kustomize.toolkit");
}

/// Finds the roots and builds them.
class Roots {
 public:
  Roots(const KustomizeInputs& inputs, const KustomizeFiles& files, const RenderBuild& render)
      : inputs_(inputs),
        files_(files),
        render_(render),
        own_(inputs.files.begin(), inputs.files.end()) {}

  std::vector<KustomizeRoot> run(std::vector<std::string>& errors) {
    for (const std::string& path : inputs_.files)
      if (is_kustomization_name(fs::path(path).filename().string())) read(path, errors);
    for (const auto& [folder, named] : known_) whole_.insert(folder);
    for (const std::string& path : inputs_.named) look_above(path);
    std::vector<KustomizeRoot> roots;
    std::set<std::string> reached;
    for (const auto& [folder, named] : known_)
      if (!is_included(folder)) {
        reach(folder, reached);
        build(folder, roots, errors);
      }
    // What is left includes itself by others: one of each circle says so.
    for (const auto& [folder, named] : known_)
      if (!reached.contains(folder)) {
        reach(folder, reached);
        build(folder, roots, errors);
      }
    return roots;
  }

 private:
  /// Reads what a kustomization names; nothing where it is none.
  void read(const std::string& path, std::vector<std::string>& errors) {
    const auto file = files_.read(path);
    if (!file) return errors.push_back(file.error().message);
    const auto& documents = file->content->documents;
    const bool readable = !documents.empty() && !documents.front().error();
    if (readable && is_of_flux(documents.front().root())) return;
    const std::string folder = parent(path);
    Named& named = known_[folder];
    if (!readable) return;  // the build says it
    std::vector<KustomizeProblem> ignored;
    const Kustomization what = read_kustomization(documents.front().root(), ignored);
    named.component = what.component;
    for (const auto* list : {&what.resources, &what.components})
      for (const policy::NodeRef& entry : *list)
        named.takes_in.insert(base::shown_path(kustomize_path(folder, entry.text())));
    for (const auto* list : {&what.strategic_merge_patches, &what.patches, &what.json_patches})
      for (const KustomizePatch& patch : *list)
        if (patch.path)
          named.patches.insert(base::shown_path(kustomize_path(folder, patch.path.text())));
  }

  /// The kustomizations above a path, from the nearest one on, as long as each includes what the
  /// ones below it make.
  void look_above(const std::string& path) {
    if (path == "-") return;
    std::error_code ignored;
    const fs::path limit = inputs_.limit;
    const fs::path here = fs::path(path).is_absolute() ? "" : fs::current_path(ignored);
    fs::path at = fs::absolute(path, ignored).lexically_normal();
    if (!at.has_filename()) at = at.parent_path();
    while (at != limit && at.has_relative_path()) {
      at = at.parent_path();
      const std::string folder = (here.empty() ? at : at.lexically_relative(here)).string();
      if (!known_.contains(folder)) read_above(folder);
    }
  }

  void read_above(const std::string& folder) {
    std::vector<std::string> errors;
    for (const std::string_view name : kKustomizationNames)
      if (const std::string path = kustomize_path(folder, name); files_.is_file(path))
        read(path, errors);
    const auto known = known_.find(folder);
    if (known == known_.end()) return;
    const auto is_ours = [&](const std::string& path) {
      return own_.contains(path) || known_.contains(path);
    };
    if (!std::ranges::any_of(known->second.takes_in, is_ours) &&
        !std::ranges::any_of(known->second.patches, is_ours))
      known_.erase(known);
  }

  [[nodiscard]] bool is_included(const std::string& folder) const {
    return std::ranges::any_of(known_, [&](const auto& other) {
      return other.first != folder && other.second.takes_in.contains(folder);
    });
  }

  /// Adds a kustomization and those that it includes.
  void reach(const std::string& folder, std::set<std::string>& reached) const {
    std::vector<std::string> next{folder};
    while (!next.empty()) {
      const auto known = known_.find(next.back());
      next.pop_back();
      if (known == known_.end() || !reached.insert(known->first).second) continue;
      next.insert(next.end(), known->second.takes_in.begin(), known->second.takes_in.end());
    }
  }

  void build(const std::string& folder, std::vector<KustomizeRoot>& roots,
             std::vector<std::string>& errors) {
    KustomizeRoot root;
    root.partial = !whole_.contains(folder);
    if (const Named& named = known_.at(folder); named.component) {
      // It never stands alone: what includes it is not here, and its patches are for that.
      root.partial = true;
      root.build.folder = folder;
      root.build.patches.assign(named.patches.begin(), named.patches.end());
      roots.push_back(std::move(root));
      return;
    }
    KustomizeFiles files = files_;
    files.read = [&](const std::string& path) {
      root.files.insert(base::shown_path(path));
      return files_.read(path);
    };
    if (root.partial) leave_out(files);
    auto built = Kustomizer(std::move(files), root.partial ? RenderBuild() : render_).build(folder);
    if (!built && !root.partial) fail(folder, built.error().message, roots, errors);
    if (!built) return;
    root.build = std::move(*built);
    roots.push_back(std::move(root));
  }

  /// A kustomization that kustomize would not even begin with: a root of nothing, with that
  /// problem.
  void fail(const std::string& folder, const std::string& message,
            std::vector<KustomizeRoot>& roots, std::vector<std::string>& errors) {
    for (const std::string_view name : kKustomizationNames) {
      const auto file = files_.read(kustomize_path(folder, name));
      if (!file) continue;
      KustomizeRoot root;
      root.build.folder = folder;
      root.build.problems.push_back({{file->source, 0, 0}, message});
      roots.push_back(std::move(root));
      return;
    }
    errors.push_back(message);
  }

  /// Makes a partial build read only what was asked about: one file stays quick below a root of a
  /// thousand. A patch that was asked about needs its targets.
  void leave_out(KustomizeFiles& files) const {
    std::set<std::string> patches;
    for (const auto& [folder, named] : known_)
      patches.insert(named.patches.begin(), named.patches.end());
    if (std::ranges::any_of(patches, [&](const auto& path) { return own_.contains(path); })) return;
    files.read = [this, patches, read = files.read](const std::string& path) {
      const std::string shown = base::shown_path(path);
      const bool wanted = own_.contains(shown) || patches.contains(shown) ||
                          is_kustomization_name(fs::path(path).filename().string());
      static const policy::FileContent kNothing;
      return wanted ? read(path) : base::Result<KustomizeFile>(KustomizeFile{nullptr, &kNothing});
    };
  }

  const KustomizeInputs& inputs_;
  const KustomizeFiles& files_;
  const RenderBuild& render_;
  std::set<std::string> own_;           ///< the files of the run
  std::map<std::string, Named> known_;  ///< by folder
  std::set<std::string> whole_;         ///< folders of kustomizations among the files
};

}  // namespace

std::vector<KustomizeRoot> build_roots(const KustomizeInputs& inputs, const KustomizeFiles& files,
                                       const RenderBuild& render,
                                       std::vector<std::string>& errors) {
  return Roots(inputs, files, render).run(errors);
}

std::vector<std::string> refused_by_kustomize(const std::vector<KustomizeRoot>& roots) {
  std::vector<std::string> refused;
  for (const KustomizeRoot& root : roots)
    for (const KustomizeProblem& problem : root.build.problems)
      if (!problem.note) refused.push_back(problem.where.file->path() + ": " + problem.message);
  return refused;
}

}  // namespace cnplint::project
