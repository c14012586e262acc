// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "policy/model/label.h"
#include "policy/model/policy_kind.h"
#include "policy/model/port.h"

namespace cnplint::policy {
namespace {

TEST(Address, ReadStrictly) {
  for (const char* good :
       {"10.0.0.0/8", "0.0.0.0/0", "::/0", "2001:db8::/32", "::ffff:1.2.3.4/100", "10.1.2.3/8"})
    EXPECT_TRUE(parse_prefix(good)) << good;
  for (const char* bad :
       {"", "10.0.0.0", "10.0.0.0/33", "010.0.0.0/8", "10.0.0.0/08", "10.0.0/8", "10.0.0.0/",
        "10.0.0.0/+8", "::/129", "fe80::1%eth0/64", "a/8", "10.0.0.0/8 ", "1.2.3.4.5/8"})
    EXPECT_FALSE(parse_prefix(bad)) << bad;
  EXPECT_TRUE(parse_address("fe80::1%eth0")->zone);
  EXPECT_FALSE(parse_address("10.0.0.1%eth0"));
  EXPECT_FALSE(parse_address("fe80::1%"));
}

TEST(Address, TheApiServerIsLaxer) {
  for (const char* good : {"10.0.0.0/8", "010.0.0.0/8", "10.0.0.0/08", "10.000.0.0/8"})
    EXPECT_TRUE(is_sloppy_cidr(good)) << good;
  for (const char* bad : {"", "10.0.0.0", "10.0.0.0/33", "fe80::1%eth0/64", "300.0.0.0/8"})
    EXPECT_FALSE(is_sloppy_cidr(bad)) << bad;
}

TEST(Address, Containment) {
  const auto wide = *parse_prefix("10.0.0.0/8");
  EXPECT_TRUE(wide.contains(*parse_address("10.255.0.1")));
  EXPECT_FALSE(wide.contains(*parse_address("11.0.0.0")));
  EXPECT_FALSE(wide.contains(*parse_address("::a00:1")));
  EXPECT_FALSE(wide.has_host_bits());
  EXPECT_TRUE(parse_prefix("10.0.0.1/8")->has_host_bits());
  const auto first = [](const char* text) { return to_string(parse_prefix(text)->first()); };
  EXPECT_EQ(first("10.3.4.5/8"), "10.0.0.0");
  EXPECT_EQ(first("192.0.2.255/29"), "192.0.2.248");
  EXPECT_EQ(first("192.0.2.255/32"), "192.0.2.255");
  EXPECT_EQ(first("192.0.2.255/0"), "0.0.0.0");
  EXPECT_EQ(first("2001:db8:ffff::1/33"), "2001:db8:8000::");
}

TEST(DnsName, OnlyOneNameWithoutStars) {
  const auto only = [](const char* text) {
    return std::string(DnsPattern(text, Release{20}).only_name());
  };
  EXPECT_EQ(only("API.example"), "api.example.");
  for (const char* several : {"*", "*.example", "a*.example", "**.example"})
    EXPECT_EQ(only(several), "") << several;
}

TEST(Port, NumbersInGosSyntax) {
  EXPECT_EQ(port_number("80"), 80);
  EXPECT_EQ(port_number("010"), 8);
  EXPECT_EQ(port_number("0777"), 511);
  EXPECT_EQ(port_number("1_000"), 1000);
  EXPECT_EQ(port_number("0"), 0);
  EXPECT_EQ(port_number("00"), 0);
  EXPECT_EQ(port_number("65535"), 65535);
  for (const char* bad :
       {"", "65536", "080", "+80", "-1", "80 ", "80-90", "1__0", "_1", "1_", "0x50"})
    EXPECT_EQ(port_number(bad), std::nullopt) << bad;
}

TEST(Port, Names) {
  for (const char* good : {"http", "0x50", "1-2a", "a", "dns-tcp", "abcdefghijklmno"})
    EXPECT_TRUE(is_port_name(good)) << good;
  for (const char* bad : {"", "80", "a--b", "-a", "a-", "a_b", "abcdefghijklmnop", "a.b", "http "})
    EXPECT_FALSE(is_port_name(bad)) << bad;
}

TEST(Port, Protocols) {
  EXPECT_TRUE(is_known_protocol("tcp"));
  EXPECT_TRUE(is_known_protocol(""));
  EXPECT_TRUE(is_known_protocol("Vrrp"));
  EXPECT_FALSE(is_known_protocol("ICMP"));
  EXPECT_TRUE(is_portless_protocol("gre"));
  EXPECT_FALSE(is_portless_protocol("ANY"));
}

TEST(PolicyKind, IsKnownByNameAndGroup) {
  const auto kind = [](std::string_view name, std::string_view api_version) {
    return policy_kind({{}, name, api_version});
  };
  for (const KindFacts& facts : kPolicyKinds) {
    EXPECT_EQ(kind(facts.name, facts.api_version), facts.kind) << facts.name;
    EXPECT_EQ(&facts_of(facts.kind), &facts);
  }
  EXPECT_EQ(kind("NetworkPolicy", "extensions/v1beta1"), PolicyKind::network_policy);
  EXPECT_EQ(kind("CiliumNetworkPolicy", "cilium.oi/v2"), PolicyKind::cilium_network_policy);
  EXPECT_EQ(kind("NetworkPolicy", "projectcalico.org/v3"), std::nullopt);
  EXPECT_EQ(kind("NetworkPolicy", ""), std::nullopt);
  EXPECT_EQ(kind("EgressFirewall", "extensions/v1beta1"), std::nullopt);
}

TEST(Label, ValuesAndKeys) {
  EXPECT_TRUE(is_label_value(""));
  EXPECT_TRUE(is_label_value("a-b_c.d"));
  EXPECT_TRUE(is_label_value(std::string(63, 'a')));
  EXPECT_FALSE(is_label_value(std::string(64, 'a')));
  EXPECT_FALSE(is_label_value("-a"));
  EXPECT_FALSE(is_label_value("a b"));
  EXPECT_TRUE(is_label_key("app.kubernetes.io/name"));
  EXPECT_FALSE(is_label_key("App.io/name/x"));
  EXPECT_FALSE(is_label_key("UPPER.io/name"));
  EXPECT_FALSE(is_label_key(""));
}

TEST(Label, SelectorKeysByRelease) {
  constexpr Release k119{19};
  constexpr Release k120{20};
  EXPECT_TRUE(is_selector_key("k8s:app", k120));
  EXPECT_FALSE(is_selector_key("a:b:c", k120));
  EXPECT_FALSE(is_selector_key(":app", k120));
  EXPECT_FALSE(is_selector_key("k-8s:app", k120));
  EXPECT_TRUE(is_selector_key(std::string(63, 'a'), k120));
  // Before 1.20 `any.` counts as part of an unprefixed key.
  EXPECT_TRUE(is_selector_key(std::string(59, 'a'), k119));
  EXPECT_FALSE(is_selector_key(std::string(60, 'a'), k119));
  EXPECT_TRUE(is_selector_key("$host", k119));
  EXPECT_TRUE(is_selector_key("app=x y", k119));
}

}  // namespace
}  // namespace cnplint::policy
