// SPDX-License-Identifier: Apache-2.0
#include "project/chart_releases.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>

#include "base/text.h"
#include "policy/model/chart_installer.h"
#include "policy/yaml/scalar.h"
#include "project/deployments.h"

namespace cnplint::project {
namespace {

namespace fs = std::filesystem;
using policy::Manifest;
using policy::NodeRef;

void append_string(std::string_view text, std::string& to) {
  constexpr std::string_view kHex = "0123456789abcdef";
  to += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < ' ') {
      to.append("\\u00").append({kHex[byte >> 4U], kHex[byte & 15U]});
      continue;
    }
    if (c == '"' || c == '\\') to += '\\';
    to += c;
  }
  to += '"';
}

/// Writes values as JSON, which helm reads.
void append_json(NodeRef node, std::string& to) {
  if (node.is_scalar()) {
    if (node.is_null())
      to += "null";
    else if (node.type() == policy::ScalarType::boolean)
      to += policy::boolean_value(node.text()) ? "true" : "false";
    else if (node.is_string())
      append_string(node.text(), to);
    else
      to += node.text();  // a number: what helm reads is YAML too
    return;
  }
  const char* separator = "";
  to += node.is_mapping() ? '{' : '[';
  node.each_entry([&](NodeRef key, NodeRef value) {
    to += separator;
    append_string(key.key_text(), to);
    to += ": ";
    append_json(value, to);
    separator = ", ";
  });
  node.each_item([&](NodeRef item) {
    to += separator;
    append_json(item, to);
    separator = ", ";
  });
  to += node.is_mapping() ? '}' : ']';
}

/// The charts of a repository, by folders from its root.
class Charts {
 public:
  explicit Charts(const std::vector<const File*>& files) {
    for (const File* file : files) {
      files_[place_of(*file)] = file;
      if (fs::path(file->path()).filename() != "Chart.yaml") continue;
      const auto& documents = file->content().documents;
      if (documents.empty() || documents.front().error()) continue;
      const NodeRef chart = documents.front().root();
      const std::string& folder = file->unit().placement().folder;
      if (chart.get("type").text() != "library")
        charts_[folder] = {fs::path(file->path()).parent_path().string(),
                           std::string(chart.get("name").text())};
    }
    // Charts inside of others are rendered with those.
    std::vector<std::string> inner;
    for (const auto& [folder, chart] : charts_)
      if (is_inside_another(folder)) inner.push_back(folder);
    for (const std::string& folder : inner) charts_.erase(folder);
  }

  struct Chart {
    std::string path;
    std::string name;
  };
  [[nodiscard]] const std::map<std::string, Chart>& all() const { return charts_; }
  /// The chart that a path from the root of the repository leads to.
  [[nodiscard]] const Chart* at(const std::string& folder) const {
    const auto found = charts_.find(folder);
    return found == charts_.end() ? nullptr : &found->second;
  }
  /// A file of the repository by its path from the root; nullptr where there is none.
  [[nodiscard]] const File* file(const std::string& path) const {
    const auto found = files_.find(path);
    return found == files_.end() ? nullptr : found->second;
  }

 private:
  static std::string place_of(const File& file) {
    return (fs::path(file.unit().placement().folder) / fs::path(file.path()).filename()).string();
  }
  [[nodiscard]] bool is_inside_another(const std::string& folder) const {
    const fs::path above = fs::path(folder).parent_path();
    return above.filename() == "charts" && charts_.contains(above.parent_path().string());
  }

  std::map<std::string, Chart> charts_;
  std::map<std::string, const File*> files_;
};

/// Reads what objects say of releases.
class Releases {
 public:
  Releases(const Charts& charts, const DeploymentReader& reader, std::vector<std::string>& notes)
      : charts_(charts), reader_(reader), notes_(notes) {}

  void read(const DeployedUnit& unit) {
    for (const Manifest& each : unit.unit->manifests()) {
      if (policy::is_helm_release(each)) of_flux(each, unit);
      if (each.kind == "Application")
        if (const NodeRef spec = policy::application_spec(each))
          for (const NodeRef source : policy::sources_of(spec)) of_argo(each, source, unit);
    }
  }

  std::vector<PlacedRelease> run() {
    for (const auto& [folder, chart] : charts_.all()) {
      if (used_.contains(folder)) continue;
      PlacedRelease& each = found_.emplace_back();
      each.release.name = chart.name;
      each.release.chart = chart.path;
      each.folder = each.place = folder;
    }
    return std::move(found_);
  }

 private:
  PlacedRelease* begin(std::string_view path, const Manifest& object, const DeployedUnit& unit) {
    const std::string folder = plain_path(path);
    const Charts::Chart* chart = charts_.at(folder);
    if (chart == nullptr) return nullptr;
    used_.insert(folder);
    PlacedRelease& each = found_.emplace_back();
    each.folder = folder;
    each.release.chart = chart->path;
    each.release.name = object.name().text();
    each.to = unit.to;
    each.place = unit.unit->placement().folder;
    for (const Manifest& held : unit.unit->manifests())
      if (held.contained)
        each.held.insert(std::string(held.kind) + "/" + std::string(held.name().text()));
    if (std::string other = installs_in(object); !other.empty())
      each.to = {{std::move(other), folder,
                  std::string(object.kind) + " " + std::string(object.name().text()) +
                      " installs it (" + object.root.range().place() + ")"}};
    return &each;
  }

  void of_flux(const Manifest& object, const DeployedUnit& unit) {
    const NodeRef spec = object.root.get("spec");
    const NodeRef chart = spec.get("chart").get("spec");
    const NodeRef source = chart.get("sourceRef");
    if (source.get("kind").text() == "HelmRepository" || !reader_.is_here(source)) return;
    PlacedRelease* each = begin(chart.get("chart").text(), object, unit);
    if (each == nullptr) return;
    const std::string_view target = spec.get("targetNamespace").text();
    each->release.ns = target.empty() ? object.ns().text() : target;
    if (!target.empty()) each->release.name = std::string(target) + "-" + each->release.name;
    if (const NodeRef name = spec.get("releaseName")) each->release.name = name.text();
    for (const NodeRef file : chart.get("valuesFiles").items())
      add_file(plain_path(file.text()), file, *each);
    if (const NodeRef from = spec.get("valuesFrom"); from.has_children())
      note(from, "values of other objects are not followed");
    if (const NodeRef post = spec.get("postRenderers"); post.has_children())
      note(post, "postRenderers are not followed");
    if (const NodeRef values = spec.get("values"); values.is_mapping())
      append_json(values, each->release.values);
  }

  void of_argo(const Manifest& object, NodeRef source, const DeployedUnit& unit) {
    if (!reader_.is_here(source.get("repoURL").text())) return;
    PlacedRelease* each = begin(source.get("path").text(), object, unit);
    if (each == nullptr) return;
    const NodeRef helm = source.get("helm");
    each->release.ns = object.root.get("spec").get("destination").get("namespace").text();
    if (const NodeRef name = helm.get("releaseName")) each->release.name = name.text();
    for (const NodeRef file : helm.get("valueFiles").items())
      add_file(path_of_values(file.text(), each->folder), file, *each);
    if (const NodeRef values = helm.get("values"); values.is_string())
      each->release.values = values.text();
    if (const NodeRef values = helm.get("valuesObject"); values.is_mapping()) {
      each->release.values.clear();
      append_json(values, each->release.values);
    }
    if (const NodeRef parameters = helm.get("parameters"); parameters.has_children())
      note(parameters, "parameters are not followed");
  }

  /// Of a values file of Argo CD, from the root: `/` and `$ref` lead there, all others begin at the
  /// chart.
  static std::string path_of_values(std::string_view file, const std::string& folder) {
    if (file.starts_with('/')) return plain_path(file);
    if (file.starts_with('$'))
      return plain_path(file.substr(std::min(file.find('/'), file.size())));
    return plain_path(folder + "/" + std::string(file));
  }

  void add_file(const std::string& path, NodeRef where, PlacedRelease& to) {
    if (const File* file = charts_.file(path))
      to.release.values_files.push_back(file->path());
    else
      note(where, "there is no file " + base::quoted(path) + " here");
  }

  void note(NodeRef where, const std::string& what) {
    notes_.push_back(where.range().place() + ": " + what + "; the chart is rendered without");
  }

  const Charts& charts_;
  const DeploymentReader& reader_;
  std::vector<std::string>& notes_;
  std::vector<PlacedRelease> found_;
  std::set<std::string> used_;
};

}  // namespace

std::vector<PlacedRelease> chart_releases(const std::vector<const File*>& files,
                                          const std::vector<DeployedUnit>& units,
                                          const DeploymentReader& reader,
                                          std::vector<std::string>& notes) {
  const Charts charts(files);
  if (charts.all().empty()) return {};
  Releases releases(charts, reader, notes);
  for (const DeployedUnit& each : units) releases.read(each);
  return releases.run();
}

}  // namespace cnplint::project
