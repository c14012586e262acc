// SPDX-License-Identifier: Apache-2.0
#include "synth/draft.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/sort.h"
#include "policy/model/dns_server.h"
#include "synth/fewest_rules.h"
#include "synth/generalize.h"
#include "synth/name.h"
#include "synth/open_sides.h"
#include "synth/term.h"

namespace cnplint::synth {
namespace {

using policy::Direction;
using policy::PolicyKind;
namespace protocol = policy::ip_protocol;

class Drafter {
 public:
  Drafter(const ObservedTraffic& traffic, const Parties& parties, std::vector<Permit> permits,
          std::vector<Resolver> resolvers, const DraftOptions& options)
      : traffic_(traffic), parties_(parties), options_(options), labels_(traffic, parties) {
    drafts_.permits = std::move(permits);
    drafts_.resolvers = std::move(resolvers);
  }

  Drafts run(const std::vector<OpenSide>& open) {
    if (options_.dns) add_dns();
    base::sort_large(drafts_.permits, [](const Permit& each) {
      return std::tuple(each.subject, each.direction, each.peer, each.protocol, each.port,
                        each.proposed);
    });
    open_ = OpenSides(parties_, drafts_.permits, open, options_);
    count_clients();
    for (std::size_t begin = 0; begin < drafts_.permits.size();) {
      std::size_t end = begin;
      while (end < drafts_.permits.size() &&
             drafts_.permits[end].subject == drafts_.permits[begin].subject)
        ++end;
      add_policies(begin, end);
      begin = end;
    }
    drafts_.policies.shrink_to_fit();
    name_policies(drafts_.policies);
    base::sort_large(drafts_.policies, [](const PolicyDraft& each) {
      return std::tie(each.ns, each.name, each.workload, each.workload_kind);
    });
    if (!drafts_.granted.empty()) drafts_.granting = options_.granted.policies;
    return std::move(drafts_);
  }

 private:
  // --- DNS ---

  [[nodiscard]] bool is_dns(const Permit& permit) const { return drafts_.is_dns(permit); }

  /// Denied egress needs DNS, whether the workload was seen asking or not.
  void add_dns() {
    std::set<std::uint32_t> subjects;
    std::set<std::uint32_t> served;
    for (const Permit& permit : drafts_.permits) {
      subjects.insert(permit.subject);
      if (permit.direction == Direction::egress && is_dns(permit)) served.insert(permit.subject);
    }
    std::set<std::uint32_t> servers;
    for (const Resolver& resolver : drafts_.resolvers) servers.insert(resolver.party);
    drafts_.assumed_resolver = drafts_.resolvers.empty();
    if (drafts_.assumed_resolver) {
      usual_server_ = &usual_server(parties_);
      return;
    }
    const Resolver& resolver = drafts_.resolvers.front();
    const auto beside = other_node(parties_, resolver.party);
    for (const std::uint32_t subject : subjects) {
      if (served.contains(subject) || servers.contains(subject) ||
          options_.without_dns.contains(subject))
        continue;
      Permit permit;
      permit.subject = subject;
      permit.peer = resolver.party;
      permit.direction = Direction::egress;
      permit.protocol = protocol::kUdp;
      permit.port = resolver.port;
      permit.origin = Origin::baseline;
      drafts_.permits.push_back(permit);
      if (beside) {
        permit.peer = *beside;
        drafts_.permits.push_back(permit);
      }
      if (parties_.all[resolver.party].kind != PartyKind::workload) continue;
      std::swap(permit.subject, permit.peer);
      permit.direction = Direction::ingress;
      drafts_.permits.push_back(permit);
    }
  }

  /// How many of the cluster a DNS server admits that were not seen asking it.
  void count_clients() {
    std::map<Resolver, std::set<std::uint32_t>> clients;
    for (const Permit& permit : drafts_.permits)
      if (permit.direction == Direction::ingress && permit.origin < Origin::widened &&
          is_dns(permit) && parties_.all[permit.peer].in_cluster)
        clients[{permit.subject, permit.port}].insert(permit.peer);
    const auto all =
        static_cast<std::uint64_t>(std::ranges::count_if(parties_.all, [](const Party& party) {
          return party.in_cluster && !party.endpoints.empty();
        }));
    for (Permit& permit : drafts_.permits) {
      if (permit.widening != Widening::cluster_to_dns) continue;
      auto& asking = clients[{permit.subject, permit.port}];
      asking.insert(permit.subject);
      permit.connections = all - asking.size();
    }
  }

  /// The ports on which a DNS server admits the cluster.
  [[nodiscard]] std::set<std::uint16_t> open_ports(std::size_t begin, std::size_t end) const {
    std::set<std::uint16_t> ports;
    for (std::size_t i = begin; i < end; ++i)
      if (drafts_.permits[i].widening == Widening::cluster_to_dns)
        ports.insert(drafts_.permits[i].port);
    return ports;
  }

  /// Ports on which the world is admitted, with their protocols.
  using PublicPorts = std::set<std::pair<std::uint8_t, std::uint16_t>>;
  [[nodiscard]] PublicPorts public_ports(std::size_t begin, std::size_t end) const {
    PublicPorts ports;
    for (std::size_t i = begin; i < end; ++i)
      if (const Permit& permit = drafts_.permits[i]; permit.widening == Widening::public_ingress)
        ports.emplace(permit.protocol, permit.port);
    return ports;
  }
  /// Whether a permit is for an address that a rule for the world lets in.
  [[nodiscard]] bool is_public_client(const Permit& permit) const {
    return permit.direction == Direction::ingress &&
           public_ports_.contains({permit.protocol, permit.port}) &&
           parties_.all[permit.peer].kind == PartyKind::address;
  }

  /// The DNS of a cluster about which the capture says nothing: that of Kubernetes, or of OpenShift
  /// where its namespaces are seen.
  static const policy::DnsServerLabel& usual_server(const Parties& parties) {
    const bool openshift = std::ranges::any_of(
        parties.all, [](const Party& party) { return party.ns.starts_with("openshift-"); });
    return *std::ranges::find(policy::dns_server_labels(),
                              openshift ? std::string_view("openshift-dns") : "kube-system",
                              &policy::DnsServerLabel::ns);
  }
  [[nodiscard]] std::pair<Peer, std::uint16_t> assumed_resolver() const {
    Peer peer;
    peer.ns = usual_server_->ns;
    peer.labels = {{std::string(usual_server_->key), std::string(usual_server_->value)}};
    return {peer, usual_server_->port};
  }

  /// The names that a workload may ask for: those it asked for, and those that its rules name.
  /// Empty where nothing restricts them.
  [[nodiscard]] std::vector<std::string> questions(std::size_t begin, std::size_t end) const {
    std::set<std::string> named;
    std::set<std::string> asked;
    bool all_named = !options_.observe;
    for (std::size_t i = begin; i < end; ++i) {
      const Permit& permit = drafts_.permits[i];
      if (permit.direction != Direction::egress) continue;
      if (options_.kind != PolicyKind::network_policy)
        named.insert(permit.names.begin(), permit.names.end());
      const auto names = dns_names(permit.requests);
      asked.insert(names.begin(), names.end());
      all_named = all_named && names.size() == questions_of(permit);
    }
    if (named.empty() || !policy::is_cilium(options_.kind)) return {};
    // Which other names it needs, those of Services above all, only DNS records can tell.
    if (asked.empty() || !all_named) return {"*"};
    asked.merge(named);
    return {asked.begin(), asked.end()};
  }

  static std::size_t questions_of(const Permit& permit) {
    return static_cast<std::size_t>(std::ranges::count_if(
        permit.requests, [](const flows::CapturedRequest& each) { return each.request.dns; }));
  }

  // --- One workload ---

  void add_policies(std::size_t begin, std::size_t end) {
    const std::uint32_t party = drafts_.permits[begin].subject;
    if (!options_.wants(parties_.all[party].ns)) return;
    std::array<bool, 2> any{};  // whether something is certain, and proposed
    for (std::size_t i = begin; i < end; ++i)
      if (drafts_.permits[i].origin != Origin::widened &&
          (!options_.dns || drafts_.permits[i].origin != Origin::baseline))
        any[drafts_.permits[i].proposed ? 1 : 0] = true;
    // DNS belongs to what is certain, where there is such.
    closed_ = {};
    const bool certain = any[0] && add_policy(party, begin, end, false, true);
    if (any[1]) add_policy(party, begin, end, true, !certain);
    if (options_.companion)
      for (const bool proposed : {false, true})
        if (any[proposed ? 1 : 0]) add_companion(party, begin, end, proposed);
  }

  PolicyDraft empty_policy(std::uint32_t party, PolicyKind kind, bool proposed) {
    const Party& subject = parties_.all[party];
    PolicyDraft policy;
    policy.kind = kind_ = kind;
    policy.ns = subject.ns;
    policy.workload = subject.ns + "/" + subject.workload;
    policy.workload_kind = subject.workload_kind;
    policy.party = party;
    policy.selector = subject.labels;
    policy.also_selected = subject.collisions;
    policy.proposed = proposed;
    return policy;
  }

  /// Whether there is anything to write.
  bool add_policy(std::uint32_t party, std::size_t begin, std::size_t end, bool proposed,
                  bool with_dns) {
    PolicyDraft policy = empty_policy(party, options_.kind, proposed);
    // What is only proposed denies nothing, where the kind has words for that.
    const bool denies = !proposed || !policy::is_cilium(options_.kind);
    if (denies && !options_.observe && options_.leave_open)
      policy.left_open = {open_.why(party, Direction::ingress),
                          open_.why(party, Direction::egress)};
    if (!policy.left_open[0].empty() && !policy.left_open[1].empty()) {
      const std::string& first = policy.left_open[0].front();
      const std::string& second = policy.left_open[1].front();
      drafts_.unwritten.push_back(parties_.all[party].name +
                                  ": no policy, both directions stay open: " + first +
                                  (second == first ? "" : "; " + second));
      return false;
    }
    std::vector<std::string> names = questions(begin, end);
    if (!policy.left_open[1].empty() && !names.empty()) names = {"*"};
    open_ports_ = proposed ? std::set<std::uint16_t>() : open_ports(begin, end);
    public_ports_ = proposed ? PublicPorts() : public_ports(begin, end);
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      // A NetworkPolicy that has rules of a direction denies the rest of it (fact A6).
      const bool open = !policy.why_open(direction).empty();
      if (open && !policy::is_cilium(options_.kind)) continue;
      if (proposed && !may_propose(begin, end, direction)) continue;
      Wanted wanted;
      for (std::size_t i = begin; i < end; ++i) {
        const Permit& permit = drafts_.permits[i];
        if (permit.direction != direction) continue;
        const bool needed =
            permit.origin == Origin::baseline ? with_dns : permit.proposed == proposed;
        if (!needed) continue;
        if (is_public_client(permit)) {
          policy.reports.add(permit.reports);
          continue;
        }
        if (is_granted(permit, names)) {
          drafts_.granted.insert({permit.subject, direction, permit.peer, permit.port});
          policy.dns_elsewhere = policy.dns_elsewhere || direction == Direction::egress;
          continue;
        }
        add(permit, open ? Filter::none : Filter::requests, names, wanted);
        if (permit.widening == Widening::none) policy.reports.add(permit.reports);
      }
      if (drafts_.assumed_resolver && with_dns && direction == Direction::egress)
        add_assumed(names, wanted);
      auto& rules = direction == Direction::ingress ? policy.ingress : policy.egress;
      rules = fewest_rules(options_.kind, wanted, direction);
    }
    // A NetworkPolicy without rules, if it denies nothing either, would deny ingress by default.
    if (proposed && policy.ingress.empty() && policy.egress.empty()) return false;
    generalize(policy, traffic_, labels_, options_.label_keys, left_);
    policy.confidence = confidence_of(policy, traffic_.span);
    if (!proposed)
      closed_ = {policy.why_open(Direction::ingress).empty(),
                 policy.why_open(Direction::egress).empty()};
    drafts_.policies.push_back(std::move(policy));
    return true;
  }

  /// Whether rules of a direction can be proposed: those of a NetworkPolicy deny the rest of it, so
  /// that they add to nothing but what is denied already.
  bool may_propose(std::size_t begin, std::size_t end, Direction direction) {
    if (policy::is_cilium(options_.kind) || closed_[direction == Direction::ingress ? 0 : 1])
      return true;
    for (std::size_t i = begin; i < end; ++i)
      if (const Permit& permit = drafts_.permits[i];
          permit.proposed && permit.direction == direction) {
        drafts_.not_proposed.push_back(std::string(policy::direction_name(direction)) + " of " +
                                       parties_.all[permit.subject].name);
        break;
      }
    return false;
  }

  /// Beside a NetworkPolicy one of Cilium for what that has no words for. It denies nothing, so
  /// that it can be applied before the other.
  void add_companion(std::uint32_t party, std::size_t begin, std::size_t end, bool proposed) {
    PolicyDraft policy = empty_policy(party, PolicyKind::cilium_network_policy, proposed);
    policy.companion = true;
    for (const Direction direction : {Direction::ingress, Direction::egress}) {
      if (!open_.why(party, direction).empty()) continue;
      Wanted wanted;
      for (std::size_t i = begin; i < end; ++i) {
        const Permit& permit = drafts_.permits[i];
        if (permit.direction != direction || permit.proposed != proposed ||
            inexpressible(permit, parties_, options_.kind).empty())
          continue;
        want(permit, Filter::none, {}, wanted);
        policy.reports.add(permit.reports);
      }
      (direction == Direction::ingress ? policy.ingress : policy.egress) =
          fewest_rules(policy.kind, wanted, direction);
    }
    if (policy.ingress.empty() && policy.egress.empty()) return;
    generalize(policy, traffic_, labels_, options_.label_keys, left_);
    policy.confidence = confidence_of(policy, traffic_.span);
    drafts_.policies.push_back(std::move(policy));
  }

  void add_assumed(const std::vector<std::string>& names, Wanted& wanted) const {
    const auto [peer, port] = assumed_resolver();
    PeerPorts::Port& into = wanted[peer].ports[{port, protocol::kAny}];
    into.term = {protocol::kAny, port, port, {}, names};
    into.evidence.push_back({peer.ns + "/" + peer.labels.front().second,
                             flows::port_text(protocol::kUdp, port),
                             Origin::baseline,
                             {},
                             Widening::none,
                             1});
  }

  /// Whether a rule filters requests: before 1.19 the proxy refuses others also where default deny
  /// is off (fact A1.3).
  enum class Filter : std::uint8_t { none, requests };

  void add(const Permit& permit, Filter filter, const std::vector<std::string>& names,
           Wanted& wanted) {
    if (const std::string problem = inexpressible(permit, parties_, options_.kind);
        !problem.empty()) {
      if ((!options_.leave_open || permit.dropped) && !options_.companion)
        drafts_.unwritten.push_back(sentence(permit, parties_) + ": " + problem);
      return;
    }
    want(permit, filter, names, wanted);
  }

  void want(const Permit& permit, Filter filter, const std::vector<std::string>& names,
            Wanted& wanted) const {
    PortTerm term{permit.protocol, permit.port, permit.port, {}, {}};
    if (is_dns(permit)) {
      term.protocol = protocol::kAny;  // answers too large for UDP are asked for again over TCP
      if (permit.direction == Direction::egress) term.dns = names;
    }
    const bool http = options_.l7 && !options_.observe && filter == Filter::requests &&
                      policy::is_cilium(options_.kind) && permit.all_requests &&
                      permit.protocol == protocol::kTcp && term.protocol == protocol::kTcp;
    if (http) term.http = http_rules(permit.requests);
    for (const Peer& peer : peers_of(permit)) {
      const Evidence evidence = evidence_of(permit, peer);
      PeerPorts::Port& into = wanted[peer].ports[{permit.port, term.protocol}];
      const bool fresh = into.evidence.empty();
      if (fresh) into.term = term;
      into.requests_only = into.requests_only && http;
      if (!into.requests_only) into.term.http.clear();
      if (!fresh && into.requests_only) {
        auto& all = into.term.http;
        all.insert(all.end(), term.http.begin(), term.http.end());
        std::ranges::sort(all);
        all.erase(std::unique(all.begin(), all.end()), all.end());
      }
      add_evidence(evidence, into.evidence);
    }
  }

  static void add_evidence(const Evidence& evidence, std::vector<Evidence>& all) {
    const auto same = std::ranges::find(all, evidence);
    if (same == all.end()) return all.push_back(evidence);
    same->reports.add(evidence.reports);
    same->origin = std::min(same->origin, evidence.origin);
  }

  [[nodiscard]] Evidence evidence_of(const Permit& permit, const Peer& peer) const {
    std::string name = parties_.all[permit.peer].name;
    if (peer.field == PeerField::fqdns) name = peer.text + " (" + name + ")";
    return {name,
            flows::port_text(permit.protocol, permit.port),
            permit.origin,
            permit.reports,
            permit.widening,
            permit.connections};
  }

  /// Whether another policy allows the DNS of a permit. Names that a policy allows have to be seen
  /// by the DNS proxy, so its own rule hands the questions to it.
  [[nodiscard]] bool is_granted(const Permit& permit, const std::vector<std::string>& names) const {
    return is_dns(permit) && options_.granted.has(permit) &&
           (permit.direction == Direction::ingress || names.empty());
  }

  [[nodiscard]] std::vector<Peer> peers_of(const Permit& permit) const {
    const Party& party = parties_.all[permit.peer];
    if (permit.direction == Direction::ingress && open_ports_.contains(permit.port) &&
        is_dns(permit) && is_of_cluster(party))
      return {{PeerField::entities, {}, {}, {}, std::string(kClusterEntity)}};
    if (permit.widening == Widening::public_ingress && !policy::is_cilium(kind_))
      return every_address();
    if (!party.is_pods()) return peers_outside(permit, party, kind_ != PolicyKind::network_policy);
    Peer peer;
    peer.ns = party.ns;
    peer.labels = party.labels;
    if (party.kind == PartyKind::mesh_workload || options_.name_local_cluster)
      peer.cluster = party.cluster;
    return {peer};
  }

  /// The world, where a kind has no entities; of IPv6 where the capture has such addresses.
  [[nodiscard]] std::vector<Peer> every_address() const {
    std::vector<Peer> peers{{PeerField::cidr, {}, {}, {}, "0.0.0.0/0"}};
    const bool v6 = std::ranges::any_of(traffic_.endpoints, [](const ObservedEndpoint& each) {
      return each.facts.address && each.facts.address->v6;
    });
    if (v6) peers.push_back({PeerField::cidr, {}, {}, {}, "::/0"});
    return peers;
  }

  /// Whether a peer that is the whole cluster has the party in it.
  [[nodiscard]] bool is_of_cluster(const Party& party) const {
    return options_.kind == PolicyKind::network_policy ? party.kind == PartyKind::workload
                                                       : party.in_cluster;
  }

  const ObservedTraffic& traffic_;
  const Parties& parties_;
  const DraftOptions& options_;
  LabelIndex labels_;
  PolicyKind kind_ = options_.kind;           ///< of the policy that is drafted
  std::uint64_t left_ = options_.generalize;  ///< of what generalising may add
  OpenSides open_;
  std::array<bool, 2> closed_{};        ///< of the workload: ingress and egress are in default deny
  PublicPorts public_ports_;            ///< of the policy that is drafted
  std::set<std::uint16_t> open_ports_;  ///< of the policy that is drafted
  const policy::DnsServerLabel* usual_server_ = nullptr;  ///< where no resolver was seen
  Drafts drafts_;
};

}  // namespace

Drafts draft(const ObservedTraffic& traffic, const Parties& parties, std::vector<Permit> permits,
             std::vector<Resolver> resolvers, const std::vector<OpenSide>& open,
             const DraftOptions& options) {
  return policy::is_firewall(options.kind)
             ? draft_firewalls(parties, permits, open, options)
             : Drafter(traffic, parties, std::move(permits), std::move(resolvers), options)
                   .run(open);
}

}  // namespace cnplint::synth
