// SPDX-License-Identifier: Apache-2.0
#include "flows/filter.h"

#include <algorithm>

#include "base/text.h"
#include "flows/capture.h"
#include "flows/known_reply.h"

namespace cnplint::flows {
namespace {

bool has_outcome(std::string_view word, FlowOutcome outcome, bool redirected) {
  if (base::equal_ignoring_case(word, "redirected"))
    return outcome == FlowOutcome::forwarded && redirected;
  if (base::equal_ignoring_case(word, "dropped"))
    return outcome == FlowOutcome::dropped || is_policy_denial(outcome);
  return base::equal_ignoring_case(word, outcome_name(outcome));
}

bool is_named(const CapturedEndpoint& endpoint, const std::string& name) {
  const std::string workload = workload_name(endpoint);
  return !workload.empty() && (name == workload || name == endpoint.ns + "/" + workload);
}

}  // namespace

bool is_verdict_word(std::string_view word) {
  if (base::equal_ignoring_case(word, "redirected")) return true;
  for (std::size_t i = 0; i < kOutcomes; ++i)
    if (base::equal_ignoring_case(word, outcome_name(static_cast<FlowOutcome>(i)))) return true;
  return false;
}

void apply(const Filter& filter, Table& table) {
  if (filter.empty()) return;
  const std::vector<CapturedEndpoint> endpoints = resolved_endpoints(table);
  const auto any_or_none = [](const auto& list, const auto& test) {
    return list.empty() || std::ranges::any_of(list, test);
  };
  // While the connections are there whose replies these are.
  const ConnectionKeys replies = replies_in(table, endpoints);
  table.keep([&](const ConnectionKey& key, const ConnectionTally& tally) {
    if (replies.contains(key)) {
      table.totals.replies = add_flows(table.totals.replies, tally.reports());
      return false;
    }
    const CapturedEndpoint& from = endpoints[key.source];
    const CapturedEndpoint& to = endpoints[key.destination];
    return any_or_none(filter.namespaces,
                       [&](const std::string& ns) { return ns == from.ns || ns == to.ns; }) &&
           any_or_none(filter.workloads,
                       [&](const std::string& name) {
                         return is_named(from, name) || is_named(to, name);
                       }) &&
           any_or_none(filter.ports, [&](std::uint16_t port) { return port == key.port; }) &&
           any_or_none(filter.verdicts, [&](const std::string& word) {
             return has_outcome(word, key.outcome, tally.redirected);
           });
  });
}

}  // namespace cnplint::flows
