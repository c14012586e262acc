// SPDX-License-Identifier: Apache-2.0
#include "harness/suggestion.h"

#include <gtest/gtest.h>

#include "harness/endpoint_reference.h"
#include "harness/evaluator.h"
#include "lint/admission.h"
#include "policy/yaml/reader.h"
#include "rules/catalogue.h"

namespace cnplint {
namespace {

using harness::Port;
using policy::Direction;

constexpr const char* kDenyEverything = R"(
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny}
spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}
---
apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: deny-host}
spec: {nodeSelector: {}, ingress: [{}], egress: [{}]}
)";

policy::Environment environment() {
  policy::Environment result;
  result.host_firewall = true;
  return result;
}

/// The decision of one direction over policies that must be accepted.
bool passes(const std::string& policies, Direction direction, const harness::TestEndpoint& from,
            const harness::TestEndpoint& to, Port port,
            const std::optional<policy::Request>& request) {
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p.yaml", policies));
  static const lint::Admitter kAdmitter(rules::catalogue(), environment());
  const lint::Admission admitted = kAdmitter.admit(content);
  EXPECT_TRUE(admitted.rejected.empty()) << policies << admitted.rejected.front().why[0].message;
  EXPECT_TRUE(admitted.broken.empty()) << policies;
  harness::Evaluator evaluator(admitted.policies, environment(), {}, {from.facts, to.facts});
  return evaluator.decide(direction, {0, 1, port.protocol, port.number}, request).passes();
}

harness::TestEndpoint endpoint(const std::string& text) {
  const auto reference = harness::read_reference(text, false, {}, environment());
  EXPECT_TRUE(reference) << text;
  return reference->endpoint;
}

TEST(SmallestPolicy, AllowsWhatItWasAskedFor) {
  const std::vector<std::string> endpoints{
      "shop/app=cart",    "shop/app.kubernetes.io/name=db,tier=data",
      "ops/x=on,y=010",   "ip:203.0.113.9",
      "ip:[2001:db8::1]", "fqdn:api.stripe.com",
      "entity:host",      "entity:remote-node",
      "entity:health",    "entity:kube-apiserver",
      "entity:world"};
  const std::vector<Port> ports{{policy::ip_protocol::kTcp, 443},
                                {policy::ip_protocol::kUdp, 53},
                                {policy::ip_protocol::kIcmp, 8},
                                {policy::ip_protocol::kIcmpV6, 128}};
  std::size_t suggested = 0;
  for (const std::string& from : endpoints)
    for (const std::string& to : endpoints)
      for (const Direction direction : {Direction::egress, Direction::ingress})
        for (const Port port : ports) {
          const harness::TestEndpoint source = endpoint(from);
          const harness::TestEndpoint destination = endpoint(to);
          const std::string policy =
              harness::smallest_policy(direction, source, destination, port, std::nullopt);
          if (policy.empty()) continue;
          ++suggested;
          EXPECT_TRUE(passes(kDenyEverything + ("---\n" + policy), direction, source, destination,
                             port, std::nullopt))
              << policy::direction_name(direction) << " " << from << " -> " << to << "\n"
              << policy;
        }
  EXPECT_GT(suggested, 200U);
}

TEST(SmallestPolicy, AllowsTheRequestAndNoOther) {
  const harness::TestEndpoint from = endpoint("shop/app=web");
  const harness::TestEndpoint to = endpoint("shop/app=cart");
  const policy::HttpRequest request{"GET", "/cart/1?x=(a|b)", "cart", {}};
  const Port port{policy::ip_protocol::kTcp, 7070};
  const std::string policy =
      kDenyEverything +
      ("---\n" + harness::smallest_policy(Direction::ingress, from, to, port, request));
  EXPECT_TRUE(passes(policy, Direction::ingress, from, to, port, request));
  policy::HttpRequest other = request;
  other.path = "/cart/1?x=a";
  EXPECT_FALSE(passes(policy, Direction::ingress, from, to, port, other));
  other = request;
  other.method = "PUT";
  EXPECT_FALSE(passes(policy, Direction::ingress, from, to, port, other));
}

TEST(SmallestPolicy, NamesOneDnsQuestion) {
  const harness::TestEndpoint from = endpoint("shop/app=web");
  const harness::TestEndpoint to = endpoint("kube-system/k8s-app=kube-dns");
  const Port port{policy::ip_protocol::kUdp, 53};
  const std::string policy =
      kDenyEverything + ("---\n" + harness::smallest_policy(Direction::egress, from, to, port,
                                                            policy::DnsRequest{"x.example.com"}));
  EXPECT_TRUE(
      passes(policy, Direction::egress, from, to, port, policy::DnsRequest{"x.example.com"}));
  EXPECT_FALSE(
      passes(policy, Direction::egress, from, to, port, policy::DnsRequest{"example.com"}));
}

}  // namespace
}  // namespace cnplint
