// SPDX-License-Identifier: Apache-2.0
#include "harness/suggestion.h"

#include <algorithm>

#include "base/hash.h"
#include "base/text.h"
#include "harness/pod_selector.h"
#include "harness/suggestion_proof.h"
#include "policy/model/label.h"
#include "policy/text/rule_text.h"

namespace cnplint::harness {
namespace {

using policy::Direction;
using policy::EndpointKind;

/// A text as a part of the name of an object: lower case, letters and digits with dashes between.
std::string name_part(std::string_view text) {
  text.remove_prefix(text.rfind('/') + 1);
  text.remove_prefix(text.find('=') + 1);
  std::string part;
  for (const char c : base::lower(text.substr(0, text.find(','))))
    if (base::is_alnum(c))
      part += c;
    else if (!part.empty() && part.back() != '-')
      part += '-';
  while (part.ends_with('-')) part.pop_back();
  return part;
}

/// One side of a connection, and how a policy selects it.
struct Side {
  const TestEndpoint& endpoint;
  PodSelector selector;  ///< of a pod, or of a node by its labels
};

/// What a policy of one direction is to say.
struct Wanted {
  Direction direction;
  Side subject;
  Side peer;
  Port port;
  const std::optional<policy::Request>& request;
  bool open = false;  ///< the direction is not in default deny, and must not become so

  [[nodiscard]] bool ingress() const { return direction == Direction::ingress; }
  /// Whether the rule can say which request: DNS rules are for egress, HTTP rules for TCP.
  [[nodiscard]] bool names_request() const {
    if (!request) return false;
    const bool dns = std::holds_alternative<policy::DnsRequest>(*request);
    return dns ? !ingress() : port.protocol == policy::ip_protocol::kTcp;
  }
  [[nodiscard]] bool host() const { return subject.endpoint.facts.kind == EndpointKind::host; }
};

using policy::PeerField;
using policy::PeerText;
using policy::PortText;
using policy::Value;

/// The peer as a rule names it; of a pod in the network of its node, the nodes it may be on.
std::vector<PeerText> peers_of(const Wanted& wanted) {
  const TestEndpoint& peer = wanted.peer.endpoint;
  const policy::Endpoint& facts = peer.facts;
  const auto outside = [](PeerField field, std::string text) {
    return std::vector{PeerText{field, {}, {}, {}, std::move(text), {}}};
  };
  if (policy::is_pod(facts.kind)) {
    PeerText pod{PeerField::endpoints,        {}, peer.ns,
                 wanted.peer.selector.labels, {}, wanted.peer.selector.absent};
    if (facts.kind == EndpointKind::mesh_pod)
      for (const policy::Label& label : facts.labels)
        if (label.key == policy::kClusterLabel) pod.cluster = label.value;
    return {std::move(pod)};
  }
  if (!wanted.ingress() && !facts.dns_names.empty())
    return outside(PeerField::fqdns, facts.dns_names.front());
  if (facts.kind == EndpointKind::external && facts.address)
    return outside(PeerField::cidr,
                   policy::to_string(*facts.address) + (facts.address->v6 ? "/128" : "/32"));
  if (peer.entity.starts_with("world-"))  // which no policy can name
    return outside(PeerField::cidr, peer.entity == "world-ipv6" ? "::/0" : "0.0.0.0/0");
  std::vector<PeerText> entities = outside(PeerField::entities, peer.entity);
  // A pod in the node's network may be on any node.
  if (peer.workload != nullptr)
    entities.push_back(outside(PeerField::entities, "remote-node").front());
  return entities;
}

PortText port_of(const Wanted& wanted) {
  PortText port{wanted.port.protocol, wanted.port.number, wanted.port.number, {}, {}};
  if (!wanted.names_request()) return port;
  if (const auto* dns = std::get_if<policy::DnsRequest>(&*wanted.request)) {
    port.dns.push_back(dns->name);
  } else {
    const auto& http = std::get<policy::HttpRequest>(*wanted.request);
    port.http.push_back(
        {policy::literal_expression(http.method), policy::literal_expression(http.path)});
  }
  return port;
}

/// Writes the policy.
std::string policy_text(const Wanted& wanted, const std::string& name) {
  using policy::PolicyKind;
  const bool host = wanted.host();
  const PolicyKind kind =
      host ? PolicyKind::cilium_clusterwide_network_policy : PolicyKind::cilium_network_policy;
  const std::string& ns = wanted.subject.endpoint.ns;
  Value metadata = Value::map({{"name", Value::text(name)}});
  if (!host) metadata.set("namespace", Value::text(ns));
  const PodSelector& subject = wanted.subject.selector;
  Value spec = Value::map({{host ? "nodeSelector" : "endpointSelector",
                            policy::selector_value(subject.labels, subject.absent).in_line()}});
  const std::string direction(policy::direction_name(wanted.direction));
  if (wanted.open)
    spec.set("enableDefaultDeny", Value::map({{direction, Value::boolean(false)}}).in_line());
  const std::vector<PeerText> peers = peers_of(wanted);
  const PortText port = port_of(wanted);
  spec.set(
      direction,
      Value::list({policy::rule_value({kind, ns, wanted.direction, peers, std::span(&port, 1)})}));
  return policy::in_block(
      Value::map({{"apiVersion", Value::text(std::string(policy::api_version(kind)))},
                  {"kind", Value::text(std::string(policy::kind_name(kind)))},
                  {"metadata", std::move(metadata).in_line()},
                  {"spec", std::move(spec)}}));
}

base::Result<Side> side_of(const TestEndpoint& endpoint, bool subject,
                           std::span<const TestEndpoint> others) {
  using base::quoted;
  const EndpointKind kind = endpoint.facts.kind;
  const auto none = [](std::string why) {
    return base::fail(base::Error::Kind::usage, std::move(why));
  };
  if (policy::is_pod(kind)) {
    auto selector = select_pod(endpoint, others);
    if (!selector) return tl::unexpected(selector.error());
    return Side{endpoint, std::move(*selector)};
  }
  if (!subject) return Side{endpoint, {}};
  if (kind != EndpointKind::host)
    return none("no policy of its own selects " + quoted(endpoint.name));
  // A policy without labels would select every node.
  Side side{endpoint, {}};
  for (const policy::Label& label : endpoint.facts.labels)
    if (label.source == "k8s" && label.key != policy::kClusterLabel)
      side.selector.labels.emplace_back(label.key, label.value);
  if (side.selector.labels.empty())
    return none("the labels of the node are not known, by which nodeSelector selects it");
  return side;
}

std::string explicitly_denied(const std::vector<std::string>& policies, Direction direction) {
  return "while " + base::joined(policies, " and ") + " denies " +
         std::string(policy::direction_name(direction)) +
         " explicitly, no other policy can allow it";
}

/// Why no policy that allows can help a direction; empty where one can.
std::string hopeless(const policy::SideResult& side, Direction direction,
                     const TestEndpoint& subject) {
  if (side.verdict == policy::Verdict::deny) return explicitly_denied(side.policies, direction);
  if (side.verdict == policy::Verdict::error)
    return "the rules about " + base::quoted(subject.name) +
           " contradict each other, no further policy helps while they do";
  return {};
}

/// A name that says what the policy is for, and that no other policy of the namespace has, nor one
/// that is proposed for something else: to apply it must not replace one.
std::string free_name(const Wanted& wanted, const policy::PolicyList& policies) {
  constexpr std::size_t kLongest = 40;
  constexpr std::size_t kDigits = 6;
  const std::string of_subject = name_part(wanted.subject.endpoint.name);
  std::string name =
      of_subject + (wanted.ingress() ? "-from-" : "-to-") + name_part(wanted.peer.endpoint.name);
  name = name.substr(name.starts_with('-') ? 1 : 0, kLongest);
  const std::string port = std::to_string(wanted.port.number) + "-" +
                           base::lower(policy::protocol_name(wanted.port.protocol));
  const std::string all = std::string(policy::direction_name(wanted.direction)) + "\n" +
                          wanted.subject.endpoint.name + "\n" + wanted.peer.endpoint.name + "\n" +
                          (wanted.request ? policy::described(*wanted.request) : "");
  while (name.ends_with('-')) name.pop_back();
  name += "-" + port + "-" + base::hash_hex(all).substr(0, kDigits);
  const auto taken = [&](const std::string& each) {
    return std::ranges::any_of(policies, [&](const policy::Policy& policy) {
      return policy.name == each && policy::is_cilium(policy.kind) &&
             (policy.clusterwide() || policy.effective_namespace() == wanted.subject.endpoint.ns);
    });
  };
  std::string free = name;
  for (int i = 2; taken(free); ++i) free = name + "-" + std::to_string(i);
  return free;
}

}  // namespace

Suggester::Suggester(const policy::PolicyList& policies, const policy::Environment& environment,
                     const policy::Surroundings& surroundings, const policy::Inventory& inventory)
    : policies_(policies), environment_(environment), surroundings_(surroundings) {
  for (const policy::Workload& workload : inventory.workloads)
    workloads_.push_back(endpoint_of(workload, inventory, environment));
}

Suggestions Suggester::suggest(const TestEndpoint& from, const TestEndpoint& to, Port port,
                               const std::optional<policy::Request>& request) const {
  std::vector<TestEndpoint> all{from, to};
  all.insert(all.end(), workloads_.begin(), workloads_.end());
  std::vector<policy::Endpoint> facts;
  for (const TestEndpoint& each : all) facts.push_back(each.facts);
  policy::Evaluator before(policies_, environment_, surroundings_, facts);
  const policy::Connection connection{0, 1, port.protocol, port.number};
  std::vector<Direction> denied;
  for (const Direction direction : {Direction::egress, Direction::ingress}) {
    const policy::SideResult side = before.decide(direction, connection, request);
    if (side.passes()) continue;
    denied.push_back(direction);
    if (auto why = hopeless(side, direction, all[connection.subject(direction)]); !why.empty())
      return {{}, {}, std::move(why)};
  }
  if (const auto match = before.firewall(connection); !denied.empty() && match && !match->allowed)
    return {{}, {}, explicitly_denied({policies_[match->policy].full_name()}, Direction::egress)};
  Suggestions result;
  for (const Direction direction : denied) {
    const bool ingress = direction == Direction::ingress;
    const TestEndpoint& peer = ingress ? from : to;
    if (ingress && peer.facts.kind == EndpointKind::external && !peer.facts.address &&
        !peer.facts.dns_names.empty())
      return {{},
              {},
              "no rule of ingress selects a peer by its name; ask with its address, ip:ADDRESS"};
    const auto subject = side_of(ingress ? to : from, true, workloads_);
    if (!subject) return {{}, {}, subject.error().message};
    const auto other = side_of(peer, false, workloads_);
    if (!other) return {{}, {}, other.error().message};
    const bool open = !before.engine().default_deny(direction, connection.subject(direction));
    const Wanted wanted{direction, *subject, *other, port, request, open};
    const policy::Verdict verdict = before.engine().decide(direction, connection).verdict;
    if (verdict == policy::Verdict::redirect && !wanted.names_request())
      return {{}, {}, "it would void the L7 rules that other policies have on this port"};
    result.policies.push_back({direction, policy_text(wanted, free_name(wanted, policies_))});
  }
  if (result.policies.empty()) return result;
  std::vector<std::string> texts;
  for (const Suggestion& each : result.policies) texts.push_back(each.policy);
  SuggestionProof proof(before, texts, environment_, surroundings_);
  if (auto why = proof.refutation(connection, request, all); !why.empty())
    return {{}, {}, std::move(why)};
  if (proof.needs_dns_rule(connection))
    result.notes.push_back("toFQDNs allows it once a DNS rule of " + base::quoted(from.name) +
                           " lets Cilium see the name");
  if (to.workload != nullptr && to.workload->host_network)
    result.notes.push_back("what is proposed opens the port of every node, the network of " +
                           base::quoted(to.name) + " is theirs");
  return result;
}

}  // namespace cnplint::harness
