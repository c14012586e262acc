// SPDX-License-Identifier: Apache-2.0
//
// Every format over one shared input, tests/reporters/input, against golden files; and what their
// readers demand.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "base/escape.h"
#include "reporters/line_hash.h"
#include "reporters/reporter.h"
#include "rules/catalogue.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using Json = nlohmann::json;

/// The shared input, linted at the root of a repository.
class Reporters : public testing::Test {
 protected:
  void SetUp() override {
    before_ = std::filesystem::current_path();
    std::filesystem::copy(tests::repository("tests/reporters/input"), folder_.path() / "input",
                          std::filesystem::copy_options::recursive);
    std::filesystem::create_directory(folder_.path() / ".git");
    std::filesystem::current_path(folder_.path());
    outcome_ = tests::lint_paths(store_, {"input", "missing.yaml"});
  }
  void TearDown() override { std::filesystem::current_path(before_); }

  std::string render(std::string_view format) {
    const reporters::LintReport report{outcome_, rules::catalogue(), "0.0.0", "1.20"};
    for (const reporters::Format& each : reporters::lint_formats())
      if (each.name == format) return each.render(report);
    ADD_FAILURE() << "no format " << format;
    return {};
  }

  tests::TemporaryFolder folder_;
  tests::Projects store_;
  lint::Outcome outcome_;
  std::filesystem::path before_;
};

TEST_F(Reporters, Golden) {
  for (const reporters::Format& format : reporters::lint_formats())
    tests::expect_golden(tests::repository("tests/reporters/expected." + std::string(format.name)),
                         render(format.name));
}

TEST_F(Reporters, SarifRegionsAreInsideTheirFiles) {
  const Json sarif = Json::parse(render("sarif"));
  const Json& run = sarif["runs"][0];
  ASSERT_FALSE(run["results"].empty());
  for (const Json& result : run["results"]) {
    const Json& place = result["locations"][0]["physicalLocation"];
    const Json& region = place["region"];
    EXPECT_GE(region["startLine"].get<int>(), 1);
    EXPECT_GE(region["startColumn"].get<int>(), 1);
    EXPECT_EQ(region["startLine"], region["endLine"]) << "annotations want one line";
    EXPECT_LT(region["startColumn"], region["endColumn"]);
    const std::string uri = place["artifactLocation"]["uri"];
    EXPECT_FALSE(uri.starts_with("./") || uri.starts_with("/")) << uri;
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"],
              result["ruleId"]);
  }
}

TEST_F(Reporters, GitlabFingerprintsAreUnique) {
  std::set<std::string> seen;
  for (const Json& issue : Json::parse(render("gitlab")))
    EXPECT_TRUE(seen.insert(issue["fingerprint"]).second) << issue;
}

TEST_F(Reporters, JsonSaysWhoRejects) {
  const Json json = Json::parse(render("json"));
  std::set<std::string> who;
  for (const Json& finding : json["findings"])
    for (const Json& name : finding.value("rejectedBy", Json::array())) who.insert(name);
  EXPECT_EQ(who, (std::set<std::string>{"apiserver", "cilium"}));
}

TEST_F(Reporters, JunitIsWellFormed) {
  const tests::TemporaryFolder folder;
  const auto file = folder.write("report.xml", render("junit"));
  if (std::system("command -v xmllint > /dev/null") != 0)
    GTEST_SKIP() << "xmllint is not installed";
  EXPECT_EQ(std::system(("xmllint --noout " + file.string()).c_str()), 0);
}

TEST_F(Reporters, HtmlHoldsNoMarkupOfTheInput) {
  const std::string html = render("html");
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_NE(html.find("&lt;script&gt;"), std::string::npos);
}

/// Lines move, fingerprints stay.
TEST(Fingerprints, DoNotFollowLines) {
  const std::string policy =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: a, namespace: b}\n"
      "spec:\n  endpointSelector: {matchLabels: {app: a}}\n  ingress: []\n";
  tests::Projects store;
  const auto first = tests::lint_text(store, policy);
  const auto moved = tests::lint_text(store, "# a\n\n# b\n" + policy);
  ASSERT_EQ(first.findings.size(), 1U);
  EXPECT_EQ(lint::fingerprint(first.findings[0]), lint::fingerprint(moved.findings[0]));
  std::string other = policy;
  other.replace(other.find("name: a"), 7, "name: c");
  const auto renamed = tests::lint_text(store, other);
  EXPECT_NE(lint::fingerprint(first.findings[0]), lint::fingerprint(renamed.findings[0]));
}

/// The values that GitHub's upload action computes for these texts.
TEST(LineHash, IsThatOfCodeScanning) {
  using Hashes = std::vector<std::string>;
  EXPECT_EQ(reporters::line_hashes(""), (Hashes{"c129715d7a2bc9a3:1"}));
  EXPECT_EQ(reporters::line_hashes(" a\nb\n  \t\tc\n d"),
            (Hashes{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1",
                    "a23a3dc5e078b07b:1"}));
  const Hashes greetings{"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1",
                         "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1", "c8e28b0b4002a3a0:1",
                         "c129715d7a2bc9a3:1"};
  EXPECT_EQ(reporters::line_hashes(" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n"), greetings);
  EXPECT_EQ(reporters::line_hashes(" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n"),
            greetings);
}

TEST(Escape, LeavesNothingActive) {
  EXPECT_EQ(base::for_terminal("a\x1b[31mb\xff\tc"), "a\\x1b[31mb\\xff\tc");
  EXPECT_EQ(base::for_terminal("a\xe2\x80\xae"
                               "b"),
            "a\\xe2\\x80\\xae"
            "b");
  EXPECT_EQ(base::for_terminal("gr\xc3\xbc\xc3\x9f"), "gr\xc3\xbc\xc3\x9f");
  EXPECT_EQ(base::for_xml("<a b=\"c\">&'\x01"), "&lt;a b=&quot;c&quot;&gt;&amp;&#39;\xef\xbf\xbd");
  EXPECT_EQ(base::for_github_data("50%\r\n::error::"), "50%25\\x0d\\x0a::error::");
  EXPECT_EQ(base::for_github_property("a,b:c"), "a%2Cb%3Ac");
  EXPECT_EQ(base::for_uri("a b/\xc3\xbc#.yaml"), "a%20b/%C3%BC%23.yaml");
}

}  // namespace
}  // namespace cnplint
