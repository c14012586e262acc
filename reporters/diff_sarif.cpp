// SPDX-License-Identifier: Apache-2.0
//
// What a change does as findings of code scanning: each on the rule that makes it in the new state;
// where none does any more, on the one that was.
#include <array>

#include "base/hash.h"
#include "base/text.h"
#include "policy/verdict/change_summary.h"
#include "reporters/diff_parts.h"
#include "reporters/policy_test_reporter.h"
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

/// Those of changes first, in the order of ChangeOfVerdict.
constexpr std::array<ChangeRule, 8> kChangeRules{
    {{"connections-opened", "Connections pass that did not before.", "warning"},
     {"connections-closed", "Connections that passed before are denied.", "warning"},
     {"requests-changed", "Connections pass as before; the proxy judges other requests.", "note"},
     {"authentication-changed", "Connections pass as before, with another authentication.", "note"},
     {"default-deny-added", "What no rule allows is denied from now on; nothing is cut off.",
      "note"},
     {"default-deny-removed", "What no rule allows passes from now on.", "note"},
     {"forbidden-connection-opened", "Connections pass that the configuration forbids.", "error"},
     {"policy-test-broken", "A policy test passed before and fails now.", "error"}}};
constexpr std::size_t kForbiddenRule = 6;
constexpr std::size_t kTestRule = 7;

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

/// A result of a rule; `fingerprint` is what stays the same of it. In no file, where it has none.
Json result_json(std::size_t rule, const std::string& message, const std::string& fingerprint,
                 const base::SourceRange& where, RepositoryPlaces& places) {
  Json result = {{"ruleId", kChangeRules.at(rule).id},
                 {"ruleIndex", rule},
                 {"level", kChangeRules.at(rule).level},
                 {"message", {{"text", message}}},
                 {"partialFingerprints", {{"cnplint/v1", fingerprint}}}};
  result["locations"] = Json::array();
  if (where.file != nullptr) result["locations"].push_back(location_json(where, places.of(where)));
  return result;
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
  const policy::NodeRef cause = change.after ? change.after : change.before;
  return result_json(index, message, fingerprint, cause ? cause.range() : base::SourceRange(),
                     places);
}

}  // namespace

std::string render_diff_sarif(const DiffReport& report) {
  RepositoryPlaces places;
  Json results = Json::array();
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::VerdictChange& each : cluster.changes)
      results.push_back(change_result(report, cluster.cluster, each, places));
  for (const project::ClusterChanges& cluster : report.clusters)
    for (const policy::ForbiddenOpening& each : cluster.forbidden) {
      const std::string text = forbidden_text(each);
      const policy::NodeRef cause = each.ingress ? each.ingress : each.egress;
      results.push_back(result_json(kForbiddenRule, "Opens a forbidden connection: " + text + ".",
                                    base::hash_hex(text),
                                    cause ? cause.range() : base::SourceRange(), places));
    }
  if (report.tests != nullptr)
    for (const harness::TestResult& each : report.tests->broken)
      results.push_back(result_json(
          kTestRule,
          "A policy test breaks: " + title(each) + ": " + base::joined(each.problems, ", ") + ".",
          base::hash_hex(title(each)), each.where, places));
  return sarif_log(report.version, rules_json(), {{"executionSuccessful", true}}, results);
}

}  // namespace cnplint::reporters
