// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/file.h"
#include "base/parallel.h"
#include "policy/verdict/workload_endpoint.h"

namespace cnplint::project {

namespace {

bool cannot_be_read(const policy::Document& document) { return document.error().has_value(); }

}  // namespace

File::File(std::string path, std::string text, Required required)
    : source_(std::move(path), std::move(text)), content_(policy::read_documents(source_)) {
  left_out_ = required == Required::manifests &&
              std::ranges::any_of(content_.documents, cannot_be_read) &&
              !policy::mentions_policy(source_.text());
  if (left_out_) std::erase_if(content_.documents, cannot_be_read);
  suppressions_ = lint::find_suppressions(content_.documents, content_.comments);
}

const Judgement& File::judgement(const Judge& judge) {
  for (const auto& [by, judgement] : judgements_)
    if (by == &judge) return *judgement;
  judgements_.emplace_back(&judge, std::make_unique<Judgement>(judge.judge(content_)));
  return *judgements_.back().second;
}

const Judgement& File::judgement(const Judge& judge) const {
  const auto found =
      std::ranges::find_if(judgements_, [&](const auto& each) { return each.first == &judge; });
  CNPLINT_CHECK(found != judgements_.end());
  return *found->second;
}

std::shared_ptr<const policy::RuleBase> Cluster::rules() const {
  return rules(environment().cluster);
}

std::shared_ptr<const policy::RuleBase> Cluster::rules(const std::string& cluster) const {
  std::shared_ptr<const policy::RuleBase>& known = rules_[cluster];
  if (known == nullptr) {
    policy::Environment own = environment();
    own.cluster = cluster;
    known = policy::translate(policies_, own, policy::surroundings_of(inventory_));
  }
  return known;
}

void Cluster::add(const File& file) {
  const Judgement& judgement = file.judgement(*judge_);
  files_.push_back(&file);
  for (const JudgedPolicy& each : judgement.policies) {
    if (each.refused())
      refused_.push_back({each.policy.subject(), each.rejections()});
    else
      policies_.push_back(each.policy);
  }
  for (const policy::Manifest& other : judgement.others)
    ++(policy::add_to_inventory(other, inventory_) ? inventory_manifests_ : other_manifests_);
  for (const policy::Document* broken : judgement.broken)
    errors_.push_back(broken->error()->range.place() + ": " + broken->error()->message);
  templates_ += judgement.templates.size();
}

Project::Project(lint::Config config, base::FileSet outputs, unsigned threads)
    : config_(std::move(config)), outputs_(std::move(outputs)), threads_(threads) {}

const Judge& Project::judge_for(const policy::Environment& environment) {
  const auto known = std::ranges::find(judges_, environment, &Judge::environment);
  return known == judges_.end() ? judges_.emplace_back(environment) : *known;
}

Cluster& Project::open(const std::vector<std::string>& paths, std::vector<InMemory> texts) {
  return open(paths, config_.environment, std::move(texts));
}

Cluster& Project::open(const std::vector<std::string>& paths,
                       const policy::Environment& environment, std::vector<InMemory> texts) {
  const Judge& judge = judge_for(environment);
  Cluster& cluster = clusters_.emplace_back(judge);
  read(cluster, paths, std::move(texts));
  assemble(cluster);
  return cluster;
}

/// Reads what is not known yet, and judges all: the files are independent of each other.
void Project::read(Cluster& cluster, const std::vector<std::string>& paths,
                   std::vector<InMemory> texts) {
  base::Walk walk = find(paths, base::is_manifest_name);
  cluster.walk_errors_ = std::move(walk.errors);
  cluster.notes_ = std::move(walk.notes);
  cluster.ignored_ = std::move(walk.ignored);
  const std::set<std::string> named(paths.begin(), paths.end());
  struct Input {
    std::string path;
    std::string name;
    std::string key;
    Required required = Required::all;
    std::optional<std::string> text = std::nullopt;
    std::unique_ptr<File>* file = nullptr;
    std::optional<base::Error> error = std::nullopt;
  };
  std::vector<Input> inputs;
  std::set<std::string> taken;  // two files may have one name by their links
  for (const std::string& path : walk.files) {
    const std::string name = base::shown_path(path);
    inputs.push_back(
        {path, name, name, named.contains(path) ? Required::all : Required::manifests});
    // Known by a folder, and named now: read anew, as whole as was asked for.
    if (const File* known = file(inputs.back().key);
        inputs.back().required == Required::all && known != nullptr && known->left_out())
      inputs.back().key += '\'';
  }
  for (InMemory& each : texts) {
    std::string key = each.path;
    while (files_.contains(key)) key += '\'';
    files_[key] = nullptr;
    inputs.push_back({each.path, each.path, std::move(key), Required::all, std::move(each.text)});
  }
  for (Input& each : inputs) {
    while (!taken.insert(each.key).second) each.key += '\'';
    each.file = &files_[each.key];
  }
  base::parallel_for(inputs.size(), threads_, [&](std::size_t i) {
    Input& input = inputs[i];
    std::unique_ptr<File>& file = *input.file;
    if (input.text) {
      file = std::make_unique<File>(input.name, std::move(*input.text));
    } else if (file == nullptr) {
      auto text = base::read_input(input.path, policy::ReaderCaps::kFileBytes);
      if (!text)
        input.error = text.error();
      else
        file = std::make_unique<File>(input.name, std::move(*text), input.required);
    }
    if (file != nullptr) file->judgement(*cluster.judge_);
  });
  for (Input& each : inputs) {
    // What is too large could be read by kubectl: to pass over it would be a way past the gate.
    if (each.error && each.required == Required::manifests &&
        each.error->kind != base::Error::Kind::too_large)
      cluster.notes_.push_back(each.error->message + "; left out");
    else if (each.error)
      cluster.failed_.emplace(each.key, std::move(*each.error));
    cluster.inputs_.push_back(std::move(each.key));
  }
}

void Project::assemble(Cluster& cluster) {
  cluster.files_.clear();
  cluster.policies_ = {};
  cluster.refused_.clear();
  cluster.inventory_ = {};
  cluster.errors_.clear();
  cluster.rules_.clear();
  cluster.templates_ = 0;
  cluster.inventory_manifests_ = 0;
  cluster.other_manifests_ = 0;
  cluster.unreadable_ = cluster.walk_errors_;
  for (const base::Error& error : cluster.walk_errors_) cluster.errors_.push_back(error.message);
  for (const std::string& key : cluster.inputs_) {
    const auto found = files_.find(key);
    if (found != files_.end() && found->second != nullptr) {
      found->second->judgement(*cluster.judge_);
      cluster.add(*found->second);
    } else if (const auto failed = cluster.failed_.find(key); failed != cluster.failed_.end()) {
      cluster.unreadable_.push_back(failed->second);
      cluster.errors_.push_back(failed->second.message);
    }
  }
}

base::Walk Project::find(const std::vector<std::string>& paths,
                         std::function<bool(std::string_view name)> wanted) const {
  return base::find_files(
      paths, {std::move(wanted), [this](const std::string& path) { return config_.excludes(path); },
              outputs_, config_.no_ignore ? nullptr : &ignore_});
}

base::Result<const File*> Project::read(const std::string& path) {
  std::unique_ptr<File>& known = files_[base::shown_path(path)];
  if (known == nullptr) {
    auto text = base::read_input(path, policy::ReaderCaps::kFileBytes);
    if (!text) return tl::unexpected(text.error());
    known = std::make_unique<File>(base::shown_path(path), std::move(*text));
  }
  return known.get();
}

void Project::set_text(const std::string& path, std::string text) {
  files_[path] = std::make_unique<File>(path, std::move(text));
  for (Cluster& cluster : clusters_) {
    if (std::ranges::find(cluster.inputs_, path) == cluster.inputs_.end())
      cluster.inputs_.push_back(path);
    assemble(cluster);
  }
}

void Project::forget(const std::string& path) {
  files_.erase(path);
  for (Cluster& cluster : clusters_) {
    if (std::erase(cluster.inputs_, path) > 0) assemble(cluster);
  }
}

const File* Project::file(const std::string& path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : found->second.get();
}

}  // namespace cnplint::project
