// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <chrono>
#include <optional>
#include <string>

#include "lint/config.h"
#include "lint/suppression.h"
#include "rules/each.h"

namespace cnplint::rules::stale_evidence {
namespace {

constexpr int kDefaultDays = 90;

/// The days since 1970 of a date that a text begins with, as 2026-03-02; none where it is no date.
std::optional<std::int64_t> days_of(std::string_view text) {
  const auto part = [&](std::size_t at, std::size_t size) {
    int value = -1;
    if (at + size > text.size()) return value;
    const char* const end = text.data() + at + size;
    const auto read = std::from_chars(text.data() + at, end, value);
    return read.ec == std::errc() && read.ptr == end ? value : -1;
  };
  const std::chrono::year_month_day date{std::chrono::year(part(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(part(5, 2))),
                                         std::chrono::day(static_cast<unsigned>(part(8, 2)))};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

/// The last date in a text such as `7 flows, 2026-03-02T08:00:00Z to 2026-03-09T08:00:00Z`.
std::string_view last_date(std::string_view text) {
  constexpr std::size_t kDate = 10;
  for (std::size_t at = text.size() < kDate ? 0 : text.size() - kDate + 1; at-- > 0;)
    if (days_of(text.substr(at)) && text[at + 4] == '-' && text[at + 7] == '-')
      return text.substr(at, kDate);
  return {};
}

int days_allowed(const lint::Options& options) {
  const auto given = options.strings("days");
  int days = kDefaultDays;
  if (!given.empty())
    std::from_chars(given.front().data(), given.front().data() + given.front().size(), days);
  return days;
}

void check(const PolicyContext& context, Report& report) {
  const NodeRef evidence =
      context.policy.root.get("metadata").get("annotations").get("cnplint.io/evidence");
  const std::string_view last = last_date(evidence.text());
  if (last.empty()) return;
  const auto seen = days_of(last);
  const auto now = days_of(lint::today());
  const int allowed = days_allowed(context.options);
  if (!seen || !now || *now - *seen <= allowed) return;
  report
      .add(evidence, "the traffic that this policy was written from was last seen on " +
                         std::string(last) + ", more than " +
                         base::counted(static_cast<std::uint64_t>(allowed), "day") + " ago")
      .fix.title = "take a new capture and run `cnplint synth --update`";
}

constexpr lint::Option kOptions[] = {
    {"days", "after how many days evidence is stale; 90 where nothing is said"}};

}  // namespace

CNPLINT_RULE{
    .name = "stale-evidence",
    .family = lint::Family::hygiene,
    .severity = lint::Severity::note,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "a synthesised policy whose evidence is old",
    .why =
        R"(`cnplint.io/evidence` says which flows a policy was written from. When they are old, the workload may have come to need
other connections, or not to need some that are still open. A new capture tells, and the update keeps what was added by hand.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  annotations:
    cnplint.io/evidence: 41 flows, 2020-03-02T08:00:00Z to 2020-03-09T08:00:00Z
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: cart
  namespace: shop
  annotations:
    cnplint.io/evidence: 41 flows, 2999-03-02T08:00:00Z to 2999-03-09T08:00:00Z
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts: [{ports: [{port: "8080", protocol: TCP}]}]
)"},
    .options = kOptions,
    .profile = lint::Profile::all,
    .check_policy = check,
};

}  // namespace cnplint::rules::stale_evidence
