// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "coverage/narrower_rule.h"
#include "reporters/coverage.h"
#include "reporters/repository_places.h"

namespace cnplint::reporters {
namespace {

using coverage::Coverage;
using Json = nlohmann::ordered_json;

Json shares_json(const coverage::Shares& shares) {
  Json object;
  for (std::size_t i = 0; i < coverage::kCoverages; ++i)
    object[std::string(coverage::coverage_name(static_cast<Coverage>(i)))] = {
        {"connections", shares.by_coverage[i].connections}, {"flows", shares.by_coverage[i].flows}};
  return object;
}

Json sample_json(const coverage::Sample& sample) {
  return {{"connections", sample.connections},
          {"seenOnce", sample.once},
          {"times", sample.times},
          {"unseenPercent", sample.unseen()}};
}

Json decision_json(const policy::SideResult& side, RepositoryPlaces& places) {
  Json rules = Json::array();
  for (const policy::MatchedRule& rule : side.matched)
    if (rule.decides)
      rules.push_back({{"policy", rule.policy},
                       {"file", places.path(*rule.range.file)},
                       {"line", rule.range.first().line},
                       {"path", rule.path}});
  return {{"verdict", policy::verdict_name(side.verdict)}, {"rules", std::move(rules)}};
}

Json connection_json(const coverage::ConnectionCoverage& each, const CoverageView& view,
                     RepositoryPlaces& places) {
  const coverage::ObservedConnection& seen = view.traffic.connections[each.observed];
  const policy::Connection& asked = seen.connection;
  Json object = {{"from", view.traffic.endpoints[asked.from].name},
                 {"to", view.traffic.endpoints[asked.to].name},
                 {"protocol", policy::protocol_name(asked.protocol)},
                 {"port", asked.port},
                 {"coverage", coverage::coverage_name(each.coverage)},
                 {"flows", seen.passed},
                 {"deniedFlows", seen.denied}};
  if (!seen.names.empty()) object["names"] = seen.names;
  object["egress"] = decision_json(each.egress, places);
  object["ingress"] = decision_json(each.ingress, places);
  object["drift"] = Json::array();
  for (const coverage::DriftReason& reason : each.drift)
    object["drift"].push_back(
        {{"direction", policy::direction_name(reason.direction)}, {"message", reason.message}});
  if (!each.denied_requests.empty()) object["deniedRequests"] = each.denied_requests;
  return object;
}

Json part_json(const coverage::PartCoverage& part) {
  Json object = {{"line", part.where.range().first().line},
                 {"text", coverage::one_line(part.where)},
                 {"connections", part.connections},
                 {"flows", part.flows},
                 {"seen", part.seen}};
  if (part.admits) object["admits"] = *part.admits;
  if (!part.names.empty()) object["names"] = part.names;
  if (!part.narrower.empty()) object["narrower"] = part.narrower;
  return object;
}

Json rule_json(const coverage::RuleCoverage& rule) {
  Json object = {{"line", rule.where.range().first().line},
                 {"path", policy::path_of(rule.where)},
                 {"section", rule.section()},
                 {"instrumented", rule.instrumented},
                 {"used", rule.used()},
                 {"connections", rule.connections.size()},
                 {"flows", rule.flows},
                 {"peers", Json::array()},
                 {"ports", Json::array()}};
  for (const auto& peer : rule.peers) object["peers"].push_back(part_json(peer));
  for (const auto& port : rule.ports) object["ports"].push_back(part_json(port));
  if (!rule.mergeable.empty()) object["mergeable"] = rule.mergeable;
  if (!rule.narrower.empty()) object["narrower"] = rule.narrower;
  return object;
}

Json policies_json(const coverage::CoverageReport& report, RepositoryPlaces& places) {
  Json policies = Json::array();
  for (const coverage::PolicyCoverage& policy : report.policies) {
    Json object = {{"policy", policy.subject},
                   {"file", places.path(policy.where.document().file())},
                   {"connections", policy.connections},
                   {"flows", policy.flows},
                   {"rules", Json::array()}};
    for (std::uint32_t i = policy.first_rule; i < policy.end_rule; ++i)
      object["rules"].push_back(rule_json(report.rules[i]));
    policies.push_back(std::move(object));
  }
  return policies;
}

Json workloads_json(const coverage::CoverageReport& report) {
  Json workloads = Json::array();
  for (const coverage::WorkloadCoverage& each : report.workloads)
    workloads.push_back({{"name", each.name},
                         {"namespace", each.ns},
                         {"traffic", shares_json(each.shares)},
                         {"ingress", shares_json(each.sides[0])},
                         {"egress", shares_json(each.sides[1])},
                         {"drift", each.drift},
                         {"sample", sample_json(each.sample)}});
  return workloads;
}

Json change_json(const project::CoverageChange& change) {
  Json connections = Json::array();
  for (const project::ConnectionCoverageChange& each : change.connections)
    connections.push_back({{"connection", each.connection},
                           {"was", each.was},
                           {"is", each.is},
                           {"flows", each.flows}});
  return {{"state", change.state},
          {"flowsCovered", change.flows_covered},
          {"connectionsCovered", change.connections_covered},
          {"rulesUsed", change.rules_used},
          {"drift", change.drift},
          {"connections", std::move(connections)}};
}

}  // namespace

std::string render_coverage_json(const CoverageView& view) {
  const coverage::CoverageReport& report = view.report;
  RepositoryPlaces places;
  Json document;
  document["summary"] = {{"flowsCovered", report.flows_covered()},
                         {"connectionsCovered", report.connections_covered()},
                         {"rulesUsed", report.rules_used()},
                         {"drift", report.drift()},
                         {"traffic", shares_json(report.shares)},
                         {"driftingConnections", report.drifting},
                         {"missed", view.missed}};
  document["capture"] = {{"begin", report.begin},
                         {"end", report.end},
                         {"days", report.days},
                         {"hoursOfDay", report.hours_of_day},
                         {"sample", sample_json(report.sample)},
                         {"cluster", view.traffic.cluster},
                         {"unidentifiedFlows", view.traffic.unidentified},
                         {"healthFlows", view.traffic.health},
                         {"otherDrops", view.traffic.other_drops},
                         {"warnings", report.warnings}};
  document["namespaces"] = Json::array();
  for (const NamespaceRow& ns : by_namespace(report))
    document["namespaces"].push_back({{"name", ns.name}, {"traffic", shares_json(ns.shares)}});
  document["workloads"] = workloads_json(report);
  document["connections"] = Json::array();
  for (const coverage::ConnectionCoverage& each : report.connections)
    document["connections"].push_back(connection_json(each, view, places));
  document["policies"] = policies_json(report, places);
  if (view.change != nullptr) document["against"] = change_json(*view.change);
  if (!view.errors.empty()) document["errors"] = view.errors;
  document["version"] = view.version;
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::reporters
