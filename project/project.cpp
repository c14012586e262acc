// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/file.h"
#include "base/glob.h"
#include "base/parallel.h"
#include "base/text.h"
#include "project/deployed_units.h"
#include "project/deployments.h"
#include "project/kustomization.h"
#include "project/rendering.h"
#include "project/unrendered.h"

namespace cnplint::project {

namespace fs = std::filesystem;

/// A file that is to be read where it is not known.
struct Project::Unread {
  std::string path;
  std::string name;  ///< as messages say it
  std::string key;   ///< of files_
  Required required = Required::all;
  std::optional<std::string> text = std::nullopt;
  std::unique_ptr<File>* file = nullptr;
  std::optional<base::Error> error = std::nullopt;
};

namespace {

/// Leaves out the file that standard input stands for: an editor gives the text that is to come.
void leave_out_replaced(std::vector<std::string>& files, const std::string& stdin_filename) {
  if (stdin_filename.empty() || std::ranges::find(files, "-") == files.end()) return;
  std::erase_if(files, [&](const std::string& file) {
    std::error_code ignored;
    return file != "-" && fs::equivalent(file, stdin_filename, ignored);
  });
}

}  // namespace

Project::Project(lint::Config config, base::FileSet outputs, unsigned threads)
    : config_(std::move(config)),
      outputs_(std::move(outputs)),
      threads_(threads),
      places_(config_) {}

Project::~Project() = default;

const Judge& Project::judge_for(const policy::Environment& environment) {
  const auto known = std::ranges::find(judges_, environment, &Judge::environment);
  return known == judges_.end() ? judges_.emplace_back(environment) : *known;
}

Inputs& Project::open(const std::vector<std::string>& paths, std::vector<InMemory> texts,
                      AdjustEnvironment adjust) {
  Inputs& inputs = inputs_.emplace_back();
  inputs.adjust_ = std::move(adjust);
  std::vector<std::string> files;
  for (const std::string& path : paths)
    if (base::is_kube_input(path))
      read_running(inputs, path);
    else
      files.push_back(path);
  take_running(inputs, texts);
  if (!places_.begun() && !paths.empty()) places_.begin_at(files.empty() ? "." : files.front());
  inputs.named_paths_ = files;
  for (std::string& path : inputs.named_paths_)
    if (path == "-" && !config_.stdin_filename.empty()) path = config_.stdin_filename;
  read(inputs, files, std::move(texts));
  assemble(inputs);
  return inputs;
}

Inputs& Project::open_changed(const Project& other, const Inputs& inputs,
                              const std::map<std::string, std::string>& texts) {
  places_.begin_like(other.places_);
  for (const auto& [key, file] : other.files_) {
    if (file == nullptr) continue;
    const auto changed = texts.find(file->path());
    files_[key] = std::make_unique<File>(
        file->path(), changed == texts.end() ? std::string(file->source().text()) : changed->second,
        file->required(), file->unit().placement());
  }
  Inputs& copy = inputs_.emplace_back();
  copy.named_paths_ = inputs.named_paths_;
  copy.keys_ = inputs.keys_;
  copy.running_ = inputs.running_;
  for (const auto& [path, text] : texts) {
    if (other.file(path) != nullptr) continue;
    files_[path] = make_file(path, text, Required::all);
    copy.keys_.push_back(path);
  }
  assemble(copy);
  return copy;
}

// --- Reading ---

std::unique_ptr<File> Project::make_file(const std::string& input, std::string text,
                                         Required required) const {
  return std::make_unique<File>(
      config_.name_of(input), std::move(text), required, places_.placement(input),
      [this](const std::string& source) { return config_.excludes(source); });
}

/// The inputs of a run; two of them may have one name, by links or as texts.
std::vector<Project::Unread> Project::unread(const std::vector<std::string>& paths,
                                             std::vector<std::string> files,
                                             std::vector<InMemory> texts) {
  const std::set<std::string> named(paths.begin(), paths.end());
  std::vector<Unread> inputs;
  for (std::string& path : files) {
    const std::string name = config_.name_of(path);
    const Required required = named.contains(path) ? Required::all : Required::manifests;
    inputs.push_back({std::move(path), name, name, required});
    // Known by a folder, and named now: read anew, as whole as was asked for.
    if (const File* known = file(name);
        required == Required::all && known != nullptr && known->left_out())
      inputs.back().key += '\'';
  }
  for (InMemory& each : texts) {
    std::string key = each.path;
    while (files_.contains(key)) key += '\'';
    files_[key] = nullptr;
    inputs.push_back({each.path, each.path, std::move(key), Required::all, std::move(each.text)});
  }
  std::set<std::string> taken;
  for (Unread& each : inputs) {
    while (!taken.insert(each.key).second) each.key += '\'';
    each.file = &files_[each.key];
  }
  return inputs;
}

/// Reads what is not known yet: the files are independent of each other.
void Project::read(Inputs& inputs, const std::vector<std::string>& paths,
                   std::vector<InMemory> texts) {
  base::Walk walk = find(paths, base::is_manifest_name);
  inputs.walk_errors_.insert(inputs.walk_errors_.end(), walk.errors.begin(), walk.errors.end());
  inputs.read_notes_ = std::move(walk.notes);
  inputs.ignored_ = std::move(walk.ignored);
  leave_out_replaced(walk.files, config_.stdin_filename);
  std::vector<Unread> all = unread(paths, std::move(walk.files), std::move(texts));
  base::parallel_for(all.size(), threads_, [&](std::size_t i) {
    Unread& each = all[i];
    std::unique_ptr<File>& file = *each.file;
    if (each.text) {
      file = std::make_unique<File>(each.name, std::move(*each.text));
    } else if (file == nullptr) {
      auto text = base::read_input(each.path, policy::ReaderCaps::kFileBytes);
      if (!text)
        each.error = text.error();
      else
        file = make_file(each.path, std::move(*text), each.required);
    }
  });
  for (Unread& each : all) {
    if (each.required == Required::manifests && *each.file != nullptr &&
        (*each.file)->is_lone_word())
      inputs.read_notes_.push_back(each.name + ": nothing but " +
                                   base::quoted((*each.file)->source().text()) +
                                   ", as a link that was checked out as a file; left out");
    // What is too large could be read by kubectl: to pass over it would be a way past the gate.
    if (each.error && each.required == Required::manifests &&
        each.error->kind != base::Error::Kind::too_large)
      inputs.read_notes_.push_back(each.error->message + "; left out");
    else if (each.error)
      inputs.failed_.emplace(each.key, std::move(*each.error));
    inputs.keys_.push_back(std::move(each.key));
  }
}

base::Walk Project::find(const std::vector<std::string>& paths,
                         std::function<bool(std::string_view name)> wanted) const {
  std::vector<std::string> files = paths;
  std::erase_if(files, base::is_kube_input);
  return base::find_files(files,
                          {std::move(wanted),
                           [this](const std::string& path) {
                             return config_.excludes(path == "-" ? config_.name_of(path) : path);
                           },
                           outputs_, config_.no_ignore ? nullptr : &ignore_});
}

base::Result<const File*> Project::read(const std::string& path) {
  return known_or_read(path, Required::all);
}

base::Result<File*> Project::known_or_read(const std::string& input, Required required) {
  std::unique_ptr<File>& known = files_[config_.name_of(input)];
  if (known == nullptr) {
    auto text = base::read_input(input, policy::ReaderCaps::kFileBytes);
    if (!text) return tl::unexpected(text.error());
    known = make_file(input, std::move(*text), required);
  }
  return known.get();
}

// --- Clusters ---

void Project::assemble(Inputs& inputs) {
  inputs.clusters_.clear();
  inputs.named_.clear();
  inputs.errors_.clear();
  inputs.notes_ = inputs.read_notes_;
  take_files(inputs);
  if (config_.render) rendering_ = std::make_unique<Rendering>();
  build_kustomizations(inputs);
  std::set<std::string> read;
  const KustomizeFiles files = kustomize_files(&read);
  deploy_units(inputs, files);
  render_charts(inputs, files);
  rendering_.reset();
  add_read_beside(inputs, read);
  add_running(inputs);
  make_clusters(inputs);
}

/// Puts the units where Flux and Argo CD deploy them. Whoever asks about a part of the repository
/// has them as they are written.
void Project::deploy_units(Inputs& inputs, const KustomizeFiles& files) {
  const std::vector<Unit*> units = units_of(inputs);
  inputs.deployed_ = {};
  if (std::ranges::none_of(units, &Unit::deploys) || !names_all_of(inputs, places_.root())) {
    for (Unit* unit : units) inputs.deployed_.all.push_back({unit, {}});
    return;
  }
  std::set<std::string> roots;
  for (const Unit& unit : inputs.root_units_) roots.insert(unit.path());
  inputs.deployed_ =
      deploy({units, inputs.files_, roots, origin_of(places_.root())}, files, render_build());
  for (KustomizeRoot& root : inputs.deployed_.builds) inputs.roots_.push_back(std::move(root));
  const std::vector<std::string>& notes = inputs.deployed_.notes;
  inputs.notes_.insert(inputs.notes_.end(), notes.begin(), notes.end());
}

/// Adds what was read beside the files of the run.
void Project::add_read_beside(Inputs& inputs, const std::set<std::string>& read) {
  if (read.empty()) return;
  const std::set<const File*> known(inputs.files_.begin(), inputs.files_.end());
  for (const std::string& key : read)
    if (const File* each = file(key); each != nullptr && !known.contains(each)) {
      add_file(inputs, *each);
      inputs.beside_.insert(&each->source());
    }
}

RenderBuild Project::render_build() {
  if (!rendering_) return {};
  return [this](KustomizeBuild& build, const KustomizeFiles& files) {
    rendering_->render(build, files);
  };
}

/// Adds what helm makes of charts.
void Project::render_charts(Inputs& inputs, const KustomizeFiles& files) {
  inputs.rendered_.clear();
  if (!rendering_) return;
  DeployedUnits& deployed = inputs.deployed_;
  std::vector<Unit*> units;
  for (const DeployedUnit& each : deployed.all) units.push_back(each.unit);
  const DeploymentReader reader(units, origin_of(places_.root()), {});
  for (const PlacedRelease& each :
       chart_releases(inputs.files_, deployed.all, reader, inputs.notes_)) {
    auto objects = rendering_->render(each, files);
    if (!objects) continue;
    std::vector<policy::NodeRef> roots;
    std::set<const base::SourceFile*> templates;
    for (const BuiltObject& object : *objects) {
      roots.push_back(object.root);
      templates.insert(&object.root.document().file());
    }
    deployed.rendered.push_back(std::move(*objects));
    // A template that nothing was made of is still one that nobody has looked into.
    for (const File* file : inputs.files_)
      if (const Placement& place = file->unit().placement();
          templates.contains(&file->source()) ||
          (!place.of_chart && base::is_inside(place.folder, each.folder)))
        inputs.rendered_.insert(&file->source());
    Placement placement = places_.placement(kustomize_path(each.release.chart, "Chart.yaml"));
    placement.folder = each.place;
    if (!each.release.ns.empty() && !placement.configured)
      placement.unnamed_namespace = each.release.ns;
    Unit& unit = deployed.made.emplace_back(each.release.chart, roots, std::move(placement));
    deployed.all.push_back({&unit, each.to});
  }
  const std::vector<std::string>& notes = rendering_->notes();
  inputs.notes_.insert(inputs.notes_.end(), notes.begin(), notes.end());
}

/// The files that could be read, and what is to be said of all of them.
void Project::take_files(Inputs& inputs) const {
  inputs.files_.clear();
  inputs.templates_ = 0;
  inputs.unreadable_ = inputs.walk_errors_;
  for (const base::Error& error : inputs.walk_errors_) inputs.errors_.push_back(error.message);
  for (const std::string& key : inputs.keys_) {
    if (const File* known = file(key)) {
      add_file(inputs, *known);
    } else if (const auto failed = inputs.failed_.find(key); failed != inputs.failed_.end()) {
      inputs.unreadable_.push_back(failed->second);
      inputs.errors_.push_back(failed->second.message);
    }
  }
}

void Project::add_file(Inputs& inputs, const File& file) {
  inputs.files_.push_back(&file);
  inputs.templates_ += file.templates().size();
  for (const policy::Document* broken : file.broken())
    inputs.errors_.push_back(broken->error()->range.place() + ": " + broken->error()->message);
}

/// Where kustomizations read from; what they read is noted.
KustomizeFiles Project::kustomize_files(std::set<std::string>* read) {
  KustomizeFiles files = files_below(places_.root(), [this, read](const std::string& path) {
    std::string key = base::shown_path(path);
    if (read != nullptr) read->insert(key);
    return read_for_kustomization(key);
  });
  // What was read is there: the disk is not asked again.
  files.is_file = [this, on_disk = files.is_file](const std::string& path) {
    return file(base::shown_path(path)) != nullptr || on_disk(path);
  };
  return files;
}

/// Builds the kustomizations among the files, and those above them that include them. What they
/// read beside is added to the files.
void Project::build_kustomizations(Inputs& inputs) {
  inputs.roots_.clear();
  inputs.root_units_.clear();
  inputs.managed_.clear();
  inputs.context_.clear();
  inputs.beside_.clear();
  inputs.roots_ = build_roots({inputs.keys_, inputs.named_paths_, places_.root()},
                              kustomize_files(), render_build(), inputs.notes_);
  const std::set<std::string> own(inputs.keys_.begin(), inputs.keys_.end());
  std::map<std::string, bool> beside;  // with whether it is context
  const bool excluding = !config_.exclude.empty() || !config_.exclude_shown.empty();
  for (KustomizeRoot& root : inputs.roots_) {
    for (const std::string& key : root.files)
      if (!own.contains(key)) beside.try_emplace(key, true).first->second &= root.partial;
    for (KustomizeProblem& problem : root.build.problems)
      problem.note |= excluding && problem.missing;
    add_kustomization(inputs, root);
  }
  for (const auto& [key, context] : beside)
    if (const File* each = file(key)) {
      add_file(inputs, *each);
      inputs.beside_.insert(&each->source());
      if (context) inputs.context_.insert(&each->source());
    }
}

void Project::add_kustomization(Inputs& inputs, const KustomizeRoot& root) {
  const KustomizeBuild& build = root.build;
  // What does not come through is judged as it is written.
  std::set<std::string> as_written(build.dropped.begin(), build.dropped.end());
  for (const std::string& path : build.idle) as_written.insert(base::shown_path(path));
  for (const auto* list : {&build.resources, &build.patches})
    for (const std::string& path : *list)
      if (!as_written.contains(base::shown_path(path)))
        inputs.managed_.insert(base::shown_path(path));
  if (!root.partial)
    for (const KustomizeProblem& each : build.problems)
      if (each.note) inputs.notes_.push_back(each.where.place() + ": " + each.message);
  std::vector<policy::NodeRef> objects;
  for (const BuiltObject& each : build.objects) objects.push_back(each.root);
  inputs.root_units_.emplace_back(
      build.folder, objects,
      places_.placement(kustomize_path(build.folder, kKustomizationNames[0])));
  if (!build.remote.empty() && !root.partial)
    inputs.notes_.push_back(build.folder +
                            ": remote resources are left out: " + base::joined(build.remote, ", "));
}

/// What is left out by its path has nothing in it.
base::Result<KustomizeFile> Project::read_for_kustomization(const std::string& key) {
  std::unique_ptr<File>& known = files_[key];
  if (known == nullptr && config_.excludes(key)) known = make_file(key, "", Required::manifests);
  const auto file = known_or_read(key, Required::manifests);
  if (!file) return tl::unexpected(file.error());
  return KustomizeFile{&(*file)->source(), &(*file)->content()};
}

/// What comes into clusters: the files that no kustomization takes in, and the kustomizations.
std::vector<Unit*> Project::units_of(Inputs& inputs) {
  std::vector<Unit*> units;
  for (const std::string& key : inputs.keys_) {
    const auto found = files_.find(key);
    if (found == files_.end() || found->second == nullptr || inputs.managed_.contains(key))
      continue;
    if (Unit& unit = found->second->unit(); !unit.manifests().empty()) units.push_back(&unit);
  }
  for (Unit& unit : inputs.root_units_) units.push_back(&unit);
  return units;
}

/// Whether a folder was asked about as a whole.
bool Project::names_all_of(const Inputs& inputs, const std::string& folder) {
  return std::ranges::any_of(inputs.named_paths_, [&](const std::string& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored) && base::is_inside(folder, fs::canonical(path, ignored));
  });
}

// --- Changes ---

void Project::set_text(const std::string& path, std::string text) {
  std::unique_ptr<File>& file = files_[path];
  Placement placement;
  Required required = Required::all;
  if (file != nullptr) {
    placement = file->unit().placement();
    required = file->required();
  }
  file = std::make_unique<File>(path, std::move(text), required, std::move(placement));
  for (Inputs& inputs : inputs_) {
    if (std::ranges::find(inputs.keys_, path) == inputs.keys_.end()) inputs.keys_.push_back(path);
    assemble(inputs);
  }
}

void Project::forget(const std::string& path) {
  files_.erase(path);
  for (Inputs& inputs : inputs_)
    if (std::erase(inputs.keys_, path) > 0) assemble(inputs);
}

const File* Project::file(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second.get();
}

}  // namespace cnplint::project
