// SPDX-License-Identifier: Apache-2.0
//
// What a spec says of itself, by the kind of its policy.
#include <gtest/gtest.h>

#include <string>

#include "policy/model/policy.h"
#include "policy/yaml/reader.h"

namespace cnplint::policy {
namespace {

/// The directions that a spec puts into default deny: "", "ingress", "egress" or both.
std::string default_deny(PolicyKind kind, const std::string& spec) {
  base::SourceStore store;
  const auto content = read_documents(store.add("policy.yaml", "spec: " + spec));
  const Policy policy = read_policy(kind, content.documents.at(0).root());
  EXPECT_EQ(policy.specs.at(0).kind, kind);
  std::string result;
  for (const Direction direction : {Direction::ingress, Direction::egress})
    if (policy.specs.at(0).default_deny(direction)) result += direction_name(direction);
  return result;
}

TEST(Spec, NetworkPolicyDeniesByTypesAndByRules) {
  const auto of = [](const char* spec) { return default_deny(PolicyKind::network_policy, spec); };
  EXPECT_EQ(of("{podSelector: {}}"), "ingress");
  EXPECT_EQ(of("{}"), "ingress");
  EXPECT_EQ(of("{podSelector: {}, policyTypes: []}"), "ingress");
  EXPECT_EQ(of("{podSelector: {}, policyTypes: [Ingress]}"), "ingress");
  EXPECT_EQ(of("{podSelector: {}, policyTypes: [Egress]}"), "egress");
  EXPECT_EQ(of("{podSelector: {}, policyTypes: [Egress, Ingress]}"), "ingressegress");
  EXPECT_EQ(of("{podSelector: {}, egress: []}"), "ingress");
  EXPECT_EQ(of("{podSelector: {}, egress: [{}]}"), "ingressegress");
  EXPECT_EQ(of("{egress: [{}]}"), "ingressegress");
  // Rules count in a direction that policyTypes does not list.
  EXPECT_EQ(of("{podSelector: {}, ingress: [{}], policyTypes: [Egress]}"), "ingressegress");
  EXPECT_EQ(of("{podSelector: {}, egress: [{}], policyTypes: [Ingress]}"), "ingressegress");
}

TEST(Spec, CiliumDeniesByItemsUnlessToldNotTo) {
  for (const PolicyKind kind :
       {PolicyKind::cilium_network_policy, PolicyKind::cilium_clusterwide_network_policy}) {
    EXPECT_EQ(default_deny(kind, "{endpointSelector: {}}"), "");
    EXPECT_EQ(default_deny(kind, "{endpointSelector: {}, ingress: []}"), "");
    EXPECT_EQ(default_deny(kind, "{endpointSelector: {}, ingressDeny: [{}]}"), "ingress");
    EXPECT_EQ(default_deny(kind,
                           "{endpointSelector: {}, ingress: [{}], egress: [{}],"
                           " enableDefaultDeny: {ingress: false}}"),
              "egress");
    // Fields of NetworkPolicy are dropped and mean nothing.
    EXPECT_EQ(default_deny(kind, "{endpointSelector: {}, policyTypes: [Ingress, Egress]}"), "");
    EXPECT_EQ(default_deny(kind, "{podSelector: {}, egress: [{}]}"), "egress");
  }
}

TEST(Spec, FirewallsAllowWhatTheyDoNotMatch) {
  for (const PolicyKind kind : {PolicyKind::egress_firewall, PolicyKind::egress_network_policy})
    EXPECT_EQ(default_deny(kind, "{egress: [{type: Deny, to: {cidrSelector: 0.0.0.0/0}}]}"), "");
}

}  // namespace
}  // namespace cnplint::policy
