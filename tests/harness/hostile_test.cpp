// SPDX-License-Identifier: Apache-2.0
//
// Policy tests and policies are untrusted input: mutated ones may be refused, never crash the
// program or make it hang.
#include <gtest/gtest.h>

#include <random>

#include "tests/golden.h"
#include "tests/harness/pipeline.h"

namespace cnplint {
namespace {

std::string mutated(std::string text, std::mt19937& random) {
  const auto pick = [&](std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(random);
  };
  constexpr std::string_view kTokens[] = {"[]",  "{}", "null", "-1", "0",    "70000", "x: ", "- ",
                                          "'\"", ": ", "\n",   "*",  "&a ",  "*a",    "~",   "[[",
                                          "on",  "::", "/",    "0/", "..\\", "\x01"};
  for (std::size_t i = pick(4) + 1; i > 0; --i) {
    const std::size_t at = pick(text.size());
    if (pick(2) == 0)
      text.erase(at, pick(12) + 1);
    else
      text.insert(at, kTokens[pick(std::size(kTokens))]);
    if (text.empty()) text = " ";
  }
  return text;
}

TEST(HostilePolicyTests, MutationsNeitherCrashNorHang) {
  const schemas::Schema schema = schemas::compile_schema("policytest", {});
  const project::Judge judge({});
  std::mt19937 random(3);
  std::size_t results = 0;
  for (const auto& file : tests::entries(tests::repository("tests/verdict/facts"))) {
    if (!file.string().ends_with(".yaml")) continue;
    const std::string text = tests::read(file);
    for (int i = 0; i < 60; ++i)
      results += tests::run_policy_test(mutated(text, random), schema, judge);
  }
  EXPECT_GT(results, 1000U);
}

}  // namespace
}  // namespace cnplint
