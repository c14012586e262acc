// SPDX-License-Identifier: Apache-2.0
//
// Public ports are open to the next client, too; nothing else is.
#include <gtest/gtest.h>

#include "synth/flow_list.h"
#include "synth/many_addresses.h"
#include "synth/widen.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using tests::flow;
using tests::ingress;
using tests::synthesised;
using Texts = std::vector<std::string>;

struct Clients {
  int count = 5;
  int port = 443;
  bool answered = true;
};

/// Addresses outside that connect to a gateway.
std::string clients(const Clients& asked) {
  std::string capture;
  for (int i = 1; i <= asked.count; ++i) {
    const std::string address = "198.51.100." + std::to_string(10 * i);
    capture += flow({.from = address, .to = "edge/gw", .port = asked.port, .direction = "INGRESS"});
    if (asked.answered)
      capture += flow({.from = "edge/gw",
                       .to = address,
                       .port = 40000,
                       .reply = "true",
                       .source_port = asked.port,
                       .event = 4});
  }
  return capture;
}

Texts of_gateway(const std::string& capture, const synth::SynthesisOptions& options = {}) {
  return ingress(tests::synthesised_unchecked(capture, options)->policy("edge/gw"));
}

TEST(SynthPublic, ManyAddressesAreTheWorld) {
  const auto result = synthesised(clients({}));
  EXPECT_EQ(ingress(result->policy("edge/gw")), (Texts{"world 443/TCP"}));
  EXPECT_TRUE(
      result->has("# world 443/TCP: 5 flows, 2026-03-02T08:00:00Z, public: 5 addresses seen"))
      << result->text;
  EXPECT_EQ(synth::widenings(result->synthesis).at(synth::Widening::public_ingress), 1U);
  EXPECT_EQ(of_gateway(clients({.count = 4})).size(), 4U);
}

TEST(SynthPublic, OptionsDecide) {
  synth::SynthesisOptions options;
  options.learn.public_ingress = synth::PublicIngress::never;
  EXPECT_EQ(of_gateway(clients({}), options).size(), 5U);
  options.learn.public_ingress = synth::PublicIngress::always;
  EXPECT_EQ(of_gateway(clients({.count = 1}), options), (Texts{"world 443/TCP"}));
  options.learn.public_ingress = synth::PublicIngress::automatic;
  options.learn.public_from = 6;
  EXPECT_EQ(of_gateway(clients({}), options).size(), 5U);
}

TEST(SynthPublic, OnlyWhatWasAnswered) {
  // Somebody else's replies show that the capture would have those of these.
  const std::string answers = flow({}) + flow({.from = "shop/db",
                                               .to = "shop/cart",
                                               .port = 40000,
                                               .reply = "true",
                                               .source_port = 5432});
  EXPECT_EQ(of_gateway(clients({.answered = false}) + answers).size(), 5U);
  // Without any reply nobody knows.
  EXPECT_EQ(of_gateway(clients({.answered = false})), (Texts{"world 443/TCP"}));
}

TEST(SynthPublic, AResetIsNoAnswer) {
  std::string refused = clients({.port = 9999});
  const std::string opener = R"("source_port":9999,"destination_port":40000)";
  for (std::size_t at = refused.find(opener); at != std::string::npos;
       at = refused.find(opener, at + 1))
    refused.insert(at + opener.size(), R"(,"flags":{"RST":true,"ACK":true})");
  ASSERT_NE(refused.find("RST"), std::string::npos);
  EXPECT_EQ(of_gateway(refused).size(), 5U);
  EXPECT_EQ(of_gateway(clients({.port = 9999})), (Texts{"world 9999/TCP"}));
}

TEST(SynthPublic, NeverPortsOfAdministrationOrData) {
  synth::SynthesisOptions options;
  options.learn.suspicious = true;
  options.learn.public_ingress = synth::PublicIngress::always;
  for (const int port : {22, 5432, 6379})
    EXPECT_EQ(of_gateway(clients({.port = port}), options).size(), 5U) << port;
}

TEST(SynthPublic, WhereMostClientsAreOfTheClusterItIsNotFor) {
  std::string capture = clients({});
  for (const char* pod : {"a/a", "b/b", "c/c", "d/d", "e/e", "f/f"})
    capture += flow({.from = pod, .to = "edge/gw", .port = 443});
  EXPECT_EQ(of_gateway(capture).size(), 11U);
  const auto result = tests::synthesised_unchecked(capture);
  ASSERT_EQ(result->synthesis.learned.not_public.size(), 1U);
  EXPECT_NE(result->synthesis.learned.not_public.front().find("more of its clients are in"),
            std::string::npos);
}

TEST(SynthPublic, PrivateAddressesAreNoPublic) {
  std::string capture;
  for (int i = 1; i <= 8; ++i)
    capture += flow({.from = "10.9.0." + std::to_string(3 * i),
                     .to = "edge/gw",
                     .port = 443,
                     .direction = "INGRESS"});
  const auto result = tests::synthesised_unchecked(capture);
  EXPECT_EQ(ingress(result->policy("edge/gw")).size(), 8U);
  EXPECT_EQ(result->synthesis.learned.not_public.size(), 1U);
}

/// Egress to so many addresses, so far from each other.
std::string egress_to(unsigned count, unsigned apart) {
  std::string capture;
  for (unsigned i = 0; i < count; ++i)
    capture += flow(
        {.to = "203.0." + std::to_string(i * apart / 256) + "." + std::to_string(i * apart % 256),
         .port = 443});
  return capture;
}

TEST(SynthPublic, EgressToManyAddressesIsTold) {
  const auto few = tests::synthesised(egress_to(9, 3));
  EXPECT_EQ(synth::many_addresses(few->synthesis.drafts), Texts());
  // 12 addresses within 34: a /26 has them.
  const auto many = tests::synthesised(egress_to(12, 3));
  EXPECT_EQ(
      synth::many_addresses(many->synthesis.drafts),
      Texts{"shop/cart -> 12 addresses on 443/TCP, and the next one is denied: --generalize 52 "
            "allows 203.0.0.0/26 instead, which has them all"});
  synth::SynthesisOptions options;
  options.draft.generalize = 52;
  const auto range = tests::synthesised(egress_to(12, 3), options);
  EXPECT_EQ(tests::egress(range->policy("shop/cart")),
            (Texts{"203.0.0.0/26 443/TCP", tests::kUsualDns}));
  EXPECT_EQ(synth::many_addresses(range->synthesis.drafts), Texts());
  std::string wide = egress_to(12, 3) + flow({.to = "198.51.100.1", .port = 443});
  EXPECT_NE(synth::many_addresses(tests::synthesised(wide)->synthesis.drafts)
                .at(0)
                .find("no range has them all"),
            std::string::npos);
}

TEST(SynthPublic, WhatIsRefusedStaysOut) {
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  options.learn.forbidden =
      *synth::read_flow_list(folder.write("deny", "203.0.113.0/24 -> edge/* 443/TCP\n").string());
  EXPECT_EQ(of_gateway(clients({}), options).size(), 5U);
  options = {};
  options.learn.blocked =
      *synth::read_address_list(folder.write("block", "203.0.113.9\n").string());
  EXPECT_EQ(of_gateway(clients({}), options).size(), 5U);
  // Policy keeps an address out today.
  const std::string refused = flow({.from = "203.0.113.9",
                                    .to = "edge/gw",
                                    .port = 443,
                                    .direction = "INGRESS",
                                    .verdict = "DROPPED",
                                    .drop_reason = 133});
  EXPECT_EQ(of_gateway(clients({}) + refused).size(), 5U);
}

TEST(SynthPublic, ANetworkPolicyNamesEveryAddress) {
  synth::SynthesisOptions options;
  options.draft.kind = policy::PolicyKind::network_policy;
  EXPECT_EQ(of_gateway(clients({}), options), (Texts{"0.0.0.0/0 443/TCP"}));
}

TEST(SynthPublic, AnUpdateOpensWhatIsPublic) {
  const std::string known = clients({.count = 2, .port = 8443});
  const std::string before = synthesised(known)->text;
  const std::string after = tests::updated(before, known + clients({}));
  EXPECT_NE(after.find("- world\n"), std::string::npos) << after;
  EXPECT_EQ(tests::updated(after, known + clients({.count = 9})), after);
}

}  // namespace
}  // namespace cnplint
