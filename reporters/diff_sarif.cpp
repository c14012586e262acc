// SPDX-License-Identifier: Apache-2.0
//
// What a change does as findings of code scanning: each on the rule that makes it in the new state;
// where none does any more, on the one that was.
#include <array>

#include "base/hash.h"
#include "policy/verdict/change_summary.h"
#include "reporters/diff.h"
#include "reporters/sarif_parts.h"

namespace cnplint::reporters {
namespace {

using Json = nlohmann::ordered_json;

/// A kind of change as a rule of SARIF.
struct ChangeRule {
  const char* id;
  const char* text;
  const char* level;
};

constexpr std::array<ChangeRule, 4> kChangeRules{
    {{"connections-opened", "Connections pass that did not before.", "warning"},
     {"connections-closed", "Connections that passed before are denied.", "warning"},
     {"requests-changed", "Connections pass as before; the proxy judges other requests.", "note"},
     {"authentication-changed", "Connections pass as before, with another authentication.",
      "note"}}};

Json rules_json() {
  Json rules = Json::array();
  for (const ChangeRule& each : kChangeRules)
    rules.push_back({{"id", each.id},
                     {"shortDescription", {{"text", each.text}}},
                     {"fullDescription", {{"text", each.text}}},
                     {"help", {{"text", each.text}}},
                     {"defaultConfiguration", {{"level", each.level}}}});
  return rules;
}

Json change_result(const DiffReport& report, const std::string& cluster,
                   const policy::VerdictChange& change, RepositoryPlaces& places) {
  const auto index = static_cast<std::size_t>(change.change);
  std::string text = described(change);
  if (!cluster.empty()) text = "cluster " + cluster + ": " + text;
  const std::string fingerprint = base::hash_hex(text);
  const std::string was = change.before ? report.before.place(change.before.range()) : "";
  std::string message = sentence(text);
  if (!was.empty()) message += " Before: " + was + ".";
  Json result = {{"ruleId", kChangeRules.at(index).id},
                 {"ruleIndex", index},
                 {"level", kChangeRules.at(index).level},
                 {"message", {{"text", message}}},
                 {"partialFingerprints", {{"cnplint/v1", fingerprint}}}};
  const policy::NodeRef cause = change.after ? change.after : change.before;
  result["locations"] = Json::array();
  if (cause) result["locations"].push_back(location_json(cause.range(), places.of(cause.range())));
  return result;
}

}  // namespace

std::string render_diff_sarif(const DiffReport& report) {
  RepositoryPlaces places;
  Json results = Json::array();
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::VerdictChange& each : cluster.changes)
      results.push_back(change_result(report, cluster.cluster, each, places));
  return sarif_log(report.version, rules_json(), {{"executionSuccessful", true}}, results);
}

}  // namespace cnplint::reporters
