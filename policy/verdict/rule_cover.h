// SPDX-License-Identifier: Apache-2.0
//
// Which rules match whatever others match: the same peers and more, the same ports and more, of
// subjects that select the same endpoints and more. What cannot be told from the rules alone is not
// said to be covered.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "policy/verdict/rule.h"
#include "policy/verdict/subject_index.h"

namespace cnplint::policy {

/// Whether a port filter covers all that another one covers, whatever the L7 rules of both.
bool covers(const PortFilter& wide, const PortFilter& narrow);

/// Whether two port filters cover some connection both. A named port may be any port.
bool overlap(const PortFilter& a, const PortFilter& b);

/// Whether a selector of peers is about addresses outside the cluster: ranges, groups of them,
/// names, the world.
bool selects_addresses(const Conditions& selector);

/// Whether a selector asks for something that is no pod, such as `reserved:ingress`.
bool selects_no_pods(const Conditions& selector);

/// Whether no endpoint can meet both: they ask for different values of a label. What the conditions
/// do not say is taken as not known.
bool exclude_each_other(const Conditions& a, const Conditions& b);

/// Whoever the peers of one rule are, prepared so that many others can be asked about.
class PeerCover {
 public:
  /// `without`: a place of a peer that is not to count.
  PeerCover(const PolicyRule& rule, const RuleBase& base);

  /// That everybody is covered because no peers are named.
  static constexpr std::uint32_t kAnyPeer = ~std::uint32_t{0};

  /// The position of a peer that selects everybody whom conditions select, among peers that are
  /// not written at `except`. kAnyPeer: the rule names no peers. None where there is none.
  [[nodiscard]] std::optional<std::uint32_t> covering(std::uint32_t selector,
                                                      NodeRef except = {}) const;
  /// The same for a rule that names no peers: some peer is everybody.
  [[nodiscard]] std::optional<std::uint32_t> covering_everybody() const;
  /// A peer that is every address outside the cluster of all IP families, or everybody.
  [[nodiscard]] std::optional<std::uint32_t> world() const { return world_of({}); }
  /// Whether some peer is every address of an IP family, or everybody.
  [[nodiscard]] bool opens_a_family() const;

 private:
  using PrefixKey = std::pair<bool, std::pair<int, std::array<std::uint8_t, 16>>>;
  /// IP families of addresses, as bits.
  enum Families : unsigned { kNoFamily = 0, kFour = 1, kSix = 2 };

  void add(std::uint32_t position);
  [[nodiscard]] unsigned families_of(const Condition& condition) const;
  [[nodiscard]] unsigned families_of(const Conditions& conditions) const;
  [[nodiscard]] bool may_count(std::uint32_t position, NodeRef except) const;
  [[nodiscard]] std::optional<std::uint32_t> world_of(NodeRef except) const;
  [[nodiscard]] std::optional<std::uint32_t> range_around(const Prefix& prefix,
                                                          NodeRef except) const;
  [[nodiscard]] bool covers_one(const Conditions& wide, const Conditions& narrow) const;

  const PolicyRule& rule_;
  const RuleBase& base_;
  std::vector<std::uint32_t> everybody_;                                       ///< positions
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> by_selector_;  ///< positions
  std::map<PrefixKey, std::vector<std::uint32_t>> ranges_;
  std::vector<std::pair<unsigned, std::uint32_t>> worlds_;  ///< families, position
  std::vector<std::uint32_t> others_;
};

/// Asks about the rules of a rule base, which must outlive it, as the index must. Not thread-safe.
class RuleCover {
 public:
  RuleCover(const RuleBase& base, const SubjectIndex& subjects)
      : base_(base), subjects_(subjects) {}

  /// The rules of an action that every endpoint of a subject has that a given one of its rules
  /// selects, in its direction: of the subject itself and of all that select whatever it selects.
  /// A policy of the same kind, namespace and name is not beside it: one replaces the other.
  /// Some dozens, where they are more.
  [[nodiscard]] std::vector<std::uint32_t> standing_beside(std::uint32_t subject,
                                                           std::uint32_t rule, Action action);
  const PeerCover& peers(std::uint32_t rule);

  /// Whether what a rule matches is known: no Service of its peers is missing, and nothing narrows
  /// its peers (fromRequires, up to 1.18).
  [[nodiscard]] bool is_known(const PolicyRule& rule) const;

 private:
  void find_standing(std::uint32_t subject);
  bool is_twin(std::uint32_t a, std::uint32_t b);

  const RuleBase& base_;
  const SubjectIndex& subjects_;
  std::unordered_map<std::uint32_t, std::unique_ptr<PeerCover>> peers_;
  std::optional<std::uint32_t> asked_;                  ///< the subject that `standing_` is of
  std::array<std::vector<std::uint32_t>, 6> standing_;  ///< rules, by direction and action
  std::optional<bool> requires_;
  std::vector<std::uint32_t> objects_;  ///< by policy: the first of the same kind and name
};

}  // namespace cnplint::policy
