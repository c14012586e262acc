// SPDX-License-Identifier: Apache-2.0
#include "synth/writer.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "flows/timestamp.h"
#include "policy/model/label.h"
#include "policy/yaml/emit.h"
#include "synth/evidence.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::PolicyKind;
using policy::emit_entry;
using policy::emit_text;
namespace protocol = policy::ip_protocol;

constexpr std::size_t kMostPorts = 40;  // in one entry of toPorts, and of ICMP fields
const std::string kNamespaceKey = "k8s:" + std::string(policy::kNamespaceLabel);

void key(YAML::Emitter& out, const char* name) { out << YAML::Key << name << YAML::Value; }

void emit_match_labels(YAML::Emitter& out, const Labels& labels) {
  key(out, "matchLabels");
  out << YAML::BeginMap;
  for (const auto& [name, value] : labels) emit_entry(out, name, value);
  out << YAML::EndMap;
}

/// Writes the item of a rule in the form of its kind.
class ItemWriter {
 public:
  ItemWriter(YAML::Emitter& out, const PolicyDraft& policy, const RuleDraft& rule)
      : out_(out),
        policy_(policy),
        rule_(rule),
        ingress_(rule.direction == Direction::ingress) {}

  void run() {
    out_ << YAML::BeginMap;
    switch (policy_.kind) {
      case PolicyKind::network_policy:
        write_network_policy();
        break;
      case PolicyKind::egress_firewall:
      case PolicyKind::egress_network_policy:
        write_firewall();
        break;
      default:
        write_cilium();
    }
    out_ << YAML::EndMap;
  }

 private:
  // --- CiliumNetworkPolicy ---

  void write_cilium() {
    const auto field = [&](const char* name) {
      out_ << YAML::Key << std::string(ingress_ ? "from" : "to") + name << YAML::Value
           << YAML::BeginSeq;
    };
    switch (rule_.peers.front().field) {
      case PeerField::endpoints:
        field("Endpoints");
        for (const Peer& peer : rule_.peers) {
          out_ << YAML::BeginMap;
          emit_match_labels(out_, selector(peer));
          out_ << YAML::EndMap;
        }
        break;
      case PeerField::entities:
        field("Entities");
        for (const Peer& peer : rule_.peers) emit_text(out_, peer.text);
        break;
      case PeerField::cidr:
        field("CIDR");
        for (const Peer& peer : rule_.peers) emit_text(out_, peer.text);
        break;
      case PeerField::fqdns:
        field("FQDNs");
        for (const Peer& peer : rule_.peers) write_dns_name(peer.text);
        break;
    }
    out_ << YAML::EndSeq;
    rule_.ports.front().is_icmp() ? write_icmps() : write_to_ports();
  }

  /// A peer without a namespace is of the policy's own (fact A3.4); a cluster-wide policy has none.
  [[nodiscard]] Labels selector(const Peer& peer) const {
    Labels labels = peer.labels;
    const bool clusterwide = policy_.kind == PolicyKind::cilium_clusterwide_network_policy;
    if (clusterwide || peer.ns != policy_.ns || !peer.cluster.empty())
      labels.emplace_back(kNamespaceKey, peer.ns);
    if (!peer.cluster.empty())
      labels.emplace_back("k8s:" + std::string(policy::kClusterLabel), peer.cluster);
    return labels;
  }

  void write_dns_name(const std::string& name) {
    flow_map();
    emit_entry(out_, name.find('*') == std::string::npos ? "matchName" : "matchPattern", name);
    out_ << YAML::EndMap;
  }

  void flow_map() { out_ << YAML::Flow << YAML::BeginMap; }

  void write_icmps() {
    key(out_, "icmps");
    out_ << YAML::BeginSeq;
    for (std::size_t begin = 0; begin < rule_.ports.size(); begin += kMostPorts) {
      out_ << YAML::BeginMap;
      key(out_, "fields");
      out_ << YAML::BeginSeq;
      for (std::size_t i = begin; i < std::min(begin + kMostPorts, rule_.ports.size()); ++i) {
        flow_map();
        emit_entry(out_, "family",
                   rule_.ports[i].protocol == protocol::kIcmpV6 ? "IPv6" : "IPv4");
        key(out_, "type");
        out_ << rule_.ports[i].first << YAML::EndMap;
      }
      out_ << YAML::EndSeq << YAML::EndMap;
    }
    out_ << YAML::EndSeq;
  }

  /// Ports with the same L7 rules share an entry.
  void write_to_ports() {
    std::vector<std::vector<const PortTerm*>> entries;
    for (const PortTerm& term : rule_.ports) {
      const auto fits = [&](const std::vector<const PortTerm*>& entry) {
        return entry.size() < kMostPorts && entry.front()->http == term.http &&
               entry.front()->dns == term.dns;
      };
      const auto known = std::ranges::find_if(entries, fits);
      (known == entries.end() ? entries.emplace_back() : *known).push_back(&term);
    }
    key(out_, "toPorts");
    out_ << YAML::BeginSeq;
    for (const auto& entry : entries) {
      out_ << YAML::BeginMap;
      key(out_, "ports");
      out_ << YAML::BeginSeq;
      for (const PortTerm* term : entry) {
        flow_map();
        key(out_, "port");
        out_ << YAML::DoubleQuoted << std::to_string(term->first);
        if (term->last > term->first) {
          key(out_, "endPort");
          out_ << term->last;
        }
        emit_entry(out_, "protocol", protocol_text(*term));
        out_ << YAML::EndMap;
      }
      out_ << YAML::EndSeq;
      write_l7(*entry.front());
      out_ << YAML::EndMap;
    }
    out_ << YAML::EndSeq;
  }

  static std::string protocol_text(const PortTerm& term) {
    return term.protocol == protocol::kAny ? "ANY"
                                           : std::string(policy::protocol_name(term.protocol));
  }

  void write_l7(const PortTerm& term) {
    if (term.http.empty() && term.dns.empty()) return;
    key(out_, "rules");
    out_ << YAML::BeginMap;
    key(out_, term.dns.empty() ? "http" : "dns");
    out_ << YAML::BeginSeq;
    for (const std::string& name : term.dns) write_dns_name(name);
    for (const HttpRule& each : term.http) {
      flow_map();
      if (!each.method.empty()) emit_entry(out_, "method", each.method);
      key(out_, "path");
      out_ << YAML::DoubleQuoted << each.path << YAML::EndMap;
    }
    out_ << YAML::EndSeq << YAML::EndMap;
  }

  // --- NetworkPolicy ---

  void write_network_policy() {
    key(out_, ingress_ ? "from" : "to");
    out_ << YAML::BeginSeq;
    for (const Peer& peer : rule_.peers) {
      out_ << YAML::BeginMap;
      if (peer.field == PeerField::cidr) {
        key(out_, "ipBlock");
        flow_map();
        emit_entry(out_, "cidr", peer.text);
        out_ << YAML::EndMap;
      } else {
        if (peer.ns != policy_.ns) {
          key(out_, "namespaceSelector");
          out_ << YAML::BeginMap;
          emit_match_labels(out_, {{"kubernetes.io/metadata.name", peer.ns}});
          out_ << YAML::EndMap;
        }
        key(out_, "podSelector");
        out_ << YAML::BeginMap;
        emit_match_labels(out_, peer.labels);
        out_ << YAML::EndMap;
      }
      out_ << YAML::EndMap;
    }
    out_ << YAML::EndSeq;
    key(out_, "ports");
    out_ << YAML::BeginSeq;
    for (const PortTerm& term : rule_.ports) write_numbered_port(term);
    out_ << YAML::EndSeq;
  }

  void write_numbered_port(PortTerm term) {
    if (term.protocol == protocol::kAny) {
      for (const std::uint8_t each : {protocol::kUdp, protocol::kTcp}) {
        term.protocol = each;
        write_numbered_port(term);
      }
      return;
    }
    flow_map();
    key(out_, "port");
    out_ << term.first;
    if (term.last > term.first) {
      key(out_, "endPort");
      out_ << term.last;
    }
    emit_entry(out_, "protocol", protocol_text(term));
    out_ << YAML::EndMap;
  }

  // --- EgressFirewall ---

  void write_firewall() {
    emit_entry(out_, "type", "Allow");
    key(out_, "to");
    const Peer& peer = rule_.peers.front();
    if (peer.field == PeerField::entities) {
      out_ << YAML::BeginMap;
      key(out_, "nodeSelector");
      flow_map();
      out_ << YAML::EndMap << YAML::EndMap;
    } else {
      flow_map();
      emit_entry(out_, peer.field == PeerField::fqdns ? "dnsName" : "cidrSelector", peer.text);
      out_ << YAML::EndMap;
    }
    if (rule_.ports.empty()) return;
    key(out_, "ports");
    out_ << YAML::BeginSeq;
    for (const PortTerm& term : rule_.ports) write_numbered_port(term);
    out_ << YAML::EndSeq;
  }

  YAML::Emitter& out_;
  const PolicyDraft& policy_;
  const RuleDraft& rule_;
  bool ingress_;
};

// --- Text around it ---

/// Nothing in a comment may end its line, for any reader of YAML: what is not printable ASCII is
/// left out.
std::string comment_text(std::string_view text) {
  std::string result;
  for (const char c : text) result += c >= ' ' && c <= '~' ? c : '?';
  return result;
}

std::vector<std::string> comment_lines(const RuleDraft& rule) {
  constexpr std::size_t kMost = 8;
  std::vector<std::string> lines;
  for (const Evidence& each : rule.evidence) {
    if (lines.size() == kMost) {
      lines.push_back("and " + std::to_string(rule.evidence.size() - kMost) + " more");
      break;
    }
    lines.push_back(comment_text(described(each)));
  }
  if (rule.added > 0)
    lines.push_back("generalised: adds " + base::counted(rule.added, "connection") +
                    " that nobody saw");
  return lines;
}

/// A document with `first` before its first line and blanks before the others.
std::string indented(std::string_view text, std::size_t indent, std::string_view first) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    result += at == 0 ? std::string(indent, ' ').append(first)
                      : std::string(indent + first.size(), ' ');
    result.append(text.substr(at, end - at)).append(1, '\n');
    at = end + 1;
  }
  return result;
}

void emit_head(YAML::Emitter& out, const PolicyDraft& policy, const WriteOptions& options) {
  emit_entry(out, "apiVersion", std::string(policy::api_version(policy.kind)));
  emit_entry(out, "kind", std::string(policy::kind_name(policy.kind)));
  key(out, "metadata");
  out << YAML::BeginMap;
  emit_entry(out, "name", policy.name);
  if (policy.kind != PolicyKind::cilium_clusterwide_network_policy)
    emit_entry(out, "namespace", policy.ns);
  key(out, "annotations");
  out << YAML::BeginMap;
  std::vector<std::string> keys;
  for (const auto& [name, value] : policy.selector) keys.push_back(name);
  if (!keys.empty()) emit_entry(out, std::string(kLabelKeysAnnotation), base::joined(keys, ","));
  emit_entry(out, "cnplint.io/evidence", described(policy.reports));
  emit_entry(out, "cnplint.io/confidence", confidence_name(policy.confidence));
  if (!policy.like.empty()) emit_entry(out, "cnplint.io/template", policy.like);
  if (policy.proposed)
    emit_entry(out, "cnplint.io/status", "proposed");
  else if (options.pending_review)
    emit_entry(out, "cnplint.io/status", "pending-review");
  out << YAML::EndMap << YAML::EndMap;
}

void emit_subject(YAML::Emitter& out, const PolicyDraft& policy, const WriteOptions& options) {
  const bool firewall = policy.selector.empty();
  if (firewall) return;
  const bool cilium = policy::is_cilium(policy.kind);
  key(out, cilium ? "endpointSelector" : "podSelector");
  out << YAML::BeginMap;
  Labels labels = policy.selector;
  if (policy.kind == PolicyKind::cilium_clusterwide_network_policy)
    labels.emplace_back(kNamespaceKey, policy.ns);
  emit_match_labels(out, labels);
  out << YAML::EndMap;
  if (cilium && policy.addition) return;
  if (cilium) {
    // What was only proposed may add, and must not deny.
    const bool deny = !options.observe && !policy.proposed;
    key(out, "enableDefaultDeny");
    out << YAML::Flow << YAML::BeginMap;
    for (const char* direction : {"ingress", "egress"}) {
      key(out, direction);
      out << deny;
    }
    out << YAML::EndMap;
    return;
  }
  key(out, "policyTypes");
  out << YAML::Flow << YAML::BeginSeq;
  const bool whole = !policy.proposed && !policy.addition;
  if (whole || !policy.ingress.empty()) out << "Ingress";
  if (whole || !policy.egress.empty()) out << "Egress";
  out << YAML::EndSeq;
}

/// What denies everything that the rules before it do not allow.
std::string final_rules(const PolicyDraft& policy) {
  std::string text;
  for (const char* cidr : {"0.0.0.0/0", "::/0"})
    text += "    - type: Deny\n      to: {cidrSelector: \"" + std::string(cidr) + "\"}\n";
  return policy.selector.empty() ? text : "";
}

}  // namespace

std::string write_item(const PolicyDraft& policy, const RuleDraft& rule, std::size_t indent) {
  YAML::Emitter out;
  ItemWriter(out, policy, rule).run();
  std::string text;
  for (const std::string& line : comment_lines(rule))
    text += std::string(indent, ' ') + "# " + line + "\n";
  return text + indented(out.c_str(), indent, "- ");
}

std::string write_flow_item(const PolicyDraft& policy, const RuleDraft& rule, bool json) {
  YAML::Emitter out;
  if (json) out.SetStringFormat(YAML::DoubleQuoted);
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  ItemWriter(out, policy, rule).run();
  return out.c_str();
}

std::string write(const PolicyDraft& policy, const WriteOptions& options) {
  constexpr std::size_t kIndent = 4;
  YAML::Emitter head;
  head << YAML::BeginMap;
  emit_head(head, policy, options);
  head << YAML::EndMap;
  YAML::Emitter subject;
  subject << YAML::BeginMap;
  emit_subject(subject, policy, options);
  subject << YAML::EndMap;
  std::string text = std::string(head.c_str()) + "\nspec:\n";
  if (!policy.selector.empty()) text += indented(subject.c_str(), 2, "");
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    const auto& rules = policy.rules(direction);
    const bool firewall = policy.selector.empty();
    const std::string name(policy::direction_name(direction));
    if (firewall && direction == Direction::ingress) continue;
    if (rules.empty() && !firewall) {
      // An item without peers allows nobody and denies by default (fact A1.2).
      if (policy::is_cilium(policy.kind) && !policy.proposed && !policy.addition)
        text += "  " + name + ":\n    # nothing was seen\n    - {}\n";
      continue;
    }
    text += "  " + name + ":\n";
    for (const RuleDraft& rule : rules) text += write_item(policy, rule, kIndent);
    text += final_rules(policy);
  }
  return text;
}

std::string write_flow(const PolicyDraft& policy, const WriteOptions& options) {
  YAML::Emitter out;
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  out << YAML::BeginMap;
  emit_head(out, policy, options);
  key(out, "spec");
  out << YAML::BeginMap;
  emit_subject(out, policy, options);
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    const auto& rules = policy.rules(direction);
    const bool deny = policy::is_cilium(policy.kind) && !policy.proposed && !policy.addition;
    if (rules.empty() && !deny) continue;
    out << YAML::Key << std::string(policy::direction_name(direction)) << YAML::Value
        << YAML::BeginSeq;
    for (const RuleDraft& rule : rules) ItemWriter(out, policy, rule).run();
    if (rules.empty()) out << YAML::BeginMap << YAML::EndMap;
    out << YAML::EndSeq;
  }
  out << YAML::EndMap << YAML::EndMap;
  return out.c_str();
}

std::string write_all(const std::vector<PolicyDraft>& policies, const WriteOptions& options) {
  std::string text;
  for (const PolicyDraft& policy : policies) text += "---\n" + write(policy, options);
  return text;
}

}  // namespace cnplint::synth
