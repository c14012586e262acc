// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::lint {

struct Rule;

enum class Severity : std::uint8_t { note, warning, error };
inline constexpr std::array<std::string_view, 3> kSeverityNames{"note", "warning", "error"};
constexpr std::string_view severity_name(Severity severity) {
  return kSeverityNames[static_cast<std::size_t>(severity)];
}

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
  std::string fix;      ///< what to do, as a title; may be empty
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
      0;                    ///< how many more objects it was found in, equal but for the namespace
  bool pruned = false;      ///< an unknown field, which the API server drops
  bool suppressed = false;  ///< allowed by a suppression; `suppression_reason` says why
  std::string suppression_reason;
};

/// 16 hexadecimal digits that stay the same while lines move: a hash of the rule, subject,
/// keyed path and message.
std::string fingerprint(const Finding& finding);

}  // namespace cnplint::lint
