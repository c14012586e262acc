// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <re2/re2.h>

#include <string>
#include <string_view>

#include "rules/each.h"

namespace cnplint::rules {

/// A regular expression of an HTTP rule, compiled with little memory and without a word on stderr.
/// It may be none: ask `ok()`.
class HttpExpression {
 public:
  explicit HttpExpression(std::string_view text)
      : regex_(re2::StringPiece(text.data(), text.size()), options()) {}

  [[nodiscard]] bool ok() const { return regex_.ok(); }
  [[nodiscard]] std::string error() const { return regex_.error(); }
  [[nodiscard]] bool matches(std::string_view text) const {
    return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), regex_);
  }
  [[nodiscard]] const re2::RE2& regex() const { return regex_; }

 private:
  static re2::RE2::Options options() {
    constexpr std::int64_t kMemory = 8 << 20;
    re2::RE2::Options result;
    result.set_log_errors(false);
    result.set_max_mem(kMemory);
    return result;
  }

  re2::RE2 regex_;
};

/// Calls body(http) for every HTTP rule that allows something, of CNP and CCNP.
template <class Body>
void each_http_rule(const policy::Policy& policy, const Body& body) {
  if (!policy::is_cilium(policy.kind)) return;
  each_item(policy, [&](const RuleItem& item) {
    if (item.deny) return;
    for (const policy::PortRule& rule : item.port_rules) rule.rules.get("http").each_item(body);
  });
}

/// Whether a field is a text that says something and is known.
inline bool is_known_text(NodeRef field) {
  return field.is_string() && !field.text().empty() && !is_placeholder(field);
}

}  // namespace cnplint::rules
