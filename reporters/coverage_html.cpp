// SPDX-License-Identifier: Apache-2.0
#include "base/escape.h"
#include "base/text.h"
#include "reporters/coverage.h"
#include "reporters/html.h"

namespace cnplint::reporters {
namespace {

using coverage::Coverage;

std::string cell(std::string_view cls, const std::string& text) {
  return element("td", cls, base::for_html(text));
}

std::string namespace_table(const NamespaceRow& ns) {
  std::string rows;
  for (const char* title :
       {"Connections", "Flows", "Allowed", "Shadow", "Denied", "Drift", "Unseen, about"})
    rows += element("th", "number", title);
  rows = element("tr", "", element("th", "", "Workload") + rows);
  for (const coverage::WorkloadCoverage* each : ns.workloads) {
    const coverage::Share total = each->shares.total();
    rows += element("tr", "",
                    cell("", each->name) + cell("number", std::to_string(total.connections)) +
                        cell("number", std::to_string(total.flows)) +
                        cell("number", share_text(each->shares, Coverage::allowed)) +
                        cell("number", share_text(each->shares, Coverage::shadow)) +
                        cell("number", share_text(each->shares, Coverage::denied)) +
                        cell("number", std::to_string(each->drift)) +
                        cell("number", percent_text(each->sample.unseen()) + " %"));
  }
  return element("h2", "", base::for_html(ns.name)) + element("table", "", "\n" + rows);
}

std::string uncovered_table(const CoverageView& view) {
  std::string rows;
  for (const coverage::ConnectionCoverage* each : uncovered(view)) {
    const coverage::ObservedConnection& seen = view.traffic.connections[each->observed];
    const std::string name(coverage::coverage_name(each->coverage));
    rows += element("tr", "",
                    cell(name, name) + cell("", coverage::described(seen, view.traffic)) +
                        cell("number", std::to_string(seen.passed)) + cell("", reason_text(*each)));
  }
  if (rows.empty()) return {};
  return element("h2", "", "Not covered, worst first") + element("table", "", "\n" + rows);
}

std::string drift_list(const CoverageView& view) {
  std::string items;
  for (const coverage::ConnectionCoverage& each : view.report.connections)
    for (const coverage::DriftReason& reason : each.drift)
      items += element(
          "li", "",
          base::for_html(
              coverage::described(view.traffic.connections[each.observed], view.traffic) + " " +
              std::string(policy::direction_name(reason.direction)) + ": " + reason.message));
  if (items.empty()) return {};
  return element("h2", "", "Drift between cluster and repository") +
         element("ul", "", "\n" + items);
}

std::string policy_articles(const CoverageView& view) {
  std::string text;
  for (const coverage::PolicyCoverage& policy : view.report.policies) {
    std::string body = element("p", "",
                               element("strong", "", base::for_html(policy.subject)) +
                                   base::for_html(" " + place_text(policy.where) + ", " +
                                                  base::counted(policy.flows, "flow")));
    bool all_used = true;
    for (std::uint32_t i = policy.first_rule; i < policy.end_rule; ++i) {
      const coverage::RuleCoverage& rule = view.report.rules[i];
      if (!rule.instrumented) continue;
      all_used &= rule.used();
      const std::string head = place_text(rule.where) + " " + rule.section() + ": ";
      body += element(
          "p", "",
          base::for_html(head + (rule.used() ? base::counted(rule.flows, "flow") : "not used")));
      for (const std::string& remark : remarks(rule))
        body += element("p", "faint", base::for_html(remark));
    }
    text += element("article", all_used ? "note" : "warning", "\n" + body);
  }
  return text.empty() ? text : element("h2", "", "Policies") + text;
}

}  // namespace

std::string render_coverage_html(const CoverageView& view) {
  const coverage::CoverageReport& report = view.report;
  std::string body = element("h1", "", "cnplint: policy coverage") +
                     element("p", "",
                             percent_text(report.flows_covered()) + " % of flows, " +
                                 percent_text(report.connections_covered()) +
                                 " % of connections, " + percent_text(report.rules_used()) +
                                 " % of rules used, " + percent_text(report.drift()) + " % drift");
  for (const auto* list : {&view.errors, &view.missed})
    for (const std::string& each : *list)
      body += element("article", "error", "\n" + element("p", "", base::for_html(each)));
  if (!report.begin.empty())
    body += element("p", "faint", base::for_html(report.begin + " to " + report.end));
  for (const std::string& warning : report.warnings)
    body += element("article", "warning", "\n" + element("p", "", base::for_html(warning)));
  for (const NamespaceRow& ns : by_namespace(report)) body += namespace_table(ns);
  return html_page(body + uncovered_table(view) + drift_list(view) + policy_articles(view));
}

}  // namespace cnplint::reporters
