// SPDX-License-Identifier: Apache-2.0
#include "reporters/diff_parts.h"

#include "base/text.h"
#include "flows/timestamp.h"
#include "policy/verdict/change_summary.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {
namespace {

using policy::ChangeOfVerdict;
using policy::VerdictChange;

/// `2026-03-02`, or `2026-03-02 to 2026-03-08`; empty where no time is known.
std::string days_of(const flows::Span& span) {
  if (span.empty()) return "";
  constexpr std::size_t kDate = 10;
  const std::string first = flows::format_timestamp(span.first).substr(0, kDate);
  const std::string last = flows::format_timestamp(span.last).substr(0, kDate);
  return first == last ? first : first + " to " + last;
}

std::string flows_text(const project::ObservedChange& change) {
  const std::string days = days_of(change.span);
  return base::counted(change.flows, "flow") + (days.empty() ? "" : ", " + days);
}

/// What becomes of the connections of a capture: a heading, and the connections below it.
void add_observed(const project::ObservedChanges& observed, std::vector<DiffPart>& parts) {
  const std::size_t before = parts.size();
  const auto add = [&](const std::vector<project::ObservedChange>& changes, const char* verb,
                       const char* what) {
    if (changes.empty()) return;
    std::vector<std::string> lines;
    for (const project::ObservedChange& each : changes)
      lines.push_back(each.connection + ", " + flows_text(each));
    parts.push_back({verb + base::counted(changes.size(), "observed connection") + what +
                         flows_text(project::ObservedChanges::total(changes)),
                     std::move(lines)});
  };
  add(observed.closed, "closes ", " that carried ");
  add(observed.opened, "opens ", " that OLD denies: ");
  if (parts.size() == before)
    parts.push_back(
        {"no verdict of " + base::counted(observed.connections, "observed connection") + " changes",
         {}});
}

void add_forbidden(const DiffReport& report, std::vector<DiffPart>& parts) {
  DiffPart part;
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::ForbiddenOpening& each : cluster.forbidden) {
      part.lines.push_back((cluster.cluster.empty() ? "" : "cluster " + cluster.cluster + ": ") +
                           forbidden_text(each));
      for (const policy::NodeRef rule : {each.egress, each.ingress})
        if (rule) part.lines.back() += ", now " + place_in(report.after, rule);
    }
  if (part.lines.empty()) return;
  part.heading = "opens what is forbidden";
  parts.push_back(std::move(part));
}

void add_tests(const DiffReport& report, std::vector<DiffPart>& parts) {
  if (report.tests == nullptr) return;
  const auto add = [&](const std::vector<harness::TestResult>& tests, const project::State& state,
                       const char* before, const char* behind) {
    if (tests.empty()) return;
    DiffPart part{before + base::counted(tests.size(), "policy test") + behind, {}};
    for (const harness::TestResult& each : tests) {
      part.lines.push_back(title(each) + " (" + state.place(each.where) + ")");
      if (!each.problems.empty()) part.lines.back() += ": " + base::joined(each.problems, ", ");
    }
    parts.push_back(std::move(part));
  };
  add(report.tests->broken, report.after, "breaks ", "");
  add(report.tests->given_up, report.before, "would break ", " that it takes out or rewrites");
  // What failed before says nothing that matters now.
  std::vector<harness::TestResult> mended = report.tests->mended;
  for (harness::TestResult& each : mended) each.problems.clear();
  add(mended, report.after, "mends ", "");
}

}  // namespace

std::string place_in(const project::State& state, policy::NodeRef rule) {
  return rule ? state.place(rule.range()) : std::string();
}

const char* kind_name(ChangeOfVerdict change) {
  switch (change) {
    case ChangeOfVerdict::opened:
      return "opened";
    case ChangeOfVerdict::closed:
      return "closed";
    case ChangeOfVerdict::requests:
      return "requests";
    case ChangeOfVerdict::authentication:
      return "authentication";
    case ChangeOfVerdict::default_deny:
      return "default-deny";
    case ChangeOfVerdict::no_default_deny:
      return "no-default-deny";
  }
  return "";
}

std::string summary_line(const DiffReport& report) {
  const DiffCounts counts = counts_of(report.clusters);
  if (counts.opened + counts.closed + counts.other == 0) return "no verdict changes";
  std::string text =
      std::to_string(counts.opened) + " opened, " + std::to_string(counts.closed) + " closed";
  if (counts.other > 0) text += ", " + std::to_string(counts.other) + " changed";
  return text;
}

std::vector<std::pair<std::string, std::string>> causes(const DiffReport& report,
                                                        const VerdictChange& change) {
  std::vector<std::pair<std::string, std::string>> all;
  if (std::string now = place_in(report.after, change.after); !now.empty())
    all.emplace_back("now", std::move(now));
  if (std::string was = place_in(report.before, change.before); !was.empty())
    all.emplace_back("was", std::move(was));
  return all;
}

DiffCounts counts_of(const std::vector<project::ClusterChanges>& clusters) {
  DiffCounts counts;
  for (const project::ClusterChanges& cluster : clusters)
    for (const VerdictChange& each : cluster.changes) {
      if (each.change == ChangeOfVerdict::opened)
        ++counts.opened;
      else if (each.change == ChangeOfVerdict::closed)
        ++counts.closed;
      else
        ++counts.other;
    }
  return counts;
}

bool is_unused(const DiffReport& report, const VerdictChange& change) {
  return report.observed != nullptr && report.observed->unused.contains(&change);
}

std::string forbidden_text(const policy::ForbiddenOpening& opening) {
  constexpr std::size_t kMostPorts = 4;
  constexpr std::size_t kMostNames = 3;
  const policy::Forbidden& forbidden = *opening.forbidden;
  return (forbidden.name.empty() ? "" : forbidden.name + ": ") +
         base::first_few(opening.from, kMostNames) + " -> " + opening.to + " on " +
         policy::ports_text(opening.ports, kMostPorts) + " (forbidden in " + forbidden.place + ")";
}

std::vector<DiffPart> diff_parts(const DiffReport& report) {
  std::vector<DiffPart> parts;
  if (!report.errors.empty())
    parts.push_back({"left out, so that more may change: what cannot be read", report.errors});
  add_forbidden(report, parts);
  add_tests(report, parts);
  if (report.observed != nullptr) add_observed(*report.observed, parts);
  return parts;
}

}  // namespace cnplint::reporters
