// SPDX-License-Identifier: Apache-2.0
#include "project/state.h"

#include <filesystem>
#include <utility>

#include "base/file.h"
#include "base/git.h"
#include "base/walk.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kGit = "git:";
constexpr std::string_view kCluster = "cluster:";

/// The path of a folder seen from the root of its repository; empty for the root.
std::string below(const fs::path& path, const fs::path& root) {
  const fs::path relative = path.lexically_relative(root);
  return relative.empty() || relative == "." || *relative.begin() == ".." ? std::string()
                                                                          : relative.string();
}

}  // namespace

bool StateName::is_running() const { return base::is_kube_input(text); }

StateName read_state_name(const std::string& text) {
  StateName name;
  name.text = text;
  if (text.starts_with(kCluster)) {
    const std::string rest = text.substr(kCluster.size());
    const std::size_t colon = rest.find(':');
    name.cluster = rest.substr(0, colon);
    name.path = colon == std::string::npos ? "." : rest.substr(colon + 1);
    return name;
  }
  if (!text.starts_with(kGit)) {
    name.path = text;
    return name;
  }
  const std::string rest = text.substr(kGit.size());
  const std::size_t colon = rest.find(':');
  name.revision = rest.substr(0, colon);
  if (colon != std::string::npos) name.path = rest.substr(colon + 1);
  return name;
}

void share_path(StateName& name, const StateName& other) {
  if (name.revision.empty() || !name.path.empty() || !other.is_on_disk()) return;
  std::error_code error;
  const auto root = base::repository_root(".");
  const fs::path path = fs::weakly_canonical(other.path, error);
  if (root && !error) name.path = below(path, *root);
}

std::string State::words(std::string text) const {
  if (folder == nullptr) return text;
  std::error_code ignored;
  for (const std::string& files : {root + "/", fs::proximate(root, ignored).string() + "/"})
    for (std::size_t at = 0; (at = text.find(files, at)) != std::string::npos;)
      text.replace(at, files.size(), name + ":");
  return text;
}

std::string State::place(const base::SourceRange& range) const {
  std::string text = range.place();
  if (folder == nullptr || base::is_kube_input(text)) return text;
  if (text.starts_with(root + "/")) text.erase(0, root.size() + 1);
  return name + ":" + text;
}

base::Result<State> written_state(const StateName& name) {
  State state;
  if (name.revision.empty() && !name.text.starts_with(kGit)) {
    state.name = name.text;
    state.path = name.path;
    if (const auto found = base::repository_root(name.path); found && !name.is_running())
      state.root = found->string();
    return state;
  }
  state.name = std::string(kGit) + name.revision;
  const auto root = base::repository_root(".");
  if (!root)
    return base::fail(base::Error::Kind::usage,
                      name.text + ": the current folder is in no git repository");
  const fs::path path = fs::path(name.path).lexically_normal();
  if (path.is_absolute() || (!path.empty() && *path.begin() == ".."))
    return base::fail(base::Error::Kind::usage,
                      name.text + ": a path of a commit is one from the root of its repository");
  auto commit = base::git_commit(*root, name.revision);
  if (!commit) return tl::unexpected(commit.error());
  state.folder = std::make_unique<PrivateFolder>();
  const fs::path tree = state.folder->path() / "tree";
  std::error_code error;
  // The root of a repository is told by an entry of this name.
  if (state.folder->path().empty() || !fs::create_directories(tree / ".git", error))
    return base::fail(base::Error::Kind::unreadable, "no temporary folder can be made");
  if (auto written = base::git_write_tree(*root, *commit, tree); !written)
    return tl::unexpected(written.error());
  state.root = tree.string();
  state.path = (tree / (path.empty() ? fs::path(".") : path)).lexically_normal().string();
  return state;
}

void as_in_repository(const State& state, lint::Config& config) {
  const auto root = base::repository_root(".");
  if (!root || config.file.empty() || state.folder == nullptr) return;
  config.folder = (*root / below(config.folder, state.root)).lexically_normal().string();
}

void open_written(State& state, const StateName& name, const lint::Config& config,
                  std::vector<InMemory> beside) {
  lint::Config moved = config;
  if (const auto root = base::repository_root("."); root && state.folder != nullptr)
    if (const std::string inside = below(fs::path(config.folder), *root);
        !config.file.empty() && (!inside.empty() || fs::path(config.folder) == *root))
      moved.folder = (fs::path(state.root) / inside).lexically_normal().string();
  state.project = std::make_unique<Project>(std::move(moved));
  // Pods of both clusters are to be the same ones, whatever their cluster is called.
  AdjustEnvironment adjust;
  if (!name.cluster.empty())
    adjust = [](policy::Environment& environment) {
      environment.cluster = policy::Environment().cluster;
    };
  state.inputs = &state.project->open({state.path}, std::move(beside), std::move(adjust));
}

base::Result<State> open_state(const StateName& name, const lint::Config& config,
                               std::vector<InMemory> beside) {
  auto state = written_state(name);
  if (state) open_written(*state, name, config, std::move(beside));
  return state;
}

}  // namespace cnplint::project
