// SPDX-License-Identifier: Apache-2.0
//
// Which subjects may select some of the endpoints that another one selects. Labels by which a pod
// opts in are mostly of this kind: whether a pod has those of both, policies do not tell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "policy/verdict/known_pods.h"
#include "policy/verdict/rule.h"
#include "policy/verdict/subject_index.h"

namespace cnplint::policy {

/// Finds such subjects by namespace. The rule base and the pods must outlive it.
class SubjectOverlap {
 public:
  SubjectOverlap(const RuleBase& base, const KnownPods& pods);

  /// The first other subject that is wanted and whose selector does not contradict that of a
  /// subject. None where some value that its selector lists for a label has no such one, and where
  /// the pods of the input decide: some are selected, or all of them are known. Some hundreds are
  /// tried.
  [[nodiscard]] std::optional<std::uint32_t> first(std::uint32_t subject,
                                                   const SubjectIndex::Wanted& wanted) const;

 private:
  [[nodiscard]] std::optional<std::uint32_t> first_for(std::uint32_t subject,
                                                       const Conditions& selector,
                                                       const SubjectIndex::Wanted& wanted) const;
  [[nodiscard]] bool are_pods_known(const Subject& subject) const;

  const RuleBase& base_;
  const KnownPods& pods_;
  std::map<std::string_view, std::vector<std::uint32_t>> by_namespace_;  ///< empty: clusterwide
  std::vector<std::uint32_t> all_;
};

}  // namespace cnplint::policy
