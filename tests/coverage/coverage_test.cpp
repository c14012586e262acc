// SPDX-License-Identifier: Apache-2.0
//
// Coverage: against the truth of generated traffic, and case by case.
#include "coverage/coverage.h"

#include <gtest/gtest.h>

#include <set>

#include "flows/reader.h"
#include "project/measure.h"
#include "tests/bench/flows/truth.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using coverage::Coverage;

/// Policies and manifests held against flows.
struct Measured {
  explicit Measured(const policy::Environment& environment) : project(config_of(environment)) {}
  static lint::Config config_of(const policy::Environment& environment) {
    lint::Config config;
    config.environment = environment;
    return config;
  }

  project::Project project;
  std::unique_ptr<project::Measurement> measurement;
  const coverage::CoverageReport& report() const { return measurement->report; }
  const coverage::ObservedTraffic& traffic() const { return measurement->traffic; }
};

/// Measures texts. `manifests` holds policies and workloads.
std::unique_ptr<Measured> measured(const std::string& manifests, const std::string& flows,
                                   const policy::Environment& environment = {}) {
  const tests::TemporaryFolder folder;
  auto input = std::make_unique<Measured>(environment);
  const flows::Reading reading =
      flows::read_captures({folder.write("flows.jsonl", flows).string()}, {});
  EXPECT_TRUE(reading.unreadable.empty());
  const project::Inputs& inputs = input->project.open({}, {{"all.yaml", manifests}});
  const project::Cluster& cluster = inputs.clusters().front();
  for (const std::string& error : inputs.errors()) ADD_FAILURE() << error;
  for (const project::RefusedPolicy& each : cluster.refused())
    ADD_FAILURE() << each.subject << ": " << each.reason();
  input->measurement = project::measure(cluster, flows::resolve(reading.table));
  return input;
}

TEST(Coverage, IsWhatTheGeneratorKnows) {
  const tests::Traffic traffic = tests::generate_traffic({.seed = 11, .flows = 6000});
  const auto input = measured(traffic.policies, traffic.capture);
  for (const coverage::ConnectionCoverage& each : input->report().connections) {
    const coverage::ObservedConnection& seen = input->traffic().connections[each.observed];
    // What was denied there is denied here; what passed and is denied here is drift.
    EXPECT_EQ(!each.drift.empty(), seen.passed > 0 && each.coverage == Coverage::denied);
  }
  const tests::TrafficTruth& truth = traffic.truth;
  const tests::TrafficTruth found = tests::truth_of(input->report(), input->traffic());
  EXPECT_EQ(found.covered, truth.covered);
  EXPECT_EQ(found.denied, truth.denied);
  EXPECT_EQ(found.shadow, truth.shadow);
  EXPECT_EQ(found.used_policies, truth.used_policies);
  EXPECT_EQ(found.unused_policies, truth.unused_policies);
  EXPECT_FALSE(truth.unused_policies.empty() || truth.denied.empty() || truth.shadow.empty());
}

// --- Case by case ---

const char* const kDatabase = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints:
    - matchLabels: {app: cart}
    - matchLabels: {app: report}
    toPorts:
    - ports:
      - {port: "5432", protocol: TCP}
      - {port: "5433", protocol: TCP}
)";

/// A pod of the namespace shop as Hubble shows it.
std::string pod(const std::string& app) {
  return R"({"namespace":"shop","labels":["k8s:app=)" + app +
         R"(","k8s:io.cilium.k8s.policy.cluster=default","k8s:io.kubernetes.pod.namespace=shop"]})";
}
const std::string kWorld = R"({"identity":2,"labels":["reserved:world"]})";

/// A policy verdict of a new connection; `more` are further fields, each behind a comma.
std::string flow(const std::string& from, const std::string& to, int port,
                 const std::string& direction, const std::string& more = "",
                 const std::string& verdict = "FORWARDED",
                 const std::string& address = "10.0.0.9") {
  return R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":")" + verdict +
         R"(","IP":{"source":"10.0.0.1","destination":")" + address +
         R"("},"l4":{"TCP":{"source_port":40000,"destination_port":)" + std::to_string(port) +
         R"(}},"source":)" + from + R"(,"destination":)" + to +
         R"(,"event_type":{"type":5},"traffic_direction":")" + direction + R"(","is_reply":false)" +
         more + "}}\n";
}

std::vector<std::string> drift_of(const Measured& input) {
  std::vector<std::string> messages;
  for (const coverage::ConnectionCoverage& each : input.report().connections)
    for (const coverage::DriftReason& reason : each.drift)
      messages.push_back(std::string(policy::direction_name(reason.direction)) + ": " +
                         reason.message);
  return messages;
}

TEST(Coverage, CountsPeersAndPortsAndShowsTheNarrowerRule) {
  const auto input = measured(kDatabase, flow(pod("cart"), pod("db"), 5432, "INGRESS"));
  ASSERT_EQ(input->report().rules.size(), 1U);
  const coverage::RuleCoverage& rule = input->report().rules.front();
  ASSERT_EQ(rule.peers.size(), 2U);
  EXPECT_EQ(rule.peers[0].connections, 1U);
  EXPECT_EQ(rule.peers[1].connections, 0U);
  ASSERT_EQ(rule.ports.size(), 2U);
  EXPECT_EQ(rule.ports[0].connections, 1U);
  EXPECT_EQ(rule.ports[1].connections, 0U);
  EXPECT_EQ(rule.narrower,
            "- {fromEndpoints: [{matchLabels: {app: cart}}], toPorts: [{ports: [{port: \"5432\", "
            "protocol: TCP}]}]}");
}

TEST(Coverage, DriftSaysWhoDisagrees) {
  const std::string allowed_by =
      R"(,"ingress_allowed_by":[{"name":"other","namespace":"shop","kind":"CiliumNetworkPolicy"}])";
  const std::string denied = R"(,"drop_reason_desc":"POLICY_DENIED")";
  using Drift = std::vector<std::string>;
  const auto drift = [](const std::string& flows, const std::string& manifests = kDatabase) {
    return drift_of(*measured(manifests, flows));
  };
  EXPECT_EQ(drift(flow(pod("cart"), pod("db"), 5432, "INGRESS")), Drift{});
  EXPECT_EQ(drift(flow(pod("web"), pod("db"), 5432, "INGRESS")),
            Drift{"ingress: Hubble saw it pass, the policies here deny it"});
  // What one side saw says nothing of the other (fact B3.4).
  EXPECT_EQ(drift(flow(pod("web"), pod("db"), 5432, "EGRESS")),
            Drift{"egress: the cluster has policy here, the repository has none"});
  EXPECT_EQ(drift(flow(pod("cart"), pod("db"), 5432, "INGRESS", denied, "DROPPED")),
            Drift{"ingress: Hubble saw policy deny it, the policies here let it pass"});
  EXPECT_EQ(drift(flow(pod("web"), pod("db"), 5432, "INGRESS", denied, "DROPPED")), Drift{});
  EXPECT_EQ(drift(flow(pod("cart"), pod("db"), 5432, "INGRESS", "", "AUDIT")),
            Drift{"ingress: Hubble saw policy deny it, the policies here let it pass"});
  EXPECT_EQ(drift(flow(pod("cart"), pod("db"), 5432, "INGRESS", allowed_by)),
            Drift{"ingress: decided in the cluster by CiliumNetworkPolicy/shop/other, which the "
                  "repository does not have"});
  // Drops that are no policy are nobody's drift.
  EXPECT_EQ(drift(flow(pod("cart"), pod("db"), 5432, "INGRESS",
                       R"(,"drop_reason_desc":"STALE_OR_UNROUTABLE_IP")", "DROPPED")),
            Drift{});
}

/// A policy of the cart up to the items of egress.
const std::string kCartEgress = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  egress:)";

TEST(Coverage, CidrsAreHeldAgainstWhatWasSeen) {
  const std::string kPolicy = kCartEgress + R"(
  - toCIDR: [198.51.100.0/25, 198.51.100.128/25, 203.0.113.0/24, 203.0.113.8/32]
    toPorts: [{ports: [{port: "8000", endPort: 9000, protocol: TCP}]}]
)";
  const std::string name = R"(,"destination_names":["api.example"])";
  const auto input = measured(
      kPolicy, flow(pod("cart"), kWorld, 8443, "EGRESS", name, "FORWARDED", "198.51.100.4") +
                   flow(pod("cart"), kWorld, 8443, "EGRESS", name, "FORWARDED", "198.51.100.7"));
  const coverage::RuleCoverage& rule = input->report().rules.front();
  EXPECT_EQ(rule.peers[0].seen, 2U);
  EXPECT_EQ(rule.peers[0].admits, 128.0);
  EXPECT_EQ(rule.peers[0].narrower, "198.51.100.4/30");
  EXPECT_EQ(rule.peers[0].names, std::vector<std::string>{"api.example"});
  EXPECT_EQ(rule.ports[0].narrower, "8443");
  EXPECT_EQ(rule.mergeable,
            (std::vector<std::string>{"198.51.100.0/25 and 198.51.100.128/25 are 198.51.100.0/24",
                                      "203.0.113.0/24 has 203.0.113.8/32 in it already"}));
}

TEST(Coverage, CidrsThatSayTheSameInFewerWords) {
  const std::string kPolicy = kCartEgress + R"(
  - toCIDR:
    - 10.0.1.128/25
    - 10.9.0.0/16
    - 2001:db8:8000::/33
    - 10.9.8.7/24
    - 10.9.8.7/32
    - 10.0.1.0/25
    - 10.9.0.0/16
    - 2001:db8::/33
    - 10.0.2.0/25
)";
  const auto input =
      measured(kPolicy, flow(pod("cart"), kWorld, 8443, "EGRESS", "", "FORWARDED", "198.51.100.4"));
  EXPECT_EQ(input->report().rules.front().mergeable,
            (std::vector<std::string>{
                "10.0.1.128/25 and 10.0.1.0/25 are 10.0.1.0/24",
                "10.9.0.0/16 has 10.9.8.0/24 in it already",
                "10.9.0.0/16 has 10.9.8.7/32 in it already",
                "10.9.0.0/16 has 10.9.0.0/16 in it already",
                "2001:db8:8000::/33 and 2001:db8::/33 are 2001:db8::/32",
            }));
}

TEST(Coverage, SelectorsAdmitWorkloadsOfTheManifestsToo) {
  const char* const kPolicy = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: db}}
  ingress:
  - fromEndpoints: [{}]
    toPorts: [{ports: [{port: pg, protocol: TCP}]}]
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {metadata: {labels: {app: web}}, spec: {}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db, ports: [{name: pg, containerPort: 5432}]}]}}}
---
apiVersion: batch/v1
kind: CronJob
metadata: {name: backup, namespace: shop}
spec: {jobTemplate: {spec: {template: {metadata: {labels: {app: backup}}, spec: {}}}}}
)";
  const auto input = measured(kPolicy, flow(pod("cart"), pod("db"), 5432, "INGRESS"));
  ASSERT_EQ(input->report().connections.size(), 1U);
  EXPECT_EQ(input->report().connections[0].coverage, Coverage::allowed);
  EXPECT_EQ(input->report().rules[0].peers[0].admits, 4.0);  // cart, db, web, backup
  EXPECT_EQ(input->report().rules[0].peers[0].seen, 1U);
  const std::vector<std::string>& warnings = input->report().warnings;
  EXPECT_NE(std::ranges::find(warnings, "not seen running: CronJob/shop/backup"), warnings.end());
  EXPECT_NE(std::ranges::find(warnings, "not seen at all: Deployment/shop/web"), warnings.end());
}

TEST(Coverage, ServicesAreTranslatedByTheManifests) {
  const std::string service = std::string(kDatabase) + R"(---
apiVersion: v1
kind: Service
metadata: {name: database, namespace: shop}
spec: {selector: {app: db}, ports: [{port: 80, targetPort: 5432}]}
)";
  const std::string flows = flow(pod("cart"), kWorld, 80, "EGRESS",
                                 R"(,"destination_service":{"name":"database","namespace":"shop"})",
                                 "FORWARDED", "10.96.0.7") +
                            flow(pod("cart"), pod("db"), 5432, "INGRESS");
  const auto input = measured(service, flows);
  ASSERT_EQ(input->report().connections.size(), 1U);
  EXPECT_EQ(coverage::described(input->traffic().connections[0], input->traffic()),
            "shop/cart -> shop/db 5432/TCP");
  EXPECT_EQ(input->report().connections[0].coverage, Coverage::allowed);
  EXPECT_TRUE(input->traffic().services.empty());
  EXPECT_EQ(measured(kDatabase, flows)->traffic().services,
            std::vector<std::string>{"shop/database"});
}

const char* const kLedger = R"(
apiVersion: v1
kind: Service
metadata: {name: ledger, namespace: shop}
spec: {clusterIP: 10.201.3.7, clusterIPs: [10.201.3.7, "fd12::7"], selector: {app: ledger}, ports: [{port: 80, targetPort: api}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ledger, namespace: shop}
spec: {template: {metadata: {labels: {app: ledger}}, spec: {containers: [{name: c, ports: [{name: api, containerPort: 7443}]}]}}}
)";

std::vector<std::string> described_connections(const Measured& input) {
  std::vector<std::string> all;
  for (const coverage::ObservedConnection& each : input.traffic().connections)
    all.push_back(coverage::described(each, input.traffic()));
  return all;
}

TEST(Coverage, AddressesOfServicesAreTheirPods) {
  const std::string expected = "shop/cart -> shop/ledger 7443/TCP";
  const auto to = [](const std::string& address, const std::string& more = "", int port = 80) {
    return flow(pod("cart"), kWorld, port, "EGRESS", more, "FORWARDED", address);
  };
  for (const std::string address : {"10.201.3.7", "fd12::7", "FD12:0::7"}) {
    const auto input = measured(kLedger, to(address));
    EXPECT_EQ(described_connections(*input), std::vector{expected}) << address;
    EXPECT_TRUE(input->traffic().unseen.empty());
  }
  // By its name, whatever its address is.
  const std::string named = R"(,"destination_names":["ledger.shop.svc.cluster.local"])";
  EXPECT_EQ(described_connections(*measured(kLedger, to("10.201.9.9", named))),
            std::vector{expected});
  // Controls: another port, another address, another Service.
  EXPECT_EQ(measured(kLedger, to("10.201.3.7", "", 81))->traffic().services,
            std::vector<std::string>{"shop/ledger"});
  EXPECT_EQ(described_connections(*measured(kLedger, to("192.0.2.7"))),
            std::vector<std::string>{"shop/cart -> 192.0.2.7 80/TCP"});
}

TEST(Coverage, AddressesThatAreLikelyOfServicesAreMarked) {
  const auto why = [](const std::string& address, const std::string& names = "",
                      const std::string& manifests = kDatabase, const std::string& more = "") {
    const std::string named = names.empty() ? "" : R"(,"destination_names":[")" + names + R"("])";
    const auto input = measured(
        manifests, flow(pod("cart"), kWorld, 80, "EGRESS", named, "FORWARDED", address) + more);
    return input->traffic().connections.at(0).likely_service;
  };
  EXPECT_NE(why("172.30.4.5").find("172.30.0.0/16"), std::string::npos);
  EXPECT_NE(why("10.99.4.5").find("10.96.0.0/12"), std::string::npos);
  EXPECT_NE(why("10.245.4.5").find("10.245.0.0/16"), std::string::npos);
  EXPECT_NE(why("fd00:10:96::8").find("fd00:10:96::/112"), std::string::npos);
  EXPECT_NE(why("2001:cafe:43::8").find("2001:cafe:43::/112"), std::string::npos);
  EXPECT_NE(why("10.55.0.9", "pay.bank.svc.cluster.local").find("bank/pay"), std::string::npos);
  // Beside one that the manifests or the capture have.
  EXPECT_NE(why("10.201.77.1", "", kLedger), "");
  const std::string other =
      flow(pod("cart"), kWorld, 443, "EGRESS",
           R"(,"destination_service":{"name":"x","namespace":"y"})", "FORWARDED", "10.55.8.8");
  EXPECT_NE(why("10.55.0.9", "", kDatabase, other), "");
  // Controls: nothing says so, or a name of the outside says that it is none.
  EXPECT_EQ(why("10.55.0.9"), "");
  EXPECT_EQ(why("10.55.0.9", "pay.example.com"), "");
  EXPECT_EQ(why("10.99.4.5", "pay.example.com"), "");
  EXPECT_EQ(why("203.0.113.9", "pay.bank.svc.cluster.local"), "");
}

TEST(Coverage, PodsWithoutLabelsAreThoseOfTheManifests) {
  const std::string manifests = std::string(kDatabase) + R"(---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec: {template: {metadata: {labels: {app: cart}}, spec: {}}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {}}}
)";
  const auto input =
      measured(manifests, flow(R"({"namespace":"shop","pod_name":"cart-6f9d7c8b5-x2l9k"})",
                               R"({"namespace":"shop","pod_name":"postgres-0"})", 5432, "INGRESS"));
  ASSERT_EQ(input->report().connections.size(), 1U);
  EXPECT_EQ(input->report().connections[0].coverage, Coverage::allowed);
}

TEST(Coverage, TheClusterOfTheCaptureIsLocal) {
  std::string text = flow(pod("cart"), pod("db"), 5432, "INGRESS");
  for (std::size_t at = text.find("cluster=default"); at != std::string::npos;
       at = text.find("cluster=default"))
    text.replace(at, 15, "cluster=kind-kind");
  const auto input = measured(kDatabase, text);
  EXPECT_EQ(input->traffic().cluster, "kind-kind");
  ASSERT_EQ(input->report().connections.size(), 1U);
  EXPECT_EQ(input->report().connections[0].coverage, Coverage::allowed);
}

TEST(Coverage, EgressFirewallsCountAsWell) {
  const auto input =
      measured(R"(
apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: {name: default, namespace: shop}
spec:
  egress:
  - {type: Allow, to: {cidrSelector: 198.51.100.0/24}}
  - {type: Allow, to: {cidrSelector: 192.0.2.0/24}}
  - {type: Deny, to: {cidrSelector: 0.0.0.0/0}}
)",
               flow(pod("cart"), kWorld, 443, "EGRESS", "", "FORWARDED", "198.51.100.4") +
                   flow(pod("cart"), kWorld, 443, "EGRESS", "", "FORWARDED", "203.0.113.4"));
  std::vector<bool> used;
  for (const coverage::RuleCoverage& rule : input->report().rules) used.push_back(rule.used());
  EXPECT_EQ(used, (std::vector<bool>{true, false, true}));
  EXPECT_EQ(input->report().shares.of(Coverage::allowed).connections, 1U);
  EXPECT_EQ(input->report().shares.of(Coverage::denied).connections, 1U);
}

TEST(Coverage, RulesToKeepAreLeftOut) {
  std::string kept(kDatabase);
  kept.replace(kept.find("  - fromEndpoints"), 0, "  # cnplint: keep -- failover\n");
  const auto input = measured(kept, flow(pod("web"), pod("cache"), 6379, "INGRESS"));
  EXPECT_FALSE(input->report().rules.front().instrumented);
  EXPECT_EQ(input->report().rules_used(), 100.0);
}

TEST(Coverage, RequestsThatL7RulesRefuse) {
  const char* const kPolicy = R"(
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: web}}]
    toPorts: [{ports: [{port: "80", protocol: TCP}], rules: {http: [{method: GET, path: "/cart/[0-9]+"}]}}]
)";
  const auto request = [](const std::string& method, const std::string& verdict) {
    return flow(pod("web"), pod("cart"), 80, "INGRESS",
                R"(,"l7":{"type":"REQUEST","http":{"method":")" + method +
                    R"(","url":"http://cart/cart/7"}})",
                verdict);
  };
  const auto input = measured(kPolicy, request("GET", "FORWARDED") + request("PUT", "FORWARDED") +
                                           request("DELETE", "DROPPED"));
  ASSERT_EQ(input->report().connections.size(), 1U);
  // What the proxy refused already is no news.
  EXPECT_EQ(input->report().connections[0].denied_requests,
            std::vector<std::string>{"PUT cart/cart/7"});
}

TEST(Coverage, TheCaptureIsJudged) {
  std::string text = flow(pod("cart"), pod("db"), 5432, "INGRESS") +
                     flow(pod("cart"), kWorld, 443, "EGRESS", "", "FORWARDED", "198.51.100.4") +
                     flow(pod("cart"), kWorld, 443, "EGRESS", "", "FORWARDED", "198.51.100.4");
  text += R"({"lost_events":{"num_events_lost":"5"}})";
  const auto input = measured(kDatabase, text);
  EXPECT_EQ(input->report().sample.connections, 2U);
  EXPECT_EQ(input->report().sample.once, 1U);
  EXPECT_NEAR(input->report().sample.unseen(), 100.0 / 3, 1e-9);
  EXPECT_EQ(
      input->report().warnings,
      (std::vector<std::string>{
          "flows on 1 day only: what runs once a week may be missing",
          "flows in 1 of 24 hours of the day only",
          "Hubble lost 5 events: there is more traffic than the capture shows",
          "no DNS traffic, but connections to addresses outside: their names are not known"}));
}

}  // namespace
}  // namespace cnplint
