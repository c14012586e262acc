// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "project/kustomize.h"
#include "tests/golden.h"

namespace cnplint::tests {

/// Reads the files of a folder for a Kustomizer, and keeps them.
class KustomizeTree {
 public:
  explicit KustomizeTree(std::filesystem::path limit) : limit_(std::move(limit)) {}

  [[nodiscard]] project::KustomizeFiles files();
  /// How many files were read.
  [[nodiscard]] std::size_t count() const { return files_.size(); }

 private:
  struct Read {
    std::unique_ptr<base::SourceFile> source;
    policy::FileContent content;
  };
  std::filesystem::path limit_;
  std::map<std::string, Read> files_;
};

/// Files of a kustomization, by their paths; it is built from `folder`.
struct KustomizeSources {
  std::vector<std::pair<std::string, std::string>> files;
  std::string folder = ".";
};

/// A build, with all that it points to.
class KustomizeBuilt {
 public:
  explicit KustomizeBuilt(const KustomizeSources& sources);
  const project::KustomizeBuild& operator*() const { return *build_; }
  const project::KustomizeBuild* operator->() const { return &*build_; }
  [[nodiscard]] const std::filesystem::path& top() const { return top_; }

 private:
  TemporaryFolder folder_;
  KustomizeTree tree_;
  std::filesystem::path top_;
  std::unique_ptr<project::Kustomizer> kustomizer_;
  base::Result<project::KustomizeBuild> build_;
};

/// Expects that every node has a range in its file.
void expect_places(policy::NodeRef node);

/// A value as JSON, with the types that it has for the API server.
nlohmann::json json_of(policy::NodeRef node);
/// All documents of a text as JSON.
std::vector<nlohmann::json> json_of_text(const std::string& yaml);
/// The objects of a build as JSON, in their order.
std::vector<nlohmann::json> json_of(const project::KustomizeBuild& build);
/// Problems that kustomize would have too, as `line:column message`.
std::vector<std::string> errors_of(const project::KustomizeBuild& build);

/// What the program `kubectl` prints for a folder; none where it fails.
std::optional<std::string> kubectl_kustomize(const std::filesystem::path& folder);
/// Whether there is a kubectl that can be asked.
bool has_kubectl();

}  // namespace cnplint::tests
