// SPDX-License-Identifier: Apache-2.0
//
// Who is selected by what: which specs select an endpoint, and which select every endpoint that
// another one selects. Selectors are evaluated, never compared as texts.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <unordered_map>
#include <vector>

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

  /// Says of a subject whether it is what was looked for.
  using Wanted = std::function<bool(std::uint32_t subject)>;

  /// Whether one of the subjects that select an endpoint is wanted. True as well where too many
  /// would have to be tried (some hundreds): whoever has to be sure then says nothing.
  [[nodiscard]] bool any_selecting(const Identity& identity, bool host, const Wanted& wanted) const;
  /// Whether beside every witness of a subject stands one that is wanted: it selects the same
  /// endpoints, be it the subject itself. True as well where too many would have to be tried.
  [[nodiscard]] bool beside_all(std::uint32_t subject, const Wanted& wanted) const;
  /// Whether one of those that select whatever a subject selects, itself included, is wanted: each
  /// of their conditions follows from one of the subject's.
  [[nodiscard]] bool any_covering(std::uint32_t subject, const Wanted& wanted) const;
  /// Whether no other subject can select a witness of a subject.
  [[nodiscard]] bool stands_alone(std::uint32_t subject) const;

 private:
  [[nodiscard]] std::span<const std::uint32_t> bucket(std::uint64_t key) const;
  [[nodiscard]] std::vector<std::uint64_t> buckets_of(const Identity& identity) const;
  [[nodiscard]] std::vector<std::uint64_t> buckets_of(const Subject& subject) const;
  [[nodiscard]] bool any_of(std::span<const std::uint64_t> buckets, const Wanted& wanted) const;

  const RuleBase& base_;
  /// By a hash of the condition that is asked for most narrowly: key and value of each value of an
  /// In, the key of an Exists, or nothing.
  std::unordered_map<std::uint64_t, std::vector<std::uint32_t>> by_condition_;
};

/// Endpoints with what a subject asks for and nothing else: one for each value where it gives
/// several for a label, at least one and at most 32.
std::vector<Identity> witnesses(const Subject& subject, const Environment& environment);

}  // namespace cnplint::policy
