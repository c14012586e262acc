// SPDX-License-Identifier: Apache-2.0
#include "project/rendering.h"

#include <algorithm>
#include <filesystem>

#include "base/file.h"
#include "base/text.h"
#include "policy/yaml/line_document.h"
#include "policy/yaml/source_comments.h"
#include "project/kustomize_object.h"
#include "project/rendered_places.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using policy::Document;
using policy::NodeRef;

/// The name by which printed objects are found again: one without a namespace is in `default`.
std::string printed_name(NodeRef root) {
  KustomizeId id = id_of(root);
  id.ns = id.effective_namespace();
  return id.text();
}

/// The positions of what is known to be built, by its name.
std::map<std::string, std::size_t> by_name(const KustomizeBuild& build) {
  std::map<std::string, std::size_t> all;
  for (std::size_t i = 0; i < build.objects.size(); ++i)
    all.emplace(printed_name(build.objects[i].root), i);
  return all;
}

/// The object of a file that a printed one was made of: of its kind, and of its name if there is
/// one.
NodeRef origin_in(const KustomizeFile& file, const KustomizeId& id) {
  NodeRef of_kind;
  NodeRef any;
  for (const Document& document : file.content->documents) {
    if (document.error()) continue;
    for (const policy::Manifest& each : policy::manifests(document.root())) {
      if (!any) any = each.root;
      if (each.kind != id.kind) continue;
      if (each.name().text() == id.name) return each.root;
      if (!of_kind) of_kind = each.root;
    }
  }
  return of_kind ? of_kind : any;
}

/// Whether a kustomization of a build has an address where it names files, or anywhere else.
bool names_addresses(const KustomizeBuild& build, const KustomizeFiles& files) {
  std::vector<std::string> folders = build.included;
  folders.push_back(build.folder);
  for (const std::string& folder : folders)
    for (const std::string_view name : kKustomizationNames) {
      const std::string path = kustomize_path(folder, name);
      if (!files.is_file(path)) continue;
      const auto file = files.read(path);
      if (file && file->source->text().find("://") != std::string_view::npos) return true;
    }
  return false;
}

/// A link below a folder that leads out of the repository; empty where there is none.
std::string link_to_outside(const std::string& folder, const KustomizeFiles& files) {
  std::error_code failed;
  for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
       at.increment(failed)) {
    std::string path = at->path().string();
    if (at->is_symlink(failed) && !files.is_file(path) && !files.is_folder(path)) return path;
  }
  return {};
}

}  // namespace

/// Says something once.
void Rendering::note(const std::string& sentence) {
  if (std::ranges::find(notes_, sentence) == notes_.end()) notes_.push_back(sentence);
}

void Rendering::note_absence(bool there, const char* program) {
  if (there) return;
  note(std::string("there is no ") + program +
       " on the PATH; what it would render is read by its layout");
}

void Rendering::render(KustomizeBuild& build, const KustomizeFiles& files) {
  note_absence(renderer_.has_kustomize(), "kustomize");
  if (!renderer_.has_kustomize()) return;
  const std::string failed = build.folder + ": not rendered, and read by its layout: ";
  if (!build.remote.empty()) {
    note(failed + "it has remote resources, and nothing is fetched");
    return;
  }
  if (names_addresses(build, files)) {
    note(failed + "it names addresses, and nothing is fetched");
    return;
  }
  // kustomize would fail, or read what is outside of the repository.
  if (std::ranges::any_of(build.problems, &KustomizeProblem::missing)) {
    note(failed + "it names what is not here");
    return;
  }
  const auto [known, added] = printed_.try_emplace(build.folder, std::string());
  if (added) {
    known->second = renderer_.kustomize(build.folder);
    if (!known->second) note(failed + "kustomize: " + known->second.error().message);
  }
  if (!known->second) return;
  base::SourceFile printed(build.folder, *known->second);
  const policy::FileContent content = policy::read_documents(printed);
  const auto known_objects = by_name(build);
  std::vector<std::pair<std::size_t, BuiltObject>> placed;
  for (const Document& document : content.documents) {
    if (document.error())
      return note(failed + "kustomize prints what cannot be read: " + document.error()->message);
    const std::string name = printed_name(document.root());
    const auto same = known_objects.find(name);
    auto object = same == known_objects.end()
                      ? placed_by_origin(document.root(), build, files)
                      : placed_beside(document.root(), build.objects[same->second].root,
                                      *build.objects[same->second].written);
    if (!object) return note(failed + "nobody knows where " + name + " comes from");
    placed.emplace_back(same == known_objects.end() ? build.objects.size() : same->second,
                        std::move(*object));
  }
  // kustomize prints objects by their kinds and names: they keep the order in which they come.
  std::ranges::stable_sort(placed, {}, &std::pair<std::size_t, BuiltObject>::first);
  for (const BuiltObject& each : build.objects) build.made_of.push_back(each.composed);
  build.objects.clear();
  for (auto& [position, object] : placed) build.objects.push_back(std::move(object));
  // Nothing of this is left to guess.
  build.problems.clear();
  build.dropped.clear();
  build.idle.clear();
}

/// Beside the object of the file that kustomize says it comes from, or the kustomization that
/// generates it.
std::optional<BuiltObject> Rendering::placed_by_origin(NodeRef printed, const KustomizeBuild& build,
                                                       const KustomizeFiles& files) const {
  const KustomizeId id = id_of(printed);
  base::SourceFile text(
      build.folder,
      std::string(printed.get("metadata").get("annotations").get(kOriginAnnotation).text()));
  const policy::FileContent origin = policy::read_documents(text);
  std::string path;
  if (!origin.documents.empty() && !origin.documents.front().error()) {
    const NodeRef root = origin.documents.front().root();
    path = root.get("path") ? root.get("path").text() : root.get("configuredIn").text();
  }
  std::error_code ignored;
  const fs::path folder = fs::canonical(build.folder, ignored);
  const fs::path from = (renderer_.origin_folder() / path).lexically_normal();
  std::vector<std::string> candidates{
      kustomize_path(build.folder, from.lexically_relative(folder).string())};
  for (const std::string_view name : kKustomizationNames)
    candidates.push_back(kustomize_path(build.folder, name));
  for (const std::string& candidate : candidates) {
    if (!files.is_file(candidate)) continue;
    const auto file = files.read(candidate);
    if (!file) continue;
    if (const NodeRef written = origin_in(*file, id))
      return placed_beside(printed, written, written.document());
  }
  return std::nullopt;
}

const Document* Rendering::lines_of(const std::string& path, const KustomizeFiles& files) {
  const auto known = lines_.find(path);
  if (known != lines_.end()) return &known->second;
  if (!files.is_file(path)) return nullptr;
  const auto file = files.read(path);
  if (!file) return nullptr;
  return &lines_.emplace(path, policy::document_of_lines(*file->source)).first->second;
}

std::optional<std::vector<BuiltObject>> Rendering::render(const PlacedRelease& placed,
                                                          const KustomizeFiles& files) {
  note_absence(renderer_.has_helm(), "helm");
  if (!renderer_.has_helm()) return std::nullopt;
  const std::string& chart = placed.release.chart;
  if (const std::string link = link_to_outside(chart, files); !link.empty()) {
    note(chart + ": not rendered: " + link + " leads out of the repository");
    return std::nullopt;
  }
  auto text = renderer_.helm(placed.release);
  if (!text) {
    note(chart + ": not rendered: helm: " + text.error().message);
    return std::nullopt;
  }
  base::SourceFile printed(chart, std::move(*text));
  const policy::FileContent content = policy::read_documents(printed);
  const policy::SourceComments sources(printed.text());
  std::vector<BuiltObject> objects;
  std::map<const Document*, std::size_t> next;  // lines of templates behind what was printed last
  for (const Document& document : content.documents) {
    if (document.error()) {
      note(chart + ": not rendered: helm prints what cannot be read: " + document.error()->message);
      return std::nullopt;
    }
    const KustomizeId id = id_of(document.root());
    if (placed.held.contains(id.kind + "/" + id.name)) continue;
    // `shop/templates/np.yaml` begins with the name of the chart, in place of its folder.
    const std::string source(sources.at(document.range().begin));
    const std::size_t slash = source.find('/');
    const Document* lines = slash == std::string::npos
                                ? nullptr
                                : lines_of(kustomize_path(chart, source.substr(slash + 1)), files);
    if (lines == nullptr) lines = lines_of(kustomize_path(chart, "Chart.yaml"), files);
    if (lines == nullptr) continue;
    if (auto object = placed_at_lines(document.root(), *lines, next[lines]))
      objects.push_back(std::move(*object));
    else
      note(chart + ": an object that helm prints is too large to be judged");
  }
  return objects;
}

}  // namespace cnplint::project
