// SPDX-License-Identifier: Apache-2.0
//
// What a change does to connections: cases by files, and laws against every pair of pods.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <filesystem>
#include <iostream>
#include <memory>
#include <sstream>

#include "policy/text/value.h"
#include "policy/verdict/evaluator.h"
#include "policy/verdict/verdict.h"
#include "policy/yaml/reader.h"
#include "project/diff.h"
#include "project/state.h"
#include "reporters/diff.h"
#include "tests/conformance/vectors.h"
#include "tests/golden.h"
#include "tests/rules/claim_world.h"
#include "tests/seed.h"

namespace cnplint {
namespace {

using policy::ChangeOfVerdict;
using policy::Direction;

project::State state_of(const std::string& name, const std::string& text) {
  project::State state;
  state.name = name;
  state.project = std::make_unique<project::Project>(lint::Config(), base::FileSet(), 1);
  state.inputs = &state.project->open({}, {{name, text}});
  return state;
}

TEST(DiffCases, SayWhatAChangeDoes) {
  std::size_t count = 0;
  for (const std::filesystem::path& folder :
       tests::entries(tests::repository("tests/project/diffs"))) {
    const project::State before = state_of("old.yaml", tests::read(folder / "old.yaml"));
    const project::State after = state_of("new.yaml", tests::read(folder / "new.yaml"));
    const auto changes = project::verdict_changes(*before.inputs, *after.inputs);
    tests::expect_golden(folder / "expected",
                         reporters::render_diff_text({before, after, changes}));
    EXPECT_TRUE(project::verdict_changes(*after.inputs, *after.inputs).empty()) << folder;
    ++count;
  }
  constexpr std::size_t kLeast = 60;
  EXPECT_GE(count, kLeast);
}

std::vector<std::string> texts_of_documents(const std::string& text) {
  std::vector<std::string> documents;
  std::size_t begin = 0;
  constexpr std::string_view kBetween = "\n---\n";
  for (std::size_t end = 0; end != std::string::npos; begin = end + kBetween.size()) {
    end = text.find(kBetween, begin);
    documents.push_back(text.substr(begin, end == std::string::npos ? end : end + 1 - begin));
    if (end == std::string::npos) break;
  }
  return documents;
}

std::string one_text(const std::vector<std::string>& documents) {
  std::string text;
  for (const std::string& each : documents) text += (text.empty() ? "" : "---\n") + each;
  return text;
}

bool is_policy_text(const std::string& document) {
  return document.find("NetworkPolicy\n") != std::string::npos ||
         document.find("EgressFirewall\n") != std::string::npos;
}

/// The same documents in one line each and the other way around.
std::string laid_out_anew(const std::string& text) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p", text));
  std::vector<std::string> documents;
  for (const policy::Document& document : content.documents)
    if (!document.empty())
      documents.push_back(policy::in_flow(policy::Value::of(document.root())) + "\n");
  std::ranges::reverse(documents);
  return one_text(documents);
}

TEST(DiffLaws, WhereOnlyTextMovedNothingChanges) {
  constexpr unsigned kSets = 60;
  const auto begin = static_cast<unsigned>(tests::seed());
  for (unsigned seed = begin; seed < begin + kSets && !::testing::Test::HasFailure(); ++seed) {
    const std::string text = tests::random_manifests(seed);
    const project::State before = state_of("p.yaml", text);
    const project::State after = state_of("p.yaml", laid_out_anew(text));
    for (const project::ClusterChanges& cluster :
         project::verdict_changes(*before.inputs, *after.inputs))
      ADD_FAILURE() << seed << ": " << described(cluster.changes.front()) << "\n" << text;
  }
}

/// Whether a change is about a connection of two pods.
bool is_about(const policy::VerdictChange& change, Direction direction, const std::string& subject,
              const std::string& peer, std::uint8_t protocol, std::uint16_t port) {
  const auto has = [](const std::vector<std::string>& names, const std::string& name) {
    return std::ranges::find(names, name) != names.end();
  };
  return change.direction == direction && has(change.subjects, subject) &&
         has(change.peers, peer) != change.everybody &&
         std::ranges::any_of(change.ports, [&](const policy::PortSpan& span) {
           return span.protocol == protocol && span.first <= port && port <= span.last;
         });
}

std::vector<policy::Endpoint> endpoints_of(const std::vector<policy::NamedEndpoint>& pods) {
  std::vector<policy::Endpoint> endpoints;
  for (const policy::NamedEndpoint& each : pods) endpoints.push_back(each.endpoint);
  return endpoints;
}

/// Every pod to every other one on a few ports, decided on both sides.
void expect_the_same_as_all_pairs(const std::string& name, const std::string& old_text,
                                  const std::string& new_text, std::size_t& changed) {
  const project::State states[2]{state_of("old.yaml", old_text), state_of("new.yaml", new_text)};
  std::vector<policy::VerdictChange> changes;
  for (project::ClusterChanges& each :
       project::verdict_changes(*states[0].inputs, *states[1].inputs))
    for (policy::VerdictChange& change : each.changes) changes.push_back(std::move(change));
  std::vector<policy::VerdictEngine> engines;
  std::vector<policy::NamedEndpoint> pods;
  for (const project::State& state : states) {
    const project::Cluster& cluster = state.inputs->clusters().front();
    pods = policy::named_endpoints(cluster.inventory(), cluster.environment());
    engines.emplace_back(cluster.rules(), endpoints_of(pods));
  }
  for (const Direction direction : {Direction::ingress, Direction::egress})
    for (std::uint32_t subject = 0; subject < pods.size(); ++subject)
      for (std::uint32_t peer = 0; peer < pods.size(); ++peer)
        for (const std::uint8_t protocol : {policy::ip_protocol::kTcp, policy::ip_protocol::kUdp})
          for (const std::uint16_t port : {1, 53, 80, 443, 8000, 8050, 8080, 9090}) {
            if (subject == peer || !policy::is_local(pods[subject].endpoint.kind)) continue;
            const bool in = direction == Direction::ingress;
            const policy::Connection connection{in ? peer : subject, in ? subject : peer, protocol,
                                                port};
            const bool was = policy::passes(engines[0].decide(direction, connection).verdict);
            const bool is = policy::passes(engines[1].decide(direction, connection).verdict);
            const auto said = [&](ChangeOfVerdict kind) {
              return std::ranges::any_of(changes, [&](const policy::VerdictChange& each) {
                return each.change == kind && is_about(each, direction, pods[subject].name,
                                                       pods[peer].name, protocol, port);
              });
            };
            if (was != is) ++changed;
            EXPECT_EQ(said(ChangeOfVerdict::opened), !was && is)
                << name << ": " << pods[subject].name << " " << pods[peer].name << " " << port;
            EXPECT_EQ(said(ChangeOfVerdict::closed), was && !is)
                << name << ": " << pods[subject].name << " " << pods[peer].name << " " << port;
          }
}

/// Where everything is forbidden, what opens of it is every pair of pods that reach each other on a
/// port and did not.
void expect_all_openings_to_be_forbidden(const std::string& name, const std::string& old_text,
                                         const std::string& new_text, std::size_t& opened) {
  const project::State states[2]{state_of("old.yaml", old_text), state_of("new.yaml", new_text)};
  const project::ForbiddenList everything(1);
  std::vector<policy::ForbiddenOpening> openings;
  for (project::ClusterChanges& each :
       project::verdict_changes(*states[0].inputs, *states[1].inputs, everything))
    for (policy::ForbiddenOpening& opening : each.forbidden) openings.push_back(std::move(opening));
  std::deque<policy::Evaluator> evaluators;
  std::vector<policy::NamedEndpoint> pods;
  for (const project::State& state : states) {
    const project::Cluster& cluster = state.inputs->clusters().front();
    pods = policy::named_endpoints(cluster.inventory(), cluster.environment());
    evaluators.emplace_back(cluster.rules(), endpoints_of(pods));
  }
  for (std::uint32_t from = 0; from < pods.size(); ++from)
    for (std::uint32_t to = 0; to < pods.size(); ++to)
      for (const std::uint16_t port : {1, 53, 80, 443, 8000, 8050, 8080, 9090}) {
        const policy::Connection asked{from, to, policy::ip_protocol::kTcp, port};
        const bool by_host = evaluators[1].engine().decide(Direction::ingress, asked).synthetic ==
                             policy::Synthetic::allow_localhost;
        if (from == to || by_host) continue;
        const bool opens = !evaluators[0].passes(asked) && evaluators[1].passes(asked);
        if (opens) ++opened;
        const bool said =
            std::ranges::any_of(openings, [&](const policy::ForbiddenOpening& opening) {
              return opening.to == pods[to].name &&
                     std::ranges::find(opening.from, pods[from].name) != opening.from.end() &&
                     std::ranges::any_of(opening.ports, [&](const policy::PortSpan& span) {
                       return span.protocol == asked.protocol && span.first <= port &&
                              port <= span.last;
                     });
            });
        EXPECT_EQ(said, opens) << name << ": " << pods[from].name << " " << pods[to].name << " "
                               << port;
      }
}

/// One policy is taken out, put in, or becomes another one.
TEST(DiffLaws, OfRandomChangesAreWhatAllPairsSay) {
  constexpr unsigned kSets = 60;
  std::size_t changed = 0;
  std::size_t opened = 0;
  const auto begin = static_cast<unsigned>(tests::seed());
  for (unsigned seed = begin; seed < begin + kSets && !::testing::Test::HasFailure(); ++seed) {
    const std::vector<std::string> documents = texts_of_documents(tests::random_manifests(seed));
    std::vector<std::size_t> policies;
    for (std::size_t i = 0; i < documents.size(); ++i)
      if (is_policy_text(documents[i])) policies.push_back(i);
    if (policies.empty()) continue;
    const std::size_t which = policies[seed % policies.size()];
    std::vector<std::string> without = documents;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(which));
    std::vector<std::string> other = documents;
    for (const std::string& each : texts_of_documents(tests::random_manifests(seed + kSets)))
      if (is_policy_text(each)) other[which] = each;
    const std::string name = "seed " + std::to_string(seed);
    expect_the_same_as_all_pairs(name + " out", one_text(documents), one_text(without), changed);
    expect_the_same_as_all_pairs(name + " in", one_text(without), one_text(documents), changed);
    expect_the_same_as_all_pairs(name + " other", one_text(documents), one_text(other), changed);
    expect_all_openings_to_be_forbidden(name + " out", one_text(documents), one_text(without),
                                        opened);
    expect_all_openings_to_be_forbidden(name + " other", one_text(documents), one_text(other),
                                        opened);
  }
  std::cout << changed << " connections changed, " << opened << " forbidden ones open\n";
  EXPECT_GT(changed, 1000U);
  EXPECT_GT(opened, 100U);
}

TEST(DiffLaws, OfConformanceScenariosAreWhatAllPairsSay) {
  std::size_t changed = 0;
  std::size_t at = 0;
  constexpr std::size_t kEvery = 40;
  for (const nlohmann::json& json : tests::vectors("verdicts-2.jsonl.gz")) {
    if (at++ % kEvery != 0) continue;
    const std::vector<std::string> documents =
        texts_of_documents(tests::manifests_of_scenario(json));
    std::vector<std::string> without;
    bool gone = false;
    for (const std::string& each : documents)
      if (gone || !is_policy_text(each))
        without.push_back(each);
      else
        gone = true;
    expect_the_same_as_all_pairs(json["id"], one_text(documents), one_text(without), changed);
    if (::testing::Test::HasFailure()) break;
  }
  std::cout << changed << " connections changed\n";
  EXPECT_GT(changed, 100U);
}

/// Every scenario, or some of them, against itself: read again, and laid out in another way.
TEST(DiffLaws, OfAScenarioAndItselfNothingChanges) {
  constexpr std::size_t kEvery = 10;
  std::size_t at = 0;
  std::size_t compared = 0;
  for (const char* file : {"verdicts-1.jsonl.gz", "verdicts-2.jsonl.gz", "verdicts-facts.jsonl.gz"})
    for (const nlohmann::json& json : tests::vectors(file)) {
      if (at++ % kEvery != 0 && !tests::wants_all_inputs()) continue;
      const std::string text = tests::manifests_of_scenario(json);
      const project::State before = state_of("p.yaml", text);
      for (const std::string& other : {text, laid_out_anew(text)}) {
        const project::State after = state_of("p.yaml", other);
        for (const project::ClusterChanges& cluster :
             project::verdict_changes(*before.inputs, *after.inputs))
          ADD_FAILURE() << json["id"] << ": " << described(cluster.changes.front()) << "\n" << text;
      }
      ++compared;
      if (::testing::Test::HasFailure()) return;
    }
  std::cout << compared << " scenarios compared with themselves\n";
  EXPECT_GT(compared, 100U);
}

}  // namespace
}  // namespace cnplint
