// SPDX-License-Identifier: Apache-2.0
//
// What all policies together let endpoints ask of DNS servers.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/verdict/dns_reach.h"
#include "policy/verdict/known_pods.h"
#include "policy/verdict/subject_index.h"
#include "policy/verdict/subject_overlap.h"

namespace cnplint::policy {

/// Answers for a subject what the endpoints that it selects have of DNS: the workloads of the input
/// that it selects, where there are any, else its witnesses. What was not looked at because it is
/// too much counts as there. Everything given must outlive it.
class DnsSupply {
 public:
  DnsSupply(const RuleBase& base, const SubjectIndex& subjects, const KnownPods& pods,
            std::span<const std::string> namespaces);

  [[nodiscard]] const DnsReach& reach() const { return reach_; }
  /// By which transports the rules of a subject itself lead to DNS servers.
  [[nodiscard]] unsigned own(std::uint32_t subject) const { return own_[subject]; }
  /// By which transports everything that a subject selects reaches a DNS server.
  [[nodiscard]] unsigned of(std::uint32_t index);
  /// Whether anything that a subject selects, or might, reaches one.
  [[nodiscard]] bool any(std::uint32_t index);
  /// By which transports the DNS questions of everything that a subject selects go through the DNS
  /// proxy.
  [[nodiscard]] unsigned watched(std::uint32_t index);

  /// Another subject with such DNS that may select some of what a subject selects, where the pods
  /// of the input do not decide: by rules of one of the transports, which the DNS proxy sees where
  /// that is asked for.
  [[nodiscard]] std::optional<std::uint32_t> maybe_beside(std::uint32_t index, unsigned transports,
                                                          bool watched = false);

  /// For each endpoint that a subject stands for the rules that let it ask DNS servers; none of an
  /// endpoint of which not everything was looked at. At most 32 endpoints.
  using RulesToDns = std::vector<std::uint32_t>;
  [[nodiscard]] std::vector<std::optional<RulesToDns>> rules_to_dns(std::uint32_t index);

 private:
  using Wanted = SubjectIndex::Wanted;

  /// The workloads that a subject selects, at most some hundreds.
  const std::vector<std::uint32_t>& workloads_of(std::uint32_t subject);
  /// What a subject may select by a label of a namespace that the input does not have.
  [[nodiscard]] bool any_by_namespace_label(const Identity& identity, const Wanted& wanted) const;
  [[nodiscard]] bool any_beside(const Identity& identity, bool node, const Wanted& wanted) const;
  [[nodiscard]] unsigned transports_of(const Identity& identity, bool node,
                                       const std::vector<unsigned>& by_subject) const;
  unsigned of_workload(std::uint32_t pod);

  const RuleBase& base_;
  const SubjectIndex& subjects_;
  const KnownPods& pods_;
  DnsReach reach_;
  std::vector<unsigned> own_;             ///< by subject: what its own rules allow
  std::vector<unsigned> watches_;         ///< by subject: of these, what the DNS proxy sees
  std::vector<std::uint32_t> by_labels_;  ///< subjects with DNS that ask for a namespace's labels
  std::vector<std::string> supplied_;     ///< namespaces with a subject that has DNS, sorted
  bool everywhere_ = false;               ///< a subject with DNS may be in any namespace
  std::map<std::uint64_t, std::vector<std::uint32_t>> selected_;  ///< by hash of the selector
  std::map<std::uint32_t, unsigned> transports_;                  ///< by workload
  std::map<std::uint32_t, unsigned> watched_;                     ///< by workload
  std::optional<SubjectOverlap> overlap_;
};

}  // namespace cnplint::policy
