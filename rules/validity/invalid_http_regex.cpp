// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include "lint/config.h"
#include "rules/each.h"
#include "rules/mending.h"

namespace cnplint::rules::invalid_http_regex {
namespace {

/// A glob as a regular expression.
std::string as_expression(std::string_view glob) {
  std::string expression;
  for (const char c : glob) {
    if (c == '*' && !expression.ends_with(".*"))
      expression += expression.ends_with('.') ? "*" : ".*";
    else if (c != '*')
      expression += c;
  }
  return expression;
}

void check_regex(const PolicyContext& context, NodeRef text, Report& report) {
  constexpr std::int64_t kMemory = 64 << 20;
  if (!text.is_string() || text.text().empty() || is_placeholder(text)) return;
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMemory);
  const re2::RE2 regex(re2::StringPiece(text.text().data(), text.text().size()), options);
  if (regex.ok()) return;
  lint::Finding& finding = report.reject(
      text, kCilium, quoted(text.text()) + " is no regular expression: " + regex.error());
  // The star of a glob: alone, in front, or twice.
  if (text.text().starts_with('*') || text.text().find("**") != std::string_view::npos)
    mend(finding, context.policy,
         "write `.*` for anything" +
             std::string(text.text() == "*" ? ", or leave the field out" : ""),
         {policy::set_text(text, as_expression(text.text()))});
}

void check(const PolicyContext& context, Report& report) {
  each_checked_port_rule(context, [&](const RuleItem&, const policy::PortRule& rule) {
    for (const NodeRef http : rule.rules.get("http").items()) {
      check_regex(context, http.get("path"), report);
      check_regex(context, http.get("method"), report);
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "invalid-http-regex",
    .family = lint::Family::validity,
    .severity = lint::Severity::error,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an HTTP path or method that is no regular expression",
    .why =
        R"(`path` and `method` are regular expressions of RE2, matched against the whole path (with its query)
or method. Look-around and back-references do not exist. `host` and `headers` are not checked by
anyone before Envoy.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/(?!admin).*"}]}
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
      rules: {http: [{method: GET, path: "/cart/[0-9]+"}]}
)"},
    .check_policy = check,
};

}  // namespace cnplint::rules::invalid_http_regex
