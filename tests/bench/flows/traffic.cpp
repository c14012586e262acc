// SPDX-License-Identifier: Apache-2.0
#include "tests/bench/flows/traffic.h"

#include <array>
#include <cstdio>

namespace cnplint::tests {
namespace {

/// SplitMix64: the same numbers everywhere, unlike those of <random>'s distributions.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t below(std::uint64_t limit) {
    state_ += 0x9e3779b97f4a7c15U;
    std::uint64_t value = state_;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return (value ^ (value >> 31U)) % limit;
  }

 private:
  std::uint64_t state_;
};

/// One end as flows show it.
struct End {
  std::string name;    ///< as people see it
  std::string local;   ///< JSON where its own node reports
  std::string remote;  ///< JSON where another node does
  std::string address;
  std::string ns;
  std::string app;
};

enum class Fate { allowed, denied, shadow };

/// A pair of ends that talk.
struct Edge {
  std::size_t from = 0;
  std::size_t to = 0;
  int port = 0;
  const char* protocol = "TCP";
  bool world = false;
  bool dropped = false;  ///< denied by default, and reported so
  bool l7 = false;
  bool dns = false;
  Fate fate = Fate::shadow;
};

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

class Generator {
 public:
  explicit Generator(const TrafficOptions& options) : options_(options), random_(options.seed) {}

  Traffic run() {
    make_ends();
    make_edges();
    make_policies();
    while (lines_ < options_.flows) one_connection();
    return std::move(result_);
  }

 private:
  std::string workload_json(const std::string& ns, const std::string& app, std::size_t number,
                            bool local) {
    std::string text = "{";
    if (local) text += "\"ID\":" + std::to_string(100 + number) + ",";
    text += "\"identity\":" + std::to_string(20000 + number) + ",\"namespace\":" + quoted(ns) +
            ",\"labels\":[\"k8s:app=" + app +
            "\",\"k8s:io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name=" + ns +
            "\",\"k8s:io.cilium.k8s.policy.cluster=default\","
            "\"k8s:io.cilium.k8s.policy.serviceaccount=" +
            app + "\",\"k8s:io.kubernetes.pod.namespace=" + ns +
            "\"],\"pod_name\":" + quoted(app + "-6d4b75cb6d-hx8wq");
    if (local) text += ",\"workloads\":[{\"name\":" + quoted(app) + ",\"kind\":\"Deployment\"}]";
    return text + "}";
  }

  void make_ends() {
    for (std::size_t i = 0; i < options_.workloads; ++i) {
      const std::string ns = "team-" + std::to_string(i / 10);
      const std::string app = "svc-" + std::to_string(i);
      ends_.push_back(
          {ns + "/" + app, workload_json(ns, app, i, true), workload_json(ns, app, i, false),
           "10.1." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1), ns, app});
    }
    dns_ = ends_.size();
    ends_.push_back({"kube-system/kube-dns",
                     "{\"ID\":7,\"identity\":7000,\"namespace\":\"kube-system\",\"labels\":["
                     "\"k8s:io.cilium.k8s.policy.cluster=default\","
                     "\"k8s:io.kubernetes.pod.namespace=kube-system\",\"k8s:k8s-app=kube-dns\"],"
                     "\"pod_name\":\"coredns-5d78c9869d-abcde\"}",
                     "", "10.1.255.10", "kube-system", "kube-dns"});
    ends_.back().remote = ends_.back().local;
    first_world_ = ends_.size();
    for (int i = 0; i < 20; ++i) {
      const std::string address = "203.0.113." + std::to_string(i + 1);
      ends_.push_back({address, R"({"identity":2,"labels":["reserved:world"]})",
                       R"({"identity":2,"labels":["reserved:world"]})", address, "", ""});
    }
  }

  void make_edges() {
    for (std::size_t i = 0; i < options_.workloads; ++i) {
      // Teams with an even number have policies, the others none.
      const bool governed = (i / 10) % 2 == 0;
      const Fate fate = governed ? Fate::allowed : Fate::shadow;
      edges_.push_back({i, dns_, 53, "UDP", false, false, false, true, fate});
      for (int k = 0; k < 3; ++k) {
        Edge edge{i, (i + 1 + random_.below(9)) % 10 + i / 10 * 10};
        if (edge.to >= options_.workloads || edge.to == i) continue;
        edge.port = 8000 + static_cast<int>(random_.below(4));
        edge.l7 = k == 0;
        edge.fate = governed && k == 2 ? Fate::denied : fate;
        edges_.push_back(edge);
      }
      Edge world{i, first_world_ + random_.below(20), 443, "TCP", true};
      world.fate = governed ? Fate::denied : Fate::shadow;
      if (i % 3 == 0) edges_.push_back(world);
      Edge dropped{i, (i + 5) % options_.workloads, 22};
      dropped.dropped = true;
      if (governed && i % 4 == 0) edges_.push_back(dropped);
    }
  }

  [[nodiscard]] static std::string allow(const End& subject, const char* direction,
                                         const char* peers, const End& peer, int port,
                                         const char* protocol, std::size_t number) {
    return "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: rule-" +
           std::to_string(number) + ", namespace: " + subject.ns +
           "}\nspec:\n  endpointSelector: {matchLabels: {app: " + subject.app + "}}\n  " +
           direction + ":\n  - " + peers + ":\n    - matchLabels: {" +
           (peer.app == "kube-dns" ? "k8s-app" : "app") + ": " + peer.app +
           ", io.kubernetes.pod.namespace: " + peer.ns +
           "}\n    toPorts:\n    - ports: [{port: \"" + std::to_string(port) +
           "\", protocol: " + protocol + "}]\n---\n";
  }

  /// In governed teams each allowed edge has a policy at both ends; denied ones have none, unless
  /// another edge with the same ends and port brings one.
  void make_policies() {
    std::set<std::string> allowed;
    const auto text = [&](const Edge& edge) {
      return ends_[edge.from].name + " " + ends_[edge.to].name + " " + std::to_string(edge.port) +
             "/" + edge.protocol;
    };
    for (const Edge& edge : edges_)
      if (edge.fate == Fate::allowed) allowed.insert(text(edge));
    for (Edge& edge : edges_)
      if (edge.fate == Fate::denied && allowed.contains(text(edge))) edge.fate = Fate::allowed;
    std::set<std::string> written;
    std::size_t number = 0;
    for (const Edge& edge : edges_) {
      if (edge.fate != Fate::allowed || !written.insert(text(edge)).second) continue;
      const End& from = ends_[edge.from];
      const End& to = ends_[edge.to];
      policies_of_[text(edge)].push_back("CiliumNetworkPolicy/" + from.ns + "/rule-" +
                                         std::to_string(number));
      result_.policies +=
          allow(from, "egress", "toEndpoints", to, edge.port, edge.protocol, number++);
      if (edge.dns) continue;
      policies_of_[text(edge)].push_back("CiliumNetworkPolicy/" + to.ns + "/rule-" +
                                         std::to_string(number));
      result_.policies +=
          allow(to, "ingress", "fromEndpoints", from, edge.port, edge.protocol, number++);
    }
    // Rules that nobody uses.
    for (std::size_t i = 0; i < options_.workloads; i += 20) {
      result_.truth.unused_policies.insert("CiliumNetworkPolicy/" + ends_[i].ns + "/rule-" +
                                           std::to_string(number));
      result_.policies +=
          allow(ends_[i], "egress", "toEndpoints", ends_[dns_], 9999, "TCP", number++);
    }
    for (const auto& [edge, names] : policies_of_)
      result_.truth.unused_policies.insert(names.begin(), names.end());
  }

  void line(const std::string& fields, const std::string& node) {
    std::array<char, 64> time{};
    clock_ += 1 + random_.below(20'000'000);
    const std::uint64_t seconds = clock_ / 1'000'000'000;
    std::snprintf(time.data(), time.size(), "2026-03-%02uT%02u:%02u:%02u.%09uZ",
                  static_cast<unsigned>(1 + seconds / 86400 % 28),
                  static_cast<unsigned>(seconds / 3600 % 24),
                  static_cast<unsigned>(seconds / 60 % 60), static_cast<unsigned>(seconds % 60),
                  static_cast<unsigned>(clock_ % 1'000'000'000));
    result_.capture += "{\"flow\":{\"time\":\"" + std::string(time.data()) + "\",\"uuid\":\"" +
                       std::to_string(random_.below(1U << 30U)) + "\"," + fields +
                       ",\"node_name\":" + quoted(node) + "},\"node_name\":" + quoted(node) +
                       ",\"time\":\"" + time.data() + "\"}\n";
    ++lines_;
  }

  static std::string addresses(const End& from, const End& to) {
    return "\"IP\":{\"source\":" + quoted(from.address) + ",\"destination\":" + quoted(to.address) +
           ",\"ipVersion\":\"IPv4\"}";
  }
  static std::string l4(const Edge& edge, int source, int destination, const char* flags) {
    const std::string ports = "\"source_port\":" + std::to_string(source) +
                              ",\"destination_port\":" + std::to_string(destination);
    const bool tcp = edge.protocol == std::string("TCP");
    return "\"l4\":{\"" + std::string(edge.protocol) + "\":{" + ports +
           (tcp ? ",\"flags\":{" + std::string(flags) + "}" : "") + "}}";
  }
  static std::string ends(const std::string& from, const std::string& to, const char* type) {
    return "\"source\":" + from + ",\"destination\":" + to + ",\"Type\":\"" + type + "\"";
  }

  void count(const Edge& edge, const char* direction, const char* outcome) {
    ++result_.truth.connections[{ends_[edge.from].name, ends_[edge.to].name, edge.protocol,
                                 edge.port, direction, outcome}];
    if (edge.dropped) return;
    const std::string text = ends_[edge.from].name + " " + ends_[edge.to].name + " " +
                             std::to_string(edge.port) + "/" + edge.protocol;
    TrafficTruth& truth = result_.truth;
    if (edge.fate == Fate::allowed) {
      truth.covered.insert(text);
      for (const std::string& policy : policies_of_.at(text)) {
        truth.used_policies.insert(policy);
        truth.unused_policies.erase(policy);
      }
    }
    if (edge.fate == Fate::denied) truth.denied.insert(text);
    if (edge.fate == Fate::shadow) truth.shadow.insert(text);
  }

  /// What the nodes report of one connection.
  void one_connection() {
    const Edge& edge = edges_[random_.below(edges_.size())];
    const End& from = ends_[edge.from];
    const End& to = ends_[edge.to];
    // Ports of clients, and none that servers like.
    const int client = 51000 + static_cast<int>(random_.below(9000));
    const std::string head =
        addresses(from, to) + "," + l4(edge, client, edge.port, "\"SYN\":true");
    const std::string egress = head + "," + ends(from.local, to.remote, "L3_L4");
    const std::string ingress = head + "," + ends(from.remote, to.local, "L3_L4");
    if (edge.dropped) return refused(edge, egress);
    // Policy verdicts are there only where some policy selects the endpoint.
    const char* event = edge.fate == Fate::shadow
                            ? ",\"event_type\":{\"type\":4,\"sub_type\":3}"
                            : ",\"event_type\":{\"type\":5},\"policy_match_type\":2";
    line("\"verdict\":\"FORWARDED\"," + egress + event +
             ",\"traffic_direction\":\"EGRESS\",\"is_reply\":false",
         "node-a");
    count(edge, "EGRESS", "forwarded");
    if (!edge.world) {
      line("\"verdict\":\"FORWARDED\"," + ingress +
               ",\"event_type\":{\"type\":4},\"traffic_direction\":\"INGRESS\","
               "\"trace_observation_point\":\"TO_ENDPOINT\",\"is_reply\":false",
           "node-b");
      count(edge, "INGRESS", "forwarded");
    }
    if (random_.below(4) == 0) {
      // A point where nobody knows the direction, nor whether it is a reply: the SYN tells.
      if (edge.protocol == std::string("TCP")) {
        line("\"verdict\":\"FORWARDED\"," + egress + ",\"event_type\":{\"type\":4,\"sub_type\":5}",
             "node-a");
        count(edge, "UNKNOWN", "forwarded");
      }
    }
    replies(edge, client);
    if (edge.dns) dns(edge, client);
    if (edge.l7) http(edge, head);
    if (random_.below(50) == 0) noise(edge);
  }

  void refused(const Edge& edge, const std::string& egress) {
    line("\"verdict\":\"DROPPED\",\"drop_reason\":133," + egress +
             ",\"event_type\":{\"type\":5},\"traffic_direction\":\"EGRESS\","
             "\"drop_reason_desc\":\"POLICY_DENIED\"",
         "node-a");
    line("\"verdict\":\"DROPPED\",\"drop_reason\":133," + egress +
             ",\"event_type\":{\"type\":1,\"sub_type\":133},\"traffic_direction\":\"EGRESS\","
             "\"drop_reason_desc\":\"POLICY_DENIED\"",
         "node-a");
    count(edge, "EGRESS", "denied");
    ++result_.truth.duplicates;
  }

  void replies(const Edge& edge, int client) {
    const End& from = ends_[edge.from];
    const End& to = ends_[edge.to];
    const std::uint64_t how_many = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < how_many; ++i) {
      std::string fields = "\"verdict\":\"FORWARDED\"," + addresses(to, from) + "," +
                           l4(edge, edge.port, client, "\"ACK\":true,\"PSH\":true") + "," +
                           ends(to.remote, from.local, "L3_L4") +
                           ",\"event_type\":{\"type\":4},\"traffic_direction\":\"EGRESS\"";
      // Some say that they are replies, of others the ports tell.
      if (i != 1) fields += ",\"is_reply\":true";
      line(fields, "node-a");
      ++result_.truth.replies;
    }
  }

  void dns(const Edge& edge, int client) {
    const End& from = ends_[edge.from];
    const End& to = ends_[edge.to];
    const std::size_t number = random_.below(20);
    const std::string name = "api-" + std::to_string(number) + ".example.com";
    const std::string address = "203.0.113." + std::to_string(number + 1);
    line("\"verdict\":\"FORWARDED\"," + addresses(from, to) + "," + l4(edge, client, 53, "") + "," +
             ends(from.local, to.remote, "L7") +
             ",\"l7\":{\"type\":\"REQUEST\",\"dns\":{\"query\":" + quoted(name + ".") +
             ",\"observation_source\":\"proxy\",\"qtypes\":[\"A\"]}},\"event_type\":{\"type\":129},"
             "\"traffic_direction\":\"EGRESS\",\"is_reply\":false",
         "node-a");
    count(edge, "EGRESS", "forwarded");
    line("\"verdict\":\"FORWARDED\"," + addresses(to, from) + "," + l4(edge, 53, client, "") + "," +
             ends(to.remote, from.local, "L7") +
             ",\"l7\":{\"type\":\"RESPONSE\",\"latency_ns\":\"1200\",\"dns\":{\"query\":" +
             quoted(name + ".") + ",\"ips\":[" + quoted(address) +
             "],\"ttl\":30,\"rrtypes\":[\"A\"]}},\"event_type\":{\"type\":129},"
             "\"traffic_direction\":\"EGRESS\",\"is_reply\":true",
         "node-a");
    ++result_.truth.replies;
    result_.truth.names[from.name + " " + address].insert(name);
  }

  void http(const Edge& edge, const std::string& head) {
    const End& from = ends_[edge.from];
    const End& to = ends_[edge.to];
    line(
        "\"verdict\":\"FORWARDED\"," + head + "," + ends(from.remote, to.local, "L7") +
            ",\"l7\":{\"type\":\"REQUEST\",\"http\":{\"method\":\"GET\",\"url\":\"http://" +
            to.app + "/items/" + std::to_string(random_.below(1'000'000)) +
            "\",\"protocol\":\"HTTP/1.1\",\"headers\":[{\"key\":\"User-Agent\",\"value\":\"x\"}]}},"
            "\"event_type\":{\"type\":129},\"traffic_direction\":\"INGRESS\",\"is_reply\":false",
        "node-b");
    count(edge, "INGRESS", "forwarded");
  }

  /// Records that report no connection.
  void noise(const Edge& edge) {
    const End& from = ends_[edge.from];
    line(
        "\"verdict\":\"TRACED\",\"IP\":{\"source\":\"0.0.0.0\",\"destination\":\"10.96.0.10\"},"
        "\"l4\":{\"TCP\":{\"source_port\":0,\"destination_port\":80}},\"source\":" +
            from.local + ",\"destination\":{},\"Type\":\"SOCK\",\"event_type\":{\"type\":7}",
        "node-a");
    ++result_.truth.ignored;
    result_.capture +=
        "{\"lost_events\":{\"source\":\"HUBBLE_RING_BUFFER\",\"num_events_lost\":\"3\"},"
        "\"node_name\":\"node-a\",\"time\":\"2026-03-01T00:00:00Z\"}\n";
    result_.truth.lost_events += 3;
  }

  TrafficOptions options_;
  Random random_;
  std::vector<End> ends_;
  std::vector<Edge> edges_;
  std::map<std::string, std::vector<std::string>> policies_of_;
  std::size_t dns_ = 0;
  std::size_t first_world_ = 0;
  std::size_t lines_ = 0;
  std::uint64_t clock_ = 0;
  Traffic result_;
};

}  // namespace

Traffic generate_traffic(const TrafficOptions& options) { return Generator(options).run(); }

}  // namespace cnplint::tests
