// SPDX-License-Identifier: Apache-2.0
//
// Objects that deploy folders stand in units, and what they deploy are units that may hold others:
// Flux's Kustomization of a cluster's folder, which has the Kustomizations of its applications; an
// Application of Applications. So the units are a graph. Those that nothing else deploys are where
// a cluster begins: its name is that of the variant that they stand in, as the layout has it. From
// there every unit that is reached is one of the cluster, with the changes of what deploys it. It
// may be reached in several ways, and be another thing in each.
#include "project/deployed_units.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/file.h"
#include "policy/model/chart_installer.h"
#include "project/deployments.h"

namespace cnplint::project {
namespace {

using policy::Manifest;
using policy::NodeRef;

/// Writes a value so that two that say the same are the same text.
void write(NodeRef node, std::string& to) {
  if (!node) return;
  to += node.is_mapping() ? '{' : node.is_sequence() ? '[' : '"';
  for (const policy::Entry& each : node.entries()) {
    write(each.key, to);
    write(each.value, to);
  }
  for (const NodeRef item : node.items()) write(item, to);
  to += std::to_string(node.text().size()) + ':';
  to += node.text();
  to += node.is_mapping() ? '}' : node.is_sequence() ? ']' : '"';
}

/// What changes do, as a text.
std::string changes_text(const Deployment& deployment, const FluxVariables* variables) {
  const Kustomization& changes = deployment.changes;
  std::string text;
  for (const NodeRef each :
       {changes.ns, changes.name_prefix, changes.name_suffix, changes.annotations}) {
    write(each, text);
    text += ';';
  }
  for (const KustomizePatch& patch : changes.patches) {
    write(patch.entry, text);
    text += patch.entry.range().file->path();  // what is wrong with it is said there
  }
  for (const LabelSet& labels : changes.labels) write(labels.pairs, text);
  for (const NodeRef component : changes.components) write(component, text);
  if (variables != nullptr) {
    text += variables->complete ? "all" : "some";
    for (const auto& [name, value] : variables->values)
      text += std::to_string(name.size()) + ':' + name + std::to_string(value.size()) + ':' + value;
  }
  return text;
}

/// Objects that a cluster has once, for the layout: two folders that both have one are variants.
std::vector<std::string> deployers_of(const Unit& unit) {
  std::vector<std::string> all;
  for (const Manifest& each : unit.manifests())
    if (policy::is_deployer(each))
      all.push_back(std::string(each.kind) + "/" + std::string(each.ns().text()) + "/" +
                    std::string(each.name().text()));
  return all;
}

/// Follows what deploys what.
class Deployer {
 public:
  Deployer(const WrittenUnits& written, const KustomizeFiles& files, const RenderBuild& render)
      : written_(written),
        map_(written),
        reader_(written.units, written.origin, map_.folders()),
        kustomizer_(files, render) {}

  DeployedUnits run() {
    begin();
    drop_unnamed();
    name_hub();
    leave_in_cluster();
    for (Unit* unit : written_.units)
      if (const auto places = places_.find(unit); places != places_.end())
        result_.all.push_back({unit, list(places->second)});
      else if (!consumed_.contains(unit))
        result_.all.push_back({unit, {}});
    for (Unit& unit : result_.made)
      if (const auto places = places_.find(&unit); places != places_.end())
        result_.all.push_back({&unit, list(places->second)});
    return std::move(result_);
  }

 private:
  static constexpr std::size_t kMostObjects = 250'000;  ///< that are made, in all
  static constexpr std::string_view kAnywhere = "*";    ///< where nobody knows to which clusters
  static constexpr std::size_t kMostSteps = 32;         ///< from a beginning on

  /// A folder that is deployed, and why.
  struct Reason {
    std::string folder;
    std::string why;
  };
  using Places = std::map<std::string, Reason>;  ///< by cluster

  /// A deployment that is to be followed.
  struct Job {
    std::string cluster;
    Deployment what;
    std::size_t step;
    FolderContent content = {};  ///< of its folder, once it is its turn
  };

  static std::vector<DeployedTo> list(const Places& places) {
    std::vector<DeployedTo> all;
    for (const auto& [cluster, reason] : places)
      if (!cluster.empty() && cluster != kAnywhere && !reason.why.empty())
        all.push_back({cluster, reason.folder, reason.why});
    return all;
  }

  static std::string text_of(const Job& job) {
    std::string text = job.cluster + '\0' + job.what.folder + '\0' + job.what.ns + '\0' +
                       (job.what.recursive ? 'r' : '-');
    write(job.what.post_build, text);
    return text + changes_text(job.what, nullptr);
  }

  // --- Where clusters begin ---

  void begin() {
    std::set<const Unit*> deploying;  // something of this repository
    std::set<const Unit*> covered;    // by another one
    std::set<const Unit*> own;        // by itself
    for (const auto& [units, by] : covered_units()) {
      deploying.insert(by.begin(), by.end());
      for (const Unit* unit : units) {
        if (by.contains(unit)) own.insert(unit);
        if (by.size() > 1 || !by.contains(unit)) covered.insert(unit);
      }
    }
    std::vector<Unit*> deployers;
    for (Unit* unit : written_.units)
      if (deploying.contains(unit)) deployers.push_back(unit);
    std::vector<Unit*> first;
    for (Unit* unit : deployers)
      if (!covered.contains(unit)) first.push_back(unit);
    begin_at(first, own);
    // What is left deploys each other in circles.
    for (Unit* unit : deployers)
      if (!places_.contains(unit) && !consumed_.contains(unit)) begin_at({unit}, own);
  }

  /// Units, and the units with the objects that deploy them.
  struct Covered {
    std::set<const Unit*> units;
    std::set<const Unit*> by;
  };
  /// What is deployed of the repository, as its objects are written.
  [[nodiscard]] std::vector<Covered> covered_units() const {
    std::map<std::pair<std::string, bool>, std::size_t> known;  // by folder, and what is below it
    std::vector<Covered> all;
    for (const Unit* unit : written_.units) {
      if (!unit->deploys()) continue;
      for (const Manifest& manifest : unit->manifests())
        for (const Deployment& each : reader_.of(manifest)) {
          const auto [at, added] =
              known.try_emplace(std::pair(each.folder, each.recursive), all.size());
          if (added) all.push_back({units_of(each), {}});
          all[at->second].by.insert(unit);
        }
    }
    return all;
  }

  [[nodiscard]] std::set<const Unit*> units_of(const Deployment& what) const {
    std::set<const Unit*> all;
    const FolderContent content = map_.content_of(what.folder, what.recursive);
    for (const std::string& folder : content.kustomizations) all.insert(map_.root_at(folder));
    for (const File* file : content.files) all.insert(map_.unit_at(file->path()));
    return all;
  }

  void begin_at(const std::vector<Unit*>& first, const std::set<const Unit*>& own) {
    std::vector<PlacedUnit> placed;
    for (const Unit* unit : first)
      placed.push_back({unit->placement().folder, unit->path(), deployers_of(*unit), true});
    const std::vector<std::string> names = variant_names(placed);
    for (std::size_t i = 0; i < first.size(); ++i)
      if (own.contains(first[i]))
        follow(names[i], *first[i], 0);
      else
        place(names[i], *first[i], {}, 0);  // its folder tells
    while (!jobs_.empty() || !waiting_.empty()) next();
  }

  // --- Following ---

  void follow(const std::string& cluster, const Unit& unit, std::size_t step) {
    if (!unit.deploys() || step >= kMostSteps) return;
    for (const Manifest& manifest : unit.manifests())
      for (Deployment& each : reader_.of(manifest)) {
        const bool same = each.cluster.empty() || (each.cluster == kInCluster && !cluster.empty());
        std::string to = each.anywhere ? std::string(kAnywhere) : same ? cluster : each.cluster;
        if (cluster.empty() && !same && each.cluster != kInCluster && hub_.empty())
          hub_ = hub_name(unit.placement().folder);
        Job job{std::move(to), std::move(each), step + 1};
        if (known_.insert(text_of(job)).second)
          (waits(job) ? waiting_ : jobs_).push_back(std::move(job));
      }
  }

  void place(const std::string& cluster, Unit& unit, const Reason& reason, std::size_t step) {
    if (!places_[&unit].emplace(cluster, reason).second) return;
    for (const Manifest& each : unit.manifests())
      if (each.kind == "ConfigMap")
        config_maps_[cluster].emplace(
            std::pair(std::string(each.ns().text()), std::string(each.name().text())), each.root);
    follow(cluster, unit, step);
  }

  /// Goes on with a deployment whose ConfigMaps are known, as long as there is one.
  void next() {
    if (jobs_.empty()) {
      std::deque<Job> still;
      for (Job& job : waiting_) (waits(job) ? still : jobs_).push_back(std::move(job));
      waiting_ = std::move(still);
      if (jobs_.empty()) jobs_.swap(waiting_);
    }
    Job job = std::move(jobs_.front());
    jobs_.pop_front();
    deploy(job);
  }

  void deploy(Job& job) {
    job.content = map_.content_of(job.what.folder, job.what.recursive);
    // The configuration is stronger.
    if (placement_of(job).configured) job.what.changes.ns = {};
    const FluxVariables variables = variables_of(job);
    const bool has_variables = !variables.values.empty() || !variables.complete;
    const bool changes = has_variables || changes_something(job.what.changes);
    if (changes) return build(job, has_variables ? &variables : nullptr);
    for (const File* file : job.content.files) {
      Unit* unit = map_.unit_at(file->path());
      // A file that some kustomization takes in, and that is deployed as it is written too.
      if (unit == nullptr)
        unit = &copy_of(file->unit(), file->unit().placement().unnamed_namespace);
      place_with_namespace(job, *unit);
    }
    for (const std::string& folder : job.content.kustomizations) place_root(job, folder);
  }

  void place_root(const Job& job, const std::string& folder) {
    if (Unit* root = map_.root_at(folder))
      place_with_namespace(job, *root);
    else
      place_built(job, folder + '\0', {map_.path_of(folder), job.what.where, {}, {}, {}, nullptr});
  }

  void place_with_namespace(const Job& job, Unit& unit) {
    const std::string& ns = job.what.ns;
    if (ns.empty() || unit.placement().configured || unit.placement().of_chart ||
        !unit.has_unnamed())
      return place(job.cluster, unit, {job.what.folder, job.what.why}, job.step);
    consumed_.insert(&unit);
    named_in_[&unit].insert(job.cluster);
    place(job.cluster, copy_of(unit, ns), {job.what.folder, job.what.why}, job.step);
  }

  Unit& copy_of(const Unit& unit, const std::string& ns) {
    Unit*& copy = copies_[{&unit, ns}];
    if (copy == nullptr) copy = &result_.made.emplace_back(unit, ns);
    return *copy;
  }

  // --- Building ---

  void build(const Job& job, const FluxVariables* variables) {
    KustomizeOverlay overlay{map_.path_of(job.what.folder),
                             job.what.where,
                             {},
                             job.what.changes,
                             job.what.problems,
                             variables};
    if (!map_.is_kustomization(job.what.folder)) {
      for (const File* file : job.content.files) overlay.resources.push_back(file->path());
      for (const std::string& folder : job.content.kustomizations)
        overlay.resources.push_back(map_.path_of(folder));
      if (overlay.resources.empty()) return;
    }
    place_built(job, job.what.folder + '\0' + changes_text(job.what, variables), overlay);
  }

  void place_built(const Job& job, const std::string& key, const KustomizeOverlay& overlay) {
    Unit* unit = built(job, key, overlay);
    if (unit != nullptr) place_with_namespace(job, *unit);
    for (const Unit* each : consumed_by_[key]) {
      consumed_.insert(each);
      if (job.what.changes.ns) named_in_[each].insert(job.cluster);
    }
  }

  /// What an overlay is built to, once for all that say the same; nullptr where it cannot be built.
  Unit* built(const Job& job, const std::string& key, const KustomizeOverlay& overlay) {
    const auto [known, added] = built_.try_emplace(key, nullptr);
    if (!added) return known->second;
    if (objects_ > kMostObjects) {
      result_.notes.push_back(job.what.where.range().place() + ": more than " +
                              std::to_string(kMostObjects) +
                              " objects are deployed with changes; left out from here on");
      return nullptr;
    }
    auto build = kustomizer_.build(overlay);
    if (!build) {
      result_.notes.push_back(job.what.where.range().place() + ": " + build.error().message +
                              "; judged as it is written");
      return nullptr;
    }
    objects_ += build->objects.size() + build->problems.size() + 1;
    KustomizeRoot& root = result_.builds.emplace_back();
    root.build = std::move(*build);
    note_consumed(root.build, job.what.folder, consumed_by_[key]);
    std::vector<NodeRef> roots;
    for (const BuiltObject& each : root.build.objects) roots.push_back(each.root);
    Placement placement = placement_of(job);
    known->second = &result_.made.emplace_back(overlay.folder, roots, std::move(placement));
    return known->second;
  }

  /// What the place of a folder says of objects in it.
  [[nodiscard]] Placement placement_of(const Job& job) const {
    const std::string& folder = job.what.folder;
    Placement placement{folder, policy::folder_namespace(folder)};
    if (const Unit* root = map_.root_at(folder))
      placement = root->placement();
    else if (!job.content.files.empty())
      placement = job.content.files.front()->unit().placement();
    placement.folder = folder;
    return placement;
  }

  /// What does not come through is judged as it is written.
  void note_consumed(const KustomizeBuild& build, const std::string& folder,
                     std::set<const Unit*>& consumed) const {
    std::set<std::string> dropped;
    for (const std::string& path : build.dropped) dropped.insert(base::shown_path(path));
    const auto consume = [&](const Unit* unit) {
      if (unit != nullptr && std::ranges::none_of(unit->manifests(), [&](const Manifest& each) {
            return dropped.contains(each.root.document().file().path());
          }))
        consumed.insert(unit);
    };
    for (const std::string& path : build.resources) consume(map_.unit_at(base::shown_path(path)));
    for (const std::string& path : build.included) consume(map_.unit_at(base::shown_path(path)));
    consume(map_.root_at(folder));
  }

  // --- Variables ---

  /// Whether a ConfigMap is wanted that may come still.
  [[nodiscard]] bool waits(const Job& job) const {
    const std::vector<NodeRef> sources = job.what.post_build.get("substituteFrom").items();
    return std::ranges::any_of(sources, [&](NodeRef from) {
      return from.get("kind").text() == "ConfigMap" && !config_map(job, from);
    });
  }

  /// The variables of a Kustomization, as far as the cluster's ConfigMaps are known by now.
  [[nodiscard]] FluxVariables variables_of(const Job& job) const {
    FluxVariables variables;
    const NodeRef post_build = job.what.post_build;
    for (const NodeRef from : post_build.get("substituteFrom").items()) {
      const NodeRef map =
          from.get("kind").text() == "ConfigMap" ? config_map(job, from) : NodeRef();
      if (!map) variables.complete = false;
      for (const policy::Entry& each : map.get("data").entries())
        variables.values[each.key.key_text()] = each.value.text();
    }
    for (const policy::Entry& each : post_build.get("substitute").entries())
      variables.values[each.key.key_text()] = each.value.text();
    return variables;
  }

  [[nodiscard]] NodeRef config_map(const Job& job, NodeRef from) const {
    const auto cluster = config_maps_.find(job.cluster);
    if (cluster == config_maps_.end()) return {};
    const std::string name(from.get("name").text());
    for (const std::string_view ns : {job.what.object_namespace, std::string_view()})
      if (const auto found = cluster->second.find({std::string(ns), name});
          found != cluster->second.end())
        return found->second;
    return {};
  }

  // --- At the end ---

  /// What is deployed with a namespace is not deployed without one: nobody would take it.
  void drop_unnamed() {
    for (const auto& [unit, clusters] : named_in_) {
      const auto places = places_.find(unit);
      if (places == places_.end() || !unit->has_unnamed()) continue;
      for (const std::string& cluster : clusters) places->second.erase(cluster);
      if (places->second.empty()) places_.erase(places);
    }
  }

  static std::string hub_name(const std::string& folder) {
    const std::string name = folder.substr(folder.rfind('/') + 1);
    return name.empty() ? std::string(kInCluster) : name;
  }

  /// What deploys to other clusters is in one of its own, with what it deploys there.
  void name_hub() {
    if (hub_.empty()) return;
    for (auto& [unit, places] : places_)
      if (const auto own = places.extract(std::string()); own && !own.mapped().why.empty())
        places.emplace(hub_, own.mapped());
  }

  /// Where Argo CD deploys to its own cluster only, that needs no name.
  void leave_in_cluster() {
    std::set<std::string_view> named;
    for (const auto& [unit, places] : places_)
      for (const auto& [cluster, reason] : places)
        if (!cluster.empty() && cluster != kAnywhere && unit->matters()) named.insert(cluster);
    if (named.size() != 1 || !named.contains(kInCluster)) return;
    for (auto& [unit, places] : places_)
      if (const auto own = places.extract(std::string(kInCluster)))
        places.emplace("", own.mapped());
  }

  const WrittenUnits& written_;
  RepositoryMap map_;
  DeploymentReader reader_;
  Kustomizer kustomizer_;
  DeployedUnits result_;
  std::deque<Job> jobs_;
  std::deque<Job> waiting_;      ///< for ConfigMaps
  std::set<std::string> known_;  ///< jobs, as texts
  std::map<const Unit*, Places> places_;
  std::set<const Unit*> consumed_;  ///< what is deployed in another form than it is written
  std::map<const Unit*, std::set<std::string>> named_in_;  ///< clusters that give a namespace
  std::map<std::pair<const Unit*, std::string>, Unit*> copies_;
  std::map<std::string, Unit*> built_;
  std::map<std::string, std::set<const Unit*>> consumed_by_;  ///< by the key of built_
  std::size_t objects_ = 0;
  std::string hub_;  ///< the name of the cluster that deploys to others, where it has none
  /// By cluster, then namespace and name.
  std::map<std::string, std::map<std::pair<std::string, std::string>, NodeRef>> config_maps_;
};

}  // namespace

DeployedUnits deploy(const WrittenUnits& written, const KustomizeFiles& files,
                     const RenderBuild& render) {
  return Deployer(written, files, render).run();
}

std::vector<PlacedUnit> placed_units(const std::vector<DeployedUnit>& units) {
  std::set<std::string_view> clusters;  // that something matters in
  for (const DeployedUnit& each : units)
    if (each.unit->matters())
      for (const DeployedTo& to : each.to) clusters.insert(to.cluster);
  std::vector<PlacedUnit> placed;
  for (const DeployedUnit& each : units) {
    const Unit& unit = *each.unit;
    const bool deploys = !clusters.empty() && unit.deploys();
    // What no policy is about belongs nowhere, and makes no folder a variant.
    PlacedUnit& one = placed.emplace_back();
    one.folder = unit.matters() || deploys ? unit.placement().folder : "";
    one.path = unit.path();
    // What runs makes no folder a variant.
    if (!each.running) one.objects = unit.objects();
    one.deploys = deploys;
    one.running = each.running;
    if (deploys) {
      const std::vector<std::string> deployers = deployers_of(unit);
      one.objects.insert(one.objects.end(), deployers.begin(), deployers.end());
    }
    for (const DeployedTo& to : each.to)
      if (clusters.contains(to.cluster)) {
        one.deployed.push_back(to);
        if (!unit.matters()) one.deployed.back().why.clear();
      }
  }
  return placed;
}

bool is_deployed_to(const PlacedUnit& unit, std::string_view cluster) {
  return std::ranges::any_of(unit.deployed,
                             [&](const DeployedTo& to) { return to.cluster == cluster; });
}

}  // namespace cnplint::project
