// SPDX-License-Identifier: Apache-2.0
#include "cli/policy_input.h"

#include "base/file.h"
#include "base/walk.h"
#include "rules/catalogue.h"

namespace cnplint::cli {

const lint::Admitter& PolicyLoader::admitter(const policy::Environment& environment) {
  for (const auto& [known, admitter] : admitters_)
    if (known == environment) return admitter;
  return admitters_.emplace_back(environment, lint::Admitter(rules::catalogue(), environment))
      .second;
}

const policy::FileContent* PolicyLoader::read(const std::string& path, PolicyInput& input) {
  std::string shown = base::shown_path(path);
  if (const auto found = known_.find(shown); found != known_.end()) return found->second.get();
  auto text = base::read_input(path, policy::ReaderCaps::kFileBytes);
  if (!text) {
    input.errors.push_back(text.error().message);
    return nullptr;
  }
  base::SourceFile& file = store_.add(shown, std::move(*text));
  auto content = std::make_unique<policy::FileContent>(policy::read_documents(file));
  return known_.emplace(std::move(shown), std::move(content)).first->second.get();
}

void PolicyLoader::add(const policy::FileContent& content, const lint::Admitter& admitter,
                       PolicyInput& input) {
  lint::Admission admission = admitter.admit(content);
  for (policy::Policy& policy : admission.policies) input.policies.push_back(std::move(policy));
  for (lint::RejectedPolicy& each : admission.rejected) input.rejected.push_back(std::move(each));
  for (const policy::Manifest& other : admission.others)
    policy::add_to_inventory(other, input.inventory);
  for (const policy::Document* broken : admission.broken)
    input.errors.push_back(broken->error()->range.place() + ": " + broken->error()->message);
  input.templates += admission.templates.size();
}

PolicyInput PolicyLoader::load(const std::vector<std::string>& paths,
                               const policy::Environment& environment, const std::string* text,
                               const std::string& text_name) {
  const lint::Admitter& admitter = this->admitter(environment);
  PolicyInput input;
  const base::Walk walk = base::find_files(paths, {base::is_manifest_name, excluded_, outputs_});
  input.notes = walk.notes;
  for (const base::Error& error : walk.errors) input.errors.push_back(error.message);
  for (const std::string& path : walk.files)
    if (const policy::FileContent* content = read(path, input)) add(*content, admitter, input);
  if (text != nullptr) {
    texts_.push_back(policy::read_documents(store_.add(text_name, *text)));
    add(texts_.back(), admitter, input);
  }
  return input;
}

}  // namespace cnplint::cli
