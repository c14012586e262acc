// SPDX-License-Identifier: Apache-2.0
//
// Into which policies an update puts what is missing.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/golden.h"
#include "tests/seed.h"
#include "tests/synth/random_capture.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::flow;
using tests::updated;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

TEST(SynthUpdate, TheKindIsThatOfThePolicyThatIsThere) {
  synth::SynthesisOptions plain;
  plain.draft.kind = policy::PolicyKind::network_policy;
  const std::string before = tests::synthesised(flow({}), plain)->text;
  const std::string capture = flow({}) + flow({.port = 9000});
  const std::string after = updated(before, capture);
  EXPECT_EQ(occurrences(after, "kind: NetworkPolicy"), 2U) << after;
  EXPECT_EQ(occurrences(after, "Cilium"), 0U) << after;
  EXPECT_EQ(occurrences(after, "port: 9000"), 2U) << after;
  EXPECT_EQ(updated(after, capture), after);
  // Who has no policy gets one of the kind that is asked for.
  EXPECT_EQ(occurrences(updated(before, capture + flow({.from = "shop/cart", .to = "shop/new"})),
                        "kind: CiliumNetworkPolicy"),
            1U);
}

TEST(SynthUpdate, OfWhatWasSynthesisedAddsNothing) {
  for (std::uint64_t i = 0; i < 40; ++i) {
    std::string capture;
    for (const std::string& each : tests::random_flows(tests::seed() * 1000 + 300 + i, 4 + i))
      capture += each;
    const std::string written = tests::synthesised_unchecked(capture)->text;
    if (written.empty()) continue;
    EXPECT_EQ(updated(written, capture), written) << "seed " << tests::seed() << ", " << i << "\n"
                                                  << capture;
  }
}

TEST(SynthUpdate, ReleasesThatWereOneStayOne) {
  const std::string capture = tests::with_releases(
      flow({.from = "shop/dns-v1", .to = "shop/db"}) +
          flow({.from = "shop/cart", .to = "shop/dns-v2", .port = 53, .protocol = "UDP"}),
      "dns");
  const std::string written = tests::synthesised_unchecked(capture)->text;
  EXPECT_EQ(updated(written, capture), written);
}

TEST(SynthUpdate, RulesUnderNoPolicyTypeCountForNothing) {
  const std::string before = R"(apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  podSelector: {matchLabels: {app: cart}}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny-egress, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
)";
  const std::string after = updated(before, flow({}));
  // Not below the first one, where it would be ignored outside of Cilium.
  EXPECT_EQ(occurrences(after.substr(0, after.find("---")), "egress:"), 0U) << after;
  EXPECT_EQ(occurrences(after, "port: 5432"), 1U) << after;
  EXPECT_EQ(updated(after, flow({})), after);
}

}  // namespace
}  // namespace cnplint
