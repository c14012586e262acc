// SPDX-License-Identifier: Apache-2.0
//
// What the README shows of the examples is what the program prints.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

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

TEST(Readme, ShowsTheClustersOfARepositoryOfFlux) {
  const std::string readme = tests::read(tests::repository("README.md"));
  const tests::TemporaryFolder folder;
  fs::copy(tests::repository("tests/cli/cases/clusters_flux"), folder.path() / "fleet",
           fs::copy_options::recursive);
  const auto shown = [&](const std::string& command) {
    const fs::path file = folder.path() / "output";
    const std::string line = "cd '" + (folder.path() / "fleet").string() + "' && '" +
                             CNPLINT_PROGRAM + "' lint " + command + " >'" + file.string() + "'";
    EXPECT_EQ(std::system(line.c_str()), 0) << line;
    return tests::read(file);
  };
  const std::string clusters = shown("--show-clusters .");
  EXPECT_NE(readme.find("```\n" + clusters + "```\n"), std::string::npos) << clusters;
  const std::string settings =
      shown("--show-config . | sed -n '/^clusters:/,$p' | grep -v '# default'");
  EXPECT_NE(readme.find("```yaml\n" + settings + "```\n"), std::string::npos) << settings;
}

/// The review that it shows is one of those of the case.
TEST(Readme, ShowsTheReviewOfACommit) {
  const std::string readme = tests::read(tests::repository("README.md"));
  const std::string review =
      tests::read(tests::repository("tests/cli/cases/diff_history/expected"));
  const std::size_t part = readme.find("### Review a change");
  const std::size_t end = readme.find("### Who reaches whom");
  std::size_t shown = 0;
  for (std::size_t begin = readme.find("```", part); begin < end;
       begin = readme.find("```", readme.find("```", begin + 3) + 3)) {
    const std::size_t text = readme.find('\n', begin) + 1;
    const std::string block = readme.substr(text, readme.find("```", text) - text);
    if (block.starts_with("cnplint ")) continue;
    EXPECT_NE(review.find(block), std::string::npos) << block;
    ++shown;
  }
  EXPECT_EQ(shown, 3U);
}

TEST(Readme, LeadsFromACaptureToPolicies) {
  const std::string readme = tests::read(tests::repository("README.md"));
  const std::size_t begin = readme.find("```sh\n", readme.find("in five commands")) + 6;
  const std::string commands = readme.substr(begin, readme.find("```", begin) - begin);
  EXPECT_EQ(std::ranges::count(commands, '\n'), 5);
  const tests::TemporaryFolder folder;
  fs::copy(tests::repository("examples"), folder.path() / "examples", fs::copy_options::recursive);
  const std::string program = fs::path(CNPLINT_PROGRAM).parent_path().string();
  const std::string script = folder.write("five.sh", "set -e\n" + commands).string();
  const std::string command = "cd '" + folder.path().string() + "' && PATH='" + program +
                              "':$PATH sh '" + script + "' >/dev/null 2>&1";
  EXPECT_EQ(std::system(command.c_str()), 0) << commands;
  EXPECT_TRUE(fs::exists(folder.path() / "review.html"));
  const std::string policy = tests::read(folder.path() / "baseline/shop/db.yaml");
  EXPECT_NE(readme.find("```yaml\n" + policy + "```\n"), std::string::npos) << policy;
}

TEST(Readme, TheShopKeepsItsPromises) {
  EXPECT_TRUE(output_of("test examples/shop").ends_with(" tests passed in 1 file\n"));
}

}  // namespace
}  // namespace cnplint
