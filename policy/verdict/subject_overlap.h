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

/// Finds such subjects among those that are wanted. The rule base and the pods must outlive it.
class SubjectOverlap {
 public:
  using Wanted = SubjectIndex::Wanted;
  SubjectOverlap(const RuleBase& base, const KnownPods& pods, const Wanted& wanted);

  /// The first other subject among them, of those that are wanted still, whose selector does not
  /// contradict that of a subject. None where some value that its selector lists for a label has no
  /// such one, and where the pods of the input decide: some are selected, or all of them are known.
  /// Some hundreds are tried.
  [[nodiscard]] std::optional<std::uint32_t> first(
      std::uint32_t subject, const Wanted& still = [](std::uint32_t) { return true; }) const;

 private:
  struct Other {
    std::uint32_t subject = 0;
    bool no_pods = false;  ///< it selects something that is no pod
    Conditions known;      ///< what is known of its selector
  };
  [[nodiscard]] std::optional<std::uint32_t> first_for(std::uint32_t subject,
                                                       const Conditions& selector,
                                                       const Wanted& still) const;
  [[nodiscard]] bool are_pods_known(const Subject& subject) const;

  const RuleBase& base_;
  const KnownPods& pods_;
  std::vector<Other> others_;
  /// Positions of others; empty: clusterwide ones.
  std::map<std::string_view, std::vector<std::uint32_t>> by_namespace_;
};

}  // namespace cnplint::policy
