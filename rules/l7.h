// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace cnplint::rules
