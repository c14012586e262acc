// SPDX-License-Identifier: Apache-2.0
#include "synth/evidence.h"

#include <array>
#include <nlohmann/json.hpp>

#include "base/text.h"
#include "flows/distinct.h"
#include "flows/endpoint_json.h"
#include "flows/timestamp.h"
#include "synth/widen.h"

namespace cnplint::synth {
namespace {

using Json = nlohmann::ordered_json;
using policy::Direction;

constexpr std::array<const char*, 4> kOrigins{"observed", "inferred", "baseline", "widened"};
constexpr std::array<const char*, 6> kChoices{"stable",    "service-account", "unstable",
                                              "generated", "frozen",          "none"};

void add_reports(Json& object, const Reports& reports) {
  object["flows"] = reports.seen;
  if (reports.seen >= flows::Distinct::kKept) object["estimate"] = true;
  flows::add_span(object, reports.span);
}

/// The time without fractions of a second.
std::string second_of(std::int64_t time) {
  const std::int64_t rest = ((time % flows::kSecond) + flows::kSecond) % flows::kSecond;
  return flows::format_timestamp(time - rest);
}

std::string peer_text(const Peer& peer) {
  if (peer.field != PeerField::endpoints) return peer.text;
  std::vector<std::string> parts;
  if (!peer.cluster.empty()) parts.push_back("cluster=" + peer.cluster);
  parts.push_back("namespace=" + peer.ns);
  for (const auto& [key, value] : peer.labels) parts.push_back(key + "=" + value);
  return base::joined(parts, ",");
}

std::string port_text(const PortTerm& term) {
  if (term.is_icmp()) return flows::port_text(term.protocol, term.first);
  std::string text = std::to_string(term.first);
  if (term.last > term.first) text += "-" + std::to_string(term.last);
  return text + "/" +
         (term.protocol == 0 ? "ANY" : std::string(policy::protocol_name(term.protocol)));
}

Json to_json(const RuleDraft& rule) {
  Json object;
  object["direction"] = policy::direction_name(rule.direction);
  object["peers"] = Json::array();
  for (const Peer& peer : rule.peers) object["peers"].push_back(peer_text(peer));
  object["ports"] = Json::array();
  for (const PortTerm& term : rule.ports) object["ports"].push_back(port_text(term));
  object["permits"] = Json::array();
  for (const Evidence& each : rule.evidence) {
    Json permit;
    permit["peer"] = each.peer;
    permit["port"] = each.port;
    permit["origin"] = kOrigins[static_cast<std::size_t>(each.origin)];
    add_reports(permit, each.reports);
    object["permits"].push_back(std::move(permit));
  }
  flows::add_count(object, "unobserved", rule.added);
  return object;
}

Json to_json(const PolicyDraft& policy, const Parties& parties) {
  Json object;
  object["kind"] = policy::kind_name(policy.kind);
  object["name"] = policy.name;
  object["namespace"] = policy.ns;
  object["workload"] = policy.workload;
  if (!policy.selector.empty()) {
    const Party& party = parties.all[policy.party];
    for (const auto& [key, value] : policy.selector) object["labels"][key] = value;
    object["labelChoice"] = kChoices[static_cast<std::size_t>(party.choice)];
    if (!party.collisions.empty()) object["collisions"] = party.collisions;
  }
  object["confidence"] = confidence_name(policy.confidence);
  object["proposed"] = policy.proposed;
  object["companion"] = policy.companion;
  add_reports(object, policy.reports);
  object["rules"] = Json::array();
  for (const Direction direction : {Direction::ingress, Direction::egress})
    for (const RuleDraft& rule : policy.rules(direction)) object["rules"].push_back(to_json(rule));
  return object;
}

}  // namespace

std::string described(const Reports& reports) {
  const bool about = reports.seen >= flows::Distinct::kKept;
  std::string text = (about ? "about " : "") + base::counted(reports.seen, "flow");
  if (reports.span.empty()) return text;
  const std::string first = second_of(reports.span.first);
  const std::string last = second_of(reports.span.last);
  return text + ", " + (first == last ? first : first + " to " + last);
}

std::string described(const Evidence& evidence) {
  const std::string what = evidence.peer + " " + evidence.port + ": ";
  if (evidence.origin == Origin::baseline) return what + "not seen, denied egress needs DNS";
  if (evidence.widening == Widening::public_ingress)
    return what + described(evidence.reports) +
           ", public: " + std::to_string(evidence.connections) + " addresses seen";
  if (evidence.origin == Origin::widened)
    return what +
           (evidence.widening == Widening::cluster_to_dns
                ? "new workloads" +
                      (evidence.connections == 0
                           ? std::string()
                           : " and " + std::to_string(evidence.connections) + " not seen")
                : std::string("not seen")) +
           ", " + widening_name(evidence.widening);
  return what + described(evidence.reports) +
         (evidence.origin == Origin::inferred ? " (inferred from the other end)" : "");
}

std::string evidence_json(const Synthesis& synthesis) {
  Json root;
  root["version"] = 1;
  flows::add_span(root, synthesis.traffic->span);
  root["policies"] = Json::array();
  for (const PolicyDraft& policy : synthesis.drafts.policies)
    root["policies"].push_back(to_json(policy, synthesis.parties));
  root["leftOut"] = Json::array();
  for (const LeftOut& each : synthesis.learned.left_out) {
    Json object;
    object["connection"] = each.connection;
    object["reason"] = reason_name(each.reason);
    object["why"] = each.why;
    object["flows"] = each.seen;
    root["leftOut"].push_back(std::move(object));
  }
  root["widenings"] = Json::array();
  for (const auto& [widening, count] : widenings(synthesis)) {
    Json object;
    object["name"] = widening_name(widening);
    object["connections"] = count;
    root["widenings"].push_back(std::move(object));
  }
  root["leftOpen"] = left_open(synthesis.drafts);
  return root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace cnplint::synth
