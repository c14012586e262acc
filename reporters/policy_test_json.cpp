// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "reporters/policy_test_reporter.h"
#include "reporters/repository_places.h"
#include "reporters/why.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;

Json side_json(const policy::SideResult& side, RepositoryPlaces& places) {
  Json matched = Json::array();
  for (const policy::MatchedRule& rule : side.matched)
    matched.push_back({{"policy", rule.policy},
                       {"effect", policy::verdict_name(rule.effect)},
                       {"decides", rule.decides},
                       {"file", places.path(*rule.range.file)},
                       {"line", rule.range.first().line},
                       {"path", rule.path}});
  Json object = {{"verdict", policy::verdict_name(side.verdict)}, {"policies", side.policies}};
  object["synthetic"] = side.synthetic == policy::Synthetic::none
                            ? Json(nullptr)
                            : Json(policy::synthetic_name(side.synthetic));
  object["matched"] = std::move(matched);
  if (side.request) object["request"] = *side.request ? "allow" : "deny";
  if (side.authentication != policy::Authentication::disabled)
    object["authentication"] = policy::authentication_name(side.authentication);
  return object;
}

Json rejected_json(std::span<const project::RefusedPolicy> policies, RepositoryPlaces& places) {
  Json rejected = Json::array();
  for (const project::RefusedPolicy& each : policies)
    rejected.push_back({{"policy", each.subject},
                        {"file", places.path(*each.place().file)},
                        {"line", each.place().first().line},
                        {"reason", each.reason()}});
  return rejected;
}

std::string dumped(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json reasons_json(const harness::TestResult& result) {
  Json reasons = Json::array();
  for (const harness::Reason& reason : result.reasons) reasons.push_back(reason.message);
  return reasons;
}

Json result_json(const harness::TestResult& result, RepositoryPlaces& places) {
  Json object = {{"file", places.path(result.file)},
                 {"line", result.where.first().line},
                 {"kind", result.invariant ? "invariant" : "test"},
                 {"name", result.name},
                 {"from", result.from},
                 {"to", result.to}};
  if (!result.cluster.empty()) object["cluster"] = result.cluster;
  const bool connected = result.protocol != 0;
  object["protocol"] = connected ? Json(policy::protocol_name(result.protocol)) : Json(nullptr);
  object["port"] = connected ? Json(result.port) : Json(nullptr);
  if (!result.request.empty()) object["request"] = result.request;
  object["passed"] = result.passed;
  if (connected) {
    object["egress"] = side_json(result.egress, places);
    object["ingress"] = side_json(result.ingress, places);
  }
  object["problems"] = result.problems;
  object["notes"] = result.notes;
  object["reasons"] = reasons_json(result);
  return object;
}

Json answer_json(const project::Answer& answer, RepositoryPlaces& places) {
  const harness::TestResult& result = answer.result;
  Json document = {{"from", result.from},
                   {"to", result.to},
                   {"protocol", policy::protocol_name(result.protocol)},
                   {"port", result.port}};
  if (!result.request.empty()) document["request"] = result.request;
  document["allowed"] = answer.passes();
  document["egress"] = side_json(result.egress, places);
  document["ingress"] = side_json(result.ingress, places);
  document["reasons"] = reasons_json(result);
  document["notes"] = answer.before;
  for (const std::string& note : answer.notes) document["notes"].push_back(note);
  document["suggestions"] = Json::array();
  for (const harness::Suggestion& each : answer.suggestions)
    document["suggestions"].push_back(
        {{"direction", policy::direction_name(each.direction)}, {"policy", each.policy}});
  document["rejected"] = rejected_json(answer.left_out, places);
  return document;
}

}  // namespace

std::string render_test_json(const TestReport& report) {
  RepositoryPlaces places;
  Json results = Json::array();
  for (const harness::TestResult& result : report.run.results)
    results.push_back(result_json(result, places));
  const Json document = {{"tool", {{"name", "cnplint"}, {"version", report.version}}},
                         {"results", std::move(results)},
                         {"rejected", rejected_json(report.run.left_out, places)},
                         {"errors", report.run.errors},
                         {"counts",
                          {{"files", report.run.files},
                           {"passed", report.run.results.size() - report.run.failed()},
                           {"failed", report.run.failed()}}}};
  return dumped(document);
}

std::string render_why_json(const WhyReport& report) {
  RepositoryPlaces places;
  if (report.answers.size() == 1) return dumped(answer_json(report.answers.front().answer, places));
  Json clusters = Json::array();
  for (const project::ClusterAnswer& each : report.answers) {
    Json object = {{"cluster", each.cluster}};
    object.update(answer_json(each.answer, places));
    clusters.push_back(std::move(object));
  }
  return dumped({{"clusters", std::move(clusters)}});
}

}  // namespace cnplint::reporters
