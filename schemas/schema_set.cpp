// SPDX-License-Identifier: Apache-2.0
#include "schemas/schema_set.h"

#include <algorithm>

namespace cnplint::schemas {

SchemaSet::SchemaSet(policy::Release release) {
  std::ranges::transform(
      policy::kPolicyKinds, schemas_.begin(),
      [&](const policy::KindFacts& facts) { return compile_schema(facts.schema, release); });
}

}  // namespace cnplint::schemas
