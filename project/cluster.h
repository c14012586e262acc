// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lint/config.h"
#include "policy/model/inventory.h"
#include "policy/model/policy.h"
#include "policy/verdict/evaluator.h"
#include "policy/verdict/rule.h"
#include "project/layout.h"
#include "project/unit.h"

namespace cnplint::project {

/// A policy that is left out, and why.
struct RefusedPolicy {
  std::string subject;             ///< `Kind/namespace/name`
  std::vector<lint::Finding> why;  ///< only those that reject; at least one

  [[nodiscard]] base::SourceRange place() const { return why.front().range; }
  [[nodiscard]] const std::string& reason() const { return why.front().message; }
};

/// Documents that live together, with the settings of the Cilium that they live in. Changes where
/// its project changes: views of it are good until then.
class Cluster {
 public:
  /// The units must have been judged by the judge.
  Cluster(std::string name, std::vector<Variant> variants, const Judge& judge,
          std::vector<const Unit*> units);
  /// The same with other names for the namespaces of folders; names by `(folder)`.
  Cluster(const Cluster& other, std::map<std::string, std::string, std::less<>> names);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// By the configuration or its folders; where there is one only, that of its environment.
  [[nodiscard]] const std::string& name() const { return name_; }
  /// The names that namespaces of folders have here, by `(folder)`.
  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& names() const {
    return names_;
  }
  /// The folders that are of this cluster and not of all.
  [[nodiscard]] const std::vector<Variant>& variants() const { return variants_; }
  [[nodiscard]] const policy::Environment& environment() const { return judge_->environment(); }
  /// Where the settings of its environment come from that are not Cilium's defaults.
  [[nodiscard]] const lint::GivenSettings& sources() const { return sources_; }
  void set_sources(lint::GivenSettings sources) { sources_ = std::move(sources); }
  [[nodiscard]] const Judge& judge() const { return *judge_; }
  [[nodiscard]] const std::vector<const Unit*>& units() const { return units_; }
  /// The policies that have an effect, in the order of the units.
  [[nodiscard]] const policy::PolicyList& policies() const { return policies_; }
  [[nodiscard]] const std::vector<RefusedPolicy>& refused() const { return refused_; }
  /// The manifests that are no policies but say what policies are about.
  [[nodiscard]] const policy::Inventory& inventory() const { return inventory_; }
  /// Tells how much of the cluster the inventory is: what else would be made of files, and what the
  /// configuration says.
  void add_completeness(std::span<const policy::Unrendered> unrendered,
                        std::optional<bool> complete);

  /// The policies as rules: translated the first time.
  [[nodiscard]] std::shared_ptr<const policy::RuleBase> rules() const;
  /// Lets the rules go; whoever asks again has them translated anew.
  void forget_rules() const { rules_.clear(); }
  /// What decides about endpoints by the policies.
  [[nodiscard]] policy::Evaluator verdicts(std::vector<policy::Endpoint> endpoints) const {
    return {rules(), std::move(endpoints)};
  }
  /// The rules where the cluster has another name than the configuration says, as captures show it.
  [[nodiscard]] std::shared_ptr<const policy::RuleBase> rules(const std::string& cluster) const;

 private:
  void add(const Judgement& judgement);
  /// The namespace of what has none, by its new name.
  [[nodiscard]] std::string_view renamed(std::string_view unnamed_namespace) const;

  std::string name_;
  std::vector<Variant> variants_;
  lint::GivenSettings sources_;
  const Judge* judge_;
  std::vector<const Unit*> units_;
  std::map<std::string, std::string, std::less<>> names_;
  std::deque<policy::Policy> renamed_;  ///< policies in namespaces that have another name here
  policy::PolicyList policies_;
  std::vector<RefusedPolicy> refused_;
  policy::Inventory inventory_;
  mutable std::map<std::string, std::shared_ptr<const policy::RuleBase>> rules_;
};

}  // namespace cnplint::project
