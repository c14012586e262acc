// SPDX-License-Identifier: Apache-2.0
//
// tests/verdict/facts/: policy tests written by hand, each for a fact of what Cilium decides that
// the conformance vectors cannot reach. The first line names the fact; every test must pass.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "tests/golden.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;

TEST(VerdictFacts, EveryTestPasses) {
  const fs::path folder = tests::repository("tests/verdict/facts");
  const tests::TemporaryFolder output;
  const fs::path report = output.path() / "report.json";
  const std::string command = std::string(CNPLINT_PROGRAM) + " test -o json='" + report.string() +
                              "' '" + folder.string() + "' 2>/dev/null";
  ASSERT_NE(std::system(command.c_str()), -1);
  const nlohmann::json results = nlohmann::json::parse(tests::read(report));
  EXPECT_EQ(results["errors"], nlohmann::json::array());
  std::set<std::string> files;
  for (const nlohmann::json& result : results["results"]) {
    files.insert(fs::path(result["file"].get<std::string>()).filename().string());
    EXPECT_TRUE(result["passed"]) << result.dump(1);
  }
  for (const fs::path& file : tests::entries(folder)) {
    if (!file.string().ends_with(".cnptest.yaml")) continue;
    EXPECT_TRUE(files.contains(file.filename().string())) << file << " has no test";
    const std::string name = file.filename().string();
    EXPECT_TRUE(tests::read(file).starts_with("# " + name.substr(0, name.find('-'))))
        << file << " does not begin with the fact it is about";
  }
}

}  // namespace
}  // namespace cnplint
