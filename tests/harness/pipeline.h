// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "base/check.h"
#include "harness/policy_test_run.h"
#include "policy/yaml/reader.h"
#include "schemas/validator.h"
#include "tests/admitted.h"

namespace cnplint::tests {

/// Everything that `cnplint test` does with a text, without files.
inline std::size_t run_policy_test(const std::string& text, const schemas::Schema& schema,
                                   const project::Judge& judge) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("t.cnptest.yaml", text));
  std::size_t results = 0;
  for (const policy::Document& document : content.documents) {
    if (document.error()) continue;
    for (const auto& violation : schemas::validate(schema, document.root()))
      CNPLINT_CHECK(!schemas::describe(violation, schema).empty());
    // What is not valid is not run by the program; reading it must not crash all the same.
    const std::string policies(document.root().get("inlinePolicies").text());
    const auto inline_content = policy::read_documents(store.add("inline", policies));
    const Admitted inline_admitted = admitted(inline_content, judge);
    const policy::Inventory& inventory = inline_admitted.inventory;
    const harness::TestFile test = harness::read_test_file(document.root(), {}, inventory);
    results += harness::run_tests(test, "t", inline_admitted.policies, inventory, {}).size();
  }
  return results;
}

}  // namespace cnplint::tests
