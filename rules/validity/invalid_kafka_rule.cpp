// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include "base/nearest.h"
#include "base/text.h"
#include "rules/each.h"

namespace cnplint::rules::invalid_kafka_rule {
namespace {

constexpr policy::Release kLastWithKafka{19};

/// Names of Kafka's API keys as Cilium knows them.
constexpr std::array<std::string_view, 34> kApiKeys{"produce",
                                                    "fetch",
                                                    "offsets",
                                                    "metadata",
                                                    "leaderandisr",
                                                    "stopreplica",
                                                    "updatemetadata",
                                                    "controlledshutdown",
                                                    "offsetcommit",
                                                    "offsetfetch",
                                                    "findcoordinator",
                                                    "joingroup",
                                                    "heartbeat",
                                                    "leavegroup",
                                                    "syncgroup",
                                                    "describegroups",
                                                    "listgroups",
                                                    "saslhandshake",
                                                    "apiversions",
                                                    "createtopics",
                                                    "deletetopics",
                                                    "deleterecords",
                                                    "initproducerid",
                                                    "offsetforleaderepoch",
                                                    "addpartitionstotxn",
                                                    "addoffsetstotxn",
                                                    "endtxn",
                                                    "writetxnmarkers",
                                                    "txnoffsetcommit",
                                                    "describeacls",
                                                    "createacls",
                                                    "deleteacls",
                                                    "describeconfigs",
                                                    "alterconfigs"};

bool is_topic(std::string_view text) {
  constexpr std::size_t kLongest = 255;
  return text.size() <= kLongest && std::ranges::all_of(text, [](char c) {
           return base::is_alnum(c) || c == '.' || c == '_' || c == '-';
         });
}

void check_rule(NodeRef kafka, Report& report) {
  const NodeRef role = kafka.get("role");
  const NodeRef key = kafka.get("apiKey");
  const NodeRef version = kafka.get("apiVersion");
  const NodeRef topic = kafka.get("topic");
  if (!string_of(role).empty() && !string_of(key).empty())
    report.reject(key, kCilium, "`role` and `apiKey` exclude each other");
  else if (!string_of(key).empty() &&
           std::ranges::find(kApiKeys, base::lower(key.text())) == kApiKeys.end())
    report.reject(
        key, kCilium,
        "unknown API key " + quoted(key.text()) + base::allowed_values_hint(key.text(), kApiKeys));
  if (const std::string name = base::lower(string_of(role));
      !name.empty() && name != "produce" && name != "consume")
    report.reject(role, kCilium,
                  "unknown role " + quoted(role.text()) + ", allowed: `produce`, `consume`");
  std::int16_t number = 0;
  const std::string_view digits = string_of(version);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (!digits.empty() && (error != std::errc() || end != digits.data() + digits.size()))
    report.reject(version, kCilium, quoted(digits) + " is no API version, write a number");
  if (!is_topic(string_of(topic)))
    report.reject(topic, kCilium, quoted(topic.text()) + " is no topic's name");
}

void check(const PolicyContext& context, Report& report) {
  if (context.environment.cilium > kLastWithKafka) return;
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef kafka : rule.rules.get("kafka").items()) check_rule(kafka, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-kafka-rule",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::needs_environment,
    .since = "0.1",
    .summary = "a Kafka rule that Cilium cannot use (up to 1.19)",
    .why =
        R"(A Kafka rule has a role or an API key, known names for both, a number as API version, and a topic of
at most 255 letters, digits, `.`, `_` and `-`. Cilium 1.20 has no Kafka rules.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9092", protocol: TCP}]
      rules: {kafka: [{role: produce, apiKey: fetch, topic: orders}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "9092", protocol: TCP}]
      rules: {kafka: [{role: produce, topic: orders}]}
)",
                {},
                R"(cilium: "1.19"
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_kafka_rule
