// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "policy/model/environment.h"
#include "policy/model/policy.h"

namespace cnplint::rules {

/// Which kinds of L7 rules an entry of toPorts has; an empty list has none.
struct L7Kinds {
  bool http = false;
  bool dns = false;
  bool kafka = false;     ///< up to Cilium 1.19
  bool proxylib = false;  ///< l7proto with l7, up to Cilium 1.19

  [[nodiscard]] bool any() const { return http || dns || kafka || proxylib; }
  [[nodiscard]] bool other_than_dns() const { return http || kafka || proxylib; }
};

inline L7Kinds l7_kinds(const policy::PortRule& rule, policy::Release release) {
  constexpr policy::Release kLastWithProxylib{19};
  const bool old = release <= kLastWithProxylib;
  return {rule.rules.get("http").has_children(), rule.rules.get("dns").has_children(),
          old && rule.rules.get("kafka").has_children(),
          old && policy::is_stored(rule.rules.get("l7proto"))};
}

/// Whether an HTTP rule lets every request through: it names nothing that a request could lack.
/// Entries of headerMatches with `mismatch` only log or edit (P719).
inline bool lets_every_request_through(policy::NodeRef http) {
  const auto any = [&](const char* field) {
    std::string_view text = http.get(field).text();
    if (text.starts_with('^')) text.remove_prefix(1);
    if (text.starts_with('/')) text.remove_prefix(1);
    if (text.ends_with('$')) text.remove_suffix(1);
    return text.empty() ? http.get(field).text().empty() : text == ".*";
  };
  bool every = http.is_mapping() && any("method") && any("path") && any("host") &&
               !http.get("headers").has_children();
  http.get("headerMatches").each_item([&](policy::NodeRef entry) {
    every = every && !entry.get("mismatch").text().empty();
  });
  return every;
}

/// Whether one of the HTTP rules of a port lets every request through.
inline bool has_open_http_rule(policy::NodeRef l7_rules) {
  bool open = false;
  l7_rules.get("http").each_item(
      [&](policy::NodeRef http) { open = open || lets_every_request_through(http); });
  return open;
}

}  // namespace cnplint::rules
