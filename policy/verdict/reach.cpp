// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/reach.h"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "policy/verdict/compared_peers.h"
#include "policy/verdict/egress_firewall.h"
#include "policy/verdict/passings.h"
#include "policy/verdict/peer_names.h"
#include "policy/verdict/selector.h"
#include "policy/verdict/witness_endpoints.h"

namespace cnplint::policy {
namespace {

/// What passes in one direction of one subject's connections, by peer.
struct SubjectReach {
  std::vector<std::uint32_t> unselected;                       ///< by trait
  std::vector<std::pair<std::uint32_t, std::uint32_t>> peers;  ///< that rules select, in order
};

}  // namespace

class Reach::Matrix {
 public:
  Matrix(const ClusterState& state, const ReachOptions& options)
      : rules_(*state.rules),
        names_(std::array<const RuleBase*, 1>{&rules_}),
        passings_(options.explain, options.port),
        firewalls_(rules_.policies, rules_.environment) {
    find_ends(state.pods);
    usual_ = static_cast<std::uint32_t>(ends_.size());
    for (const NamedEndpoint& each : options.asked) add(each.endpoint, each.name);
    engine_.emplace(state.rules, endpoints_);
    peers_.emplace(std::vector<const VerdictEngine*>{&*engine_});
    for (const Direction direction : {Direction::egress, Direction::ingress}) decide(direction);
    for (const Policy& policy : rules_.policies)
      if (is_firewall(policy.kind)) walled_.emplace(policy.effective_namespace());
  }

  [[nodiscard]] const std::vector<ReachEnd>& ends() const { return ends_; }
  [[nodiscard]] std::uint32_t usual() const { return usual_; }
  [[nodiscard]] const Passings& passings() const { return passings_; }

  std::vector<std::uint32_t> row(std::uint32_t from) {
    std::vector<std::uint32_t> result(ends_.size(), Passings::kEverything);
    if (const auto& group = group_of_[0][from]; group) {
      const SubjectReach& egress = reaches_[0][*group];
      for (std::uint32_t to = 0; to < result.size(); ++to)
        result[to] = egress.unselected[peers_->trait(to)];
      for (const auto& [to, number] : egress.peers) result[to] = number;
    }
    if (walled_.contains(ends_[from].ns)) add_firewall(from, result);
    std::vector<std::optional<std::uint32_t>> ingress(reaches_[1].size());
    for (std::uint32_t to = 0; to < result.size(); ++to) {
      std::uint32_t in = Passings::kEverything;
      if (const auto& group = group_of_[1][to]; group) {
        if (!ingress[*group]) ingress[*group] = number_of(reaches_[1][*group], from);
        in = *ingress[*group];
      }
      result[to] = passings_.both(result[to], in);
    }
    return result;
  }

 private:
  void add(const Endpoint& endpoint, std::string name) {
    ReachEnd end{std::move(name), {}, is_pod(endpoint.kind), false};
    end.ns = namespace_of_pod(endpoint);
    end.outside = endpoint.address.has_value() || !endpoint.dns_names.empty();
    ends_.push_back(std::move(end));
    endpoints_.push_back(endpoint);
  }

  void find_ends(const std::vector<NamedEndpoint>& pods) {
    for (const NamedEndpoint& each : pods) add(each.endpoint, each.name);
    std::set<std::string> known;
    // Who has no identity yet, or no policy can be about, is asked about by name only.
    for (const Endpoint& each : usual_entities(rules_.environment))
      if (each.kind != EndpointKind::init && each.kind != EndpointKind::unmanaged)
        add(each, name_of_endpoint(each));
    std::vector<Endpoint> outside = edge_addresses(rules_);
    for (Endpoint& each : firewall_edges(rules_.policies, rules_.environment))
      outside.push_back(std::move(each));
    for (const Endpoint& each : outside)
      if (std::string name = names_.of(each); known.insert(name).second) add(each, std::move(name));
    add_witnesses(pods);
  }

  /// Pods for selectors that select none of the workloads.
  void add_witnesses(const std::vector<NamedEndpoint>& pods) {
    std::vector<Identity> identities;
    for (const NamedEndpoint& each : pods)
      if (is_pod(each.endpoint.kind))
        identities.push_back(Identity::of_labels(each.endpoint.labels));
    std::set<std::pair<std::string, std::vector<bool>>> known;
    for (const Endpoint& each : witnesses_beside(rules_, identities)) {
      if (!is_pod(each.kind)) continue;
      const Identity identity = Identity::of_labels(each.labels);
      std::vector<bool> selected;
      for (const Subject& subject : rules_.subjects)
        selected.push_back(matches(subject.selector, identity));
      for (const Conditions& selector : rules_.selectors)
        selected.push_back(matches(selector, identity));
      if (known.insert({name_of_endpoint(each), std::move(selected)}).second)
        add(each, name_of_endpoint(each));
    }
  }

  void decide(Direction direction) {
    const std::size_t side = direction == Direction::egress ? 0 : 1;
    group_of_[side].resize(ends_.size());
    const auto groups = peers_->alike_subjects(direction, static_cast<std::uint32_t>(ends_.size()));
    for (const std::vector<std::uint32_t>& alike : groups) {
      for (const std::uint32_t each : alike)
        group_of_[side][each] = static_cast<std::uint32_t>(reaches_[side].size());
      reaches_[side].push_back(reach_of(direction, alike.front()));
    }
  }

  SubjectReach reach_of(Direction direction, std::uint32_t subject) {
    SubjectReach result;
    result.unselected.resize(peers_->traits());
    const auto signatures = peers_->signatures(direction, subject);
    for (const PeerClass& each : peers_->of(signatures)) {
      const std::uint32_t number = passings_.of(*engine_, direction, subject, each.members.front());
      if (each.selected)
        for (const std::uint32_t peer : each.members) result.peers.emplace_back(peer, number);
      else
        result.unselected[peers_->trait(each.members.front())] = number;
    }
    std::ranges::sort(result.peers);
    return result;
  }

  [[nodiscard]] std::uint32_t number_of(const SubjectReach& subject, std::uint32_t peer) const {
    const auto found = std::ranges::lower_bound(subject.peers, std::pair(peer, std::uint32_t{0}));
    if (found != subject.peers.end() && found->first == peer) return found->second;
    return subject.unselected[peers_->trait(peer)];
  }

  void add_firewall(std::uint32_t from, std::vector<std::uint32_t>& row) {
    for (std::uint32_t to = 0; to < row.size(); ++to) {
      if (row[to] == Passings::kNothing) continue;
      const auto [found, added] = walls_.try_emplace({ends_[from].ns, to});
      if (added)
        found->second =
            passings_.of(firewalls_, endpoints_[from], endpoints_[to], engine_->peer_identity(to));
      row[to] = passings_.out(row[to], found->second);
    }
  }

  const RuleBase& rules_;
  OutsideNames names_;
  Passings passings_;
  EgressFirewalls firewalls_;
  std::vector<ReachEnd> ends_;
  std::vector<Endpoint> endpoints_;
  std::uint32_t usual_ = 0;
  std::optional<VerdictEngine> engine_;
  std::optional<ComparedPeers> peers_;
  /// Of the egress and the ingress of ends: their place in `reaches_`; none of what no policy can
  /// be about.
  std::array<std::vector<std::optional<std::uint32_t>>, 2> group_of_;
  std::array<std::vector<SubjectReach>, 2> reaches_;
  std::set<std::string> walled_;  ///< namespaces that have OpenShift egress policies
  std::map<std::pair<std::string, std::uint32_t>, std::uint32_t> walls_;
};

Reach::Reach(const ClusterState& state, const ReachOptions& options)
    : matrix_(std::make_unique<Matrix>(state, options)) {}
Reach::~Reach() = default;

const std::vector<ReachEnd>& Reach::ends() const { return matrix_->ends(); }
std::uint32_t Reach::usual() const { return matrix_->usual(); }
std::vector<std::uint32_t> Reach::row(std::uint32_t from) { return matrix_->row(from); }
bool Reach::is_everything(std::uint32_t number) const {
  return number == Passings::kEverything && passing(number).size() > 1;
}
const std::vector<Passing>& Reach::passing(std::uint32_t number) const {
  return matrix_->passings().at(number);
}
}  // namespace cnplint::policy
