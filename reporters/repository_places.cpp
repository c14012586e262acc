// SPDX-License-Identifier: Apache-2.0
#include "reporters/repository_places.h"

#include "base/file.h"
#include "base/walk.h"

namespace cnplint::reporters {

namespace fs = std::filesystem;

std::string working_path(const std::string& path) {
  fs::path shown(path);
  if (shown.is_absolute()) {
    std::error_code ignored;
    const fs::path relative = shown.lexically_relative(fs::current_path(ignored));
    if (!relative.empty() && *relative.begin() != "..") shown = relative;
  }
  return shown.lexically_normal().generic_string();
}

std::string origin_text(const RepositoryPlace& place) {
  if (!place.rendered.empty()) return " (rendered at " + place.rendered + ")";
  return place.source.empty() ? std::string() : " (from " + place.source + ")";
}

const std::string& RepositoryPlaces::path(const std::string& shown) {
  const auto [known, added] = paths_.try_emplace(shown);
  if (added) known->second = found_path(shown);
  return known->second;
}

std::string RepositoryPlaces::found_path(const std::string& shown) {
  // `<stdin>`, objects of a running cluster and their like are no files.
  if (shown.starts_with('<') || base::is_kube_input(shown)) return shown;
  const fs::path path = fs::path(shown).lexically_normal();
  const std::optional<std::string>& parent = folder(path.parent_path());
  if (!parent || !path.has_filename()) return working_path(shown);
  return (fs::path(*parent) / path.filename()).generic_string();
}

const std::optional<std::string>& RepositoryPlaces::folder(const fs::path& folder) {
  const auto [known, added] = folders_.try_emplace(folder);
  if (!added) return known->second;
  if (!working_root_) working_root_ = base::repository_root(".");
  std::error_code failed;
  const fs::path real =
      fs::weakly_canonical(fs::absolute(folder.empty() ? "." : folder, failed), failed);
  if (failed) return known->second;
  const bool here = *working_root_ && base::is_below(real, **working_root_);
  if (const auto root = here ? *working_root_ : base::repository_root(real)) {
    const fs::path relative = real.lexically_relative(*root);
    known->second = relative == "." ? std::string() : relative.generic_string();
  }
  return known->second;
}

const policy::SourceComments& RepositoryPlaces::sources(const base::SourceFile& file) {
  const auto [known, added] = sources_.try_emplace(&file);
  if (added) known->second = policy::SourceComments(file.text());
  return known->second;
}

std::string_view RepositoryPlaces::source(base::SourceRange range) {
  return sources(*range.file).at(range.begin);
}

std::string RepositoryPlaces::source_path(std::string_view source) {
  std::error_code ignored;
  std::string path(source);
  return fs::exists(path, ignored) ? this->path(path) : path;
}

RepositoryPlace RepositoryPlaces::of(base::SourceRange range) {
  RepositoryPlace place{path(*range.file), "", ""};
  const std::string_view source = this->source(range);
  if (source.empty()) return place;
  place.source = source_path(source);
  if (!is_standard_input(*range.file)) return place;
  place.file = place.source;
  place.rendered = range.place();
  return place;
}

bool is_standard_input(const base::SourceFile& file) {
  return file.path() == base::shown_path("-");
}

}  // namespace cnplint::reporters
