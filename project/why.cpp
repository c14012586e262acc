// SPDX-License-Identifier: Apache-2.0
#include "project/why.h"

#include <algorithm>
#include <iterator>

#include "base/text.h"
#include "harness/endpoint_reference.h"
#include "harness/reasons.h"
#include "harness/verdict_notes.h"
#include "policy/model/dns_name.h"
#include "policy/verdict/port_reading.h"

namespace cnplint::project {
namespace {

using base::Error;
using policy::Direction;

/// `GET /cart`, or `GET https://shop.example.com/cart`; nothing where it is none.
std::optional<policy::HttpRequest> http_request(std::string_view text) {
  policy::HttpRequest request;
  if (const std::size_t space = text.find(' '); space != std::string_view::npos) {
    request.method = text.substr(0, space);
    text.remove_prefix(space + 1);
  }
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    text.remove_prefix(scheme + 3);
    const std::size_t slash = std::min(text.find('/'), text.size());
    request.host = text.substr(0, slash);
    text.remove_prefix(slash);
    if (text.empty()) text = "/";
  }
  if (request.method.empty() || !text.starts_with('/') || text.find(' ') != std::string_view::npos)
    return std::nullopt;
  request.path = text;
  return request;
}

/// The request that a question asks about; none where it asks about the connection alone.
base::Result<std::optional<policy::Request>> read_request(const QuestionText& text) {
  if (text.http) {
    const auto request = http_request(*text.http);
    if (!request)
      return base::fail(Error::Kind::usage, "--http: " + base::quoted(*text.http) +
                                                " is no request; write it as 'GET /path'");
    return policy::Request(*request);
  }
  if (!text.dns) return std::optional<policy::Request>();
  if (!policy::is_host_name(*text.dns))
    return base::fail(Error::Kind::usage, "--dns: " + base::quoted(*text.dns) + " is no DNS name");
  return policy::Request(policy::DnsRequest{*text.dns});
}

/// The smallest policies that would allow what is denied, or why there are none.
void propose(const Question& question, const Cluster& cluster, Answer& answer) {
  if (answer.passes()) return;
  const auto rules = cluster.rules();
  const harness::Suggester suggester(cluster.policies(), cluster.environment(), rules->surroundings,
                                     cluster.inventory());
  const policy::Port port = harness::pod_port(question.to, question.port, cluster.inventory());
  harness::Suggestions found =
      suggester.suggest(question.from, question.to, port, question.request);
  answer.suggestions = std::move(found.policies);
  std::ranges::move(found.notes, std::back_inserter(answer.notes));
  if (!found.none.empty()) answer.notes.push_back("no policy is proposed: " + found.none);
  if (port.number == question.port.number) return;
  const std::string name =
      std::to_string(port.number) + "/" + std::string(policy::protocol_name(port.protocol));
  answer.notes.push_back(answer.suggestions.empty() && found.none.empty()
                             ? "no policy is proposed: " + name + " of the pod is allowed"
                             : "proposals are for " + name + " of the pod");
}

bool same(const policy::SideResult& a, const policy::SideResult& b) {
  const auto same_rule = [](const policy::MatchedRule& x, const policy::MatchedRule& y) {
    return x.range.file == y.range.file && x.range.begin == y.range.begin && x.effect == y.effect;
  };
  return a.verdict == b.verdict && a.request == b.request &&
         std::ranges::equal(a.matched, b.matched, same_rule);
}

/// Whether two clusters answer the same by the same rules.
bool same(const Answer& a, const Answer& b) {
  return same(a.result.egress, b.result.egress) && same(a.result.ingress, b.result.ingress);
}

std::vector<NamedPod> spoken_of(const QuestionText& text, const Cluster& cluster) {
  std::vector<NamedPod> pods;
  add_pods(text.from, cluster, pods);
  add_pods(text.to, cluster, pods);
  return pods;
}

}  // namespace

base::Result<Question> read_question(const QuestionText& text, const Cluster& cluster) {
  const auto from =
      harness::read_reference(text.from, false, cluster.inventory(), cluster.environment());
  if (!from) return base::fail(Error::Kind::usage, "--from: " + from.error().message);
  const auto to =
      harness::read_reference(text.to, true, cluster.inventory(), cluster.environment());
  if (!to) return base::fail(Error::Kind::usage, "--to: " + to.error().message);
  if (to->port.empty())
    return base::fail(Error::Kind::usage,
                      "--to: no port; write it behind a colon, as in " + text.to + ":8080/TCP");
  const policy::PortReading port = policy::read_port(to->port, to->endpoint.facts);
  if (!port.port) return base::fail(Error::Kind::usage, "--to: " + port.error);
  auto request = read_request(text);
  if (!request) return tl::unexpected(request.error());
  if (*request && policy::ip_protocol::is_icmp(port.port->protocol))
    return base::fail(Error::Kind::usage, "ICMP carries no HTTP or DNS request");
  return Question{from->endpoint, to->endpoint, *port.port, std::move(*request)};
}

Answer why(const Question& question, const Cluster& cluster) {
  const std::vector<harness::TestEndpoint> endpoints{question.from, question.to};
  policy::Evaluator evaluator = cluster.verdicts({question.from.facts, question.to.facts});
  const policy::Connection connection{0, 1, question.port.protocol, question.port.number};
  Answer answer;
  harness::TestResult& result = answer.result;
  result.from = question.from.name;
  result.to = question.to.name;
  result.protocol = connection.protocol;
  result.port = connection.port;
  if (question.request) result.request = policy::described(*question.request);
  for (const Direction direction : {Direction::egress, Direction::ingress}) {
    policy::SideResult& side = direction == Direction::egress ? result.egress : result.ingress;
    side = evaluator.decide(direction, connection, question.request);
    if (side.passes() || side.verdict == policy::Verdict::deny) continue;
    for (harness::Reason& reason : harness::reasons(evaluator, direction, connection, endpoints))
      harness::add_reason(std::move(reason), result.reasons);
  }
  harness::VerdictNotes notes =
      harness::verdict_notes(evaluator, connection, endpoints, cluster.inventory());
  answer.before = std::move(notes.question);
  if (std::string others = harness::unjudged_policies(cluster.inventory()); !others.empty())
    answer.before.push_back(std::move(others));
  std::ranges::move(notes.answer, std::back_inserter(answer.notes));
  propose(question, cluster, answer);
  answer.left_out = cluster.refused();
  return answer;
}

base::Result<std::vector<ClusterAnswer>> answers(const QuestionText& text, Inputs& inputs,
                                                 const std::vector<const Cluster*>& clusters) {
  std::vector<ClusterAnswer> all;
  std::optional<Error> unread;
  for (const Cluster* each : clusters) {
    const FolderNames folders = name_folders(*each, spoken_of(text, *each));
    const Cluster* cluster = &inputs.named(*each, folders);
    const auto question = read_question(text, *cluster);
    if (!question) {
      if (!unread) unread = question.error();
      continue;
    }
    all.push_back({cluster->name(), why(*question, *cluster)});
    std::ranges::move(ambiguous_folders(folders), std::back_inserter(all.back().answer.before));
  }
  if (all.empty()) return tl::unexpected(*unread);
  const auto same_as_first = [&](const ClusterAnswer& each) {
    return same(each.answer, all.front().answer);
  };
  if (!std::ranges::all_of(all, same_as_first)) return all;
  all.resize(1);
  all.front().cluster.clear();
  return all;
}

}  // namespace cnplint::project
