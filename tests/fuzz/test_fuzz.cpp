// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a policy test: validated, its inline policies judged and compiled, its tests run.
#include <cstdint>

#include "tests/harness/pipeline.h"

using namespace cnplint;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const schemas::Schema schema = schemas::compile_schema("policytest", {});
  static const project::Judge judge({});
  tests::run_policy_test(std::string(reinterpret_cast<const char*>(data), size), schema, judge);
  return 0;
}
