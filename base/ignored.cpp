// SPDX-License-Identifier: Apache-2.0
#include "base/ignored.h"

#include <algorithm>

#include "base/file.h"
#include "base/walk.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kIgnoreFileBytes = std::size_t{1} << 20U;
constexpr std::size_t kIndexBytes = std::size_t{256} << 20U;

bool starts_repository(const fs::path& folder) {
  std::error_code error;
  return fs::symlink_status(folder / ".git", error).type() != fs::file_type::not_found;
}

}  // namespace

void WorkTree::list(const std::string& folder) {
  const auto covers = [&](const std::string& known) {
    return known.empty() || known == folder || folder.starts_with(known + "/");
  };
  if (listed_folder_ && (covers(*listed_folder_) || !listing_)) return;
  listed_folder_ = listed_folder_ ? "" : folder;
  listing_ = git_list(root_, *listed_folder_);
  kept_.clear();
  if (!listing_) {
    read_index();
    return;
  }
  for (std::string_view left = *listing_; !left.empty();) {
    const std::size_t end = std::min(left.find('\0'), left.size() - 1);
    std::string_view path = left.substr(0, end);
    if (path.ends_with('/')) path.remove_suffix(1);
    kept_.push_back(path);
    left.remove_prefix(end + 1);
  }
  std::ranges::sort(kept_);
}

void WorkTree::read_index() {
  const auto folders = git_folders(root_);
  const auto bytes = folders ? read_file((folders->own / "index").string(), kIndexBytes)
                             : Result<std::string>(std::string());
  auto paths = bytes ? read_git_index(*bytes) : std::nullopt;
  unknown_ = !paths;
  if (unknown_) return;
  index_ = std::move(*paths);
  kept_.assign(index_.begin(), index_.end());
}

bool WorkTree::keeps(const std::string& path) const {
  return std::ranges::binary_search(kept_, std::string_view(path));
}

bool WorkTree::keeps_below(const std::string& folder) const {
  const std::string start = folder + "/";
  const auto at = std::ranges::lower_bound(kept_, std::string_view(start));
  return at != kept_.end() && at->starts_with(start);
}

bool WorkTree::ignored(const Rules* rules, const std::string& path, bool folder) {
  for (; rules != nullptr && !unknown(); rules = rules->outer) {
    const auto decided =
        rules->patterns.decide(std::string_view(path).substr(rules->base.size()), folder, budget_);
    if (decided) return *decided;
  }
  return false;
}

const WorkTree::Rules* WorkTree::rules_in(const std::string& folder, const Rules* outer) {
  return add(root_ / folder / ".gitignore", folder, outer);
}

const WorkTree::Rules* WorkTree::outer_rules() {
  const auto folders = git_folders(root_);
  if (!folders) return nullptr;
  return add(folders->common / "info/exclude", "", add(git_excludes_file(*folders), "", nullptr));
}

const WorkTree::Rules* WorkTree::add(const fs::path& file, const std::string& base,
                                     const Rules* outer) {
  std::error_code error;
  const fs::file_type type = fs::symlink_status(file, error).type();
  if (type == fs::file_type::not_found) return outer;
  // As git does: a link may lead out of the repository.
  if (type == fs::file_type::symlink && file.filename() == ".gitignore") return outer;
  const auto text = read_file(file.string(), kIgnoreFileBytes);
  if (!text) {
    // What it takes back is not known either.
    unknown_ = unknown_ || text.error().kind == Error::Kind::too_large;
    return outer;
  }
  IgnorePatterns patterns(*text);
  if (patterns.empty()) return outer;
  return &rules_.emplace_back(Rules{std::move(patterns), base, outer});
}

bool IgnoreScope::ignores(const std::string& name) const {
  if (mode_ == Mode::none || tree_->unknown()) return false;
  const std::string path = folder_ + name;
  if (tree_->keeps(path)) return false;
  return mode_ != Mode::rules || tree_->ignored(rules_, path, false);
}

WorkTree& IgnoreFiles::tree(const fs::path& root) {
  return trees_.try_emplace(root.string(), root).first->second;
}

IgnoreScope IgnoreFiles::top(WorkTree& tree) {
  IgnoreScope scope;
  scope.tree_ = &tree;
  if (tree.listed()) {
    scope.mode_ = IgnoreScope::Mode::listing;
  } else if (!tree.unknown()) {
    scope.mode_ = IgnoreScope::Mode::rules;
    scope.rules_ = tree.rules_in("", tree.outer_rules());
  }
  return scope;
}

IgnoreScope IgnoreFiles::named(const fs::path& folder) {
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  const auto root = error ? std::nullopt : repository_root(real);
  if (!root) return {};
  WorkTree& work_tree = tree(*root);
  const fs::path below = real.lexically_relative(*root);
  work_tree.list(below == "." ? "" : below.string());
  IgnoreScope scope = top(work_tree);
  if (below == "." || scope.mode_ == IgnoreScope::Mode::none) return scope;
  // Where git lists something, the folder is not ignored or tracked in part: the rules say which.
  const WorkTree::Rules* rules = scope.rules_;
  if (work_tree.listed()) rules = work_tree.rules_in("", work_tree.outer_rules());
  bool ignored = work_tree.listed() && !work_tree.keeps_below(below.string());
  for (const fs::path& part : below) {
    ignored = ignored || work_tree.ignored(rules, scope.folder_ + part.string(), true);
    scope.folder_ += part.string() + "/";
    rules = work_tree.rules_in(scope.folder_, ignored ? nullptr : rules);
  }
  if (ignored) scope.mode_ = IgnoreScope::Mode::rules;
  scope.rules_ = rules;
  return scope;
}

std::optional<IgnoreScope> IgnoreFiles::inside(const IgnoreScope& scope, const fs::path& folder) {
  using Mode = IgnoreScope::Mode;
  IgnoreScope result = scope;
  const std::string path = scope.folder_ + folder.filename().string();
  result.folder_ = path + "/";
  const bool known = scope.mode_ != Mode::none && !scope.tree_->unknown();
  const bool repository = known && scope.tree_->keeps(path);
  if (known && !repository) {
    const bool keeps = scope.tree_->keeps_below(path);
    const bool ignored =
        scope.mode_ != Mode::rules || scope.tree_->ignored(scope.rules_, path, true);
    if (ignored && !keeps) return std::nullopt;
    if (ignored && scope.mode_ == Mode::rules) result.mode_ = Mode::tracked;
  }
  if (starts_repository(folder)) {
    std::error_code error;
    WorkTree& own = tree(fs::canonical(folder, error));
    own.list("");
    return top(own);
  }
  if (repository) result.mode_ = Mode::none;
  if (result.mode_ == Mode::rules)
    result.rules_ = scope.tree_->rules_in(result.folder_, scope.rules_);
  return result;
}

}  // namespace cnplint::base
