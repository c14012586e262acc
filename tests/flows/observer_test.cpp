// SPDX-License-Identifier: Apache-2.0
//
// Observers take flows as values: who fills them from another form than JSON gets the same table.
#include "flows/observer.h"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <sstream>

#include "flows/connection_file.h"
#include "flows/endpoint_cache.h"
#include "flows/timestamp.h"
#include "tests/flows/reading.h"
#include "tests/golden.h"

namespace cnplint {
namespace {

using flows::Flow;
using flows::FlowEndpoint;
using flows::write_connections;

/// The flows of ends() and hand_made_flows() as Hubble writes them.
const std::string kAsJson =
    R"({"flow":{"time":"2026-03-02T08:00:00Z","verdict":"FORWARDED","IP":{"source":"10.0.1.1","destination":"10.0.2.2"},"l4":{"TCP":{"source_port":40000,"destination_port":5432,"flags":{"SYN":true}}},"source":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"destination":{"identity":20002,"labels":["k8s:app=db","k8s:io.kubernetes.pod.namespace=shop"],"pod_name":"db-0"},"event_type":{"type":5},"traffic_direction":"EGRESS","is_reply":false,"node_name":"node-a","destination_service":{"name":"db","namespace":"shop"},"egress_allowed_by":[{"name":"p","namespace":"shop","kind":"CiliumNetworkPolicy"}]}}
{"flow":{"time":"2026-03-02T08:00:01Z","verdict":"FORWARDED","IP":{"source":"10.0.2.2","destination":"10.0.1.1"},"l4":{"TCP":{"source_port":5432,"destination_port":40000,"flags":{"ACK":true}}},"source":{"identity":20002,"labels":["k8s:app=db","k8s:io.kubernetes.pod.namespace=shop"],"pod_name":"db-0"},"destination":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"event_type":{"type":4},"traffic_direction":"INGRESS","is_reply":true,"node_name":"node-a"}}
{"flow":{"time":"2026-03-02T09:30:00.5Z","verdict":"DROPPED","drop_reason_desc":"POLICY_DENIED","IP":{"source":"10.0.1.1","destination":"203.0.113.7"},"l4":{"TCP":{"source_port":40001,"destination_port":443}},"source":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"destination":{"identity":16777220,"labels":["cidr:203.0.113.0/24","fqdn:api.example.com","reserved:world"]},"event_type":{"type":1},"traffic_direction":"EGRESS","destination_names":["www.example.com"],"node_name":"node-b"}}
{"flow":{"time":"2026-03-02T09:30:01Z","verdict":"FORWARDED","IP":{"source":"10.0.2.2","destination":"10.0.1.1"},"l4":{"UDP":{"source_port":53,"destination_port":40002}},"source":{"identity":20002,"labels":["k8s:app=db","k8s:io.kubernetes.pod.namespace=shop"],"pod_name":"db-0"},"destination":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"event_type":{"type":129},"is_reply":true,"l7":{"type":"RESPONSE","dns":{"query":"API.example.com.","ips":["203.0.113.8"]}}}}
{"flow":{"time":"2026-03-02T09:30:02Z","verdict":"DROPPED","IP":{"source":"10.0.1.1","destination":"10.0.2.2"},"l4":{"TCP":{"source_port":40003,"destination_port":8080}},"source":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"destination":{"identity":20002,"labels":["k8s:app=db","k8s:io.kubernetes.pod.namespace=shop"],"pod_name":"db-0"},"event_type":{"type":129},"is_reply":false,"l7":{"type":"REQUEST","http":{"method":"GET","url":"/items/17"}}}}
{"flow":{"verdict":"FORWARDED","IP":{"source":"10.0.9.9","destination":"10.0.9.1"},"l4":{"ICMPv4":{"type":8}},"destination":{"identity":1},"aggregate":{"ingress_flow_count":2,"egress_flow_count":"3"}}}
{"flow":{"time":"2026-03-02T09:30:03Z","verdict":"FORWARDED","IP":{"source":"10.0.1.1","destination":"203.0.113.8"},"l4":{"TCP":{"source_port":40004,"destination_port":443}},"source":{"identity":20004,"namespace":"shop","labels":["k8s:app=cart"],"pod_name":"cart-0","cluster_name":"east","workloads":[{"name":"cart","kind":"Deployment"}]},"destination":{"identity":16777220,"labels":["cidr:203.0.113.0/24","fqdn:api.example.com","reserved:world"]},"event_type":{"type":5},"is_reply":false}}
{"lost_events":{"source":"HUBBLE_RING_BUFFER","num_events_lost":"7"}}
{"node_status":{"state_change":"NODE_CONNECTED"}}
)";

/// The ends of the flows. Without serials nothing is remembered of them.
struct Ends {
  FlowEndpoint cart;
  FlowEndpoint db;
  FlowEndpoint world;
  FlowEndpoint host;
};

Ends ends() {
  Ends ends;
  ends.cart.identity = 20004;
  ends.cart.ns = "shop";
  ends.cart.labels = {"k8s:app=cart"};
  ends.cart.pod = "cart-0";
  ends.cart.cluster = "east";
  ends.cart.workload_kind = "Deployment";
  ends.cart.workload_name = "cart";
  ends.db.identity = 20002;
  ends.db.labels = {"k8s:app=db", "k8s:io.kubernetes.pod.namespace=shop"};
  ends.db.pod = "db-0";
  ends.world.identity = 16777220;
  ends.world.labels = {"cidr:203.0.113.0/24", "fqdn:api.example.com", "reserved:world"};
  ends.host.identity = 1;
  return ends;
}

std::int64_t time_of(const char* text) { return flows::parse_timestamp(text).value(); }

/// A flow over TCP, as far as flows have that in common.
Flow tcp(const char* time, const FlowEndpoint& source, const FlowEndpoint& destination) {
  Flow flow;
  flow.has_time = true;
  flow.time = time_of(time);
  flow.verdict = flows::FlowVerdict::forwarded;
  flow.protocol = flows::protocol::kTcp;
  flow.source = &source;
  flow.destination = &destination;
  return flow;
}

void set_addresses(Flow& flow, const char* source, std::uint16_t source_port,
                   const char* destination, std::uint16_t destination_port) {
  flow.source_address = source;
  flow.source_port = source_port;
  flow.destination_address = destination;
  flow.destination_port = destination_port;
}

Flow connecting(const Ends& ends) {
  Flow flow = tcp("2026-03-02T08:00:00Z", ends.cart, ends.db);
  set_addresses(flow, "10.0.1.1", 40000, "10.0.2.2", 5432);
  flow.syn = true;
  flow.event_type = flows::event::kPolicyVerdict;
  flow.direction = flows::TrafficDirection::egress;
  flow.reply = flows::Reply::no;
  flow.node = "node-a";
  flow.service_name = "db";
  flow.service_namespace = "shop";
  flow.allowed_by = {{"CiliumNetworkPolicy", "shop", "p"}};
  return flow;
}

Flow replying(const Ends& ends) {
  Flow flow = tcp("2026-03-02T08:00:01Z", ends.db, ends.cart);
  set_addresses(flow, "10.0.2.2", 5432, "10.0.1.1", 40000);
  flow.ack = true;
  flow.event_type = flows::event::kTrace;
  flow.direction = flows::TrafficDirection::ingress;
  flow.reply = flows::Reply::yes;
  flow.node = "node-a";
  return flow;
}

Flow denied(const Ends& ends) {
  Flow flow = tcp("2026-03-02T09:30:00.5Z", ends.cart, ends.world);
  set_addresses(flow, "10.0.1.1", 40001, "203.0.113.7", 443);
  flow.verdict = flows::FlowVerdict::dropped;
  flow.drop_reason = flows::drop_reason::kPolicyDenied;
  flow.event_type = flows::event::kDrop;
  flow.direction = flows::TrafficDirection::egress;
  flow.destination_names = {"www.example.com"};
  flow.node = "node-b";
  return flow;
}

Flow dns_answer(const Ends& ends) {
  Flow flow = tcp("2026-03-02T09:30:01Z", ends.db, ends.cart);
  set_addresses(flow, "10.0.2.2", 53, "10.0.1.1", 40002);
  flow.protocol = flows::protocol::kUdp;
  flow.event_type = flows::event::kL7;
  flow.reply = flows::Reply::yes;
  flow.l7.type = flows::FlowL7::Type::response;
  flow.l7.protocol = flows::FlowL7::Protocol::dns;
  flow.l7.query = "API.example.com.";
  flow.dns_answers = {"203.0.113.8"};
  return flow;
}

Flow refused_request(const Ends& ends) {
  Flow flow = tcp("2026-03-02T09:30:02Z", ends.cart, ends.db);
  set_addresses(flow, "10.0.1.1", 40003, "10.0.2.2", 8080);
  flow.verdict = flows::FlowVerdict::dropped;
  flow.event_type = flows::event::kL7;
  flow.reply = flows::Reply::no;
  flow.l7.type = flows::FlowL7::Type::request;
  flow.l7.protocol = flows::FlowL7::Protocol::http;
  flow.l7.method = "GET";
  flow.l7.url = "/items/17";
  return flow;
}

/// Nothing is said of its source, and it stands for five.
Flow aggregated_ping(const Ends& ends) {
  Flow flow;
  set_addresses(flow, "10.0.9.9", 0, "10.0.9.1", 8);
  flow.verdict = flows::FlowVerdict::forwarded;
  flow.protocol = flows::protocol::kIcmp;
  flow.destination = &ends.host;
  flow.aggregated = true;
  flow.ingress_count = 2;
  flow.egress_count = 3;
  return flow;
}

/// The same end as that of denied(), at another address.
Flow passed(const Ends& ends) {
  Flow flow = tcp("2026-03-02T09:30:03Z", ends.cart, ends.world);
  set_addresses(flow, "10.0.1.1", 40004, "203.0.113.8", 443);
  flow.event_type = flows::event::kPolicyVerdict;
  flow.reply = flows::Reply::no;
  return flow;
}

std::vector<Flow> hand_made_flows(const Ends& ends) {
  return {connecting(ends),      replying(ends),        denied(ends), dns_answer(ends),
          refused_request(ends), aggregated_ping(ends), passed(ends)};
}

/// What an observer makes of the flows and of the events beside them.
std::string observed(const Ends& ends, flows::Period period = {}) {
  flows::Observer observer(period);
  for (const Flow& flow : hand_made_flows(ends)) observer.add(flow);
  observer.add(flows::LostEvents{7});
  observer.add(flows::OtherEvent());
  return write_connections(observer.table());
}

std::string read_from_json(flows::Period period = {}) {
  const tests::TemporaryFolder folder;
  flows::ReadOptions options;
  options.threads = 1;
  options.period = period;
  const flows::Reading reading =
      flows::read_captures({folder.write("flows.jsonl", kAsJson).string()}, options);
  EXPECT_TRUE(reading.bad.empty()) << tests::described(reading);
  return write_connections(reading.table);
}

TEST(FlowObserver, FlowsByHandAreTheSameAsTheirJson) {
  const std::string expected = read_from_json();
  EXPECT_EQ(observed(ends()), expected);
  // Not the same because there was nothing.
  EXPECT_NE(expected.find(R"("totals":{"flows":7,"replies":2,"otherEvents":1,"lostEvents":7)"),
            std::string::npos)
      << expected;
  EXPECT_NE(expected.find(R"("names":["api.example.com","www.example.com"])"), std::string::npos)
      << expected;
}

TEST(FlowObserver, ThePeriodIsOfTheObserver) {
  const flows::Period period{time_of("2026-03-02T09:00:00Z"), INT64_MAX};
  EXPECT_EQ(observed(ends(), period), read_from_json(period));
  EXPECT_NE(observed(ends(), period), observed(ends()));
}

TEST(FlowObserver, SerialsOnlySaveWork) {
  const std::string expected = observed(ends());
  const auto with_serials = [](const std::array<std::uint64_t, 4>& serials) {
    Ends numbered = ends();
    numbered.cart.serial = serials[0];
    numbered.db.serial = serials[1];
    numbered.world.serial = serials[2];
    numbered.host.serial = serials[3];
    return observed(numbered);
  };
  EXPECT_EQ(with_serials({1, 2, 3, 4}), expected);
  // All in one place, so that each drives out the one before, also the other end of its own flow.
  constexpr std::uint64_t kMost = flows::kMostEndpoints;
  EXPECT_EQ(with_serials({1, 1 + kMost, 1 + 2 * kMost, 1 + 3 * kMost}), expected);
  EXPECT_EQ(with_serials({0, kMost, 2 * kMost, 0}), expected);
}

TEST(FlowObserver, CachedEndpointsStayUntilThereIsNoRoomForAFlow) {
  flows::EndpointCache cache;
  const FlowEndpoint& first = cache.add("first", ends().cart);
  EXPECT_EQ(first.serial, 1U);
  EXPECT_EQ(cache.find("second"), nullptr);
  for (std::size_t i = 1; i + 2 < flows::kMostEndpoints; ++i) cache.add(std::to_string(i), {});
  cache.make_room();
  EXPECT_EQ(cache.find("first"), &first);
  cache.add("source", {});
  cache.add("destination", {});
  EXPECT_EQ(cache.find("first"), &first);
  cache.make_room();
  EXPECT_EQ(cache.find("first"), nullptr);
  // What was forgotten is never mistaken for what comes.
  EXPECT_EQ(cache.add("first", ends().cart).serial, flows::kMostEndpoints + 1);
}

TEST(FlowObserver, MoreEndpointsThanAreRememberedAreAllThere) {
  constexpr std::size_t kPods = flows::kMostEndpoints + 10;
  flows::EndpointCache cache;
  flows::Observer observer({});
  const auto pod = [&](std::size_t i) {
    const std::string name = "pod-" + std::to_string(i);
    if (const FlowEndpoint* known = cache.find(name)) return known;
    FlowEndpoint fresh;
    fresh.ns = "shop";
    fresh.pod = name;
    return &cache.add(name, std::move(fresh));
  };
  for (std::size_t i = 0; i < kPods; ++i) {
    cache.make_room();
    const FlowEndpoint* source = pod(i);
    Flow flow = tcp("2026-03-02T08:00:00Z", *source, *pod(0));
    set_addresses(flow, "10.0.1.1", 40000, "10.0.2.2", 80);
    flow.reply = flows::Reply::no;
    observer.add(flow);
  }
  EXPECT_EQ(observer.table().endpoints().size(), kPods);
  EXPECT_EQ(observer.table().connections().size(), kPods);
}

/// Every header of the repository that a file includes, by itself or through others.
void add_includes(const std::string& file, std::set<std::string>& all) {
  std::istringstream lines(tests::read(tests::repository(file)));
  constexpr std::string_view kInclude = "#include ";
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(kInclude)) continue;
    const std::string name = line.substr(kInclude.size() + 1, line.size() - kInclude.size() - 2);
    if (all.insert(name).second && line[kInclude.size()] == '"') add_includes(name, all);
  }
}

TEST(FlowObserver, KnowsNoFormOfCaptures) {
  std::set<std::string> includes;
  add_includes("flows/observer.h", includes);
  add_includes("flows/observer.cpp", includes);
  EXPECT_TRUE(includes.contains("flows/flow.h"));
  for (const char* form : {"flows/decoder.h", "flows/json_value.h", "flows/endpoint_json.h",
                           "flows/connection_file.h", "flows/reader.h", "flows/chunk.h",
                           "simdjson.h", "nlohmann/json.hpp", "nlohmann/json_fwd.hpp"})
    EXPECT_FALSE(includes.contains(form)) << form;
}

}  // namespace
}  // namespace cnplint
