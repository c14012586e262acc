// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file_set.h"
#include "base/source.h"
#include "lint/admission.h"
#include "lint/config.h"
#include "policy/model/environment.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"

namespace cnplint::cli {

/// Policies and manifests as a cluster would have them, and what stands in the way.
struct PolicyInput {
  std::vector<policy::Policy> policies;
  std::vector<lint::RejectedPolicy> rejected;
  policy::Inventory inventory;
  std::vector<std::string> errors;  ///< files and documents that cannot be read, with their place
  std::vector<std::string> notes;   ///< about the inputs, sentences
  std::size_t templates = 0;        ///< documents that were left out because they are templates
};

/// What a configuration excludes.
inline std::function<bool(const std::string&)> excluded(lint::Config config) {
  return [config = std::move(config)](const std::string& path) { return config.excludes(path); };
}

/// Reads paths of policies, each file once however often it is asked for.
class PolicyLoader {
 public:
  using Excluded = std::function<bool(const std::string& path)>;

  /// Folders leave out `outputs`, the files that the run writes, and what is excluded.
  explicit PolicyLoader(base::SourceStore& store, base::FileSet outputs = {},
                        Excluded excluded = {})
      : store_(store), outputs_(std::move(outputs)), excluded_(std::move(excluded)) {}

  /// The policies and manifests of files and folders, and of a text of its own (with the name that
  /// messages give it) where one is given. Views live as long as the loader.
  PolicyInput load(const std::vector<std::string>& paths, const policy::Environment& environment,
                   const std::string* text = nullptr, const std::string& text_name = {});

 private:
  /// Judges for an environment; the schemas of each are compiled once.
  const lint::Admitter& admitter(const policy::Environment& environment);
  const policy::FileContent* read(const std::string& path, PolicyInput& input);
  static void add(const policy::FileContent& content, const lint::Admitter& admitter,
                  PolicyInput& input);

  base::SourceStore& store_;
  base::FileSet outputs_;
  Excluded excluded_;
  std::map<std::string, std::unique_ptr<policy::FileContent>> known_;
  std::deque<policy::FileContent> texts_;
  std::deque<std::pair<policy::Environment, lint::Admitter>> admitters_;
};

}  // namespace cnplint::cli
