// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "flows/export/export.h"
#include "flows/summary.h"
#include "flows/timestamp.h"

namespace cnplint::flows {
namespace {

constexpr std::size_t kShown = 20;
constexpr std::size_t kRanked = 10;

void add_ranked(std::string_view title, const Ranked& ranked, std::string& text) {
  if (ranked.empty()) return;
  text += "\n" + std::string(title) + "\n";
  for (std::size_t i = 0; i < std::min(kRanked, ranked.size()); ++i)
    text += base::padded(std::to_string(ranked[i].second), 10) +
            base::for_terminal(ranked[i].first) + "\n";
  if (ranked.size() > kRanked)
    text += "          and " + std::to_string(ranked.size() - kRanked) + " more\n";
}

std::string verdict_text(const CapturedConnection& connection) {
  std::string text(outcome_name(connection.outcome));
  if (connection.drop_reason != 0) text += " " + drop_reason_name(connection.drop_reason);
  if (connection.inferred) text += " (inferred)";
  return text;
}

/// The busiest connections, one a line.
void add_connections(const Capture& capture, std::string& text) {
  std::vector<const CapturedConnection*> busiest;
  for (const CapturedConnection& each : capture.connections) busiest.push_back(&each);
  std::ranges::stable_sort(busiest, std::greater<>(),
                           [](const CapturedConnection* each) { return each->flows; });
  const std::size_t shown = std::min(kShown, busiest.size());
  std::vector<std::vector<std::string>> rows{
      {"FLOWS", "FROM", "TO", "PORT", "DIRECTION", "VERDICT"}};
  for (std::size_t i = 0; i < shown; ++i) {
    const CapturedConnection& each = *busiest[i];
    std::string to = display_name(capture.endpoints[each.destination]);
    if (!each.names.empty()) to += " (" + each.names.front() + ")";
    if (!each.service.empty()) to += " (service " + each.service + ")";
    rows.push_back({std::to_string(each.flows), display_name(capture.endpoints[each.source]), to,
                    port_text(each.protocol, each.port),
                    std::string(direction_name(each.direction))});
    for (std::string& cell : rows.back()) cell = base::for_terminal(cell);
    rows.back().push_back(verdict_text(each));
  }
  text += "\n" + base::aligned(rows);
  if (busiest.size() > shown)
    text += "and " + std::to_string(busiest.size() - shown) +
            " more; `--output json` has all of them\n";
}

}  // namespace

std::string export_table(const Capture& capture) {
  const Totals& totals = capture.totals;
  const Summary summary = summarize(capture);
  std::string text = base::counted(totals.flows, "flow") + ", " +
                     base::counted(capture.connections.size(), "connection") + " between " +
                     base::counted(capture.endpoints.size(), "endpoint") + "\n";
  if (!totals.span.empty())
    text += format_timestamp(totals.span.first) + " to " + format_timestamp(totals.span.last) +
            ", flows in " + base::counted(totals.hours.size(), "hour") + "\n";
  const std::array<std::pair<const char*, std::uint64_t>, 8> counts{
      {{"replies", totals.replies},
       {"duplicates", capture.duplicates},
       {"undecided whether reply", totals.undecided},
       {"no packets", totals.ignored},
       {"malformed", totals.malformed},
       {"other events", totals.other_events},
       {"lost events", totals.lost_events},
       {"with a time that cannot be read", totals.odd_times}}};
  for (const auto& [name, count] : counts)
    if (count != 0) text += base::padded(std::to_string(count), 10) + name + "\n";
  if (totals.lost_events != 0)
    text += "Hubble lost events: what is missing here may exist all the same\n";
  for (const Gap& gap : summary.gaps)
    text +=
        "no flow from " + format_timestamp(gap.begin) + " to " + format_timestamp(gap.end) + "\n";
  Ranked verdicts;
  for (std::size_t i = 0; i < kOutcomes; ++i)
    if (summary.flows_by_outcome[i] != 0)
      verdicts.emplace_back(outcome_name(static_cast<FlowOutcome>(i)), summary.flows_by_outcome[i]);
  add_ranked("VERDICTS (flows)", verdicts, text);
  add_ranked("DROP REASONS (flows)", summary.drop_reasons, text);
  add_ranked("NAMESPACES (flows)", summary.namespaces, text);
  add_ranked("TALKERS (flows)", summary.talkers, text);
  add_ranked("PORTS (flows)", summary.ports, text);
  add_ranked("NAMES (flows)", summary.names, text);
  if (!capture.connections.empty()) add_connections(capture, text);
  return text;
}

}  // namespace cnplint::flows
