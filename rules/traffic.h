// SPDX-License-Identifier: Apache-2.0
//
// Where findings about traffic point: at the rule that decides, else at the manifest of the
// workload, else at the capture.
#pragma once

#include <string>
#include <utility>

#include "coverage/coverage.h"
#include "lint/traffic.h"
#include "rules/each.h"

namespace cnplint::rules {

/// Adds a finding about a workload at its manifest; where there is none it is about the capture.
inline lint::Finding& add_at_manifest(Report& report, const policy::Workload* manifest,
                                      std::string message) {
  if (manifest == nullptr) return report.add(base::SourceRange{}, std::move(message));
  lint::Finding& finding = report.add(manifest->place, std::move(message));
  finding.subject = manifest->subject;
  return finding;
}

/// Adds a finding where a direction of a connection is decided; where no policy has a say, at the
/// manifest of its end.
inline lint::Finding& add_at_decision(Report& report, const lint::ClusterContext& context,
                                      const coverage::ConnectionCoverage& connection,
                                      Direction direction, std::string message) {
  const coverage::DecidedAt& at = connection.decided_at[static_cast<std::size_t>(direction)];
  if (at.policy) return report.add(context.policies[*at.policy], at.where, std::move(message));
  const coverage::ObservedTraffic& observed = context.traffic->observed;
  const std::uint32_t end = observed.connections[connection.observed].connection.subject(direction);
  return add_at_manifest(report, observed.endpoints[end].manifest, std::move(message));
}

}  // namespace cnplint::rules
