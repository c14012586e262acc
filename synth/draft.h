// SPDX-License-Identifier: Apache-2.0
//
// A policy before it is text, the same for every kind of policy.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "policy/model/policy.h"
#include "policy/text/rule_text.h"
#include "synth/dns_grants.h"
#include "synth/permit.h"

namespace cnplint::synth {

using policy::PeerField;
using Peer = policy::PeerText;
using HttpRule = policy::HttpText;
using PortTerm = policy::PortText;

/// One line of a rule's comment: what was seen that the rule permits.
struct Evidence {
  std::string peer;  ///< the other end, as people call it
  std::string port;
  Origin origin = Origin::observed;
  Reports reports;
  Widening widening = Widening::none;
  std::uint64_t connections = 1;  ///< that a widening adds

  friend bool operator==(const Evidence& a, const Evidence& b) {
    return a.peer == b.peer && a.port == b.port;
  }
};

struct RuleDraft {
  policy::Direction direction = policy::Direction::ingress;
  std::vector<Peer> peers;      ///< of one field, sorted
  std::vector<PortTerm> ports;  ///< sorted; ICMP and ports are never mixed
  std::vector<Evidence> evidence;
  std::uint64_t added = 0;  ///< unobserved connections that generalising added
};

enum class Confidence : std::uint8_t { low, medium, high };
const char* confidence_name(Confidence confidence);

struct PolicyDraft {
  policy::PolicyKind kind = policy::PolicyKind::cilium_network_policy;
  std::string name;      ///< a DNS subdomain, unique in its namespace
  std::string ns;        ///< of the workload
  std::string workload;  ///< `shop/cart`; the namespace where the kind knows no workloads
  std::string workload_kind;
  std::uint32_t party = 0;
  Labels selector;
  std::vector<std::string> also_selected;  ///< other workloads that have these labels
  std::vector<RuleDraft> ingress;
  std::vector<RuleDraft> egress;
  /// By direction, ingress first: why it is not put into default deny. Empty: it is.
  std::array<std::vector<std::string>, 2> left_open = {};
  bool proposed = false;       ///< of what passed in audit mode or was dropped: for review only
  bool companion = false;      ///< it only allows what the NetworkPolicy beside it has no words for
  bool addition = false;       ///< it only adds to what other policies allow: these deny already
  bool dns_elsewhere = false;  ///< its DNS is allowed by other policies
  std::string like;            ///< the namespace that it is a copy of; empty: none
  Reports reports;
  Confidence confidence = Confidence::low;

  [[nodiscard]] const std::vector<RuleDraft>& rules(policy::Direction direction) const {
    return direction == policy::Direction::ingress ? ingress : egress;
  }
  /// Why a direction is not put into default deny; empty where it is.
  [[nodiscard]] const std::vector<std::string>& why_open(policy::Direction direction) const {
    return left_open.at(direction == policy::Direction::ingress ? 0 : 1);
  }
};

/// How much a policy rests on, of a capture of some length: a week of everything is much, a day is
/// some.
Confidence confidence_of(const PolicyDraft& policy, const flows::Span& span);

struct DraftOptions {
  policy::PolicyKind kind = policy::PolicyKind::cilium_network_policy;
  bool l7 = false;
  bool observe = false;  ///< nothing may be refused, by the proxy neither: no names, no requests
  std::vector<std::string> namespaces;  ///< policies for these only; empty: all
  std::vector<std::string> excluded;    ///< and never for these
  std::vector<std::string> system;      ///< nor new ones for these, unless `namespaces` has them
  bool dns = true;                      ///< DNS egress for all that are denied egress
  /// Whether what cannot be allowed leaves its direction open. Else it is left out: the policies
  /// only add to others, which deny already.
  bool leave_open = true;
  bool companion = false;               ///< what a NetworkPolicy cannot say gets one of Cilium's
  bool name_local_cluster = false;      ///< peers without a cluster could be of any (A3.4)
  DnsGrants granted;                    ///< DNS that needs no rule
  std::set<std::uint32_t> without_dns;  ///< parties that get none where they were not seen asking
  std::vector<std::string> label_keys;  ///< peers by these only; empty: all
  std::uint64_t generalize = 0;         ///< unobserved connections that may be added

  /// Whether policies that are there already for a namespace are to be kept up.
  [[nodiscard]] bool keeps_up(const std::string& ns) const {
    const auto has = [&](const auto& all) { return std::ranges::find(all, ns) != all.end(); };
    return !has(excluded) && (namespaces.empty() || has(namespaces));
  }
  /// Whether a namespace is left out because it is the system's and nobody asked for it.
  [[nodiscard]] bool leaves_to_system(const std::string& ns) const {
    return namespaces.empty() && std::ranges::find(system, ns) != system.end();
  }
  /// Whether policies for a namespace are asked for.
  [[nodiscard]] bool wants(const std::string& ns) const {
    return keeps_up(ns) && !leaves_to_system(ns);
  }
};

/// The peers that name what is no pod: an entity, the names of an address (where `by_name`, and it
/// has some), else its CIDR.
std::vector<Peer> peers_outside(const Permit& permit, const Party& party, bool by_name);

/// What is asked for and cannot be written.
struct Drafts {
  std::vector<PolicyDraft> policies;      ///< by namespace and name
  std::vector<Permit> permits;            ///< what they are to allow: learned and baseline
  std::vector<std::string> unwritten;     ///< sentences: what cannot be said, and gets no policy
  std::vector<std::string> unselectable;  ///< workloads that get no policy
  /// Sentences: what the kind of policy cannot allow without denying all else.
  std::vector<std::string> not_proposed;
  std::vector<Resolver> resolvers;
  std::set<DnsGrants::Key> granted;  ///< DNS that other policies allow, and that no rule is for
  std::vector<const policy::Policy*> granting;  ///< these policies
  bool assumed_resolver = false;                ///< the capture has no DNS: kube-dns was assumed

  /// The parties that policies are for; none of firewalls, which are for namespaces.
  [[nodiscard]] std::set<std::uint32_t> subjects() const;
  /// Whether a permit is for questions to one of the resolvers, or for their answers.
  [[nodiscard]] bool is_dns(const Permit& permit) const;
};

/// What is not put into default deny, as sentences: directions of policies, and those that get
/// none.
std::vector<std::string> left_open(const Drafts& drafts);

/// Drafts one policy for each workload, with what its permits need and nothing else. Permits are
/// in the order of `learn`; they are in the result, with those for DNS. Open sides, and those in
/// which the kind of policy cannot say what passed, are not put into default deny.
Drafts draft(const ObservedTraffic& traffic, const Parties& parties, std::vector<Permit> permits,
             std::vector<Resolver> resolvers, const std::vector<OpenSide>& open,
             const DraftOptions& options);

}  // namespace cnplint::synth
