// SPDX-License-Identifier: Apache-2.0
//
// Objects of running clusters among the inputs of a project: each stands for a file of its own.
// They come in behind everything that makes units of files, so that no kustomization and no object
// of Flux or Argo CD takes them for a part of the repository.
#include <algorithm>
#include <utility>

#include "base/parallel.h"
#include "policy/model/other_policy.h"
#include "policy/model/policy_kind.h"
#include "project/kube_cluster.h"
#include "project/project.h"

namespace cnplint::project {

/// The objects of a running cluster, read the first time that it is named.
void Project::read_running(Inputs& inputs, const std::string& input) {
  auto known = running_.find(input);
  if (known == running_.end()) {
    auto read = read_kube_cluster(input);
    if (!read) {
      for (std::string& more : read.error().more)
        inputs.walk_errors_.push_back({read.error().kind, std::move(more), {}});
      read.error().more.clear();
      inputs.walk_errors_.insert(inputs.walk_errors_.begin(), std::move(read.error()));
      return;
    }
    known = running_.emplace(input, files_of(std::move(*read))).first;
  }
  for (const RunningObject& each : known->second)
    if (std::ranges::find(inputs.running_, each.key, &RunningObject::key) == inputs.running_.end())
      inputs.running_.push_back(each);
}

/// Takes those of some texts that are objects of running clusters.
void Project::take_running(Inputs& inputs, std::vector<InMemory>& texts) {
  const auto begin = std::stable_partition(
      texts.begin(), texts.end(), [](const InMemory& each) { return each.cluster.empty(); });
  std::vector<InMemory> running(std::make_move_iterator(begin),
                                std::make_move_iterator(texts.end()));
  texts.erase(begin, texts.end());
  for (RunningObject& each : files_of(std::move(running)))
    inputs.running_.push_back(std::move(each));
}

std::vector<RunningObject> Project::files_of(std::vector<InMemory> objects) {
  std::vector<RunningObject> all;
  std::vector<std::unique_ptr<File>*> files;
  for (InMemory& each : objects) {
    std::string key = each.path;
    while (files_.contains(key)) key += '\'';
    files.push_back(&files_[key]);
    all.push_back({std::move(key), std::move(each.cluster)});
  }
  base::parallel_for(objects.size(), threads_, [&](std::size_t i) {
    Placement placement;
    placement.running = true;
    *files[i] = std::make_unique<File>(objects[i].path, std::move(objects[i].text), Required::all,
                                       std::move(placement));
  });
  return all;
}

std::vector<InMemory> Project::surroundings(const Inputs& inputs,
                                            const std::string& cluster) const {
  std::vector<InMemory> texts;
  for (const RunningObject& each : inputs.running_) {
    const File& file = *files_.at(each.key);
    if (std::ranges::any_of(file.unit().manifests(), [](const policy::Manifest& manifest) {
          return policy::policy_kind(manifest) || policy::other_policy(manifest);
        }))
      continue;
    texts.push_back(
        {file.path(), std::string(file.source().text()), cluster.empty() ? each.cluster : cluster});
  }
  return texts;
}

/// Adds the objects of running clusters behind the units that files make.
void Project::add_running(Inputs& inputs) {
  for (const RunningObject& each : inputs.running_) {
    File& file = *files_.at(each.key);
    add_file(inputs, file);
    if (file.unit().manifests().empty()) continue;
    inputs.deployed_.all.push_back({&file.unit(), {{each.cluster, "", ""}}, true});
  }
}

}  // namespace cnplint::project
