// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "lint/outcome.h"
#include "project/project.h"

namespace cnplint::tests {

/// Turns comparing with golden files into rewriting them.
void set_update(bool update);
bool updating();

/// A path in the repository.
std::filesystem::path repository(const std::string& path);
/// A file's bytes; fails the test when it is not there.
std::string read(const std::filesystem::path& path);
/// The entries of a folder in order, hidden ones left out.
std::vector<std::filesystem::path> entries(const std::filesystem::path& folder);

/// Compares bytes exactly, or rewrites the file with --update.
void expect_golden(const std::filesystem::path& file, const std::string& actual);

/// The projects of a test: findings are good as long as theirs.
using Projects = std::deque<project::Project>;

/// Lints one text with every rule under a configuration text, and held against a capture where one
/// is given; as a text, or as a file of that name in a folder of its own.
lint::Outcome lint_text(Projects& projects, const std::string& text, const std::string& config = "",
                        const std::string& flows = "", const std::string& name = "");
/// Lints files and folders.
lint::Outcome lint_paths(Projects& projects, const std::vector<std::string>& paths,
                         const lint::Config& config = {}, unsigned threads = 0);
/// "line:col severity rule message" for every finding, one a line; of one rule only where named.
std::string concise(const lint::Outcome& outcome, std::string_view rule = "");

/// A folder that is removed at the end of its scope.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// Writes a file, with the folders it needs.
  std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

}  // namespace cnplint::tests
