// SPDX-License-Identifier: Apache-2.0
//
// tests/flows/cases/<case>.<ending> with <case>.out: what is understood of a capture. One case for
// each shape of facts/cilium-semantics.md B2 and each trap of B3.
#include <gtest/gtest.h>

#include <set>

#include "tests/flows/reading.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

TEST(Flows, GoldenCases) {
  std::set<std::string> inputs;
  for (const auto& file : tests::entries(tests::repository("tests/flows/cases"))) {
    if (file.extension() == ".out") continue;
    EXPECT_TRUE(inputs.insert(file.stem().string()).second) << file << " is there twice";
    auto out = file;
    tests::expect_golden(out.replace_extension(".out"),
                         tests::described(tests::read_flows({file.string()})));
  }
  for (const auto& file : tests::entries(tests::repository("tests/flows/cases")))
    EXPECT_TRUE(inputs.contains(file.stem().string())) << file << " belongs to no case";
}

}  // namespace
}  // namespace cnplint
