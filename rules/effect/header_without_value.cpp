// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <string_view>
#include <utility>

#include "rules/http.h"

namespace cnplint::rules::header_without_value {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// What is wrong with an entry of `headers`, and what to write instead; empty where nothing is.
struct Problem {
  std::string message;
  std::string fix;
};
Problem problem_of(std::string_view text) {
  const std::size_t space = text.find(' ');
  std::string_view name = text.substr(0, space);
  while (name.ends_with(':')) name.remove_suffix(1);
  // The name ends where a character stands that no name of a header has.
  const std::size_t cut = name.find_first_of(":=,;");
  if (cut != std::string_view::npos && cut > 0) {
    std::string_view value = text.substr(cut + 1);
    while (!value.empty() && is_blank(value.front())) value.remove_prefix(1);
    return {"this asks for a header that is called " + quoted(name) +
                (space == std::string_view::npos ? ", whatever its value" : "") +
                ", and there is none: the name ends at the first space",
            "write " + quoted(std::string(name.substr(0, cut)) + ": " + std::string(value))};
  }
  if (space == std::string_view::npos) return {};
  const std::string_view value = text.substr(space + 1);
  if (!value.empty() && (is_blank(value.front()) || is_blank(value.back())) &&
      value.find_first_not_of(" \t") != std::string_view::npos) {
    const std::size_t begin = value.find_first_not_of(" \t");
    const std::size_t end = value.find_last_not_of(" \t");
    return {"the value begins or ends with a blank, and no header has such a value",
            "write " + quoted(std::string(name) + ": " +
                              std::string(value.substr(begin, end + 1 - begin)))};
  }
  return {};
}

void check(const PolicyContext& context, Report& report) {
  each_http_rule(context.policy, [&](NodeRef http) {
    for (const NodeRef header : http.get("headers").items()) {
      if (!is_known_text(header)) continue;
      Problem problem = problem_of(header.text());
      if (!problem.message.empty())
        report.add(header, std::move(problem.message)).fix.title = std::move(problem.fix);
    }
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "header-without-value",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an entry of `headers` whose name and value are not apart",
    .why =
        R"(An entry of `headers` is the name, one space, and the value: `X-Token: 42`. Without the space all of it is
a name, and the entry asks for the presence of a header that nobody can send; so the rule never matches. A second space
becomes part of the value, which Envoy has trimmed: that never matches, either.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{headers: ["X-Tenant:blue"]}]}
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
      rules: {http: [{headers: ["X-Tenant: blue"]}]}
)"},
    .facts = "P702 A7.1",
    .check_policy = check,
};

}  // namespace cnplint::rules::header_without_value
