// SPDX-License-Identifier: Apache-2.0
//
// What the README shows of the examples is what the program prints.
#include <gtest/gtest.h>

#include <cstdlib>

#include "tests/golden.h"

namespace cnplint {
namespace {

std::string output_of(const std::string& arguments) {
  const tests::TemporaryFolder folder;
  const auto file = folder.path() / "output";
  const std::string command = "cd '" + tests::repository("").string() + "' && '" + CNPLINT_PROGRAM +
                              "' " + arguments + " >'" + file.string() + "' 2>/dev/null";
  EXPECT_NE(std::system(command.c_str()), -1);
  return tests::read(file);
}

TEST(Readme, ShowsTheBrokenPolicyTest) {
  const std::string output = output_of("test examples/broken-test");
  EXPECT_NE(tests::read(tests::repository("README.md")).find("```\n" + output + "```\n"),
            std::string::npos)
      << output;
}

TEST(Readme, ShowsTheCoverageOfTheShop) {
  const std::string output = output_of("cover --flows examples/shop/flows.jsonl examples/shop");
  EXPECT_NE(tests::read(tests::repository("README.md")).find("```\n" + output + "```\n"),
            std::string::npos)
      << output;
}

TEST(Readme, TheShopKeepsItsPromises) {
  EXPECT_TRUE(output_of("test examples/shop").ends_with(" tests passed in 1 file\n"));
}

}  // namespace
}  // namespace cnplint
