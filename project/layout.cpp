// SPDX-License-Identifier: Apache-2.0
//
// The folders of all units make a tree. Each object that stands in several units walks down the
// tree with them: where they part, the children that they go to are variants. So every object costs
// the depth of its units, however many clusters hold it. A unit's name is then that of the variants
// on its way, and a cluster is a name that no other one goes on.
#include "project/layout.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "base/text.h"

namespace cnplint::project {
namespace {

using namespace std::string_view_literals;

constexpr std::array kEnvironments{
    "prod"sv,        "production"sv, "prd"sv, "staging"sv, "stage"sv,   "stg"sv,          "dev"sv,
    "development"sv, "test"sv,       "qa"sv,  "uat"sv,     "preprod"sv, "preproduction"sv};
/// What stands beside the environment in such a name, apart from numbers.
constexpr std::array kRegions{
    "eu"sv,           "us"sv,        "ap"sv,        "asia"sv,      "europe"sv,    "emea"sv,
    "apac"sv,         "me"sv,        "af"sv,        "ca"sv,        "sa"sv,        "uk"sv,
    "de"sv,           "fr"sv,        "east"sv,      "west"sv,      "north"sv,     "south"sv,
    "central"sv,      "northeast"sv, "northwest"sv, "southeast"sv, "southwest"sv, "northamerica"sv,
    "southamerica"sv, "australia"sv, "cluster"sv,   "aws"sv,       "gcp"sv,       "azure"sv,
    "eks"sv,          "gke"sv,       "aks"sv,       "k8s"sv};

/// The child that stands for the files of a folder itself.
constexpr std::string_view kItself = ".";

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    parts.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

/// Why a child of a folder is a variant.
using Marks = std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>>;

/// Finds the variants of some units.
class Variants {
 public:
  explicit Variants(std::span<const PlacedUnit> units) : units_(units) {
    parts_.reserve(units.size());
    for (const PlacedUnit& unit : units) parts_.push_back(parts_of(unit.folder));
  }

  Marks run() {
    by_object();
    by_name();
    by_deployers();
    return std::move(marks_);
  }

 private:
  void by_object() {
    std::map<std::string_view, std::vector<std::size_t>> units_of;
    for (std::size_t i = 0; i < units_.size(); ++i)
      for (const std::string& object : units_[i].objects) {
        std::vector<std::size_t>& known = units_of[object];
        if (known.empty() || known.back() != i) known.push_back(i);
      }
    for (auto& [object, all] : units_of)
      if (all.size() > 1) part(object, all, 0);
  }

  /// The name of the child to which a unit goes at a depth.
  [[nodiscard]] std::string_view child(std::size_t unit, std::size_t depth) const {
    return depth < parts_[unit].size() ? parts_[unit][depth] : kItself;
  }

  /// Marks the children where units with one object part, from a depth on that they reach together.
  void part(std::string_view object, std::vector<std::size_t>& all, std::size_t depth) {
    std::map<std::string_view, std::vector<std::size_t>> children;
    for (const std::size_t unit : all) children[child(unit, depth)].push_back(unit);
    if (children.size() > 1) mark(object, all, children, depth);
    for (auto& [name, units] : children)
      if (name != kItself && units.size() > 1) part(object, units, depth + 1);
  }

  void mark(std::string_view object, const std::vector<std::size_t>& all,
            const std::map<std::string_view, std::vector<std::size_t>>& children,
            std::size_t depth) {
    auto& marked = marks_[folder(all.front(), depth)];
    for (const auto& [name, units] : children) {
      if (marked.contains(name)) continue;
      const auto other = std::ranges::find_if(
          children, [&, name = name](const auto& each) { return each.first != name; });
      marked.emplace(name, base::quoted(object) + " is in " + units_[units.front()].path +
                               " and in " + units_[other->second.front()].path);
    }
  }

  /// The first parts of a unit's folder.
  [[nodiscard]] std::string folder(std::size_t unit, std::size_t depth) const {
    return base::joined(std::span(parts_[unit]).first(depth), "/");
  }

  void by_name() {
    std::map<std::string, std::set<std::string_view>, std::less<>> named;
    for (std::size_t i = 0; i < units_.size(); ++i)
      for (std::size_t depth = 0; depth < parts_[i].size(); ++depth)
        if (is_environment_name(parts_[i][depth])) named[folder(i, depth)].insert(parts_[i][depth]);
    std::set<std::string_view> environments;
    for (const auto& [folder, children] : named) {
      if (children.size() < 2) continue;
      environments.insert(children.begin(), children.end());
      for (const std::string_view child : children)
        marks_[folder].emplace(child, "by name, beside " + others(children, child));
    }
    // Alone in its folder, an environment is one where it has siblings elsewhere.
    for (const auto& [folder, children] : named)
      if (children.size() == 1 && environments.contains(*children.begin()))
        marks_[folder].emplace(*children.begin(), "by name, as elsewhere");
  }

  /// A folder of Flux's `clusters` is a cluster where its objects deploy others.
  void by_deployers() {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      const std::vector<std::string_view>& parts = parts_[i];
      const auto clusters = std::ranges::find(parts, "clusters");
      if (!units_[i].deploys || clusters == parts.end() || clusters + 1 == parts.end()) continue;
      const auto depth = static_cast<std::size_t>(clusters + 1 - parts.begin());
      marks_[folder(i, depth)].emplace(parts[depth],
                                       "a folder of `clusters` whose objects deploy others");
    }
  }

  static std::string others(const std::set<std::string_view>& all, std::string_view one) {
    constexpr std::size_t kMost = 4;
    std::vector<std::string> names;
    for (const std::string_view each : all)
      if (each != one) names.push_back(base::quoted(each));
    return base::first_few(std::move(names), kMost);
  }

  std::span<const PlacedUnit> units_;
  std::vector<std::vector<std::string_view>> parts_;
  Marks marks_;
};

/// A unit's way through the variants.
struct Way {
  std::string name;
  std::vector<Variant> variants;
};

Way way_of(const PlacedUnit& unit, const Marks& marks) {
  Way way;
  const std::vector<std::string_view> parts = parts_of(unit.folder);
  std::string folder;
  for (std::size_t depth = 0; depth <= parts.size(); ++depth) {
    const bool itself = depth == parts.size();
    const std::string_view child = itself ? kItself : parts[depth];
    const auto marked = marks.find(folder);
    const std::string below =
        itself ? folder : (folder.empty() ? "" : folder + "/") + std::string(child);
    if (marked != marks.end()) {
      const auto mark = marked->second.find(child);
      if (mark != marked->second.end()) {
        // Its files are called as the folder is, where no folder in it has that name.
        const bool named = itself && depth > 0 && !marked->second.contains(parts[depth - 1]);
        const std::string_view name = named ? parts[depth - 1] : child;
        way.name += (way.name.empty() ? "" : "/") + std::string(name);
        way.variants.push_back({below.empty() ? std::string(kItself) : below, mark->second});
      }
    }
    folder = below;
  }
  return way;
}

/// The clusters that a unit is deployed to, or its way through the variants.
std::vector<Way> ways_of(const PlacedUnit& unit, const Marks& marks) {
  if (unit.deployed.empty()) return {way_of(unit, marks)};
  std::vector<Way> ways;
  for (const DeployedTo& each : unit.deployed) {
    Way& way = ways.emplace_back(Way{each.cluster, {}});
    if (!each.why.empty())
      way.variants.push_back({each.folder.empty() ? std::string(kItself) : each.folder, each.why});
  }
  return ways;
}

/// Whether a unit of the first name is part of a cluster of the second.
bool belongs(std::string_view name, std::string_view cluster) {
  return name.empty() || name == cluster ||
         (cluster.starts_with(name) && cluster[name.size()] == '/');
}

}  // namespace

bool is_environment_name(std::string_view folder) {
  constexpr std::string_view kSeparators = "-_.";
  bool environment = false;
  while (!folder.empty()) {
    const std::size_t end = std::min(folder.find_first_of(kSeparators), folder.size());
    std::string part = base::lower(folder.substr(0, end));
    folder.remove_prefix(std::min(end + 1, folder.size()));
    part.resize(part.find_last_not_of("0123456789") + 1);
    if (std::ranges::find(kEnvironments, part) != kEnvironments.end())
      environment = true;
    else if (!part.empty() && std::ranges::find(kRegions, part) == kRegions.end())
      return false;
  }
  return environment;
}

std::vector<std::string> variant_names(std::span<const PlacedUnit> units) {
  const Marks marks = Variants(units).run();
  std::vector<std::string> names;
  for (const PlacedUnit& unit : units) names.push_back(way_of(unit, marks).name);
  return names;
}

std::vector<ClusterPlan> plan_clusters(std::span<const PlacedUnit> units) {
  const Marks marks = Variants(units).run();
  std::vector<std::vector<Way>> ways;
  std::set<std::string> names;
  for (const PlacedUnit& unit : units)
    for (const Way& way : ways.emplace_back(ways_of(unit, marks))) names.insert(way.name);
  std::set<std::string_view> running;  // names of contexts: a slash in them means nothing
  for (const PlacedUnit& unit : units)
    if (unit.running) running.insert(unit.deployed.front().cluster);
  std::erase_if(names, [&](const std::string& name) {
    if (running.contains(name)) return false;
    const auto next = names.upper_bound(name + "/");
    return name.empty() ? names.size() > 1 : next != names.end() && belongs(name, *next);
  });
  if (names.empty()) names.insert("");
  std::vector<ClusterPlan> plans;
  for (const std::string& name : names) {
    ClusterPlan plan{name, {}, {}};
    std::set<std::string> known;
    for (std::size_t i = 0; i < units.size(); ++i) {
      bool belonging = false;
      for (const Way& way : ways[i]) {
        if (units[i].running ? way.name != name : !belongs(way.name, name)) continue;
        belonging = true;
        for (const Variant& each : way.variants)
          if (known.insert(each.folder).second) plan.variants.push_back(each);
      }
      if (belonging) plan.units.push_back(i);
    }
    plans.push_back(std::move(plan));
  }
  return plans;
}

}  // namespace cnplint::project
