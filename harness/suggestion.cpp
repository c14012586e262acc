// SPDX-License-Identifier: Apache-2.0
#include "harness/suggestion.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>

#include "harness/emit.h"
#include "policy/model/label.h"

namespace cnplint::harness {
namespace {

using policy::Direction;
using policy::EndpointKind;
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Labels that say what an application is, the most telling first.
constexpr std::array<const char*, 4> kTelling{"app.kubernetes.io/name", "app", "k8s-app", "name"};

Pairs telling_labels(const TestEndpoint& endpoint) {
  for (const char* key : kTelling)
    for (const auto& label : endpoint.labels)
      if (label.first == key) return {label};
  Pairs all;
  for (const auto& label : endpoint.labels)
    if (!policy::is_filtered_label(label.first)) all.push_back(label);
  return all;
}

/// A regular expression that matches a text and nothing else.
std::string literal(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (std::string_view("\\^$.|?*+()[]{}").find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// Writes the policy.
class PolicyWriter {
 public:
  PolicyWriter(Direction direction, const TestEndpoint& from, const TestEndpoint& to, Port port,
               const std::optional<policy::Request>& request)
      : ingress_(direction == Direction::ingress),
        subject_(ingress_ ? to : from),
        peer_(ingress_ ? from : to),
        port_(port),
        request_(request) {}

  std::string run() {
    const bool host = subject_.facts.kind == EndpointKind::host;
    if (!host && subject_.facts.kind != EndpointKind::pod) return {};
    out_.SetMapFormat(YAML::Block);
    out_ << YAML::BeginMap;
    entry("apiVersion", "cilium.io/v2");
    entry("kind", host ? "CiliumClusterwideNetworkPolicy" : "CiliumNetworkPolicy");
    out_ << YAML::Key << "metadata" << YAML::Value << YAML::Flow << YAML::BeginMap;
    entry("name", ingress_ ? "allow-in" : "allow-out");
    if (!host) entry("namespace", subject_.ns);
    out_ << YAML::EndMap << YAML::Key << "spec" << YAML::Value << YAML::BeginMap;
    out_ << YAML::Key << (host ? "nodeSelector" : "endpointSelector") << YAML::Value << YAML::Flow
         << YAML::BeginMap;
    if (!host) match_labels(telling_labels(subject_));
    out_ << YAML::EndMap;
    out_ << YAML::Key << (ingress_ ? "ingress" : "egress") << YAML::Value << YAML::BeginSeq
         << YAML::BeginMap;
    write_peer();
    write_port();
    out_ << YAML::EndMap << YAML::EndSeq << YAML::EndMap << YAML::EndMap;
    return std::string(out_.c_str()) + "\n";
  }

 private:
  void entry(const std::string& key, const std::string& value) { emit_entry(out_, key, value); }

  void match_labels(const Pairs& labels) {
    if (labels.empty()) return;
    out_ << YAML::Key << "matchLabels" << YAML::Value << YAML::Flow << YAML::BeginMap;
    for (const auto& [key, value] : labels) entry(key, value);
    out_ << YAML::EndMap;
  }

  void field(const char* suffix) {
    out_ << YAML::Key << std::string(ingress_ ? "from" : "to") + suffix << YAML::Value << YAML::Flow
         << YAML::BeginSeq;
  }

  void write_peer() {
    const policy::Endpoint& facts = peer_.facts;
    if (facts.kind == EndpointKind::pod || facts.kind == EndpointKind::mesh_pod) return write_pod();
    if (!ingress_ && !facts.dns_names.empty()) {
      field("FQDNs");
      out_ << YAML::Flow << YAML::BeginMap;
      entry("matchName", facts.dns_names.front());
      out_ << YAML::EndMap << YAML::EndSeq;
    } else if (facts.kind == EndpointKind::external && facts.address) {
      field("CIDR");
      out_ << policy::to_string(*facts.address) + (facts.address->v6 ? "/128" : "/32")
           << YAML::EndSeq;
    } else {
      field("Entities");
      const bool world = facts.kind == EndpointKind::external;
      out_ << (world ? "world" : peer_.entity.empty() ? "cluster" : peer_.entity) << YAML::EndSeq;
    }
  }

  void write_pod() {
    Pairs labels = telling_labels(peer_);
    if (peer_.ns != subject_.ns) labels.emplace_back("k8s:io.kubernetes.pod.namespace", peer_.ns);
    if (peer_.facts.kind == EndpointKind::mesh_pod)
      for (const policy::Label& label : peer_.facts.labels)
        if (label.key == policy::kClusterLabel)
          labels.emplace_back("k8s:" + label.key, label.value);
    field("Endpoints");
    out_ << YAML::Flow << YAML::BeginMap;
    match_labels(labels);
    out_ << YAML::EndMap << YAML::EndSeq;
  }

  void write_port() {
    const bool v6 = port_.protocol == policy::ip_protocol::kIcmpV6;
    if (v6 || port_.protocol == policy::ip_protocol::kIcmp) {
      out_ << YAML::Key << "icmps" << YAML::Value << YAML::Flow << YAML::BeginSeq << YAML::BeginMap
           << YAML::Key << "fields" << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
      entry("family", v6 ? "IPv6" : "IPv4");
      out_ << YAML::Key << "type" << YAML::Value << port_.number << YAML::EndMap << YAML::EndSeq
           << YAML::EndMap << YAML::EndSeq;
      return;
    }
    out_ << YAML::Key << "toPorts" << YAML::Value << YAML::BeginSeq << YAML::BeginMap << YAML::Key
         << "ports" << YAML::Value << YAML::Flow << YAML::BeginSeq << YAML::BeginMap;
    entry("port", std::to_string(port_.number));
    entry("protocol", std::string(policy::protocol_name(port_.protocol)));
    out_ << YAML::EndMap << YAML::EndSeq;
    if (request_) write_request();
    out_ << YAML::EndMap << YAML::EndSeq;
  }

  void write_request() {
    const auto* dns = std::get_if<policy::DnsRequest>(&*request_);
    // DNS rules are for egress, HTTP rules for TCP.
    if (dns != nullptr ? ingress_ : port_.protocol != policy::ip_protocol::kTcp) return;
    out_ << YAML::Key << "rules" << YAML::Value << YAML::Flow << YAML::BeginMap << YAML::Key
         << (dns != nullptr ? "dns" : "http") << YAML::Value << YAML::BeginSeq << YAML::BeginMap;
    if (dns != nullptr) {
      entry("matchName", dns->name);
    } else {
      const auto& http = std::get<policy::HttpRequest>(*request_);
      entry("method", literal(http.method));
      entry("path", literal(http.path));
    }
    out_ << YAML::EndMap << YAML::EndSeq << YAML::EndMap;
  }

  bool ingress_;
  const TestEndpoint& subject_;
  const TestEndpoint& peer_;
  Port port_;
  const std::optional<policy::Request>& request_;
  YAML::Emitter out_;
};

}  // namespace

std::string smallest_policy(Direction direction, const TestEndpoint& from, const TestEndpoint& to,
                            Port port, const std::optional<policy::Request>& request) {
  return PolicyWriter(direction, from, to, port, request).run();
}

}  // namespace cnplint::harness
