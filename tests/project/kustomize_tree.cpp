// SPDX-License-Identifier: Apache-2.0
#include "tests/project/kustomize_tree.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "base/file.h"
#include "policy/yaml/scalar.h"
#include "tests/node_json.h"

namespace cnplint::tests {
namespace {

using policy::NodeRef;

nlohmann::json number_in(NodeRef node) {
  if (const auto value = policy::integer_value(node.text(), node.type())) return *value;
  return std::strtod(std::string(node.text()).c_str(), nullptr);
}

/// What a command prints; none where it fails.
std::optional<std::string> output_of(const std::string& command) {
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return std::nullopt;
  std::string text;
  std::array<char, 4096> buffer{};
  while (const std::size_t size = fread(buffer.data(), 1, buffer.size(), pipe))
    text.append(buffer.data(), size);
  return pclose(pipe) == 0 ? std::optional(text) : std::nullopt;
}

}  // namespace

project::KustomizeFiles KustomizeTree::files() {
  return project::files_below(
      limit_, [this](const std::string& path) -> base::Result<project::KustomizeFile> {
        auto known = files_.find(path);
        if (known == files_.end()) {
          auto text = base::read_file(path, policy::ReaderCaps::kFileBytes);
          if (!text) return tl::unexpected(text.error());
          Read read{std::make_unique<base::SourceFile>(path, *std::move(text)), {}};
          read.content = policy::read_documents(*read.source);
          known = files_.emplace(path, std::move(read)).first;
        }
        return project::KustomizeFile{known->second.source.get(), &known->second.content};
      });
}

KustomizeBuilt::KustomizeBuilt(const KustomizeSources& sources) : tree_(folder_.path()) {
  for (const auto& [name, text] : sources.files) folder_.write(name, text);
  top_ = (folder_.path() / sources.folder).lexically_normal();
  kustomizer_ = std::make_unique<project::Kustomizer>(tree_.files());
  build_ = kustomizer_->build(top_.string());
  if (!build_) ADD_FAILURE() << build_.error().message;
}

void expect_places(NodeRef node) {
  const base::SourceRange range = node.range();
  ASSERT_LE(range.begin, range.end);
  ASSERT_LE(range.end, range.file->text().size());
  node.each_entry([](NodeRef key, NodeRef value) {
    expect_places(key);
    expect_places(value);
  });
  node.each_item([](NodeRef item) { expect_places(item); });
}

nlohmann::json json_of(NodeRef node) { return node_json(node, number_in); }

std::vector<nlohmann::json> json_of_text(const std::string& yaml) {
  base::SourceFile file("text.yaml", yaml);
  std::vector<nlohmann::json> result;
  for (const policy::Document& document : policy::read_documents(file).documents)
    result.push_back(document.error() ? nlohmann::json(document.error()->message)
                                      : json_of(document.root()));
  return result;
}

std::vector<nlohmann::json> json_of(const project::KustomizeBuild& build) {
  std::vector<nlohmann::json> result;
  for (const project::BuiltObject& object : build.objects) result.push_back(json_of(object.root));
  return result;
}

std::vector<std::string> errors_of(const project::KustomizeBuild& build) {
  std::vector<std::string> result;
  for (const project::KustomizeProblem& problem : build.problems) {
    const base::LineColumn at = problem.where.first();
    if (!problem.note)
      result.push_back(std::to_string(at.line) + ":" + std::to_string(at.column) + " " +
                       problem.message);
  }
  return result;
}

std::optional<std::string> kubectl_kustomize(const std::filesystem::path& folder) {
  return output_of("kubectl kustomize '" + folder.string() + "' 2>/dev/null");
}

bool has_kubectl() {
  static const bool kHas =
      output_of("command -v kubectl >/dev/null && kubectl kustomize --help 2>/dev/null")
          .has_value();
  return kHas;
}

}  // namespace cnplint::tests
