// SPDX-License-Identifier: Apache-2.0
//
// What is allowed beside what was seen: each widening with what stays as narrow as it was.
#include <gtest/gtest.h>

#include "synth/evidence.h"
#include "synth/flow_list.h"
#include "synth/widen.h"
#include "tests/golden.h"
#include "tests/synth/synthesised.h"

namespace cnplint {
namespace {

using synth::Widening;
using tests::egress;
using tests::flow;
using tests::ingress;
using tests::synthesised;
using tests::updated;
using Texts = std::vector<std::string>;

std::string scrape(const std::string& node) {
  return flow({.from = "watch/scraper", .to = node, .port = 9100});
}

TEST(SynthWidening, HostAndRemoteNodeStandTogether) {
  for (const char* node : {"host", "remote-node"}) {
    const auto result = synthesised(scrape(node));
    EXPECT_EQ(egress(result->policy("watch/scraper")),
              (Texts{"host 9100/TCP", tests::kUsualDns, "remote-node 9100/TCP"}));
    const std::string other = node == std::string("host") ? "remote-node" : "host";
    EXPECT_TRUE(result->has("# " + other + " 9100/TCP: not seen, host beside remote-node"));
    EXPECT_EQ(synth::widenings(result->synthesis),
              (std::map<Widening, std::uint64_t>{{Widening::host_beside_remote_node, 1}}));
    EXPECT_NE(evidence_json(result->synthesis).find("\"name\": \"host beside remote-node\""),
              std::string::npos);
  }
  // Where both were seen nothing is added, nor beside other entities and other ports.
  const auto both = synthesised(scrape("host") + scrape("remote-node"));
  EXPECT_TRUE(synth::widenings(both->synthesis).empty());
  const auto server = synthesised(scrape("kube-apiserver") + flow({}));
  EXPECT_EQ(egress(server->policy("watch/scraper")),
            (Texts{tests::kUsualDns, "kube-apiserver 9100/TCP"}));
}

TEST(SynthWidening, DnsServersOnNodesAreOnAllOfThem) {
  // One was seen asking, the other one was not: both get the servers of every node, over TCP too.
  const auto result =
      synthesised(flow({.from = "shop/cart", .to = "remote-node", .port = 53, .protocol = "UDP"}) +
                  flow({.from = "shop/pay", .to = "shop/cart", .port = 80}));
  EXPECT_EQ(egress(result->policy("shop/cart")), (Texts{"host 53/ANY", "remote-node 53/ANY"}));
  EXPECT_EQ(egress(result->policy("shop/pay")),
            (Texts{"app=cart@shop 80/TCP", "host 53/ANY", "remote-node 53/ANY"}));
}

TEST(SynthWidening, HostBesideRemoteNodeForIngress) {
  const std::string capture =
      flow({.from = "remote-node", .to = "shop/cart", .port = 8080, .direction = "INGRESS"});
  EXPECT_EQ(ingress(synthesised(capture)->policy("shop/cart")),
            (Texts{"host 8080/TCP", "remote-node 8080/TCP"}));
  // Probes of the local host make no rule, so nothing stands beside one.
  const auto probe = synthesised(
      flow({.from = "host", .to = "shop/cart", .port = 8080, .direction = "INGRESS"}) + flow({}));
  EXPECT_EQ(ingress(probe->policy("shop/cart")), Texts{});
}

TEST(SynthWidening, NodesThatMustNotBeReached) {
  const tests::TemporaryFolder folder;
  synth::SynthesisOptions options;
  options.learn.forbidden =
      *synth::read_flow_list(folder.write("deny", "watch/* -> host 9100/TCP\n").string());
  EXPECT_EQ(egress(synthesised(scrape("remote-node"), options)->policy("watch/scraper")),
            (Texts{tests::kUsualDns, "remote-node 9100/TCP"}));
  const std::string denied = flow({.from = "watch/scraper",
                                   .to = "host",
                                   .port = 9100,
                                   .verdict = "DROPPED",
                                   .drop_reason = 181});
  EXPECT_EQ(egress(synthesised(scrape("remote-node") + denied)->policy("watch/scraper")),
            (Texts{tests::kUsualDns, "remote-node 9100/TCP"}));
}

TEST(SynthWidening, AnUpdateWidensWhatItAdds) {
  const std::string before = synthesised(scrape("kube-apiserver"))->text;
  const std::string after = updated(before, scrape("kube-apiserver") + scrape("remote-node"));
  EXPECT_NE(after.find("- host\n"), std::string::npos) << after;
  EXPECT_EQ(updated(after, scrape("kube-apiserver") + scrape("remote-node")), after);
  // What stands there by somebody's decision stays.
  std::string narrow = synthesised(scrape("remote-node"))->text;
  narrow.erase(narrow.find("    - host\n"), std::string("    - host\n").size());
  EXPECT_EQ(updated(narrow, scrape("remote-node")), narrow);
}

}  // namespace
}  // namespace cnplint
