// SPDX-License-Identifier: Apache-2.0
#include "project/deployments.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/blanks.h"
#include "base/file.h"
#include "base/glob.h"
#include "base/text.h"
#include "policy/model/chart_installer.h"
#include "policy/yaml/template.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using policy::Manifest;
using policy::NodeRef;

/// What the variables of a template stand for, by name without the leading dot.
using Variables = std::map<std::string, std::string, std::less<>>;

/// A folder from the root of the repository, as objects write it: `./apps/shop`, `apps/shop/`,
/// `/apps/shop`. None where it leads outside.
std::optional<std::string> folder_of(std::string_view path) {
  while (path.starts_with('/')) path.remove_prefix(1);
  std::string folder = fs::path(path).lexically_normal().string();
  while (folder.ends_with('/')) folder.pop_back();
  if (folder == ".." || folder.starts_with("../")) return std::nullopt;
  return folder == "." ? std::string() : folder;
}

/// The last part of an address, without `.git`: forks and mirrors keep it.
std::string_view name_of_repository(std::string_view address) {
  while (address.ends_with('/')) address.remove_suffix(1);
  if (address.ends_with(".git")) address.remove_suffix(4);
  return address.substr(address.find_last_of("/:") + 1);
}

bool is_same_repository(std::string_view address, std::string_view origin) {
  return address.empty() || origin.empty() ||
         base::equal_ignoring_case(name_of_repository(address), name_of_repository(origin));
}

/// A text of a template of Argo CD, `{{name}}` and `{{ .path.basename }}` filled in; none where it
/// has others.
std::optional<std::string> filled_in(std::string_view text, const Variables& variables) {
  std::string result;
  while (true) {
    const std::size_t begin = text.find("{{");
    if (begin == std::string_view::npos) return result + std::string(text);
    const std::size_t end = text.find("}}", begin);
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view name = base::without_blanks(text.substr(begin + 2, end - begin - 2));
    if (name.starts_with('.')) name.remove_prefix(1);
    const auto known = variables.find(name);
    if (known == variables.end()) return std::nullopt;
    result.append(text.substr(0, begin)).append(known->second);
    text.remove_prefix(end + 2);
  }
}

/// The folder that a folder stands in; empty for those in the root.
std::string_view above(std::string_view folder) {
  const std::size_t slash = folder.rfind('/');
  return folder.substr(0, slash == std::string_view::npos ? 0 : slash);
}

/// Collects what is deployed.
class Collector {
 public:
  Collector(const std::vector<Unit*>& units, std::string_view origin)
      : units_(units), origin_(origin) {
    for (const Unit* unit : units) {
      for (const Manifest& each : unit->manifests())
        if (policy::is_git_repository(each))
          repositories_[each.name().text()] = each.root.get("spec").get("url").text();
      std::string_view at = unit->placement().folder;
      while (!at.empty() && folders_.emplace(at).second) at = above(at);
    }
  }

  std::vector<Deployment> run() {
    for (const Unit* unit : units_)
      for (const Manifest& each : unit->manifests()) add(each);
    return std::move(found_);
  }

 private:
  void add(const Manifest& manifest) {
    if (policy::is_flux_kustomization(manifest)) return add_flux(manifest.root.get("spec"));
    const NodeRef application = policy::application_spec(manifest);
    if (!application) return;
    if (manifest.kind == "ApplicationSet") return add_set(manifest.root.get("spec"), application);
    add_application(application, {});
  }

  void add_flux(NodeRef spec) {
    const NodeRef source = spec.get("sourceRef");
    if (!is_same_repository(address_of(source), origin_)) return;
    const std::string_view ns = spec.get("targetNamespace").text();
    add(spec.get("path").text(), policy::has_placeholder(ns) ? "" : ns, true);
  }

  /// Where a source of Flux comes from; empty where it is no repository of git that is here.
  [[nodiscard]] std::string_view address_of(NodeRef source) const {
    if (source.get("kind").text() != "GitRepository") return {};
    const auto known = repositories_.find(source.get("name").text());
    return known == repositories_.end() ? std::string_view() : known->second;
  }

  void add_application(NodeRef spec, const Variables& variables) {
    const auto ns = filled_in(spec.get("destination").get("namespace").text(), variables);
    for (const NodeRef source : policy::sources_of(spec)) {
      const auto path = filled_in(source.get("path").text(), variables);
      const auto address = filled_in(source.get("repoURL").text(), variables);
      if (!source.get("path") || !path || (address && !is_same_repository(*address, origin_)))
        continue;
      add(*path, ns ? *ns : "", source.get("directory").get("recurse").text() == "true");
    }
  }

  void add_set(NodeRef spec, NodeRef application) {
    for (const NodeRef generator : spec.get("generators").items()) {
      for (const NodeRef element : generator.get("list").get("elements").items()) {
        Variables variables;
        for (const policy::Entry& each : element.entries())
          variables[each.key.key_text()] = each.value.text();
        add_application(application, variables);
      }
      const NodeRef git = generator.get("git");
      if (git && is_same_repository(git.get("repoURL").text(), origin_))
        for (const std::string& folder : folders_of(git.get("directories"))) {
          const std::string name = folder.substr(folder.rfind('/') + 1);
          add_application(application, {{"path", folder},
                                        {"path.path", folder},
                                        {"path.basename", name},
                                        {"path.basenameNormalized", name}});
        }
    }
  }

  /// The folders that the globs of a generator have.
  [[nodiscard]] std::set<std::string> folders_of(NodeRef directories) const {
    std::set<std::string> wanted;
    for (const bool exclude : {false, true})
      for (const NodeRef each : directories.items()) {
        if ((each.get("exclude").text() == "true") != exclude) continue;
        const auto glob = folder_of(each.get("path").text());
        if (!glob) continue;
        // These globs are whole paths: `apps/*` is not what is below `apps/shop`.
        const auto depth = std::ranges::count(*glob, '/');
        for (const std::string& folder : folders_)
          if (std::ranges::count(folder, '/') == depth && base::glob_matches("/" + *glob, folder)) {
            if (exclude)
              wanted.erase(folder);
            else
              wanted.insert(folder);
          }
      }
    return wanted;
  }

  void add(std::string_view path, std::string_view ns, bool recursive) {
    if (const auto folder = folder_of(path))
      found_.push_back({*folder, std::string(ns), recursive});
  }

  const std::vector<Unit*>& units_;
  std::string_view origin_;
  std::map<std::string_view, std::string_view> repositories_;  ///< addresses by name
  std::set<std::string> folders_;                              ///< of units, and those above them
  std::vector<Deployment> found_;
};

}  // namespace

Deployments::Deployments(const std::vector<Unit*>& units, std::string_view origin,
                         std::set<std::string, std::less<>> kustomizations)
    : kustomizations_(std::move(kustomizations)) {
  for (Deployment& each : Collector(units, origin).run())
    all_[each.folder].push_back(std::move(each));
}

std::string Deployments::namespace_of(std::string_view folder) const {
  for (std::string_view at = folder;;) {
    const auto found = all_.find(at);
    std::set<std::string_view> namespaces;
    bool deployed = false;
    if (found != all_.end())
      for (const Deployment& each : found->second) {
        if (at != folder && (!each.recursive || kustomizations_.contains(at))) continue;
        deployed = true;
        if (!each.ns.empty()) namespaces.insert(each.ns);
      }
    if (namespaces.size() == 1) return std::string(*namespaces.begin());
    if (deployed || at.empty()) return {};
    at = above(at);
  }
}

std::string origin_of(const std::string& repository) {
  constexpr std::size_t kMostBytes = 1 << 20;
  const auto config =
      base::read_input((fs::path(repository) / ".git" / "config").string(), kMostBytes);
  if (!config) return {};
  bool in_origin = false;
  std::string_view rest = *config;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = base::without_blanks(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.starts_with('[')) {
      in_origin = line == "[remote \"origin\"]";
      continue;
    }
    const std::size_t equals = line.find('=');
    if (in_origin && equals != std::string_view::npos &&
        base::without_blanks(line.substr(0, equals)) == "url")
      return std::string(base::without_blanks(line.substr(equals + 1)));
  }
  return {};
}

}  // namespace cnplint::project
