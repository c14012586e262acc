// SPDX-License-Identifier: Apache-2.0
#include "synth/party.h"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>

#include "base/sort.h"
#include "policy/model/address.h"
#include "policy/model/label.h"
#include "policy/verdict/label_quality.h"
#include "synth/releases.h"

namespace cnplint::synth {
namespace {

using policy::LabelQuality;
using Pair = std::pair<std::string, std::string>;
using Owners = std::set<std::uint32_t>;

/// A label that all pods of a workload have, and who else has it.
struct Candidate {
  Pair label;
  Choice choice = Choice::stable;  ///< what a selector that needs it is
  std::size_t preference = 0;
  Owners rivals;  ///< other workloads some pod of which has it

  [[nodiscard]] auto order() const { return std::tie(choice, preference, label); }
};

Owners intersection(const Owners& a, const Owners& b) {
  Owners both;
  std::ranges::set_intersection(a, b, std::inserter(both, both.end()));
  return both;
}

/// The smallest set of candidates that none of the rivals has all of, the first in order of the
/// smallest; none where there is no such set. Beyond four candidates the choice is greedy. No set
/// of rivals is everybody.
class SetSearch {
 public:
  SetSearch(std::vector<const Candidate*> candidates, const std::optional<Owners>& rivals)
      : candidates_(std::move(candidates)), rivals_(rivals) {}

  std::optional<std::vector<const Candidate*>> run() {
    constexpr std::size_t kLargest = 4;
    for (std::size_t size = 1; size <= std::min(kLargest, candidates_.size()); ++size)
      if (extend(0, size, rivals_ ? &*rivals_ : nullptr)) return chosen_;
    return greedy();
  }

 private:
  bool extend(std::size_t first, std::size_t more, const Owners* left) {
    for (std::size_t i = first; i + more <= candidates_.size(); ++i) {
      const Candidate& each = *candidates_[i];
      const Owners rest = left == nullptr ? each.rivals : intersection(*left, each.rivals);
      if (more > 1 && left != nullptr && rest.size() == left->size()) continue;  // adds nothing
      chosen_.push_back(&each);
      if (more == 1 ? rest.empty() : extend(i + 1, more - 1, &rest)) return true;
      chosen_.pop_back();
    }
    return false;
  }

  std::optional<std::vector<const Candidate*>> greedy() {
    std::vector<const Candidate*> chosen;
    std::optional<Owners> left = rivals_;
    while (!left || !left->empty()) {
      const Candidate* best = nullptr;
      Owners rest;
      for (const Candidate* each : candidates_) {
        Owners after = left ? intersection(*left, each->rivals) : each->rivals;
        if ((left && after.size() == left->size()) ||
            (best != nullptr && after.size() >= rest.size()))
          continue;
        best = each;
        rest = std::move(after);
      }
      if (best == nullptr) return std::nullopt;
      chosen.push_back(best);
      left = std::move(rest);
    }
    return chosen;
  }

  std::vector<const Candidate*> candidates_;
  const std::optional<Owners>& rivals_;
  std::vector<const Candidate*> chosen_;
};

/// The labels of the pods of one namespace, and whose they are.
struct Neighbours {
  std::map<Pair, Owners> having;
};

class PartyFinder {
 public:
  PartyFinder(const ObservedTraffic& traffic, const LabelOptions& options)
      : traffic_(traffic), options_(options) {}

  Parties run() {
    group();
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i) add_neighbours(i);
    add_manifests();
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      if (parties_.all[i].is_pods()) choose(i);
    return std::move(parties_);
  }

 private:
  static constexpr std::uint32_t kUnseen = 1U << 31U;  ///< owners from here on are manifests

  Party party_of(const ObservedEndpoint& endpoint) const {
    Party party;
    party.name = endpoint.name;
    using policy::EndpointKind;
    const EndpointKind kind = endpoint.facts.kind;
    if (!options_.outside_by_address || kind != EndpointKind::external)
      party.entity = entity_of(endpoint.facts);
    party.in_cluster = kind == EndpointKind::pod || !party.entity.empty();
    if (policy::is_pod(kind)) {
      party.kind = kind == EndpointKind::pod ? PartyKind::workload : PartyKind::mesh_workload;
      party.cluster = endpoint.cluster.empty() ? traffic_.cluster : endpoint.cluster;
      party.ns = endpoint.ns;
      party.workload = workload_of(endpoint);
      party.workload_kind = endpoint.workload_kind;
      // All runs have the name of the workload that they are of.
      if (party.workload != endpoint.workload) {
        party.name = party.ns + "/" + party.workload;
        // What numbers its Jobs by the time is a CronJob, which other lines may name.
        constexpr std::size_t kRandomEnd = 6;
        if (endpoint.workload.size() > party.workload.size() + kRandomEnd)
          party.workload_kind = "CronJob";
      }
      if (!policy::is_dns_label(party.ns)) party.kind = PartyKind::nobody;
    } else if (!party.entity.empty()) {
      party.kind = PartyKind::entity;
      party.name = party.entity;
    } else if (endpoint.facts.address && kind == EndpointKind::external) {
      party.kind = PartyKind::address;
      party.cidr = policy::to_string(*endpoint.facts.address) + "/" +
                   std::to_string(endpoint.facts.address->bits());
      // Of some addresses the capture has nothing but the prefix that a policy gave them.
      if (endpoint.name.find('/') != std::string::npos && policy::parse_prefix(endpoint.name))
        party.cidr = endpoint.name;
    }
    return party;
  }

  void group() {
    using Key = std::tuple<PartyKind, std::string, std::string, std::string, std::string>;
    // A workload of which some lines name the kind and others do not is one.
    std::map<Key, std::set<std::string>> kinds;
    std::map<std::pair<Key, std::string>, Party> groups;
    std::vector<std::pair<Key, std::string>> keys;
    std::vector<Party> alone;  // by endpoint
    for (const ObservedEndpoint& endpoint : traffic_.endpoints) {
      const Party& party = alone.emplace_back(party_of(endpoint));
      const std::string what = party.is_pods() ? party.workload : party.name;
      const Key key{party.kind, party.cluster, party.ns, what, party.cidr};
      keys.emplace_back(key, party.workload_kind);
      if (!party.workload_kind.empty()) kinds[key].insert(party.workload_kind);
    }
    for (std::uint32_t i = 0; i < traffic_.endpoints.size(); ++i) {
      auto& [key, kind] = keys[i];
      if (const auto known = kinds.find(key); kind.empty() && known != kinds.end())
        kind = *known->second.begin();
      const auto [found, added] = groups.try_emplace(keys[i]);
      if (added) {
        found->second = std::move(alone[i]);
        found->second.workload_kind = kind;
      }
      found->second.endpoints.push_back(i);
    }
    parties_.of_endpoint.resize(traffic_.endpoints.size());
    parties_.all.reserve(groups.size());
    for (auto& [key, party] : groups) parties_.all.push_back(std::move(party));
    merge_releases();
    add_entities();
    parties_.all.shrink_to_fit();
    base::sort_large(parties_.all, &Party::name);
    for (std::uint32_t i = 0; i < parties_.all.size(); ++i)
      for (const std::uint32_t endpoint : parties_.all[i].endpoints)
        parties_.of_endpoint[endpoint] = i;
  }

  /// Workloads that are releases of one become one party, of which the manifests may have more.
  void merge_releases() {
    std::vector<Release> workloads;
    for (const Party& party : parties_.all) {
      const bool apart = options_.apart.contains(party.ns + "/" + party.workload);
      workloads.push_back(apart ? Release() : release_of(party, traffic_));
    }
    const std::size_t seen = workloads.size();
    for (const policy::Workload* each : traffic_.unseen)
      workloads.push_back(release_of(*each, traffic_.cluster));
    std::vector<bool> merged(seen);
    for (const std::vector<std::size_t>& members : same_but_for_release(workloads)) {
      if (members.front() >= seen) continue;
      Party& party = parties_.all[members.front()];
      party.workload = without_release(workloads[members.front()]);
      party.name = party.ns + "/" + party.workload;
      for (std::size_t i = 1; i < members.size(); ++i) {
        if (members[i] >= seen) {
          unseen_releases_.insert(members[i] - seen);
          continue;
        }
        const auto& more = parties_.all[members[i]].endpoints;
        party.endpoints.insert(party.endpoints.end(), more.begin(), more.end());
        ++party.releases;
        merged[members[i]] = true;
      }
    }
    std::vector<Party> kept;
    kept.reserve(seen);
    for (std::size_t i = 0; i < seen; ++i)
      if (!merged[i]) kept.push_back(std::move(parties_.all[i]));
    parties_.all = std::move(kept);
  }

  /// Entities that policies may name though nobody was seen as them: the own node of a pod and the
  /// other ones are both known where one is: which of them a node is depends on where the pod runs.
  void add_entities() {
    const auto has = [&](const char* entity) {
      return std::ranges::find(parties_.all, entity, &Party::entity) != parties_.all.end();
    };
    const bool host = has("host");
    if (host != has("remote-node")) add_entity(host ? "remote-node" : "host").in_cluster = true;
    add_entity(kClusterEntity);
    add_entity(kWorldEntity);
  }

  Party& add_entity(std::string_view entity) {
    Party& party = parties_.all.emplace_back();
    party.kind = PartyKind::entity;
    party.entity = entity;
    party.name = entity;
    return party;
  }

  Neighbours& neighbours_of(const std::string& cluster, const std::string& ns) {
    return neighbours_[{cluster, ns}];
  }

  /// Whether a label could be chosen; most of an identity's are of Cilium's making.
  [[nodiscard]] bool may_select(const policy::Label& label) const {
    const bool derived =
        label.key.starts_with("io.cilium.") || label.key.starts_with("io.kubernetes.");
    const bool accounts = options_.service_accounts || options_.account_fallback;
    return !derived || (accounts && label.key == policy::kServiceAccountLabel);
  }

  void add_neighbours(std::uint32_t index) {
    const Party& party = parties_.all[index];
    if (!party.is_pods()) return;
    Neighbours& all = neighbours_of(party.cluster, party.ns);
    for (const std::uint32_t endpoint : party.endpoints)
      for (const policy::Label& label : traffic_.endpoints[endpoint].facts.labels)
        if (may_select(label)) all.having[{label.key, label.value}].insert(index);
  }

  /// Manifests whose pods nobody saw are workloads as well.
  void add_manifests() {
    std::set<std::pair<std::string, std::string>> seen;
    for (const Party& party : parties_.all)
      if (party.kind == PartyKind::workload) seen.emplace(party.ns, party.workload);
    for (std::uint32_t i = 0; i < traffic_.unseen.size(); ++i) {
      const policy::Workload& workload = *traffic_.unseen[i];
      const std::string ns(workload.ns);
      if (seen.contains({ns, std::string(policy::name_of(workload))}) ||
          unseen_releases_.contains(i))
        continue;
      Neighbours& all = neighbours_of(traffic_.cluster, ns);
      for (const auto& [key, value] : workload.labels)
        all.having[{std::string(key), std::string(value)}].insert(kUnseen + i);
      all.having[{std::string(policy::kServiceAccountLabel), std::string(workload.service_account)}]
          .insert(kUnseen + i);
    }
  }

  [[nodiscard]] std::string name_of(std::uint32_t owner) const {
    return owner >= kUnseen ? traffic_.unseen[owner - kUnseen]->subject : parties_.all[owner].name;
  }

  /// What a selector that needs a label is; nothing where none may have it.
  [[nodiscard]] std::optional<Choice> choice_of(const policy::Label& label) const {
    if (label.key == policy::kServiceAccountLabel) {
      if (label.value == "default" || !policy::is_label_value(label.value)) return std::nullopt;
      return options_.service_accounts ? Choice::stable : Choice::account;
    }
    if (policy::is_of_one_run(label.key)) return std::nullopt;
    switch (policy::quality_of(label.source, label.key, label.value)) {
      case LabelQuality::stable:
        return Choice::stable;
      case LabelQuality::unstable:
        return Choice::unstable;
      case LabelQuality::generated:
        return Choice::generated;
      case LabelQuality::unusable:
        break;
    }
    return std::nullopt;
  }

  /// Whether a value is the name of the run that was seen, which the next one does not have.
  [[nodiscard]] bool names_run(const Party& party, std::string_view value) const {
    return std::ranges::any_of(party.endpoints, [&](std::uint32_t i) {
      const ObservedEndpoint& endpoint = traffic_.endpoints[i];
      return value == endpoint.workload && workload_of(endpoint) != endpoint.workload;
    });
  }

  /// The labels that every pod of the party has with the same value.
  std::vector<Candidate> candidates_of(std::uint32_t index) {
    const Party& party = parties_.all[index];
    std::map<Pair, std::pair<std::size_t, policy::Label>> counts;
    for (const std::uint32_t endpoint : party.endpoints)
      for (const policy::Label& label : traffic_.endpoints[endpoint].facts.labels) {
        if (!may_select(label)) continue;
        auto& [count, known] = counts[{label.key, label.value}];
        ++count;
        known = label;
      }
    std::vector<Candidate> candidates;
    for (const auto& [pair, counted] : counts) {
      if (counted.first != party.endpoints.size() || names_run(party, pair.second)) continue;
      const auto choice = choice_of(counted.second);
      if (!choice) continue;
      Candidate candidate{pair, *choice, policy::preference_of(pair.first) + 1, {}};
      if (pair.first == policy::kServiceAccountLabel) candidate.preference = 0;
      candidate.rivals = neighbours_of(party.cluster, party.ns).having[pair];
      candidate.rivals.erase(index);
      candidates.push_back(std::move(candidate));
    }
    prefer_asked(candidates);
    std::ranges::sort(candidates, {}, &Candidate::order);
    return candidates;
  }

  /// Leaves the keys that were asked for, in their order; all where the party has none of them.
  void prefer_asked(std::vector<Candidate>& candidates) const {
    const auto place = [&](const Candidate& each) {
      return std::ranges::find(options_.keys, each.label.first) - options_.keys.begin();
    };
    const auto none = std::ssize(options_.keys);
    if (std::ranges::all_of(candidates, [&](const auto& each) { return place(each) == none; }))
      return;
    std::erase_if(candidates, [&](const Candidate& each) { return place(each) == none; });
    for (Candidate& each : candidates) {
      each.preference = static_cast<std::size_t>(place(each));
      each.choice = Choice::stable;
    }
  }

  /// The keys that an earlier run chose, if they still do.
  bool take_frozen(Party& party, const std::vector<Candidate>& candidates) const {
    if (options_.frozen.empty()) return false;
    auto frozen = options_.frozen.end();
    for (const std::uint32_t each : party.endpoints) {
      frozen = options_.frozen.find(party.ns + "/" + workload_of(traffic_.endpoints[each]));
      if (frozen != options_.frozen.end()) break;
    }
    if (frozen == options_.frozen.end()) return false;
    Labels labels;
    std::optional<Owners> rivals;
    for (const std::string& key : frozen->second) {
      const auto found = std::ranges::find(candidates, key, [](const Candidate& each) {
        return std::string_view(each.label.first);
      });
      if (found == candidates.end()) return false;
      labels.push_back(found->label);
      rivals = rivals ? intersection(*rivals, found->rivals) : found->rivals;
    }
    if (!rivals || !rivals->empty()) return false;
    party.labels = std::move(labels);
    party.choice = Choice::frozen;
    return true;
  }

  void choose(std::uint32_t index) {
    Party& party = parties_.all[index];
    const std::vector<Candidate> candidates = candidates_of(index);
    if (take_frozen(party, candidates)) return;
    constexpr std::array<Choice, 4> kTiers{Choice::stable, Choice::account, Choice::unstable,
                                           Choice::generated};
    // What tells a workload apart as well as labels of the better kinds can comes first.
    std::optional<Owners> rivals;
    for (const Choice choice : kTiers) {
      std::vector<const Candidate*> own;
      for (const Candidate& each : candidates)
        if (each.choice == choice) own.push_back(&each);
      if (own.empty()) continue;
      party.choice = choice;
      const auto chosen = SetSearch(own, rivals).run();
      if (chosen) {
        for (const Candidate* each : *chosen) party.labels.push_back(each->label);
        return;
      }
      narrow(own, party.labels, rivals);
    }
    if (party.labels.empty()) {
      party.kind = PartyKind::nobody;
      return;
    }
    for (const std::uint32_t rival : *rivals) {
      party.collisions.push_back(name_of(rival));
      if (rival < kUnseen) party.selected_too.push_back(rival);
    }
  }

  /// Takes the labels that make a difference where none makes all of it.
  static void narrow(const std::vector<const Candidate*>& own, Labels& labels,
                     std::optional<Owners>& rivals) {
    for (const Candidate* each : own) {
      Owners rest = rivals ? intersection(*rivals, each->rivals) : each->rivals;
      if (rivals && rest.size() == rivals->size()) continue;
      rivals = std::move(rest);
      labels.push_back(each->label);
    }
  }

  const ObservedTraffic& traffic_;
  const LabelOptions& options_;
  std::map<std::pair<std::string, std::string>, Neighbours> neighbours_;
  std::set<std::size_t> unseen_releases_;  ///< of traffic_.unseen: releases of what was seen
  Parties parties_;
};

}  // namespace

std::map<std::uint32_t, std::vector<std::uint32_t>> selecting_too(const Parties& parties) {
  std::map<std::uint32_t, std::vector<std::uint32_t>> selecting;
  for (std::uint32_t i = 0; i < parties.all.size(); ++i)
    for (const std::uint32_t other : parties.all[i].selected_too) selecting[other].push_back(i);
  return selecting;
}

std::optional<std::uint32_t> other_node(const Parties& parties, std::uint32_t party) {
  const std::string& own = parties.all[party].entity;
  if (own != "host" && own != "remote-node") return std::nullopt;
  const auto other =
      std::ranges::find(parties.all, own == "host" ? "remote-node" : "host", &Party::entity);
  if (other == parties.all.end()) return std::nullopt;
  return static_cast<std::uint32_t>(other - parties.all.begin());
}

std::string workload_of(const ObservedEndpoint& endpoint) {
  // Where the capture does not say whose a pod is, a Job's label does.
  const bool job = std::ranges::any_of(endpoint.facts.labels, [](const policy::Label& label) {
    return label.key == "job-name" || label.key == "batch.kubernetes.io/job-name";
  });
  const bool unknown = endpoint.workload_kind.empty() && job;
  return std::string(
      policy::without_run(unknown ? "Job" : endpoint.workload_kind, endpoint.workload));
}

std::string entity_of(const policy::Endpoint& endpoint) {
  for (const char* entity :
       {"kube-apiserver", "ingress", "health", "init", "unmanaged", "host", "remote-node"})
    for (const policy::Label& label : endpoint.labels)
      if (label.source == "reserved" && label.key == entity) return entity;
  return {};
}

Parties find_parties(const ObservedTraffic& traffic, const LabelOptions& options) {
  return PartyFinder(traffic, options).run();
}

}  // namespace cnplint::synth
