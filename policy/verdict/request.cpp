// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/request.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <unordered_map>

#include "base/text.h"
#include "policy/model/dns_name.h"

namespace cnplint::policy {
namespace {

/// Whether the request has the header, with the value where one is asked for.
bool has_header(const HttpRequest& request, std::string_view name,
                std::optional<std::string_view> value) {
  return std::ranges::any_of(request.headers, [&](const auto& header) {
    return base::equal_ignoring_case(header.first, name) && (!value || header.second == *value);
  });
}

/// `headers: ["Name: value"]`: split at the first space, colons behind the name dropped; one word
/// asks for presence only.
bool has_written_header(const HttpRequest& request, std::string_view text) {
  const std::size_t space = text.find(' ');
  std::string_view name = text.substr(0, space);
  while (name.ends_with(':')) name.remove_suffix(1);
  if (space == std::string_view::npos) return has_header(request, name, std::nullopt);
  return has_header(request, name, text.substr(space + 1));
}

/// `headerMatches`: an entry with `mismatch` only logs or edits. A value from a secret is not known
/// here, and as for a secret that cannot be loaded nothing matches.
bool has_header_match(const HttpRequest& request, NodeRef entry) {
  if (!entry.get("mismatch").text().empty()) return true;
  if (is_stored(entry.get("secret"))) return false;
  const std::string_view value = entry.get("value").text();
  return has_header(request, entry.get("name").text(),
                    value.empty() ? std::nullopt : std::optional(value));
}

bool all_of_list(NodeRef list, const auto& holds) {
  const std::vector<NodeRef> items = list.items();
  return std::ranges::all_of(items, holds);
}

bool dns_matches(NodeRef rule, std::string_view name, Release release) {
  const std::string_view exact = rule.get("matchName").text();
  const std::string_view pattern = exact.empty() ? rule.get("matchPattern").text() : exact;
  return DnsPattern(pattern, release).matches(name);
}

/// What the L7 rules do not filter: where the direction is not in default deny they only make
/// visible (A1.3, since 1.19), and the local host may do everything it may do at all.
bool is_open(const VerdictEngine& engine, Direction direction, const Connection& connection) {
  constexpr Release kOnlyVisible{19};
  const std::uint32_t subject = connection.subject(direction);
  if (engine.rule_base().environment.cilium >= kOnlyVisible &&
      !engine.default_deny(direction, subject))
    return true;
  return direction == Direction::ingress &&
         engine.endpoints()[connection.from].kind == EndpointKind::host &&
         engine.endpoints()[subject].kind != EndpointKind::host;
}

/// The filters that match, of the level that decides. Others have no say: the proxy knows their
/// order, too (K9.5).
std::vector<Match> matches_of_level(const VerdictEngine& engine, Direction direction,
                                    const Connection& connection) {
  std::vector<Match> matches = engine.matches(direction, connection);
  const Decision& decision = engine.decide(direction, connection);
  if (decision.rules.empty()) return matches;
  const std::vector<PolicyRule>& rules = engine.rule_base().rules;
  const Level level = rules[decision.rules.front()].level;
  std::erase_if(matches, [&](const Match& each) { return rules[each.rule].level != level; });
  return matches;
}

}  // namespace

bool every_request_passes(const VerdictEngine& engine, Direction direction,
                          const Connection& connection) {
  if (engine.decide(direction, connection).verdict != Verdict::redirect ||
      is_open(engine, direction, connection))
    return true;
  return std::ranges::any_of(matches_of_level(engine, direction, connection),
                             [](const Match& match) { return match.effect == Verdict::allow; });
}

std::string described(const Request& request) {
  if (const auto* dns = std::get_if<DnsRequest>(&request)) return dns->name;
  const auto& http = std::get<HttpRequest>(request);
  return http.method + " " + http.host + http.path;
}

std::string literal_expression(std::string_view text) {
  constexpr std::string_view kSpecial = "\\^$.|?*+()[]{}";
  std::string result;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string_view::npos) result += '\\';
    result += c;
  }
  return result;
}

/// Compiled regular expressions by their text.
class RequestJudge::Expressions {
 public:
  bool full_match(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return true;
    auto& compiled = known_[std::string(pattern)];
    if (!compiled)
      compiled = std::make_unique<re2::RE2>(re2::StringPiece(pattern.data(), pattern.size()),
                                            re2::RE2::Quiet);
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), *compiled);
  }

 private:
  std::unordered_map<std::string, std::unique_ptr<re2::RE2>> known_;
};

RequestJudge::RequestJudge(const VerdictEngine& engine, const Environment& environment)
    : engine_(engine),
      release_(environment.cilium),
      expressions_(std::make_unique<Expressions>()) {}
RequestJudge::~RequestJudge() = default;

RequestDecision RequestJudge::judge(Direction direction, const Connection& connection,
                                    const Request& request) {
  const Decision& decision = engine_.decide(direction, connection);
  RequestDecision result;
  result.allowed = passes(decision.verdict);
  if (decision.verdict != Verdict::redirect || is_open(engine_, direction, connection))
    return result;
  const std::vector<Match> matches = matches_of_level(engine_, direction, connection);
  for (const Match& match : matches)
    if (match.effect == Verdict::allow) return {true, match.rule, {}};
  for (const Match& match : matches) {
    if (match.effect != Verdict::redirect) continue;
    // What a listener of one's own filters is not in the policy.
    if (match.port->l7 == L7Kind::listener) return {true, match.rule, {}};
    if (const NodeRef rule = matching_rule(match, request)) return {true, match.rule, rule};
  }
  return {false, 0, {}};
}

NodeRef RequestJudge::matching_rule(const Match& match, const Request& request) {
  if (const auto* dns = std::get_if<DnsRequest>(&request)) {
    for (const NodeRef rule : match.port->l7_rules.get("dns").items())
      if (dns_matches(rule, dns->name, release_)) return rule;
    return {};
  }
  const auto& http = std::get<HttpRequest>(request);
  if (match.port->l7 == L7Kind::tls) {
    // Without HTTP rules the name in the TLS handshake is all that is looked at.
    const NodeRef names = match.port->where.parent().parent().get("serverNames");
    const std::string host = http.host.substr(0, http.host.find(':'));
    if (!names.has_children()) return match.port->where;
    for (const NodeRef name : names.items())
      if (DnsPattern(name.text(), release_).matches(host)) return name;
    return {};
  }
  for (const NodeRef rule : match.port->l7_rules.get("http").items())
    if (http_matches(rule, http)) return rule;
  return {};
}

bool RequestJudge::http_matches(NodeRef rule, const HttpRequest& request) {
  return expressions_->full_match(rule.get("method").text(), request.method) &&
         expressions_->full_match(rule.get("path").text(), request.path) &&
         expressions_->full_match(rule.get("host").text(), request.host) &&
         all_of_list(rule.get("headers"),
                     [&](NodeRef each) { return has_written_header(request, each.text()); }) &&
         all_of_list(rule.get("headerMatches"),
                     [&](NodeRef each) { return has_header_match(request, each); });
}

}  // namespace cnplint::policy
