// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/nearest.h"
#include "base/text.h"
#include "rules/http.h"

namespace cnplint::rules::unmatchable_http_rule {
namespace {

using namespace std::string_view_literals;

/// Methods that are registered, or that well-known programs send.
constexpr std::array kMethods{
    "GET"sv,       "HEAD"sv,        "POST"sv,       "PUT"sv,        "DELETE"sv,
    "CONNECT"sv,   "OPTIONS"sv,     "TRACE"sv,      "PATCH"sv,      "QUERY"sv,
    "PURGE"sv,     "PROPFIND"sv,    "COPY"sv,       "MOVE"sv,       "MKCOL"sv,
    "PROPPATCH"sv, "LOCK"sv,        "UNLOCK"sv,     "SEARCH"sv,     "REPORT"sv,
    "CHECKOUT"sv,  "CHECKIN"sv,     "MERGE"sv,      "MKACTIVITY"sv, "NOTIFY"sv,
    "SUBSCRIBE"sv, "UNSUBSCRIBE"sv, "M-SEARCH"sv,   "LINK"sv,       "UNLINK"sv,
    "BIND"sv,      "UNBIND"sv,      "REBIND"sv,     "ACL"sv,        "LABEL"sv,
    "UPDATE"sv,    "LIST"sv,        "MKCALENDAR"sv, "ORDERPATCH"sv, "VERSION-CONTROL"sv,
    "BAN"sv,       "SOURCE"sv};
constexpr std::size_t kUsual = 9;

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return result;
}

/// The words of a text between commas, blanks and slashes, in upper case; empty where it has one.
std::vector<std::string> listed_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (base::is_alnum(c) || c == '-') {
      word += c;
      continue;
    }
    if (std::string_view(", ;/").find(c) == std::string_view::npos) return {};
    if (!word.empty()) words.push_back(upper(word));
    word.clear();
  }
  if (!word.empty()) words.push_back(upper(word));
  return words.size() > 1 ? words : std::vector<std::string>();
}

void check_method(NodeRef method, Report& report) {
  const std::string_view text = method.text();
  if (std::ranges::find(kMethods, text) != kMethods.end()) return;
  const HttpExpression expression(text);
  const auto matches_one = [&](const HttpExpression& each) {
    return std::ranges::any_of(kMethods, [&](std::string_view name) { return each.matches(name); });
  };
  if (!expression.ok() || matches_one(expression)) return;
  const std::string head = quoted(text) + " matches no HTTP method: ";
  if (matches_one(HttpExpression("(?i:" + std::string(text) + ")"))) {
    report.add(method, head + "methods are upper case").fix =
        lint::unsafe_fix("write " + quoted(upper(text)) + ": opens these requests",
                         {policy::set_text(method, upper(text))});
  } else if (const std::vector<std::string> words = listed_words(text); !words.empty()) {
    const std::string expression_of_all = base::joined(words, "|");
    report.add(method, head + "it is one regular expression, and no list").fix =
        lint::unsafe_fix("write " + quoted(expression_of_all) + ": opens these requests",
                         {policy::set_text(method, expression_of_all)});
  } else {
    const auto usual = std::span(kMethods).first(kUsual);
    const std::string_view near = base::nearest_spelling(upper(text), usual);
    if (!near.empty()) report.add(method, head + "did you mean " + quoted(near) + "?");
  }
}

/// Whether no text that begins with a slash can match, nor the `*` of OPTIONS. Where that cannot be
/// told it is false.
bool matches_no_path(std::string_view text) {
  // Most paths need no second look.
  const bool slash = text.starts_with('/') || text.starts_with("^/") || text.starts_with(".*");
  if (slash && text.find('|') == std::string_view::npos) return false;
  const HttpExpression anchored("^(?:" + std::string(text) + ")$");
  if (!anchored.ok() || anchored.matches("*")) return false;
  constexpr int kLongest = 8;
  std::string least;
  std::string greatest;
  if (!anchored.regex().PossibleMatchRange(&least, &greatest, kLongest)) return false;
  return greatest < "/" || least >= "0";  // the character behind the slash
}

void check_path(NodeRef path, Report& report) {
  const std::string_view text = path.text();
  if (!matches_no_path(text)) return;
  const bool url = text.find("://") != std::string_view::npos;
  lint::Finding& finding = report.add(
      path, quoted(text) + " matches no path: " +
                (url ? "scheme and host are not part of it" : "every path begins with `/`"));
  if (url)
    finding.fix.title = "leave the path alone here, and put the host into `host`";
  else if (base::is_alnum(text.front()))
    finding.fix =
        lint::unsafe_fix("write " + quoted("/" + std::string(text)) + ": opens these requests",
                         {policy::set_text(path, "/" + std::string(text))});
}

void check_host(NodeRef host, Report& report) {
  if (host.text().find('/') == std::string_view::npos) return;
  report
      .add(host,
           quoted(host.text()) + " matches no host: neither a scheme nor a path is part of it")
      .fix.title = "leave the name alone here, and put a path into `path`";
}

void check(const PolicyContext& context, Report& report) {
  each_http_rule(context.policy, [&](NodeRef http) {
    if (const NodeRef method = http.get("method"); is_known_text(method))
      check_method(method, report);
    if (const NodeRef path = http.get("path"); is_known_text(path)) check_path(path, report);
    if (const NodeRef host = http.get("host"); is_known_text(host)) check_host(host, report);
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "unmatchable-http-rule",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an HTTP rule that no request can match",
    .why =
        R"(`method`, `path` and `host` are regular expressions that have to match all of the method, of the path with
its query, and of the host. Letters count as they are written: `get` is no method. A path begins with `/`. A rule
that matches nothing allows nothing, and clients get 403 for what it was meant for.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: get, path: "cart/.*"}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/.*"}]}
)",
                R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/.*"}]}
)"},
    .facts = "P701 A7.1 D28",
    .check_policy = check,
};

}  // namespace cnplint::rules::unmatchable_http_rule
