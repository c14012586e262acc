// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "lint/fix.h"
#include "policy/yaml/document.h"

namespace cnplint::lint {

struct Rule;

enum class Severity : std::uint8_t { note, warning, error };
inline constexpr std::array<std::string_view, 3> kSeverityNames{"note", "warning", "error"};
constexpr std::string_view severity_name(Severity severity) {
  return kSeverityNames[static_cast<std::size_t>(severity)];
}

/// What a finding says of its node that the verdict engine can be asked about. The laws of rules
/// hold every one against the engine (tests/rules/claims_test.cpp): none may ever be wrong.
enum class Claim : std::uint8_t {
  none,
  selects_nothing,  ///< the selector selects no endpoint that there is
  allows_nothing,   ///< the rule, peer or port matches no connection
  adds_nothing,     ///< without the policy, rule, peer or port every verdict is the same
  denied_always,    ///< every connection that the rule, peer or port allows is denied
  never_reached,    ///< rules before this one of an EgressFirewall decide all that it matches
  opens_to_world,   ///< the rule or peer matches every address outside the cluster, on some port
  opens_to_pods,    ///< the rule or peer matches every pod of the cluster, on some port
};

/// Who refuses a policy with a validity finding, as bits.
enum RejectedBy : std::uint8_t { kNobody = 0, kApiServer = 1, kCilium = 2 };

/// More about a finding: another place, or (with no file) a sentence.
struct Note {
  base::SourceRange range;
  std::string message;
};

/// One thing that is wrong, or should be looked at, in one place.
struct Finding {
  const Rule* rule = nullptr;
  Severity severity = Severity::note;
  base::SourceRange range;  ///< the smallest culprit; file and bytes, lines only when printing
  std::string message;      ///< lower case, no full stop
  std::vector<Note> notes;
  Fix fix;
  std::string subject;  ///< `Kind/namespace/name`; empty where the document has none
  /// The same as it is written, where a kustomization changes it; for fingerprints. Empty: the
  /// same.
  std::string written_subject;
  std::string path;        ///< `spec.ingress[0].toPorts`
  std::string keyed_path;  ///< the same with list items named by their content, for fingerprints
  std::uint32_t document = 0;  ///< index of the non-empty document in its file
  policy::NodeRef node;        ///< the culprit; none where it is no node
  std::uint8_t rejected_by = kNobody;
  /// Indices into Outcome::clusters of those that have it, where there are several.
  std::vector<std::uint32_t> clusters;
  std::uint32_t repeats =
      0;  ///< how many more objects it was found in, equal but for the namespace
  Claim claim = Claim::none;  ///< what it says of `node`, for those who ask the engine
  /// Only strict reviewers want it: a note, in the profile `strict` what the rule's severity is.
  bool strict = false;
  bool pruned = false;  ///< an unknown field, which the API server drops
  /// The rule that it is in allows more than it was meant to because of it: what else is said of
  /// that rule's exposure follows from it.
  bool opens = false;
  /// How many other policies have rules that it says are void because of the rule that it is in.
  std::uint32_t voids = 0;
  bool between = false;     ///< another policy makes it true: without that one it would not be said
  bool suppressed = false;  ///< allowed by a suppression; `suppression_reason` says why
  std::string suppression_reason;
};

/// 16 hexadecimal digits that stay the same while lines move: a hash of the rule, subject,
/// keyed path and message.
std::string fingerprint(const Finding& finding);

}  // namespace cnplint::lint
