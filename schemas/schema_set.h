// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>

#include "policy/model/environment.h"
#include "policy/model/policy_kind.h"
#include "schemas/schema.h"

namespace cnplint::schemas {

/// The schema of every kind of policy for one release.
class SchemaSet {
 public:
  explicit SchemaSet(policy::Release release);
  [[nodiscard]] const Schema& of(policy::PolicyKind kind) const {
    return schemas_[static_cast<std::size_t>(kind)];
  }

 private:
  std::array<Schema, policy::kPolicyKinds.size()> schemas_;
};

}  // namespace cnplint::schemas
