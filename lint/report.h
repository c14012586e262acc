// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "lint/finding.h"
#include "policy/model/policy.h"
#include "policy/yaml/document.h"

namespace cnplint::lint {

/// Paths of the nodes of one document with list items named by a hash of their text instead of
/// their position. Each item is hashed once, however many findings are in it.
class KeyedPaths {
 public:
  const std::string& of(policy::NodeRef node);

 private:
  std::unordered_map<std::uint32_t, std::string> known_;  ///< by the index of the node
};

/// The bytes that stand for a node in a finding, always within one line: a scalar itself (or its
/// key where it has no bytes), the key of a mapping or list, the first key of a list's item.
base::SourceRange culprit_range(policy::NodeRef node);

/// Collects the findings of one rule. They have no keyed path yet: whoever keeps them gives them
/// one.
class Report {
 public:
  /// Findings are about `subject`, where they do not say otherwise.
  Report(const Rule& rule, Severity severity, std::string subject, std::vector<Finding>& findings)
      : rule_(rule), severity_(severity), subject_(std::move(subject)), findings_(findings) {}

  /// Adds a finding at a node. The reference is good until the next one is added.
  Finding& add(policy::NodeRef where, std::string message);
  /// Adds a finding at a node of one of several policies.
  Finding& add(const policy::Policy& policy, policy::NodeRef where, std::string message);
  /// Adds a finding of a validity rule, with who refuses the policy.
  Finding& reject(policy::NodeRef where, std::uint8_t rejected_by, std::string message);
  /// Adds a finding at a place that is no node, such as a syntax error.
  Finding& add(base::SourceRange range, std::string message);

 private:
  const Rule& rule_;
  Severity severity_;
  std::string subject_;
  std::vector<Finding>& findings_;
};

}  // namespace cnplint::lint
