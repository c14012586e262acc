// SPDX-License-Identifier: Apache-2.0
#include "harness/suggestion.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "base/text.h"
#include "harness/endpoint_reference.h"
#include "policy/verdict/evaluator.h"
#include "policy/yaml/reader.h"
#include "tests/admitted.h"

namespace cnplint {
namespace {

using policy::Direction;
using policy::Port;

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
    static const project::Judge kJudge(environment());
    admitted = tests::admitted(content, kJudge);
    EXPECT_TRUE(admitted.broken.empty()) << text;
    EXPECT_TRUE(admitted.rejected.empty()) << text << admitted.rejected.front().why[0].message;
    inventory = admitted.inventory;
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
    const policy::Surroundings surroundings = policy::surroundings_of(inventory);
    return harness::Suggester(admitted.policies, settings, surroundings, inventory)
        .suggest(endpoint(from), endpoint(to), port, request);
  }

  /// Whether a connection passes in both directions.
  [[nodiscard]] bool passes(const std::string& from, const std::string& to, Port port,
                            const std::optional<policy::Request>& request = std::nullopt) const {
    policy::Evaluator evaluator(admitted.policies, environment(),
                                policy::surroundings_of(inventory),
                                {endpoint(from).facts, endpoint(to).facts});
    const policy::Connection connection{0, 1, port.protocol, port.number};
    return evaluator.decide(Direction::egress, connection, request).passes() &&
           evaluator.decide(Direction::ingress, connection, request).passes();
  }

  base::SourceStore store;
  policy::FileContent content;
  tests::Admitted admitted;
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
      "shop/app=cart",         "shop/app.kubernetes.io/name=db,tier=data",
      "ops/x=on,y=yes",        "ip:203.0.113.9",
      "ip:[2001:db8::1]",      "ip:[::1]",
      "fqdn:api.stripe.com",   "entity:host",
      "entity:remote-node",    "entity:health",
      "entity:kube-apiserver", "entity:world",
      "entity:world-ipv6"};
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
            "'k8s:io.cilium.k8s.policy.serviceaccount': job}}");
  EXPECT_EQ(selector("cron"),
            "endpointSelector: {matchLabels: {app: job, "
            "'k8s:io.cilium.k8s.policy.serviceaccount': default}}");
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

/// Names of proposals that differ in anything: to apply one must not replace another.
TEST(Suggestion, HasANameOfItsOwn) {
  const std::string text = kDenyShop + pod("db", "app: db") + pod("web", "app: web") + "---\n" +
                           R"(apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: {name: closed}
spec: {endpointSelector: {}, ingress: [{}], egress: [{}]}
)";
  const Repository repository(text);
  std::set<std::string> names;
  std::size_t proposed = 0;
  const auto add = [&](const std::string& from, const std::string& to, Port port,
                       const std::optional<policy::Request>& request = std::nullopt) {
    for (const harness::Suggestion& each : repository.suggest(from, to, port, request).policies) {
      const std::size_t begin = each.policy.find("name: ");
      names.insert(each.policy.substr(begin, each.policy.find(',', begin) - begin));
      ++proposed;
    }
  };
  const std::string longest(60, 'x');
  for (const std::string peer : {"shop/web", "ops/app=web", "shop/app=web,tier=x", "ip:203.0.113.9",
                                 "ip:[2001:db8::1]", "ip:[2001:db8:1::]"}) {
    add(peer, "shop/db", kHttps);
    add(peer, "shop/db", {policy::ip_protocol::kTcp, 80});
  }
  add("shop/app=" + longest, "shop/app=" + longest + "2", kHttps);
  add("shop/web", "fqdn:a.b.example", kHttps);
  add("shop/web", "fqdn:a-b.example", kHttps);
  add("shop/web", "shop/db", kHttps, policy::HttpRequest{"GET", "/x", "", {}});
  add("shop/web", "shop/db", kHttps, policy::HttpRequest{"PUT", "/x", "", {}});
  EXPECT_GT(proposed, 15U);
  EXPECT_EQ(names.size(), proposed);
}

TEST(Suggestion, TakesNoNameThatIsTaken) {
  const std::string text = kDenyShop + pod("db", "app: db");
  const auto name_of = [](const std::string& policy) {
    const std::size_t begin = policy.find("name: ") + 6;
    return policy.substr(begin, policy.find(',', begin) - begin);
  };
  const std::string first = only(Repository(text).suggest("shop/app=web", "Pod/shop/db", kHttps));
  EXPECT_TRUE(name_of(first).starts_with("db-from-web-443-tcp-")) << first;
  std::string other = first;
  other.replace(other.find("app: web"), 8, "app: api");
  const std::string second =
      only(Repository(text + "---\n" + other).suggest("shop/app=web", "Pod/shop/db", kHttps));
  EXPECT_EQ(name_of(second), name_of(first) + "-2") << second;
}

/// A rule without L7 rules beside one with them would let every request through (A2.3).
TEST(Suggestion, VoidsNoRequestFilter) {
  const Repository repository(pod("web", "app: web") + pod("cart", "app: cart") + R"(---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: reads, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "7070", protocol: TCP}], rules: {http: [{method: GET}]}}]
)");
  const Port port{policy::ip_protocol::kTcp, 7070};
  const harness::Suggestions found =
      repository.suggest("shop/web", "shop/cart", port, policy::DnsRequest{"x.example.com"});
  EXPECT_TRUE(found.policies.empty()) << with("", found);
  EXPECT_NE(found.none.find("void the L7 rules"), std::string::npos) << found.none;
  EXPECT_EQ(
      repository
          .suggest("shop/web", "shop/cart", port, policy::HttpRequest{"PUT", "/x", "cart", {}})
          .policies.size(),
      1U);
}

TEST(Suggestion, SaysWhatItNeeds) {
  const Repository repository(pod("web", "app: web") +
                              pod("agent", "app: agent", "hostNetwork: true, ") + R"(---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: closed, namespace: shop}
spec: {podSelector: {}, policyTypes: [Egress]}
---
apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec: {egress: [{type: Deny, to: {cidrSelector: 203.0.113.0/24}}]}
)");
  const auto notes = [&](const std::string& to) {
    return base::joined(repository.suggest("shop/web", to, kHttps).notes, "; ");
  };
  EXPECT_NE(notes("fqdn:www.example.com").find("once a DNS rule"), std::string::npos);
  EXPECT_NE(notes("Pod/shop/agent").find("opens the port of every node"), std::string::npos);
  EXPECT_EQ(notes("ip:192.0.2.1"), "");
  const harness::Suggestions denied = repository.suggest("shop/web", "ip:203.0.113.9", kHttps);
  EXPECT_NE(denied.none.find("EgressFirewall/shop/default denies egress explicitly"),
            std::string::npos)
      << denied.none;
}

/// What a controller made beside it is the same workload, and two of its pods are.
TEST(Suggestion, KnowsReplicas) {
  std::string text = kDenyShop;
  for (const auto& [kind, name, owner] :
       {std::tuple("Deployment", "cart", ""), std::tuple("ReplicaSet", "cart-1", "Deployment"),
        std::tuple("Pod", "cart-1-a", "ReplicaSet"), std::tuple("Pod", "cart-1-b", "ReplicaSet")}) {
    const bool is_pod = std::string(kind) == "Pod";
    const std::string owners =
        *owner == '\0' ? "" : std::string(", ownerReferences: [{kind: ") + owner + ", name: x}]";
    const std::string spec = "{containers: [{name: c, image: x}]}";
    text += std::string("---\napiVersion: ") + (is_pod ? "v1" : "apps/v1") + "\nkind: " + kind +
            "\nmetadata: {name: " + name + ", namespace: shop, labels: {app: cart}" + owners +
            "}\nspec: " +
            (is_pod ? spec : "{template: {metadata: {labels: {app: cart}}, spec: " + spec + "}}") +
            "\n";
  }
  const Repository repository(text);
  for (const char* to : {"Deployment/shop/cart", "ReplicaSet/shop/cart-1", "Pod/shop/cart-1-a"})
    EXPECT_NE(only(repository.suggest("ip:203.0.113.9", to, kHttps))
                  .find("endpointSelector: {matchLabels: {app: cart}}"),
              std::string::npos)
        << to;
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
  const tests::Admitted admitted = tests::admitted(content, project::Judge(settings));
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
