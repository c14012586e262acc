// SPDX-License-Identifier: Apache-2.0
#include "project/kustomize.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "base/text.h"
#include "policy/model/manifest.h"
#include "policy/yaml/template.h"
#include "project/kustomize_accumulated.h"
#include "project/kustomize_fields.h"
#include "project/kustomize_object.h"
#include "project/kustomize_patch.h"

namespace cnplint::project {
namespace {

using policy::Document;
using policy::NodeRef;

/// Whether kustomize would ask a network for it.
bool is_remote(std::string_view entry) {
  return entry.find("://") != std::string_view::npos || entry.starts_with("git::") ||
         entry.starts_with("git@") || entry.starts_with("github.com/") ||
         entry.find("?ref=") != std::string_view::npos ||
         entry.find("?version=") != std::string_view::npos;
}

/// A kustomization that was read.
struct ReadTarget {
  std::string folder;
  Kustomization kustomization;
  std::vector<KustomizeProblem> problems;
  std::vector<std::string> generated = {};  ///< further resources, by their paths
  NodeRef where = {};                       ///< what these are asked for by
};

/// Whether something in an object is a boolean for kubectl and a string for kustomize.
bool has_old_booleans(NodeRef root) {
  const Document& document = root.document();
  const std::uint32_t end = document.node(root.index()).subtree_end;
  for (std::uint32_t at = root.index(); at < end; ++at)
    if (policy::is_old_boolean(document, document.node(at))) return true;
  return false;
}

}  // namespace

class Kustomizer::State {
 public:
  State(KustomizeFiles files, RenderBuild render)
      : files_(std::move(files)), render_(std::move(render)) {}

  base::Result<KustomizeBuild> build(const std::string& given) {
    const std::string folder = kustomize_path(given, "");
    auto read = target(folder);
    if (!read) return tl::unexpected(read.error());
    begin();
    KustomizeBuild build = finish(given, accumulate(**read), nullptr);
    if (render_) render_(build, files_);
    return build;
  }

  base::Result<KustomizeBuild> build(const KustomizeOverlay& overlay) {
    const std::string folder = kustomize_path(overlay.folder, "");
    ReadTarget changed{folder, {}, {}};
    if (overlay.resources.empty()) {
      const auto read = target(folder);
      if (!read) return tl::unexpected(read.error());
      changed = **read;
    }
    if (render_ && !replaces_names(overlay.changes, changed.kustomization))
      return build_on_rendered(overlay);
    apply(overlay, changed);
    begin();
    Accumulated all;
    go_through(changed, all);
    return finish(overlay.folder, std::move(all), overlay.variables);
  }

 private:
  static constexpr std::size_t kMostFolders = 64;   ///< inside one another
  static constexpr std::size_t kBytesOfStep = 16;   ///< of a text that is copied
  static constexpr std::size_t kFolderSteps = 100;  ///< what going through a folder costs

  /// Whether names lose what the folder itself puts to them: rendered ones have it already.
  static bool replaces_names(const Kustomization& changes, const Kustomization& what) {
    return (changes.name_prefix && what.name_prefix) || (changes.name_suffix && what.name_suffix);
  }

  /// The same on what the kustomizations are rendered to.
  base::Result<KustomizeBuild> build_on_rendered(const KustomizeOverlay& overlay) {
    ReadTarget changed{kustomize_path(overlay.folder, ""), {}, {}};
    apply(overlay, changed);
    if (changed.generated.empty()) changed.generated.push_back(changed.folder);
    std::map<std::string, KustomizeBuild> rendered;
    for (const std::string& path : changed.generated) {
      if (files_.is_file(path)) continue;
      auto base = build(path);
      if (!base) return base;
      rendered.emplace(path, std::move(*base));
    }
    begin();
    rendered_ = std::move(rendered);
    Accumulated all;
    go_through(changed, all);
    KustomizeBuild build = finish(overlay.folder, std::move(all), overlay.variables);
    for (const auto& [folder, base] : std::exchange(rendered_, {})) {
      for (const BuiltObject& object : base.objects) build.made_of.push_back(object.composed);
      build.made_of.insert(build.made_of.end(), base.made_of.begin(), base.made_of.end());
    }
    return build;
  }

  void take(const KustomizeBuild& base, Accumulated& to) {
    const std::size_t first = to.objects.size();
    for (const BuiltObject& each : base.objects) {
      KustomizeObject object;
      object.root = each.root;
      object.written = each.written;
      object.value = policy::ComposedValue::written(each.root);
      object.id = id_of(each.root);
      object.changed = each.composed != nullptr;
      to.objects.push_back(std::move(object));
    }
    remember_names(base.folder, std::span(to.objects).subspan(first));
    const auto add = [](const std::vector<std::string>& texts, OrderedTexts& there) {
      for (const std::string& text : texts) there.add(text);
    };
    add(base.resources, to.resources);
    add(base.patches, to.patches);
    add(base.included, to.included);
    to.included.add(base.folder);
    add(base.remote, to.remote);
    add(base.dropped, to.dropped);
    add(base.idle, to.idle);
    for (const KustomizeProblem& problem : base.problems) run_.problem(problem);
    if (!to.ns) to.ns = base.ns;
  }

  /// What is rendered does not say by which names it was known before: patches may use them.
  void remember_names(const std::string& folder, std::span<KustomizeObject> objects) {
    const auto read = target(kustomize_path(folder, ""));
    if (!read) return;
    KustomizeProblems problems = run_.exchange({});
    std::map<std::string, const KustomizeObject*> known;
    for (const KustomizeObject& each : accumulate(**read).objects) known[each.id.text()] = &each;
    run_.exchange(std::move(problems));
    for (KustomizeObject& object : objects)
      if (const auto same = known.find(object.id.text()); same != known.end())
        object.former = same->second->former;
  }

  void begin() {
    run_ = KustomizeRun();
    cut_short_ = false;
  }

  KustomizeBuild finish(const std::string& given, Accumulated all, const FluxVariables* variables) {
    KustomizeBuild build{.folder = given,
                         .objects = {},
                         .resources = all.resources.all(),
                         .patches = all.patches.all(),
                         .included = all.included.all(),
                         .remote = all.remote.all(),
                         .dropped = all.dropped.all(),
                         .idle = all.idle.all(),
                         .problems = {},
                         .ns = all.ns,
                         .made_of = {}};
    follow_service_accounts(all.objects);
    for (KustomizeObject& object : all.objects) {
      if (is_local(object)) continue;
      if (variables != nullptr) fill_in(*variables, object);
      finish(object, build);
    }
    build.problems = run_.problems().all();
    if (run_.exhausted()) build.dropped = build.resources;
    if (is_incomplete(build)) build.idle.clear();
    if (is_incomplete(build))
      for (KustomizeProblem& problem : build.problems) problem.note |= problem.needs_all;
    // What is cut short is so for this folder, and may be whole for another one.
    if (run_.exhausted() || cut_short_) accumulated_.clear();
    return build;
  }

  static void apply(const KustomizeOverlay& overlay, ReadTarget& to) {
    add_changes(overlay.changes, to.kustomization);
    to.problems.insert(to.problems.end(), overlay.problems.begin(), overlay.problems.end());
    to.generated = overlay.resources;
    to.where = overlay.where;
  }

  /// An annotation, or a label, of an object turns it off.
  void fill_in(const FluxVariables& variables, KustomizeObject& object) {
    constexpr std::string_view kSwitch = "kustomize.toolkit.fluxcd.io/substitute";
    if (!object.changed && object.written->source().find("${") == std::string_view::npos) return;
    for (const std::string_view place : {"annotations", "labels"})
      if (const policy::ComposedValue* off = object.find({"metadata", place, kSwitch}))
        if (off->text() == "disabled") return;
    if (!run_.spend(object.weight(), object.root.range())) return;
    if (!substitute(object.value, variables)) return;
    object.changed = true;
  }

  const std::string& identity_of(const std::string& folder) {
    const auto [known, added] = identities_.try_emplace(folder);
    if (added) known->second = files_.identity(folder);
    return known->second;
  }

  /// Whether something that the build would have had is not here, or is not made here.
  [[nodiscard]] bool is_incomplete(const KustomizeBuild& build) const {
    const auto tells = [](const KustomizeProblem& problem) {
      return problem.missing || (problem.note && !problem.needs_all);
    };
    return !build.remote.empty() || std::ranges::any_of(build.problems, tells);
  }

  void finish(const KustomizeObject& object, KustomizeBuild& build) {
    if (!object.changed) {
      build.objects.push_back({object.root, object.written, nullptr});
      return;
    }
    auto composed =
        policy::compose(object.value, *object.written, policy::Booleans::true_and_false);
    if (!composed) {
      run_.problem(object.root, "the kustomization makes an object with " + composed.error());
      return;
    }
    std::shared_ptr<const Document> document = std::move(*composed);
    const NodeRef root = document->root();
    build.objects.push_back({root, object.written, std::move(document)});
  }

  /// The kustomization of a folder, read once.
  base::Result<const ReadTarget*> target(const std::string& folder) {
    if (const auto known = targets_.find(folder); known != targets_.end()) return &known->second;
    std::vector<std::string> names;
    for (const std::string_view name : kKustomizationNames)
      if (std::string path = kustomize_path(folder, name); files_.is_file(path))
        names.push_back(std::move(path));
    const auto unreadable = [](std::string message) {
      return base::fail(base::Error::Kind::unreadable, std::move(message));
    };
    if (names.empty())
      return unreadable(folder + ": no kustomization.yaml, kustomization.yml or Kustomization");
    if (names.size() > 1)
      return unreadable(folder + ": more than one kustomization: " + base::joined(names, ", "));
    auto file = files_.read(names.front());
    if (!file) return tl::unexpected(file.error());
    const std::vector<Document>& documents = file->content->documents;
    if (documents.empty())
      return unreadable(names.front() + ": the kustomization is empty, or cannot be read");
    if (const auto& error = documents.front().error())
      return unreadable(error->range.place() + ": " + error->message);
    ReadTarget read{folder, {}, {}};
    read.kustomization = read_kustomization(documents.front().root(), read.problems);
    if (documents.size() > 1)
      read.problems.push_back({documents[1].range(),
                               "kustomize reads only the first document of a kustomization",
                               std::nullopt, true});
    return &targets_.emplace(folder, std::move(read)).first->second;
  }

  /// What a kustomization accumulates: gone through the first time.
  const Accumulated& accumulate(const ReadTarget& target) {
    const std::string identity = identity_of(target.folder);
    auto known = accumulated_.find(identity);
    if (known == accumulated_.end()) {
      KustomizeProblems outer = run_.exchange({});
      Accumulated result;
      go_through(target, result);
      result.problems = run_.exchange(std::move(outer)).all();
      known = accumulated_.emplace(identity, std::move(result)).first;
    }
    for (const KustomizeProblem& problem : known->second.problems) run_.problem(problem);
    return known->second;
  }

  void go_through(const ReadTarget& target, Accumulated& to) {
    const std::string identity = identity_of(target.folder);
    open_.insert(identity);
    for (const KustomizeProblem& problem : target.problems) run_.problem(problem);
    for (const NodeRef& entry : target.kustomization.resources)
      if (!run_.exhausted()) add_resource(kustomize_path(target.folder, entry.text()), entry, to);
    for (const std::string& path : target.generated)
      if (const auto known = rendered_.find(path); known != rendered_.end())
        take(known->second, to);
      else if (!run_.exhausted())
        add_resource(path, target.where, to);
    drop_twins(to.objects, run_, to.dropped);
    for (const NodeRef& entry : target.kustomization.components)
      if (!run_.exhausted()) add_component(target, entry, to);
    if (!run_.exhausted()) transform(target, to);
    open_.erase(identity);
  }

  void add_resource(const std::string& path, NodeRef entry, Accumulated& to) {
    if (files_.is_file(path))
      add_file(path, entry, to);
    else if (files_.is_folder(path))
      add_folder(path, entry, to);
    else
      not_there(entry, to);
  }

  void not_there(NodeRef entry, Accumulated& to) {
    if (is_remote(entry.text()))
      to.remote.add(std::string(entry.text()));
    else
      missing(entry.visible_range(), "there is no " + base::quoted(entry.text()) +
                                         " here, or it is outside of the repository");
  }

  void missing(base::SourceRange where, std::string message,
               std::optional<base::SourceRange> other = std::nullopt) {
    KustomizeProblem problem{where, std::move(message), other};
    problem.missing = true;
    run_.problem(std::move(problem));
  }

  void add_file(const std::string& path, NodeRef entry, Accumulated& to) {
    to.resources.add(path);
    const auto file = files_.read(path);
    if (!file) return missing(entry.visible_range(), file.error().message);
    for (const Document& document : file->content->documents) add_document(document, entry, to);
  }

  void add_document(const Document& document, NodeRef entry, Accumulated& to) {
    if (!run_.spend(1, entry.range())) return;
    if (const auto marker = policy::template_marker(document))
      return missing(entry.range(), "a resource is a template, which is not rendered here",
                     *marker);
    if (const auto& error = document.error())
      return missing(entry.range(), "a resource cannot be read: " + error->message, error->range);
    for (const policy::Manifest& manifest : policy::manifests(document.root())) {
      KustomizeObject object;
      object.root = manifest.root;
      object.written = &document;
      object.value = policy::ComposedValue::written(manifest.root);
      object.id = id_of(manifest.root);
      object.changed = has_old_booleans(manifest.root);
      if (object.id.kind.empty() || object.id.name.empty())
        run_.problem({manifest.root.visible_range(),
                      "kustomize wants a kind and a metadata.name in a resource", entry.range()});
      else
        to.objects.push_back(std::move(object));
    }
  }

  /// The kustomization of a folder that an entry names; nullptr where it cannot be taken.
  const ReadTarget* inner(const std::string& path, NodeRef entry, bool component) {
    const auto read = target(path);
    if (!read) {
      missing(entry.visible_range(), read.error().message);
      return nullptr;
    }
    const char* problem = nullptr;
    if ((*read)->kustomization.component != component)
      problem = component ? "this is no Component; name it under `resources`"
                          : "this is a Component; name it under `components`";
    else if (open_.contains(identity_of(path)))
      problem = "this folder includes the kustomization that names it";
    else if (open_.size() >= kMostFolders)
      problem = "kustomizations are included in one another too deep";
    if (problem != nullptr) {
      cut_short_ = true;
      run_.problem(entry, problem);
    }
    return problem == nullptr && run_.spend(kFolderSteps, entry.range()) ? *read : nullptr;
  }

  void add_folder(const std::string& path, NodeRef entry, Accumulated& to) {
    const ReadTarget* target = inner(path, entry, false);
    if (target == nullptr) return;
    to.included.add(path);
    const Accumulated& below = accumulate(*target);
    to.add_places(below);
    for (const KustomizeObject& object : below.objects) {
      if (!run_.spend(object.weight(), entry.range())) return;
      to.objects.push_back(object);
    }
  }

  void add_component(const ReadTarget& outer, NodeRef entry, Accumulated& to) {
    const std::string path = kustomize_path(outer.folder, entry.text());
    if (!files_.is_folder(path)) return not_there(entry, to);
    const ReadTarget* target = inner(path, entry, true);
    if (target == nullptr || !run_.spend(to.objects.size(), entry.range())) return;
    to.included.add(path);
    go_through(*target, to);
  }

  void transform(const ReadTarget& target, Accumulated& to) {
    const Kustomization& what = target.kustomization;
    for (const KustomizePatch& patch : what.strategic_merge_patches) this->patch(target, patch, to);
    for (const KustomizePatch& patch : what.patches) this->patch(target, patch, to);
    if (what.ns && !what.ns.text().empty()) {
      to.ns = what.ns;
      each_object(what.ns, what.ns.text().size() / kBytesOfStep, to,
                  [&](KustomizeObject& object) { set_namespace(object, what.ns); });
    }
    if (what.name_prefix || what.name_suffix)
      each_object(what.name_prefix ? what.name_prefix : what.name_suffix,
                  (what.name_prefix.text().size() + what.name_suffix.text().size()) / kBytesOfStep,
                  to, [&](KustomizeObject& object) {
                    add_name_affixes(object, what.name_prefix, what.name_suffix);
                  });
    for (const LabelSet& labels : what.labels)
      each_object(labels.pairs, labels.pairs.child_count() + labels.fields.child_count(), to,
                  [&](KustomizeObject& object) { set_labels(object, labels); });
    if (what.annotations)
      each_object(what.annotations, what.annotations.child_count(), to,
                  [&](KustomizeObject& object) { set_annotations(object, what.annotations); });
    for (const KustomizePatch& patch : what.json_patches) this->patch(target, patch, to);
    drop_twins(to.objects, run_, to.dropped);
  }

  /// Calls body(object) for objects, each so many steps of work.
  template <class Body>
  void each_object(NodeRef why, std::size_t steps, Accumulated& to, const Body& body) {
    if (!why) return;
    for (KustomizeObject& object : to.objects) {
      if (!run_.spend(steps + object.id.weight(), why.range())) return;
      body(object);
    }
  }

  void patch(const ReadTarget& target, const KustomizePatch& patch, Accumulated& to) {
    if (run_.exhausted()) return;
    if (patch.text && !patch.text.text().empty()) {
      const std::vector<Document>& documents = inline_text(patch.text);
      // Under patchesStrategicMerge a text is a patch where it can be read as one, else a path.
      const bool is_patch = !documents.empty() &&
                            (documents.front().error() || documents.front().root().is_mapping());
      if (!patch.path || is_patch) {
        apply_patch(to.objects, patch, documents, run_);
        return;
      }
    }
    const std::string path = kustomize_path(target.folder, patch.path.text());
    if (!files_.is_file(path)) return not_there(patch.path, to);
    to.patches.add(path);
    const auto file = files_.read(path);
    if (!file) return run_.problem(patch.path, file.error().message);
    if (!apply_patch(to.objects, patch, file->content->documents, run_)) to.idle.add(path);
  }

  const std::vector<Document>& inline_text(NodeRef text) {
    const auto [known, added] = texts_.try_emplace({&text.document(), text.index()});
    // The file was read: it has the text.
    if (added)
      if (const auto file = files_.read(text.range().file->path()))
        known->second = policy::read_text(*file->source, text);
    return known->second.documents;
  }

  KustomizeFiles files_;
  RenderBuild render_;
  std::map<std::string, KustomizeBuild> rendered_;  ///< of the folders of the build that is made
  KustomizeRun run_;
  std::map<std::string, std::string> identities_;
  std::map<std::string, ReadTarget> targets_;       ///< by folder
  std::map<std::string, Accumulated> accumulated_;  ///< by the folder's identity
  std::map<std::pair<const Document*, std::uint32_t>, policy::FileContent> texts_;
  bool cut_short_ = false;      ///< a folder was not taken because of those around it
  std::set<std::string> open_;  ///< identities of the folders that are being gone through
};

Kustomizer::Kustomizer(KustomizeFiles files, RenderBuild render)
    : state_(std::make_unique<State>(std::move(files), std::move(render))) {}
Kustomizer::~Kustomizer() = default;

base::Result<KustomizeBuild> Kustomizer::build(const std::string& folder) {
  return state_->build(folder);
}

base::Result<KustomizeBuild> Kustomizer::build(const KustomizeOverlay& overlay) {
  return state_->build(overlay);
}

}  // namespace cnplint::project
