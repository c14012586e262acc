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
#include "project/repository_map.h"

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
  std::string folder = plain_path(path);
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

/// `Kind namespace/name` of an object, for people.
std::string name_of(const Manifest& manifest) {
  const NodeRef ns = manifest.ns();
  return std::string(manifest.kind) + " " + (ns ? std::string(ns.text()) + "/" : "") +
         std::string(manifest.name().text());
}

/// What variables a generator of folders gives to a template, in both languages of it.
Variables variables_of_folder(const std::string& folder) {
  const std::string name = folder.substr(folder.rfind('/') + 1);
  Variables all{{"path", folder},
                {"path.path", folder},
                {"path.basename", name},
                {"path.basenameNormalized", name}};
  std::string_view rest = folder;
  for (std::size_t i = 0; !rest.empty(); ++i) {
    const std::size_t slash = std::min(rest.find('/'), rest.size());
    const std::string number = std::to_string(i);
    const std::string part(rest.substr(0, slash));
    all["path[" + number + "]"] = part;
    all["index .path.segments " + number] = part;
    rest.remove_prefix(std::min(slash + 1, rest.size()));
  }
  return all;
}

/// The name of a cluster by the destination of an Application: that of Argo CD, or the host of its
/// address.
std::string cluster_of(std::string_view name, std::string_view server) {
  constexpr std::string_view kItself = "https://kubernetes.default.svc";
  if (!name.empty()) return std::string(name);
  if (server.empty() || server.starts_with(kItself)) return std::string(kInCluster);
  if (const std::size_t scheme = server.find("://"); scheme != std::string_view::npos)
    server.remove_prefix(scheme + 3);
  return std::string(server.substr(0, server.find_first_of(":/")));
}

/// The cluster of the kubeconfig of an object of Flux, by the name of its Secret; where that is one
/// that all have, by its namespace.
std::string cluster_of_kubeconfig(const Manifest& manifest) {
  const NodeRef kubeconfig = manifest.root.get("spec").get("kubeConfig");
  std::string_view name = kubeconfig.get("secretRef").get("name").text();
  if (name.empty()) name = kubeconfig.get("configMapRef").get("name").text();
  constexpr std::string_view kSuffix = "-kubeconfig";
  if (name.ends_with(kSuffix)) name.remove_suffix(kSuffix.size());
  if ((name == "cluster" || name == "kubeconfig") && manifest.ns()) name = manifest.ns().text();
  return std::string(name);
}

/// Leaves out what is a template still.
void drop_templates(Kustomization& changes) {
  for (NodeRef* each : {&changes.ns, &changes.name_prefix, &changes.name_suffix})
    if (*each && policy::has_placeholder(each->text())) *each = {};
}

}  // namespace

/// Collects what one object deploys.
class DeploymentReader::Collector {
 public:
  Collector(const DeploymentReader& reader, const Manifest& manifest)
      : reader_(reader), manifest_(manifest) {}

  std::vector<Deployment> run() {
    const NodeRef spec = manifest_.root.get("spec");
    if (policy::is_flux_kustomization(manifest_)) add_flux(spec);
    if (policy::is_flux_instance(manifest_)) add_instance(spec.get("sync"));
    if (const NodeRef application = policy::application_spec(manifest_)) {
      if (manifest_.kind == "ApplicationSet")
        for (const Variables& variables : generated(spec.get("generators").items(), {}, 0))
          add_application(application, variables);
      else
        add_application(application, {});
    }
    return std::move(found_);
  }

 private:
  static constexpr std::size_t kMostGenerated = 10'000;
  static constexpr std::size_t kMostNested = 4;  ///< of generators; Argo CD takes two

  void add_flux(NodeRef spec) {
    if (!reader_.is_here(spec.get("sourceRef"))) return;
    Deployment each;
    each.recursive = true;
    each.changes = read_flux_changes(spec, each.problems);
    drop_templates(each.changes);
    each.post_build = spec.get("postBuild");
    each.cluster = cluster_of_kubeconfig(manifest_);
    add(spec.get("path").text(), spec.get("path"), std::move(each));
  }

  /// What the operator of Flux makes a Kustomization of.
  void add_instance(NodeRef sync) {
    if (!sync ||
        (sync.get("kind").text() == "GitRepository" && !reader_.is_here(sync.get("url").text())))
      return;
    Deployment each;
    each.recursive = true;
    add(sync.get("path").text(), sync.get("path"), std::move(each));
  }

  void add_application(NodeRef spec, const Variables& variables) {
    const NodeRef destination = spec.get("destination");
    const auto ns = filled_in(destination.get("namespace").text(), variables);
    const auto name = filled_in(destination.get("name").text(), variables);
    const auto server = filled_in(destination.get("server").text(), variables);
    for (const NodeRef source : policy::sources_of(spec)) {
      const auto path = filled_in(source.get("path").text(), variables);
      const auto address = filled_in(source.get("repoURL").text(), variables);
      if (!source.get("path") || !path || (address && !reader_.is_here(*address))) continue;
      Deployment each;
      each.ns = ns && !policy::has_placeholder(*ns) ? *ns : "";
      each.anywhere = !name || !server;
      if (!each.anywhere) each.cluster = cluster_of(*name, *server);
      each.recursive = source.get("directory").get("recurse").text() == "true";
      each.changes = read_argo_changes(source.get("kustomize"), each.problems);
      drop_templates(each.changes);
      add(*path, source.get("path"), std::move(each));
    }
  }

  /// What generators give to a template, each for one Application; they may use what is given.
  [[nodiscard]] std::vector<Variables> generated(const std::vector<NodeRef>& generators,
                                                 const Variables& given, std::size_t depth) const {
    std::vector<Variables> all;
    if (depth > kMostNested) return all;
    for (const NodeRef generator : generators) {
      of_list(generator.get("list").get("elements"), all);
      of_folders(generator.get("git"), given, all);
      if (const NodeRef matrix = generator.get("matrix"))
        of_matrix(matrix.get("generators").items(), depth, all);
      if (generator.get("clusters")) all.emplace_back();  // which these are, Argo CD alone knows
      if (all.size() > kMostGenerated) all.resize(kMostGenerated);
    }
    return all;
  }

  static void of_list(NodeRef elements, std::vector<Variables>& all) {
    for (const NodeRef element : elements.items()) {
      Variables variables;
      add_variables(element, "", variables);
      all.push_back(std::move(variables));
    }
  }

  static void add_variables(NodeRef mapping, const std::string& prefix, Variables& to) {
    for (const policy::Entry& each : mapping.entries()) {
      const std::string name = prefix + each.key.key_text();
      if (each.value.is_mapping())
        add_variables(each.value, name + ".", to);
      else
        to[name] = each.value.text();
    }
  }

  void of_folders(NodeRef git, const Variables& given, std::vector<Variables>& all) const {
    if (!git || !reader_.is_here(git.get("repoURL").text())) return;
    for (const std::string& folder : folders_of(git.get("directories"), given)) {
      Variables variables = variables_of_folder(folder);
      Variables own;
      for (const policy::Entry& each : git.get("values").entries())
        if (const auto value = filled_in(each.value.text(), variables))
          own["values." + each.key.key_text()] = *value;
      variables.merge(own);
      all.push_back(std::move(variables));
    }
  }

  /// All of the first generator with all of the second.
  void of_matrix(const std::vector<NodeRef>& generators, std::size_t depth,
                 std::vector<Variables>& all) const {
    if (generators.size() != 2) return;
    for (const Variables& first : generated({generators[0]}, {}, depth + 1))
      for (const Variables& other : generated({generators[1]}, first, depth + 1)) {
        if (all.size() >= kMostGenerated) return;
        all.push_back(other);
        all.back().insert(first.begin(), first.end());
      }
  }

  /// The folders that the globs of a generator have.
  [[nodiscard]] std::set<std::string> folders_of(NodeRef directories,
                                                 const Variables& given) const {
    std::set<std::string> wanted;
    for (const bool exclude : {false, true})
      for (const NodeRef each : directories.items()) {
        if ((each.get("exclude").text() == "true") != exclude) continue;
        const auto path = filled_in(each.get("path").text(), given);
        const auto glob = path ? folder_of(*path) : std::nullopt;
        if (!glob) continue;
        // These globs are whole paths: `apps/*` is not what is below `apps/shop`.
        const auto depth = std::ranges::count(*glob, '/');
        for (const std::string& folder : reader_.folders_)
          if (std::ranges::count(folder, '/') == depth && base::glob_matches("/" + *glob, folder)) {
            if (exclude)
              wanted.erase(folder);
            else
              wanted.insert(folder);
          }
      }
    return wanted;
  }

  void add(std::string_view path, NodeRef where, Deployment each) {
    auto folder = folder_of(path);
    if (!folder || (!folder->empty() && !reader_.folders_.contains(*folder))) return;
    each.folder = std::move(*folder);
    each.where = where ? where : manifest_.root;
    each.object_namespace = manifest_.ns().text();
    each.why = name_of(manifest_) + " deploys it (" + manifest_.root.range().place() + ")";
    found_.push_back(std::move(each));
  }

  const DeploymentReader& reader_;
  const Manifest& manifest_;
  std::vector<Deployment> found_;
};

DeploymentReader::DeploymentReader(const std::vector<Unit*>& units, std::string origin,
                                   const std::set<std::string>& folders)
    : origin_(std::move(origin)) {
  for (const Unit* unit : units)
    for (const Manifest& each : unit->manifests())
      if (policy::is_git_repository(each))
        repositories_.try_emplace(std::string(each.name().text()),
                                  each.root.get("spec").get("url").text());
  for (std::string_view at : folders)
    while (!at.empty() && folders_.emplace(at).second) at = folder_above(at);
}

std::vector<Deployment> DeploymentReader::of(const Manifest& manifest) const {
  return Collector(*this, manifest).run();
}

bool DeploymentReader::is_here(NodeRef flux_source) const {
  return is_same_repository(address_of(flux_source), origin_);
}

bool DeploymentReader::is_here(std::string_view address) const {
  return is_same_repository(address, origin_);
}

/// Where a source of Flux comes from; empty where it is no repository of git that is here.
std::string_view DeploymentReader::address_of(NodeRef source) const {
  if (source.get("kind").text() != "GitRepository") return {};
  const auto known = repositories_.find(source.get("name").text());
  return known == repositories_.end() ? std::string_view() : std::string_view(known->second);
}

std::string installs_in(const Manifest& manifest) {
  if (policy::is_helm_release(manifest) || policy::is_flux_kustomization(manifest))
    return cluster_of_kubeconfig(manifest);
  const NodeRef application = policy::application_spec(manifest);
  if (!application) return {};
  const NodeRef destination = application.get("destination");
  const std::string_view name = destination.get("name").text();
  const std::string_view server = destination.get("server").text();
  if (policy::has_placeholder(name) || policy::has_placeholder(server)) return {};
  std::string cluster = cluster_of(name, server);
  return cluster == kInCluster ? std::string() : cluster;
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
