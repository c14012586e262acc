// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "flows/timestamp.h"
#include "policy/verdict/change_summary.h"
#include "reporters/diff_parts.h"
#include "reporters/policy_test_reporter.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;

Json ports_json(const std::vector<policy::PortSpan>& ports) {
  Json all = Json::array();
  for (const policy::PortSpan& port : ports)
    all.push_back({{"protocol", std::string(policy::protocol_name(port.protocol))},
                   {"first", port.first},
                   {"last", port.last}});
  return all;
}

Json observed_json(const std::vector<project::ObservedChange>& changes) {
  Json all = Json::array();
  for (const project::ObservedChange& each : changes) {
    Json json{{"connection", each.connection}, {"flows", each.flows}};
    if (!each.span.empty()) {
      json["first"] = flows::format_timestamp(each.span.first);
      json["last"] = flows::format_timestamp(each.span.last);
    }
    all.push_back(std::move(json));
  }
  return all;
}

Json forbidden_json(const DiffReport& report) {
  Json all = Json::array();
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::ForbiddenOpening& each : cluster.forbidden) {
      Json json{{"name", each.forbidden->name},
                {"place", each.forbidden->place},
                {"from", each.from},
                {"to", each.to},
                {"ports", ports_json(each.ports)}};
      if (!cluster.cluster.empty()) json["cluster"] = cluster.cluster;
      for (const auto& [side, rule] :
           {std::pair("egress", each.egress), std::pair("ingress", each.ingress)})
        if (rule) json[side] = report.after.place(rule.range());
      json["text"] = forbidden_text(each);
      all.push_back(std::move(json));
    }
  return all;
}

Json tests_json(const std::vector<harness::TestResult>& tests, const project::State& state) {
  Json all = Json::array();
  for (const harness::TestResult& each : tests)
    all.push_back(
        {{"name", title(each)}, {"place", state.place(each.where)}, {"problems", each.problems}});
  return all;
}

}  // namespace

std::string render_diff_json(const DiffReport& report) {
  Json changes = Json::array();
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::VerdictChange& each : cluster.changes) {
      Json json{{"change", kind_name(each.change)},
                {"direction", std::string(policy::direction_name(each.direction))},
                {"subjects", each.subjects},
                {"everybodyBut", each.everybody},
                {"peers", each.peers},
                {"ports", Json::array()}};
      if (!cluster.cluster.empty()) json["cluster"] = cluster.cluster;
      json["ports"] = ports_json(each.ports);
      for (const auto& [when, where] : causes(report, each)) json[when] = where;
      if (report.observed != nullptr && each.change == policy::ChangeOfVerdict::opened)
        json["asked"] = !is_unused(report, each);
      json["text"] = described(each);
      changes.push_back(std::move(json));
    }
  const DiffCounts counts = counts_of(report.clusters);
  Json json{
      {"formatVersion", "1"},
      {"before", report.before.name},
      {"after", report.after.name},
      {"counts", {{"opened", counts.opened}, {"closed", counts.closed}, {"changed", counts.other}}},
      {"changes", std::move(changes)}};
  json["forbidden"] = forbidden_json(report);
  if (!report.errors.empty()) json["errors"] = report.errors;
  if (report.tests != nullptr)
    json["tests"] = {{"count", report.tests->tests},
                     {"broken", tests_json(report.tests->broken, report.after)},
                     {"mended", tests_json(report.tests->mended, report.after)},
                     {"givenUp", tests_json(report.tests->given_up, report.before)}};
  if (report.observed != nullptr)
    json["observed"] = {{"connections", report.observed->connections},
                        {"closed", observed_json(report.observed->closed)},
                        {"opened", observed_json(report.observed->opened)}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
