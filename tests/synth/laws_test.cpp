// SPDX-License-Identifier: Apache-2.0
//
// What holds of every synthesis: exactly what was seen, the same bytes however the capture is
// written, on generated captures and on real ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "policy/model/label.h"
#include "tests/bench/flows/traffic.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

namespace fs = std::filesystem;
using tests::synthesised;

// --- Generated captures ---

/// `app=svc-1@team-0`, as tests::allowed() names a workload of the generator.
std::string selector_of(const std::string& name) {
  const std::string ns = name.substr(0, name.find('/'));
  const std::string app = name.substr(name.find('/') + 1);
  return (app == "kube-dns" ? "k8s-app=" : "app=") + app + "@" + ns;
}

/// By workload and direction, what the truth says has to be allowed.
std::map<std::string, std::set<std::string>> wanted(const tests::TrafficTruth& truth) {
  std::map<std::string, std::set<std::string>> all;
  for (const auto& [key, flows] : truth.connections) {
    const auto& [from, to, protocol, port, direction, outcome] = key;
    if (outcome != "forwarded") continue;
    const bool dns = port == 53;
    const std::string port_text = std::to_string(port) + "/" + (dns ? "ANY" : protocol);
    const bool world = to.find('/') == std::string::npos;
    std::set<std::string> peers;
    if (world) {
      const auto names = truth.names.find(from + " " + to);
      peers = names != truth.names.end() ? names->second : std::set<std::string>{to + "/32"};
    } else {
      peers = {selector_of(to)};
      // DNS servers admit the cluster.
      all[to + " ingress"].insert((dns ? "cluster" : selector_of(from)) + " " + port_text);
    }
    for (const std::string& peer : peers) all[from + " egress"].insert(peer + " " + port_text);
  }
  return all;
}

TEST(SynthLaws, GeneratedCapturesAreAllowedExactly) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    const tests::Traffic traffic =
        tests::generate_traffic({.seed = seed, .flows = 6000, .workloads = 40});
    const auto result = synthesised(traffic.capture);
    std::map<std::string, std::set<std::string>> found;
    for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies)
      for (const auto direction : {policy::Direction::ingress, policy::Direction::egress})
        for (const std::string& each : tests::allowed(&policy, direction))
          found[policy.workload + " " + std::string(policy::direction_name(direction))].insert(
              each);
    std::map<std::string, std::set<std::string>> expected = wanted(traffic.truth);
    // Who was not seen asking gets DNS all the same.
    const std::string dns = "k8s-app=kube-dns@kube-system 53/ANY";
    for (const synth::PolicyDraft& policy : result->synthesis.drafts.policies)
      if (policy.workload != "kube-system/kube-dns")
        expected[policy.workload + " egress"].insert(dns);
    EXPECT_EQ(found, expected) << "seed " << seed;
    EXPECT_GT(found.size(), 40U);
  }
}

// --- The form of the capture ---

/// The same flows in every form that may not make a difference.
std::vector<std::pair<std::string, std::string>> forms(const std::string& capture) {
  std::vector<std::string> lines = tests::lines_of(capture);
  std::erase_if(lines, [](const std::string& line) { return line.empty(); });
  std::string printed;
  for (const std::string& line : lines) printed += tests::pretty(line);
  std::vector<std::pair<std::string, std::string>> all{
      {"duplicated", capture + capture},
      {"array", "[" + tests::joined_lines(lines, ",") + "]"},
      {"pretty", printed},
      {"gzip", tests::gzip(capture, 1U << 30U)},
      {"zstd", tests::zstd(capture, 1U << 30U)}};
  std::ranges::shuffle(lines, std::mt19937(5));
  all.emplace_back("shuffled", tests::joined_lines(lines, "\n") + "\n");
  return all;
}

void expect_laws(const std::string& capture) {
  const auto expected = synthesised(capture);
  EXPECT_FALSE(expected->text.empty());
  for (const auto& [name, text] : forms(capture))
    EXPECT_TRUE(synthesised(text)->text == expected->text) << name;
  for (const bool prune : {false, true})
    EXPECT_TRUE(tests::updated(expected->text, capture, prune) == expected->text);
  std::set<std::string> names;
  for (const synth::PolicyDraft& policy : expected->synthesis.drafts.policies) {
    EXPECT_TRUE(policy::is_dns_label(policy.name)) << policy.name;
    EXPECT_TRUE(names.insert(policy.ns + "/" + policy.name).second) << policy.name;
    for (const auto* rules : {&policy.ingress, &policy.egress})
      for (const synth::RuleDraft& rule : *rules)
        for (const synth::PortTerm& port : rule.ports) EXPECT_LT(port.last, 32768);
  }
}

TEST(SynthLaws, TheFormOfTheCaptureDoesNotMatter) {
  expect_laws(tests::generate_traffic({.seed = 4, .flows = 3000, .workloads = 20}).capture);
}

TEST(SynthLaws, RealCaptures) {
  const fs::path folder = tests::repository("../shared/captures");
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is not here";
  std::size_t count = 0;
  for (const fs::path& file : tests::entries(folder)) {
    if (file.extension() != ".json") continue;
    SCOPED_TRACE(file);
    ++count;
    expect_laws(tests::read(file));
  }
  EXPECT_EQ(count, 4U);
}

TEST(SynthLaws, LittleMoreTrafficIsALittleDiff) {
  const std::string capture =
      tests::generate_traffic({.seed = 6, .flows = 3000, .workloads = 20}).capture +
      tests::flow({.from = "team-0/svc-1", .to = "team-0/svc-2", .port = 9998});
  const auto before = synthesised(capture);
  const auto after = synthesised(
      capture + tests::flow({.from = "team-0/svc-1", .to = "team-0/svc-2", .port = 9999}));
  std::size_t changed = 0;
  for (std::size_t i = 0; i < before->synthesis.drafts.policies.size(); ++i)
    if (write(before->synthesis.drafts.policies[i], {}) !=
        write(after->synthesis.drafts.policies[i], {}))
      ++changed;
  EXPECT_EQ(changed, 2U);  // the source's and the destination's
}

}  // namespace
}  // namespace cnplint
