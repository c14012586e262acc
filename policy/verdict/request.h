// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "policy/model/policy.h"
#include "policy/verdict/verdict.h"

namespace cnplint::policy {

/// An HTTP request as Envoy sees it: `path` with its query, `host` with its port where one is
/// given.
struct HttpRequest {
  std::string method = "GET";
  std::string path = "/";
  std::string host;
  std::vector<std::pair<std::string, std::string>> headers;
};

/// A DNS question.
struct DnsRequest {
  std::string name;
};
using Request = std::variant<HttpRequest, DnsRequest>;
/// A request for people: `GET /path`, or the DNS name.
std::string described(const Request& request);

/// A regular expression of an HTTP rule that matches a text and nothing else.
std::string literal_expression(std::string_view text);

/// What the proxy does with a request on a connection, in one direction.
struct RequestDecision {
  bool allowed = true;
  std::uint32_t rule = 0;  ///< the rule that allows it; meaningless where nothing decided
  NodeRef l7_rule;         ///< the HTTP or DNS rule that matches; none where no such rule decided
};

/// Whether every request passes on a connection that passes, though it may go through the proxy:
/// where rules only make it visible, and where another rule of the same level allows it without L7
/// rules (A1.3, A2.3).
bool every_request_passes(const VerdictEngine& engine, Direction direction,
                          const Connection& connection);

/// Decides L7 requests (facts A2.3, A7). Regular expressions are compiled once; not thread-safe.
class RequestJudge {
 public:
  /// The engine must outlive the judge.
  RequestJudge(const VerdictEngine& engine, const Environment& environment);
  ~RequestJudge();
  RequestJudge(const RequestJudge&) = delete;
  RequestJudge& operator=(const RequestJudge&) = delete;

  RequestDecision judge(Direction direction, const Connection& connection, const Request& request);

 private:
  class Expressions;
  NodeRef matching_rule(const Match& match, const Request& request);
  bool http_matches(NodeRef rule, const HttpRequest& request);

  const VerdictEngine& engine_;
  Release release_;
  std::unique_ptr<Expressions> expressions_;
};

}  // namespace cnplint::policy
