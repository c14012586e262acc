// SPDX-License-Identifier: Apache-2.0
//
// A proof in parts is the proof of the whole, also of policies that deny what passed and allow what
// nobody saw.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "synth/proof.h"
#include "tests/golden.h"
#include "tests/seed.h"
#include "tests/synth/random_capture.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::flow;
using tests::synthesised_unchecked;

/// The policies of a part as somebody wrote them.
struct WrittenPolicies {
  explicit WrittenPolicies(std::vector<project::InMemory> files,
                           const policy::Environment& settings)
      : project(tests::Synthesised::config_of(settings), {}, 1),
        inputs(project.open({}, std::move(files))) {}
  project::Project project;
  const project::Inputs& inputs;
};

synth::Proof prove(const synth::Synthesis& synthesis, const policy::Environment& environment,
                   std::size_t together, std::size_t* parts = nullptr) {
  const synth::Prover prover(synthesis, environment, together);
  std::vector<synth::PartProof> proofs;
  for (const synth::ProofPart& part : prover.parts()) {
    std::vector<project::InMemory> files;
    for (const std::uint32_t i : part.policies)
      files.push_back({std::to_string(i) + ".yaml", write(synthesis.drafts.policies[i], {})});
    const WrittenPolicies written(std::move(files), environment);
    proofs.push_back(prover.prove(part, written.inputs.clusters().front().rules()));
  }
  if (parts != nullptr) *parts = prover.parts().size();
  return prover.sum_up(std::move(proofs));
}

/// Takes a rule away, or gives it a port or the peers of another one, maybe of another policy.
void spoil(synth::Drafts& drafts, std::mt19937_64& random) {
  const auto any_rules = [&]() -> std::vector<synth::RuleDraft>& {
    synth::PolicyDraft& policy = drafts.policies[random() % drafts.policies.size()];
    return random() % 2 == 0 ? policy.ingress : policy.egress;
  };
  std::vector<synth::RuleDraft>& rules = any_rules();
  if (rules.empty()) return;
  synth::RuleDraft& rule = rules[random() % rules.size()];
  switch (random() % 3) {
    case 0:
      rules.erase(rules.begin() + (&rule - rules.data()));
      break;
    case 1:
      if (!rule.ports.empty() && rule.ports.front().first > 1) --rule.ports.front().first;
      break;
    default:
      if (const std::vector<synth::RuleDraft>& other = any_rules(); !other.empty())
        rule.peers = std::vector(other.front().peers);
  }
}

void expect_same(const synth::Proof& whole, const synth::Proof& parts) {
  EXPECT_EQ(whole.denied, parts.denied);
  EXPECT_EQ(whole.excess, parts.excess);
  EXPECT_EQ(whole.examples, parts.examples);
  EXPECT_EQ(whole.left_out, parts.left_out);
}

TEST(ProofParts, ProveWhatTheWholeProves) {
  const std::uint64_t first = tests::seed() * 1000;
  std::size_t denied = 0;
  std::size_t excess = 0;
  std::size_t most_parts = 0;
  for (std::uint64_t seed = first; seed < first + 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    synth::SynthesisOptions options;
    options.draft.l7 = seed % 2 == 0;
    options.draft.system = {};
    if (seed % 5 == 0) options.draft.kind = policy::PolicyKind::network_policy;
    if (seed % 5 == 1) options.draft.kind = policy::PolicyKind::cilium_clusterwide_network_policy;
    const auto made =
        synthesised_unchecked(tests::joined_lines(tests::random_flows(seed, 150), ""), options);
    if (made->synthesis.drafts.policies.empty()) continue;
    std::mt19937_64 random(seed);
    for (int round = 0; round < 4; ++round) {
      const synth::Proof whole = prove(made->synthesis, made->environment, 1000);
      for (const std::size_t together : {1U, 3U}) {
        std::size_t parts = 0;
        expect_same(whole, prove(made->synthesis, made->environment, together, &parts));
        most_parts = std::max(most_parts, parts);
      }
      denied += whole.denied.size();
      excess += whole.excess;
      for (int i = 0; i < 4; ++i) spoil(made->synthesis.drafts, random);
    }
  }
  RecordProperty("denied", static_cast<int>(denied));
  RecordProperty("excess", static_cast<int>(excess));
  EXPECT_GT(denied, 0U);
  EXPECT_GT(excess, 0U);
  EXPECT_GT(most_parts, 5U);
}

TEST(ProofParts, APolicyThatSelectsTooMuchIsFound) {
  std::string capture;
  for (const char* name : {"shop/a", "shop/b", "shop/c"}) capture += flow({.from = name});
  const auto made = synthesised_unchecked(capture);
  const synth::Prover prover(made->synthesis, made->environment, 1);
  ASSERT_EQ(prover.parts().size(), 4U);
  const std::string wide = R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: a, namespace: shop}
spec:
  endpointSelector: {}
  egress: [{}]
)";
  const WrittenPolicies written({{"a.yaml", wide}}, made->environment);
  std::vector<synth::PartProof> proofs;
  proofs.push_back(prover.prove(prover.parts()[0], written.inputs.clusters().front().rules()));
  const synth::Proof proof = prover.sum_up(std::move(proofs));
  EXPECT_TRUE(std::ranges::any_of(proof.denied, [](const std::string& each) {
    return each == "shop/b: a policy of another workload selects it";
  })) << tests::joined_lines(proof.denied, "\n");
}

}  // namespace
}  // namespace cnplint
