// SPDX-License-Identifier: Apache-2.0
#include "synth/writer.h"

#include <algorithm>

#include "base/escape.h"
#include "base/parallel.h"
#include "base/text.h"
#include "flows/timestamp.h"
#include "policy/model/label.h"
#include "policy/yaml/writer.h"
#include "synth/evidence.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::Layout;
using policy::PolicyKind;
using policy::YamlWriter;
namespace protocol = policy::ip_protocol;

constexpr std::size_t kMostPorts = 40;  // in one entry of toPorts, and of ICMP fields
const std::string kNamespaceKey = "k8s:" + std::string(policy::kNamespaceLabel);

void emit_match_labels(YamlWriter& out, const Labels& labels) {
  out.text("matchLabels");
  out.begin_map();
  for (const auto& [name, value] : labels) out.entry(name, value);
  out.end_map();
}

/// Writes the item of a rule in the form of its kind.
class ItemWriter {
 public:
  ItemWriter(YamlWriter& out, const PolicyDraft& policy, const RuleDraft& rule)
      : out_(out), policy_(policy), rule_(rule), ingress_(rule.direction == Direction::ingress) {}

  void run() {
    out_.begin_map();
    switch (policy::facts_of(policy_.kind).dialect) {
      case policy::Dialect::network_policy:
        write_network_policy();
        break;
      case policy::Dialect::firewall:
        write_firewall();
        break;
      case policy::Dialect::cilium:
        write_cilium();
    }
    out_.end_map();
  }

 private:
  // --- CiliumNetworkPolicy ---

  void write_cilium() {
    const auto field = [&](const char* name) {
      out_.text(std::string(ingress_ ? "from" : "to") + name).begin_list();
    };
    switch (rule_.peers.front().field) {
      case PeerField::endpoints:
        field("Endpoints");
        for (const Peer& peer : rule_.peers) {
          out_.begin_map();
          emit_match_labels(out_, selector(peer));
          out_.end_map();
        }
        break;
      case PeerField::entities:
        field("Entities");
        for (const Peer& peer : rule_.peers) out_.text(peer.text);
        break;
      case PeerField::cidr:
        field("CIDR");
        for (const Peer& peer : rule_.peers) out_.text(peer.text);
        break;
      case PeerField::fqdns:
        field("FQDNs");
        for (const Peer& peer : rule_.peers) write_dns_name(peer.text);
        break;
    }
    out_.end_list();
    rule_.ports.front().is_icmp() ? write_icmps() : write_to_ports();
  }

  /// A peer without a namespace is of the policy's own (fact A3.4); a cluster-wide policy has none.
  [[nodiscard]] Labels selector(const Peer& peer) const {
    Labels labels = peer.labels;
    const bool clusterwide = policy::is_clusterwide(policy_.kind);
    if (clusterwide || peer.ns != policy_.ns || !peer.cluster.empty())
      labels.emplace_back(kNamespaceKey, peer.ns);
    if (!peer.cluster.empty())
      labels.emplace_back("k8s:" + std::string(policy::kClusterLabel), peer.cluster);
    return labels;
  }

  void write_dns_name(const std::string& name) {
    flow_map();
    out_.entry(name.find('*') == std::string::npos ? "matchName" : "matchPattern", name);
    out_.end_map();
  }

  void flow_map() { out_.begin_map(Layout::flow); }

  void write_icmps() {
    out_.text("icmps");
    out_.begin_list();
    for (std::size_t begin = 0; begin < rule_.ports.size(); begin += kMostPorts) {
      out_.begin_map();
      out_.text("fields");
      out_.begin_list();
      for (std::size_t i = begin; i < std::min(begin + kMostPorts, rule_.ports.size()); ++i) {
        flow_map();
        out_.entry("family", rule_.ports[i].protocol == protocol::kIcmpV6 ? "IPv6" : "IPv4");
        out_.text("type");
        out_.number(rule_.ports[i].first).end_map();
      }
      out_.end_list().end_map();
    }
    out_.end_list();
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
    out_.text("toPorts");
    out_.begin_list();
    for (const auto& entry : entries) {
      out_.begin_map();
      out_.text("ports");
      out_.begin_list();
      for (const PortTerm* term : entry) {
        flow_map();
        out_.text("port");
        out_.quoted(std::to_string(term->first));
        if (term->last > term->first) {
          out_.text("endPort");
          out_.number(term->last);
        }
        out_.entry("protocol", protocol_text(*term));
        out_.end_map();
      }
      out_.end_list();
      write_l7(*entry.front());
      out_.end_map();
    }
    out_.end_list();
  }

  static std::string protocol_text(const PortTerm& term) {
    return term.protocol == protocol::kAny ? "ANY"
                                           : std::string(policy::protocol_name(term.protocol));
  }

  void write_l7(const PortTerm& term) {
    if (term.http.empty() && term.dns.empty()) return;
    out_.text("rules");
    out_.begin_map();
    out_.text(term.dns.empty() ? "http" : "dns");
    out_.begin_list();
    for (const std::string& name : term.dns) write_dns_name(name);
    for (const HttpRule& each : term.http) {
      flow_map();
      if (!each.method.empty()) out_.entry("method", each.method);
      out_.text("path");
      out_.quoted(each.path).end_map();
    }
    out_.end_list().end_map();
  }

  // --- NetworkPolicy ---

  void write_network_policy() {
    out_.text(ingress_ ? "from" : "to");
    out_.begin_list();
    for (const Peer& peer : rule_.peers) {
      out_.begin_map();
      if (peer.field == PeerField::cidr) {
        out_.text("ipBlock");
        flow_map();
        out_.entry("cidr", peer.text);
        out_.end_map();
      } else if (peer.field == PeerField::entities) {
        // The whole cluster: pods of any namespace.
        out_.text("namespaceSelector");
        flow_map();
        out_.end_map();
      } else {
        if (peer.ns != policy_.ns) {
          out_.text("namespaceSelector");
          out_.begin_map();
          emit_match_labels(out_, {{"kubernetes.io/metadata.name", peer.ns}});
          out_.end_map();
        }
        out_.text("podSelector");
        out_.begin_map();
        emit_match_labels(out_, peer.labels);
        out_.end_map();
      }
      out_.end_map();
    }
    out_.end_list();
    out_.text("ports");
    out_.begin_list();
    for (const PortTerm& term : rule_.ports) write_numbered_port(term);
    out_.end_list();
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
    out_.text("port");
    out_.number(term.first);
    if (term.last > term.first) {
      out_.text("endPort");
      out_.number(term.last);
    }
    out_.entry("protocol", protocol_text(term));
    out_.end_map();
  }

  // --- EgressFirewall ---

  void write_firewall() {
    out_.entry("type", "Allow");
    out_.text("to");
    const Peer& peer = rule_.peers.front();
    if (peer.field == PeerField::entities) {
      out_.begin_map();
      out_.text("nodeSelector");
      flow_map();
      out_.end_map().end_map();
    } else {
      flow_map();
      out_.entry(peer.field == PeerField::fqdns ? "dnsName" : "cidrSelector", peer.text);
      out_.end_map();
    }
    if (rule_.ports.empty()) return;
    out_.text("ports");
    out_.begin_list();
    for (const PortTerm& term : rule_.ports) write_numbered_port(term);
    out_.end_list();
  }

  YamlWriter& out_;
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
    result +=
        at == 0 ? std::string(indent, ' ').append(first) : std::string(indent + first.size(), ' ');
    result.append(text.substr(at, end - at)).append(1, '\n');
    at = end + 1;
  }
  return result;
}

void emit_head(YamlWriter& out, const PolicyDraft& policy, const WriteOptions& options) {
  out.entry("apiVersion", std::string(policy::api_version(policy.kind)));
  out.entry("kind", std::string(policy::kind_name(policy.kind)));
  out.text("metadata");
  out.begin_map();
  out.entry("name", policy.name);
  if (!policy::is_clusterwide(policy.kind)) out.entry("namespace", policy.ns);
  out.text("annotations");
  out.begin_map();
  std::vector<std::string> keys;
  for (const auto& [name, value] : policy.selector) keys.push_back(name);
  if (!keys.empty()) out.entry(std::string(kLabelKeysAnnotation), base::joined(keys, ","));
  out.entry("cnplint.io/evidence", described(policy.reports));
  out.entry("cnplint.io/confidence", confidence_name(policy.confidence));
  if (!policy.like.empty()) out.entry("cnplint.io/template", policy.like);
  if (policy.proposed)
    out.entry("cnplint.io/status", "proposed");
  else if (options.pending_review)
    out.entry("cnplint.io/status", "pending-review");
  out.end_map().end_map();
}

void emit_subject(YamlWriter& out, const PolicyDraft& policy, const WriteOptions& options) {
  const bool firewall = policy.selector.empty();
  if (firewall) return;
  const bool cilium = policy::is_cilium(policy.kind);
  out.text(cilium ? "endpointSelector" : "podSelector");
  out.begin_map();
  Labels labels = policy.selector;
  if (policy::is_clusterwide(policy.kind)) labels.emplace_back(kNamespaceKey, policy.ns);
  emit_match_labels(out, labels);
  out.end_map();
  if (cilium && policy.addition) return;
  if (cilium) {
    // What was only proposed may add, and must not deny; nor what stands beside what denies.
    const bool deny = !options.observe && !policy.proposed && !policy.companion;
    out.text("enableDefaultDeny");
    out.begin_map(Layout::flow);
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      out.text(policy::direction_name(direction));
      out.boolean(deny && policy.why_open(direction).empty());
    }
    out.end_map();
    return;
  }
  out.text("policyTypes");
  out.begin_list(Layout::flow);
  const bool whole = !policy.proposed && !policy.addition;
  const auto closed = [&](Direction direction) {
    return policy.why_open(direction).empty() && (whole || !policy.rules(direction).empty());
  };
  if (closed(Direction::ingress)) out.text("Ingress");
  if (closed(Direction::egress)) out.text("Egress");
  out.end_list();
}

/// What denies everything that the rules before it do not allow.
void emit_final_rules(YamlWriter& out, PolicyKind kind) {
  for (const char* cidr : {"0.0.0.0/0", "::/0"}) {
    // An EgressNetworkPolicy knows IPv4 only.
    if (*cidr == ':' && kind == PolicyKind::egress_network_policy) continue;
    out.begin_map().entry("type", "Deny").text("to").begin_map(Layout::flow);
    out.text("cidrSelector").quoted(cidr).end_map().end_map();
  }
}

/// Whether a direction has a list of rules: where nothing was seen, the empty item that denies.
bool has_list(const PolicyDraft& policy, Direction direction) {
  if (policy.selector.empty()) return direction == Direction::egress;
  // An item without peers allows nobody and denies by default (fact A1.2).
  const bool denies = policy::is_cilium(policy.kind) && !policy.proposed && !policy.addition &&
                      !policy.companion && policy.why_open(direction).empty();
  return denies || !policy.rules(direction).empty();
}

void emit_policy(YamlWriter& out, const PolicyDraft& policy, const WriteOptions& options) {
  out.begin_map();
  emit_head(out, policy, options);
  out.text("spec").begin_map();
  emit_subject(out, policy, options);
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    if (!has_list(policy, direction)) continue;
    out.text(policy::direction_name(direction)).begin_list();
    for (const RuleDraft& rule : policy.rules(direction)) ItemWriter(out, policy, rule).run();
    if (policy.selector.empty())
      emit_final_rules(out, policy.kind);
    else if (policy.rules(direction).empty())
      out.begin_map().end_map();
    out.end_list();
  }
  out.end_map().end_map();
}

/// The comments of the items of a policy in their order.
std::vector<std::vector<std::string>> comments_of(const PolicyDraft& policy) {
  std::vector<std::vector<std::string>> comments;
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    if (!has_list(policy, direction)) continue;
    for (const RuleDraft& rule : policy.rules(direction)) comments.push_back(comment_lines(rule));
    if (policy.rules(direction).empty() && !policy.selector.empty())
      comments.push_back({policy.dns_elsewhere && direction == Direction::egress
                              ? "nothing was seen but DNS, which a policy of the cluster allows"
                              : "nothing was seen"});
  }
  return comments;
}

/// The comments above the line that says what is put into default deny.
std::string open_comments(const PolicyDraft& policy) {
  constexpr std::size_t kMost = 4;
  std::string text;
  if (policy.companion)
    text = "  # what the NetworkPolicy of these pods has no words for; that one denies the rest\n";
  if (!policy.also_selected.empty())
    text += "  # these labels also select " +
            comment_text(base::first_few(policy.also_selected, kMost)) +
            ": all here is for these as well\n";
  for (const Direction direction : {Direction::ingress, Direction::egress}) {
    const std::vector<std::string>& why = policy.why_open(direction);
    if (why.empty()) continue;
    text += "  # " + std::string(policy::direction_name(direction)) +
            " stays open: what passed and has no rule would be cut off\n";
    for (std::size_t i = 0; i < std::min(why.size(), kMost); ++i)
      text += "  #   " + comment_text(why[i]) + "\n";
    if (why.size() > kMost) text += "  #   and " + std::to_string(why.size() - kMost) + " more\n";
  }
  return text;
}

bool says_default_deny(std::string_view line) {
  return line.starts_with("  enableDefaultDeny:") || line.starts_with("  policyTypes:");
}

}  // namespace

std::string write_item(const PolicyDraft& policy, const RuleDraft& rule, std::size_t indent) {
  YamlWriter out;
  ItemWriter(out, policy, rule).run();
  std::string text;
  for (const std::string& line : comment_lines(rule))
    text += std::string(indent, ' ') + "# " + line + "\n";
  return text + indented(out.finish(), indent, "- ");
}

std::string write_flow_item(const PolicyDraft& policy, const RuleDraft& rule, bool json) {
  YamlWriter out(json ? Layout::json : Layout::flow);
  ItemWriter(out, policy, rule).run();
  return out.finish();
}

std::string write_flow(const PolicyDraft& policy, const WriteOptions& options) {
  YamlWriter out(Layout::flow);
  emit_policy(out, policy, options);
  return out.finish();
}

std::string write(const PolicyDraft& policy, const WriteOptions& options) {
  constexpr std::string_view kItem = "  - ";  // only the items of ingress and egress begin so
  YamlWriter out;
  emit_policy(out, policy, options);
  const std::string bare = out.finish() + "\n";
  const std::vector<std::vector<std::string>> comments = comments_of(policy);
  std::string text;
  std::size_t item = 0;
  for (std::size_t at = 0; at < bare.size();) {
    const std::size_t end = bare.find('\n', at) + 1;
    const std::string_view line = std::string_view(bare).substr(at, end - at);
    at = end;
    if (says_default_deny(line)) text += open_comments(policy);
    if (line.starts_with(kItem) && item < comments.size())
      for (const std::string& comment : comments[item++])
        text.append("  # ").append(comment).append(1, '\n');
    text += line;
  }
  return text;
}

std::string write_all(std::span<const PolicyDraft> policies, const WriteOptions& options,
                      unsigned threads) {
  std::vector<std::string> texts(policies.size());
  base::parallel_for(policies.size(), threads,
                     [&](std::size_t i) { texts[i] = write(policies[i], options); });
  std::string all;
  for (const std::string& text : texts) all += "---\n" + text;
  return all;
}

}  // namespace cnplint::synth
