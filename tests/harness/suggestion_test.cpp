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

/// Policies that must be accepted, and manifests beside them.
struct Repository {
  explicit Repository(const std::string& text)
      : content(policy::read_documents(store.add("p.yaml", text))) {
    static const lint::Admitter kAdmitter(rules::catalogue(), environment());
    admitted = kAdmitter.admit(content);
    EXPECT_TRUE(admitted.broken.empty()) << text;
    EXPECT_TRUE(admitted.rejected.empty()) << text << admitted.rejected.front().why[0].message;
    for (const policy::Manifest& other : admitted.others)
      policy::add_to_inventory(other, inventory);
  }

  [[nodiscard]] harness::TestEndpoint endpoint(const std::string& text) const {
    const auto reference = harness::read_reference(text, false, inventory, environment());
    EXPECT_TRUE(reference) << text << ": " << reference.error().message;
    return reference->endpoint;
  }

  [[nodiscard]] harness::Suggestions suggest(
      const std::string& from, const std::string& to, Port port,
      const std::optional<policy::Request>& request = std::nullopt) const {
    const policy::Environment settings = environment();
    const policy::Surroundings surroundings = harness::surroundings_of(inventory);
    return harness::Suggester(admitted.policies, settings, surroundings, inventory)
        .suggest(endpoint(from), endpoint(to), port, request);
  }

  /// Whether a connection passes in both directions.
  [[nodiscard]] bool passes(const std::string& from, const std::string& to, Port port,
                            const std::optional<policy::Request>& request = std::nullopt) const {
    harness::Evaluator evaluator(admitted.policies, environment(),
                                 harness::surroundings_of(inventory),
                                 {endpoint(from).facts, endpoint(to).facts});
    const policy::Connection connection{0, 1, port.protocol, port.number};
    return evaluator.decide(Direction::egress, connection, request).passes() &&
           evaluator.decide(Direction::ingress, connection, request).passes();
  }

  base::SourceStore store;
  policy::FileContent content;
  lint::Admission admitted;
  policy::Inventory inventory;
};

std::string with(std::string text, const harness::Suggestions& suggestions) {
  for (const harness::Suggestion& each : suggestions.policies) text += "---\n" + each.policy;
  return text;
}

/// The one policy that is proposed.
std::string only(const harness::Suggestions& suggestions) {
  EXPECT_EQ(suggestions.policies.size(), 1U) << suggestions.none;
  return suggestions.policies.empty() ? std::string() : suggestions.policies.front().policy;
}

constexpr Port kHttps{policy::ip_protocol::kTcp, 443};

TEST(Suggestion, AllowsWhatItWasAskedFor) {
  const std::vector<std::string> endpoints{
      "shop/app=cart",    "shop/app.kubernetes.io/name=db,tier=data",
      "ops/x=on,y=yes",   "ip:203.0.113.9",
      "ip:[2001:db8::1]", "fqdn:api.stripe.com",
      "entity:host",      "entity:remote-node",
      "entity:health",    "entity:kube-apiserver",
      "entity:world",     "entity:world-ipv6"};
  const std::vector<Port> ports{kHttps,
                                {policy::ip_protocol::kUdp, 53},
                                {policy::ip_protocol::kIcmp, 8},
                                {policy::ip_protocol::kIcmpV6, 128}};
  const Repository before(kDenyEverything);
  std::size_t suggested = 0;
  for (const std::string& from : endpoints)
    for (const std::string& to : endpoints)
      for (const Port port : ports) {
        const harness::Suggestions found = before.suggest(from, to, port);
        EXPECT_EQ(before.passes(from, to, port), found.policies.empty() && found.none.empty());
        if (found.policies.empty()) continue;
        ++suggested;
        const Repository after(with(kDenyEverything, found));
        EXPECT_TRUE(after.passes(from, to, port)) << from << " -> " << to << "\n"
                                                  << with("", found);
      }
  EXPECT_GT(suggested, 150U);
}

TEST(Suggestion, AllowsTheRequestAndNoOther) {
  const policy::HttpRequest request{"GET", "/cart/1?x=(a|b)", "cart", {}};
  const Port port{policy::ip_protocol::kTcp, 7070};
  const std::string deny = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: cart}}, ingress: [{}]}
)";
  const Repository before(deny);
  const Repository after(
      with(deny, before.suggest("shop/app=web", "shop/app=cart", port, request)));
  const auto passes = [&](const policy::HttpRequest& each) {
    return after.passes("shop/app=web", "shop/app=cart", port, each);
  };
  EXPECT_TRUE(passes(request));
  policy::HttpRequest other = request;
  other.path = "/cart/1?x=a";
  EXPECT_FALSE(passes(other));
  other = request;
  other.method = "PUT";
  EXPECT_FALSE(passes(other));
}

TEST(Suggestion, NamesOneDnsQuestion) {
  const std::string deny = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {endpointSelector: {}, egress: [{}]}
)";
  const Port port{policy::ip_protocol::kUdp, 53};
  const std::string server = "kube-system/k8s-app=kube-dns";
  const Repository before(deny);
  const Repository after(with(
      deny, before.suggest("shop/app=web", server, port, policy::DnsRequest{"x.example.com"})));
  EXPECT_TRUE(after.passes("shop/app=web", server, port, policy::DnsRequest{"x.example.com"}));
  EXPECT_FALSE(after.passes("shop/app=web", server, port, policy::DnsRequest{"example.com"}));
}

std::string pod(const std::string& name, const std::string& labels, const std::string& more = {}) {
  return "---\napiVersion: v1\nkind: Pod\nmetadata: {name: " + name +
         ", namespace: shop, labels: {" + labels + "}}\nspec: {" + more +
         "containers: [{name: c, image: x}]}\n";
}

constexpr const char* kDenyShop = R"(
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: deny, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
)";

/// Each pod by what the others do not have.
TEST(Suggestion, TellsPodsApart) {
  const Repository repository(
      kDenyShop + pod("web", "app: web") + pod("canary", "app: web, track: canary") +
      pod("old", "app: api, version: v1") + pod("new", "app: api, version: v2") +
      pod("job", "app: job", "serviceAccountName: job, ") + pod("cron", "app: job"));
  const auto selector = [&](const std::string& to) {
    const std::string text = only(repository.suggest("ip:203.0.113.9", "Pod/shop/" + to, kHttps));
    const std::size_t begin = text.find("endpointSelector: ");
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(selector("web"),
            "endpointSelector: {matchLabels: {app: web}, matchExpressions: [{key: track, operator: "
            "DoesNotExist}]}");
  EXPECT_EQ(selector("canary"), "endpointSelector: {matchLabels: {app: web, track: canary}}");
  EXPECT_EQ(selector("old"), "endpointSelector: {matchLabels: {app: api, version: v1}}");
  EXPECT_EQ(selector("job"),
            "endpointSelector: {matchLabels: {app: job, "
            "k8s:io.cilium.k8s.policy.serviceaccount: job}}");
  EXPECT_EQ(selector("cron"),
            "endpointSelector: {matchLabels: {app: job, "
            "k8s:io.cilium.k8s.policy.serviceaccount: default}}");
}

TEST(Suggestion, SaysWhyThereIsNone) {
  const Repository repository(kDenyShop + pod("web", "app: web") + pod("twin", "app: web") +
                              pod("bare", "") + pod("hashed", "pod-template-hash: abcdef12") +
                              pod("db", "app: db") + R"(---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: guard, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  egressDeny: [{toEntities: [world]}]
  ingressDeny: [{fromEndpoints: [{matchLabels: {app: web}}]}]
  enableDefaultDeny: {egress: false}
)");
  const auto none = [&](const std::string& from, const std::string& to) {
    const harness::Suggestions found = repository.suggest(from, to, kHttps);
    EXPECT_TRUE(found.policies.empty()) << with("", found);
    return found.none;
  };
  EXPECT_NE(none("ip:203.0.113.9", "Pod/shop/web").find("no selector tells them apart"),
            std::string::npos);
  for (const char* name : {"Pod/shop/bare", "Pod/shop/hashed"}) {
    EXPECT_NE(none("ip:203.0.113.9", name).find("has no label that stays"), std::string::npos);
    EXPECT_NE(none(name, "Pod/shop/db").find("has no label that stays"), std::string::npos);
  }
  EXPECT_NE(none("Pod/shop/web", "Pod/shop/db").find("explicitly"), std::string::npos);
  EXPECT_NE(none("fqdn:x.example.com", "Pod/shop/db").find("by its name"), std::string::npos);
  EXPECT_EQ(none("Pod/shop/db", "ip:203.0.113.9"),
            "while CiliumNetworkPolicy/shop/guard denies egress explicitly, no other policy can "
            "allow it");
}

/// To apply a proposal must not replace a policy that is there.
TEST(Suggestion, TakesNoNameThatIsTaken) {
  const std::string text = kDenyShop + pod("db", "app: db");
  const std::string first = only(Repository(text).suggest("shop/app=web", "Pod/shop/db", kHttps));
  EXPECT_NE(first.find("name: db-from-web-443-tcp,"), std::string::npos) << first;
  const std::string second =
      only(Repository(text + "---\n" + first)
               .suggest("shop/app=web", "Pod/shop/db", {policy::ip_protocol::kTcp, 80}));
  EXPECT_NE(second.find("name: db-from-web-80-tcp,"), std::string::npos) << second;
  std::string other = first;
  other.replace(other.find("app: web"), 8, "app: api");
  const std::string third =
      only(Repository(text + "---\n" + other).suggest("shop/app=web", "Pod/shop/db", kHttps));
  EXPECT_NE(third.find("name: db-from-web-443-tcp-2,"), std::string::npos) << third;
}

/// Where requests are filtered but nothing is denied by default, that stays so.
TEST(Suggestion, LeavesAnOpenDirectionOpen) {
  const std::string filter = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: filter, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  enableDefaultDeny: {ingress: false}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}], rules: {http: [{method: GET}]}}]
)";
  policy::Environment settings = environment();
  settings.cilium = policy::Release{18};
  base::SourceStore store;
  const auto content = policy::read_documents(store.add("p.yaml", filter));
  const lint::Admission admitted = lint::Admitter(rules::catalogue(), settings).admit(content);
  const auto end = [&](const char* text) {
    return harness::read_reference(text, false, {}, settings)->endpoint;
  };
  const harness::Suggestions found =
      harness::Suggester(admitted.policies, settings, {}, {})
          .suggest(end("shop/app=web"), end("shop/app=cart"), {policy::ip_protocol::kTcp, 7070},
                   policy::HttpRequest{"POST", "/x", "cart", {}});
  EXPECT_NE(only(found).find("enableDefaultDeny: {ingress: false}"), std::string::npos)
      << with("", found);
}

}  // namespace
}  // namespace cnplint
