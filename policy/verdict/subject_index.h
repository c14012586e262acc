// SPDX-License-Identifier: Apache-2.0
//
// Who is selected by what: which specs select an endpoint, and which select every endpoint that
// another one selects. Selectors are evaluated, never compared as texts.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "policy/model/inventory.h"
#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// Whether a subject selects an endpoint, by the labels that it has as a subject. `host` is whether
/// that is the local host: only nodeSelector selects it, and nothing else.
bool selects(const Subject& subject, const Identity& identity, bool host);

/// Finds the subjects of a rule base that select an endpoint, without trying every one. The rule
/// base must outlive it.
class SubjectIndex {
 public:
  explicit SubjectIndex(const RuleBase& base);

  /// The subjects that select an endpoint, ascending.
  [[nodiscard]] std::vector<std::uint32_t> selecting(const Identity& identity, bool host) const;
  /// The subjects that select the pods of a workload. Those in the network of their node have none.
  [[nodiscard]] std::vector<std::uint32_t> selecting(const Workload& workload,
                                                     const Inventory& inventory) const;

  /// The subjects that select every witness of a subject: whoever writes a policy for these
  /// endpoints has to reckon with all of them. Itself is among them.
  [[nodiscard]] std::vector<std::uint32_t> beside(std::uint32_t subject) const;
  /// Of these, the ones that select whatever the subject selects, itself included: each of their
  /// conditions follows from one of the subject's.
  [[nodiscard]] std::vector<std::uint32_t> covering(std::uint32_t subject) const;

  [[nodiscard]] const RuleBase& rules() const { return base_; }

 private:
  void add_bucket(std::uint64_t key, std::vector<std::uint32_t>& to) const;
  [[nodiscard]] std::vector<std::uint32_t> candidates(const Subject& subject) const;

  const RuleBase& base_;
  /// By a hash of the condition that is asked for most narrowly: key and value of each value of an
  /// In, the key of an Exists, or nothing.
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_condition_;
};

/// Endpoints with what a subject asks for and nothing else: one for each value where it gives
/// several for a label, at least one and at most 32.
std::vector<Identity> witnesses(const Subject& subject, const Environment& environment);

}  // namespace cnplint::policy
