// SPDX-License-Identifier: Apache-2.0
//
// Which policies of some documents have any effect: Cilium leaves out a policy that it or the API
// server rejects, the whole object.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "lint/file_lint.h"
#include "lint/finding.h"
#include "lint/rule.h"
#include "policy/model/environment.h"
#include "policy/model/policy.h"
#include "policy/yaml/reader.h"

namespace cnplint::lint {

/// A policy that is left out.
struct RejectedPolicy {
  std::string subject;       ///< `Kind/namespace/name`
  std::vector<Finding> why;  ///< only those that reject; at least one
};

/// The policies of some documents, and what is beside them. All are views of the documents.
struct Admission {
  std::vector<policy::Policy> policies;
  std::vector<RejectedPolicy> rejected;
  std::vector<policy::Manifest> others;            ///< manifests that are no policies
  std::vector<const policy::Document*> broken;     ///< documents that cannot be read
  std::vector<const policy::Document*> templates;  ///< documents that are templates still
};

/// Judges policies for one environment by the validity rules, whatever a configuration turns off.
class Admitter {
 public:
  Admitter(std::span<const Rule* const> rules, policy::Environment environment);

  [[nodiscard]] Admission admit(const policy::FileContent& content) const;

 private:
  std::vector<Finding> rejections(const policy::Policy& policy, std::uint32_t document) const;

  std::span<const Rule* const> rules_;
  policy::Environment environment_;
  SchemaSet schemas_;
};

}  // namespace cnplint::lint
