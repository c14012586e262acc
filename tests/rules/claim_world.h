// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/source.h"
#include "lint/finding.h"
#include "policy/model/inventory.h"
#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"
#include "project/judge.h"

namespace cnplint::tests {

/// Policies and manifests of one text as a cluster takes them, with what the rules say of them.
struct ClaimWorld {
  /// `surroundings`: of what the manifests do not tell; null: all is in the manifests.
  ClaimWorld(std::string text, const policy::Environment& settings,
             const policy::Surroundings* surroundings = nullptr, bool complete = false);
  ClaimWorld(const ClaimWorld&) = delete;
  ClaimWorld& operator=(const ClaimWorld&) = delete;

  /// Runs every rule that sees policies, and keeps the findings that claim something.
  [[nodiscard]] std::vector<lint::Finding> claims() const;
  /// The workloads of the manifests as endpoints.
  [[nodiscard]] std::vector<policy::Endpoint> pods() const;

  policy::Environment environment;
  base::SourceStore store;
  policy::FileContent content;
  project::Judgement judgement;
  policy::PolicyList policies;
  policy::Inventory inventory;
  std::shared_ptr<const policy::RuleBase> base;
};

/// The policies of a conformance scenario with manifests of its pods, namespaces, groups and
/// services.
std::string manifests_of_scenario(const nlohmann::json& scenario);

/// Policies of every kind and manifests, the same for the same seed: few labels, ports and
/// addresses, so that rules meet.
std::string random_manifests(unsigned seed);
/// Settings for such a text.
policy::Environment random_environment(unsigned seed);

}  // namespace cnplint::tests
