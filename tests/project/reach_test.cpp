// SPDX-License-Identifier: Apache-2.0
//
// Who reaches whom: matrices that were derived by hand, and laws against every pair.
#include "project/reach.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

#include "policy/verdict/evaluator.h"
#include "project/cluster_state.h"
#include "project/project.h"
#include "reporters/reach.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"
#include "tests/rules/claim_world.h"
#include "tests/seed.h"

namespace cnplint {
namespace {

using policy::Direction;

/// A project of one text.
struct ReachInput {
  explicit ReachInput(const std::string& text) : project(lint::Config(), base::FileSet(), 1) {
    inputs = &project.open({}, {{"input.yaml", text}});
  }
  [[nodiscard]] const project::Cluster& cluster() const { return inputs->clusters().front(); }

  project::Project project;
  project::Inputs* inputs;
};

std::uint32_t end_named(const policy::Reach& reach, const std::string& name) {
  for (std::uint32_t i = 0; i < reach.ends().size(); ++i)
    if (reach.ends()[i].name == name || reach.ends()[i].name.ends_with("/" + name)) return i;
  return static_cast<std::uint32_t>(reach.ends().size());
}

/// What the lines of a file say of pairs of pods: `shop/front -> shop/cart: 8080/TCP`, behind which
/// parentheses may say more. Other lines are for people.
std::size_t expect_by_hand(const std::string& name, const std::string& text,
                           const project::ClusterReach& matrix) {
  static const std::regex kLine(R"((\S+) -> (\S+): ([^(]*[^ (])( \(.*\))?)");
  std::size_t count = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch each;
    if (!std::regex_match(line, each, kLine)) continue;
    const std::uint32_t from = end_named(*matrix.reach, each[1]);
    const std::uint32_t to = end_named(*matrix.reach, each[2]);
    const auto most = static_cast<std::uint32_t>(matrix.reach->ends().size());
    if (from == most || to == most) continue;  // of addresses and names
    std::string said = passing_text(matrix.reach->passing(matrix.reach->row(from)[to]));
    if (said.empty()) said = "nothing";
    if (const std::string_view some = "some requests of "; said.starts_with(some))
      said.erase(0, some.size());
    EXPECT_EQ(said, each[3]) << name << ": " << line;
    ++count;
  }
  return count;
}

TEST(ReachCases, AreWhatWasDerivedByHand) {
  std::size_t folders = 0;
  std::size_t pairs = 0;
  for (const std::filesystem::path& folder :
       tests::entries(tests::repository("tests/project/reaches"))) {
    const ReachInput input(tests::read(folder / "input.yaml"));
    reporters::ReachReport report;
    report.push_back(*project::reach(input.cluster(), {}));
    pairs += expect_by_hand(folder.filename(), tests::read(folder / "by-hand"), report.front());
    tests::expect_golden(folder / "expected", reporters::render_reach_text(report));
    tests::expect_golden(folder / "matrix", reporters::render_reach_matrix(report));
    ++folders;
  }
  constexpr std::size_t kLeastFolders = 20;
  constexpr std::size_t kLeastPairs = 350;
  EXPECT_GE(folders, kLeastFolders);
  EXPECT_GE(pairs, kLeastPairs);
}

/// Holds the matrix against every pair of workloads, on the ports of a few and those around every
/// edge that it has itself.
void expect_what_all_pairs_say(const std::string& name, const std::string& text,
                               std::size_t& asked) {
  const ReachInput input(text);
  const policy::ClusterState state = project::cluster_state(input.cluster());
  policy::Reach reach(state);
  std::vector<policy::Endpoint> endpoints;
  for (const policy::NamedEndpoint& each : state.pods) endpoints.push_back(each.endpoint);
  const policy::Evaluator evaluator(state.rules, endpoints);
  for (std::uint32_t from = 0; from < endpoints.size(); ++from) {
    const auto row = reach.row(from);
    for (std::uint32_t to = 0; to < endpoints.size(); ++to) {
      const auto& passing = reach.passing(row[to]);
      std::set<std::uint16_t> ports{0, 1, 53, 80, 443, 8000, 8050, 8080, 9090, 65535};
      for (const policy::Passing& each : passing)
        for (const int port : {each.ports.first - 1, int{each.ports.first}, int{each.ports.last},
                               each.ports.last + 1})
          if (port >= 0 && port <= UINT16_MAX) ports.insert(static_cast<std::uint16_t>(port));
      for (const std::uint8_t protocol :
           {policy::ip_protocol::kTcp, policy::ip_protocol::kUdp, policy::ip_protocol::kIcmp})
        for (const std::uint16_t port : ports) {
          const bool said = std::ranges::any_of(passing, [&](const policy::Passing& each) {
            return each.ports.protocol == protocol && each.ports.first <= port &&
                   port <= each.ports.last;
          });
          ++asked;
          EXPECT_EQ(said, evaluator.passes({from, to, protocol, port}))
              << name << ": " << state.pods[from].name << " " << state.pods[to].name << " "
              << int{protocol} << " " << port;
        }
    }
  }
}

TEST(ReachLaws, OfRandomPoliciesAreWhatAllPairsSay) {
  constexpr unsigned kSets = 80;
  std::size_t asked = 0;
  const auto begin = static_cast<unsigned>(tests::seed());
  for (unsigned seed = begin; seed < begin + kSets && !::testing::Test::HasFailure(); ++seed)
    expect_what_all_pairs_say("seed " + std::to_string(seed), tests::random_manifests(seed), asked);
  std::cout << asked << " connections\n";
  EXPECT_GT(asked, 10'000U);
}

TEST(ReachLaws, OfConformanceScenariosAreWhatAllPairsSay) {
  std::size_t asked = 0;
  std::size_t at = 0;
  constexpr std::size_t kEvery = 40;
  for (const nlohmann::json& json : tests::vectors("verdicts-2.jsonl.gz")) {
    if (at++ % kEvery != 0) continue;
    expect_what_all_pairs_say(json["id"], tests::manifests_of_scenario(json), asked);
    if (::testing::Test::HasFailure()) break;
  }
  std::cout << asked << " connections\n";
  EXPECT_GT(asked, 10'000U);
}

/// The lines say the matrix: every pair once, in the line that has its ports.
TEST(ReachLaws, LinesAreTheMatrix) {
  constexpr unsigned kSets = 60;
  const auto begin = static_cast<unsigned>(tests::seed());
  for (unsigned seed = begin; seed < begin + kSets && !::testing::Test::HasFailure(); ++seed) {
    const ReachInput input(tests::random_manifests(seed));
    auto matrix = *project::reach(input.cluster(), {});
    std::vector<std::vector<std::uint32_t>> said(
        matrix.reach->ends().size(), std::vector<std::uint32_t>(matrix.reach->ends().size()));
    for (const policy::ReachLine& line : policy::reach_lines(*matrix.reach, matrix.filter))
      for (const std::uint32_t from : line.from)
        for (const std::uint32_t to : line.to) {
          EXPECT_EQ(said[from][to], 0U) << seed;
          said[from][to] = line.passing;
        }
    for (std::uint32_t from = 0; from < said.size(); ++from)
      EXPECT_EQ(said[from], matrix.reach->row(from)) << seed;
  }
}

}  // namespace
}  // namespace cnplint
