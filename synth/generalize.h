// SPDX-License-Identifier: Apache-2.0
//
// What makes policies shorter and wider, within a budget of connections that nobody saw.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// Who has which labels, built when it is first asked.
class LabelIndex {
 public:
  LabelIndex(const ObservedTraffic& traffic, const Parties& parties)
      : traffic_(traffic), parties_(parties) {}

  /// How many workloads of a namespace have a label, on some pod; those of manifests that nobody
  /// saw are among them, and those that no selector can name.
  std::size_t having(const std::string& ns, const Labels::value_type& label);
  /// The workload that a peer's selector stands for; null where there is none.
  const Party* party_of(const Peer& peer);

 private:
  void build();

  const ObservedTraffic& traffic_;
  const Parties& parties_;
  bool built_ = false;
  std::map<std::pair<std::string, Labels::value_type>, std::size_t> having_;
  std::map<std::pair<std::string, Labels>, const Party*> by_selector_;
};

/// Generalises the rules of a policy, the cheapest steps first: runs of ports become ranges, CIDRs
/// the narrowest that holds them, sibling names a wildcard, workloads with a label in common one
/// selector, sibling paths a template. Each step costs the connections that it adds (a wildcard and
/// a template, of which nobody can count them, at least one), takes them off `budget` and is left
/// out where that does not suffice. Without a budget the steps that cost nothing are taken. Of
/// labels only `keys` may be used, where there are some.
void generalize(PolicyDraft& policy, const ObservedTraffic& traffic, LabelIndex& labels,
                const std::vector<std::string>& keys, std::uint64_t& budget);

/// A range in place of addresses.
struct AddressRange {
  std::string cidr;
  std::uint64_t added = 0;  ///< connections that nobody saw
};
/// The narrowest range that has all addresses of a rule; none where it would be too wide, or have
/// private and public ones, or where some peer is no address.
std::optional<AddressRange> range_of(const RuleDraft& rule);

/// Generalises the rules of a firewall, of which each has one peer and no ranges of ports: CIDRs
/// with equal ports become the narrowest that holds them.
void merge_firewall_cidrs(std::vector<RuleDraft>& rules, std::uint64_t& budget);

/// Drafts an EgressFirewall or EgressNetworkPolicy for each namespace: what its workloads were seen
/// to reach outside the cluster, and nothing else.
Drafts draft_firewalls(const Parties& parties, const std::vector<Permit>& permits,
                       const std::vector<OpenSide>& open, const DraftOptions& options);

}  // namespace cnplint::synth
