// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/source.h"
#include "policy/yaml/source_comments.h"

namespace cnplint::reporters {

/// The path of a file as it is shown to people: relative to the working folder where it is below
/// it, forward slashes, no `./`.
std::string working_path(const std::string& path);

/// A place for a reader that has the repository.
struct RepositoryPlace {
  std::string file;    ///< relative to the root of the repository, where the file is in one
  std::string source;  ///< what the document was rendered from; empty where nothing says so
  /// Where the lines are those of a text that the reader does not have, that place:
  /// `<stdin>:12:3`. Then `file` is the source, and no line of it is known.
  std::string rendered;
};

/// What a place says of rendering, to stand behind a message: ` (rendered at <stdin>:12:3)`,
/// ` (from chart/templates/np.yaml)`; empty where it says nothing.
std::string origin_text(const RepositoryPlace& place);

/// How formats that machines read call places. Whoever reads a report (GitHub, GitLab) takes its
/// paths from the root of the repository, wherever the program was started and however the path was
/// written. The repository is that of the working folder, and for files outside of it their own;
/// what is in none is called as it is shown. A file keeps its own name where it is a link. Every
/// file is looked at once.
class RepositoryPlaces {
 public:
  /// The path of a file, by the path that findings have for it.
  const std::string& path(const std::string& shown);
  const std::string& path(const base::SourceFile& file) { return path(file.path()); }

  /// What the document that a range is in was rendered from; empty where nothing says so.
  std::string_view source(base::SourceRange range);
  /// Where a reader of the repository finds a range. Documents of standard input that say what they
  /// were rendered from are found there, without a line.
  RepositoryPlace of(base::SourceRange range);
  /// The path of a source: what is there below the working folder is a file like others.
  std::string source_path(std::string_view source);
  const policy::SourceComments& sources(const base::SourceFile& file);

 private:
  std::string found_path(const std::string& shown);
  /// A folder from the root of its repository on; nothing where it is in none.
  const std::optional<std::string>& folder(const std::filesystem::path& folder);

  std::unordered_map<std::string, std::string> paths_;
  std::map<std::filesystem::path, std::optional<std::string>> folders_;
  std::optional<std::optional<std::filesystem::path>> working_root_;
  std::unordered_map<const base::SourceFile*, policy::SourceComments> sources_;
};

/// Whether a file is standard input, which has no name in the repository.
bool is_standard_input(const base::SourceFile& file);

}  // namespace cnplint::reporters
