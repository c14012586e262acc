// SPDX-License-Identifier: Apache-2.0
//
// The files of a commit, read by `git ls-tree` and `git cat-file --batch`.
#include <algorithm>
#include <charconv>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "base/git.h"
#include "base/text.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

/// What is larger is no manifest.
constexpr std::size_t kLargest = std::size_t{16} << 20U;

/// An entry of a tree.
struct Blob {
  std::string name;  ///< of the object
  fs::path path;
  std::size_t size = 0;
  bool link = false;
};

/// Whether a path from a tree stays below the folder that it is written to.
bool is_harmless(const fs::path& path) {
  return !path.empty() && path.is_relative() && std::ranges::all_of(path, [](const fs::path& part) {
    const std::string name = lower(part.string());
    return !name.empty() && name != "." && name != ".." && name != ".git";
  });
}

/// Whether a link stays below the folder: it goes up first, not above the root, and then down.
bool is_harmless_link(const fs::path& path, const fs::path& target) {
  if (target.empty() || target.is_absolute()) return false;
  auto depth = std::distance(path.begin(), path.end()) - 1;
  bool down = false;
  for (const fs::path& part : target) {
    if (part == "..") {
      if (down || --depth < 0) return false;
    } else if (!part.empty() && part != ".") {
      down = true;
    }
  }
  return true;
}

/// What `ls-tree -r -z --long` prints: `mode type name size\tpath`, each ended by a NUL.
std::vector<Blob> blobs_of(const std::string& listed) {
  std::vector<Blob> blobs;
  for (std::size_t at = 0; at < listed.size();) {
    const std::size_t end = std::min(listed.find('\0', at), listed.size());
    const std::string_view entry = std::string_view(listed).substr(at, end - at);
    at = end + 1;
    const std::size_t tab = entry.find('\t');
    if (tab == std::string_view::npos) continue;
    std::vector<std::string_view> words;
    for (std::string_view rest = entry.substr(0, tab); !rest.empty();) {
      const std::size_t blank = std::min(rest.find(' '), rest.size());
      if (blank > 0) words.push_back(rest.substr(0, blank));
      rest.remove_prefix(std::min(blank + 1, rest.size()));
    }
    constexpr std::size_t kWords = 4;
    if (words.size() != kWords || words[1] != "blob") continue;
    std::size_t size = 0;
    const auto [last, error] =
        std::from_chars(words[3].data(), words[3].data() + words[3].size(), size);
    fs::path path(std::string(entry.substr(tab + 1)));
    if (error == std::errc() && size <= kLargest && is_harmless(path))
      blobs.push_back({std::string(words[2]), std::move(path), size, words[0] == "120000"});
  }
  // Links last, so that nothing is written through one.
  std::ranges::stable_sort(blobs, {}, &Blob::link);
  return blobs;
}

bool write_blob(const Blob& blob, std::string_view bytes, const fs::path& folder) {
  const fs::path path = folder / blob.path;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error) return false;
  if (blob.link) {
    const fs::path target{std::string(bytes)};
    if (is_harmless_link(blob.path, target) && !fs::exists(fs::symlink_status(path, error)))
      fs::create_symlink(target, path, error);
    return true;
  }
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  return static_cast<bool>(file);
}

/// Takes apart what `cat-file --batch` prints: `name type size\n`, the bytes, `\n`.
bool write_blobs(std::span<const Blob> blobs, std::string_view output, const fs::path& folder) {
  for (const Blob& blob : blobs) {
    const std::size_t line = output.find('\n');
    const std::size_t blank = output.rfind(' ', line);
    if (line == std::string_view::npos || blank == std::string_view::npos) return false;
    std::size_t size = 0;
    const auto [last, error] =
        std::from_chars(output.data() + blank + 1, output.data() + line, size);
    if (error != std::errc() || output.size() - line - 1 < size) return false;
    if (!write_blob(blob, output.substr(line + 1, size), folder)) return false;
    output.remove_prefix(std::min(line + 1 + size + 1, output.size()));
  }
  return true;
}

/// How many are asked for at once: as many as fit into a part of what git may print.
std::size_t first_few(std::span<const Blob> blobs) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  std::size_t bytes = 0;
  std::size_t count = 0;
  while (count < blobs.size() && (count == 0 || bytes + blobs[count].size <= kMostBytes))
    bytes += blobs[count++].size;
  return count;
}

Error unknown_revision(const std::string& revision) {
  return {Error::Kind::usage, "git knows no commit " + base::quoted(revision) +
                                  "; a shallow clone may lack it (`git fetch --unshallow`)"};
}

/// The object of a kind that a revision names.
std::optional<std::string> object_of(const fs::path& root, const std::string& revision,
                                     const std::string& kind) {
  auto printed = git_run(
      root, {"rev-parse", "--verify", "--quiet", "--end-of-options", revision + "^{" + kind + "}"});
  if (!printed || printed->empty()) return std::nullopt;
  printed->resize(printed->find('\n') == std::string::npos ? printed->size() : printed->find('\n'));
  return printed;
}

std::optional<std::string> commit_of(const fs::path& root, const std::string& revision) {
  return object_of(root, revision, "commit");
}

}  // namespace

Result<std::string> git_commit(const fs::path& root, const std::string& revision) {
  const std::size_t dots = revision.find("...");
  if (dots == std::string::npos) {
    auto commit = commit_of(root, revision);
    if (!commit) commit = object_of(root, revision, "tree");
    if (!commit) return tl::unexpected(unknown_revision(revision));
    return *std::move(commit);
  }
  const auto or_head = [](const std::string& text) { return text.empty() ? "HEAD" : text; };
  std::vector<std::string> commits;
  for (const std::string& each :
       {or_head(revision.substr(0, dots)), or_head(revision.substr(dots + 3))}) {
    const auto commit = commit_of(root, each);
    if (!commit) return tl::unexpected(unknown_revision(each));
    commits.push_back(*commit);
  }
  auto printed = git_run(root, {"merge-base", commits[0], commits[1]});
  if (!printed || printed->find('\n') == std::string::npos)
    return fail(Error::Kind::usage, base::quoted(revision) + " have no commit in common");
  printed->resize(printed->find('\n'));
  return *std::move(printed);
}

Result<void> git_write_tree(const fs::path& root, const std::string& commit,
                            const fs::path& folder) {
  const auto listed = git_run(root, {"ls-tree", "-r", "-z", "--long", "--full-tree", commit});
  if (!listed) return fail(Error::Kind::unreadable, "git does not list the files of " + commit);
  const std::vector<Blob> blobs = blobs_of(*listed);
  if (blobs.empty()) return {};
  const fs::path names = fs::path(folder).concat(".names");
  std::span<const Blob> left(blobs);
  bool well = true;
  while (well && !left.empty()) {
    const std::span<const Blob> some = left.first(first_few(left));
    {
      std::ofstream file(names, std::ios::binary);
      for (const Blob& blob : some) file << blob.name << '\n';
    }
    const auto output = git_run(root, {"cat-file", "--batch"}, names.string());
    well = output && write_blobs(some, *output, folder);
    left = left.subspan(some.size());
  }
  std::error_code ignored;
  fs::remove(names, ignored);
  if (!well) return fail(Error::Kind::unreadable, "git does not give the files of " + commit);
  return {};
}

}  // namespace cnplint::base
