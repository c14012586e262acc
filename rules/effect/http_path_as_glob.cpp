// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <string>

#include "base/text.h"
#include "policy/text/change.h"
#include "rules/http.h"

namespace cnplint::rules::http_path_as_glob {
namespace {

bool is_word(char c) { return base::is_alnum(c) || c == '_' || c == '-'; }

/// A thing that means something else in a regular expression than it was written for.
struct Misreading {
  std::string message;
  std::string fix;
  std::size_t at = 0;    ///< where the text that is misread begins
  std::size_t size = 0;  ///< its length
  std::string meant;     ///< what to write for it
};

/// The word at the beginning of a text.
std::string_view word_of(std::string_view text) {
  std::size_t size = 0;
  while (size < text.size() && is_word(text[size])) ++size;
  return text.substr(0, size);
}

Misreading star_behind(char before, std::size_t at, bool last) {
  if (before == '/')
    return {"`/*` is any number of slashes",
            "write `/.*` for whatever follows, or `/[^/]+` for one part", at, 1,
            last ? ".*" : "[^/]+"};
  return {"`" + std::string(1, before) + "*` is any number of `" + std::string(1, before) + "`",
          "write `.*` for whatever follows", at, 1, ".*"};
}

/// What begins at a position of a path, behind one character.
Misreading misreading_at(std::string_view text, std::size_t at) {
  const char before = text[at - 1];
  const std::string_view rest = text.substr(at);
  if (rest.front() == '*' && (before == '/' || is_word(before)))
    return star_behind(before, at, rest.size() == 1);
  const std::string_view word = word_of(rest.substr(1));
  const std::string_view behind = rest.substr(std::min(rest.size(), 1 + word.size()));
  const bool named = !word.empty() && std::isdigit(static_cast<unsigned char>(word.front())) == 0;
  if (before == '/' && rest.front() == '{' && named && behind.starts_with('}'))
    return {"`{" + std::string(word) + "}` is these letters in braces, and no parameter",
            "write `[^/]+` for one part of a path", at, word.size() + 2, "[^/]+"};
  if (before == '/' && rest.front() == ':' && named)
    return {"`:" + std::string(word) + "` is these letters behind a colon, and no parameter",
            "write `[^/]+` for one part of a path", at, word.size() + 1, "[^/]+"};
  // Who wrote `\?` before knows what it is.
  const bool knows = text.substr(0, at).find("\\?") != std::string_view::npos;
  if (is_word(before) && rest.front() == '?' && named && behind.starts_with('=') && !knows)
    return {"`?` makes the character before it optional, and no question mark of a query can match",
            R"(write `\?`)", at, 1, R"(\?)"};
  return {};
}

/// The first misreading of a path; none in classes and behind a backslash.
Misreading misreading_of(std::string_view text) {
  bool in_class = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;  // what is behind it stands for itself
      continue;
    }
    if (in_class) {
      in_class = text[i] != ']';
      continue;
    }
    in_class = text[i] == '[';
    if (i == 0 || (i > 1 && text[i - 2] == '\\')) continue;
    Misreading found = misreading_at(text, i);
    if (!found.message.empty()) return found;
  }
  return {};
}

void check(const PolicyContext& context, Report& report) {
  each_http_rule(context.policy, [&](NodeRef http) {
    const NodeRef path = http.get("path");
    if (!is_known_text(path)) return;
    Misreading found = misreading_of(path.text());
    if (found.message.empty() || !HttpExpression(path.text()).ok()) return;
    lint::Finding& finding =
        report.add(path, "a path is a regular expression, in which " + found.message);
    std::string meant(path.text());
    meant.replace(found.at, found.size, found.meant);
    finding.fix =
        lint::unsafe_fix(found.fix + ": opens requests for what is meant, in place of what is said",
                         {policy::set_text(path, std::move(meant))});
  });
}

}  // namespace

CNPLINT_RULE{
    .name = "http-path-as-glob",
    .family = lint::Family::effect,
    .severity = lint::Severity::warning,
    .certainty = lint::Certainty::certain,
    .since = "0.1",
    .summary = "an HTTP path that is written as a glob, a template or with its query",
    .why =
        R"(`path` is a regular expression for the whole path with its query. In it `/api/*` is `/api` with any number
of slashes behind it, `{id}` and `:id` are these very letters, and the `?` of `/find?q=.*` makes the `d` optional. Each
of them is valid and matches hardly anything that was meant. Write `.*` for anything, `[^/]+` for one part, `\?` for a
question mark.)",
    .example = {R"(apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec:
  endpointSelector: {matchLabels: {app: cart}}
  ingress:
  - fromEndpoints: [{matchLabels: {app: frontend}}]
    toPorts:
    - ports: [{port: "8080", protocol: TCP}]
      rules: {http: [{method: GET, path: "/cart/*"}]}
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
    .facts = "P701 A7.1",
    .check_policy = check,
};

}  // namespace cnplint::rules::http_path_as_glob
