// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "flows/timestamp.h"
#include "synth/draft.h"

namespace cnplint::synth {

const char* confidence_name(Confidence confidence) {
  constexpr std::array<const char*, 3> kNames{"low", "medium", "high"};
  return kNames[static_cast<std::size_t>(confidence)];
}

Confidence confidence_of(const PolicyDraft& policy, const flows::Span& span) {
  constexpr std::uint64_t kFew = 10;
  if (policy.proposed || span.empty() || policy.reports.seen < kFew) return Confidence::low;
  // A day of 24 hours begins and ends within the hour.
  const std::int64_t length = span.last - span.first + flows::kHour;
  std::uint64_t least = UINT64_MAX;
  for (const auto* rules : {&policy.ingress, &policy.egress})
    for (const RuleDraft& rule : *rules)
      for (const Evidence& each : rule.evidence)
        if (each.origin < Origin::baseline) least = std::min(least, each.reports.seen);
  if (length >= 7 * flows::kDay && least >= kFew) return Confidence::high;
  return length >= flows::kDay ? Confidence::medium : Confidence::low;
}

}  // namespace cnplint::synth
