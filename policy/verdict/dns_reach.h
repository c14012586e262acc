// SPDX-License-Identifier: Apache-2.0
//
// Which rules lead to a DNS server, by what such servers look like (policy/model/dns_server.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/verdict/rule.h"

namespace cnplint::policy {

/// Which transports of DNS something allows, as bits.
enum DnsTransport : unsigned { kNoDns = 0, kDnsOverUdp = 1, kDnsOverTcp = 2 };
inline constexpr unsigned kDnsOverBoth = kDnsOverUdp | kDnsOverTcp;

/// Whether a port filter is for DNS among others: it covers 53 or 5353 (OpenShift), or has a name
/// such as `dns-tcp`.
bool covers_dns_port(const PortFilter& port);
/// Whether a rule names such a port alone, not as one of a range: then it is meant for DNS.
bool is_for_dns(const PolicyRule& rule);

/// Answers which rules of a rule base lead to DNS servers. Each selector is looked at once.
class DnsReach {
 public:
  /// `namespaces` have DNS servers, beside those that every cluster may have. The rule base must
  /// outlive it.
  DnsReach(const RuleBase& base, std::span<const std::string> namespaces);

  /// By which transports a rule lets what it selects reach a DNS server. Labels that are not known
  /// of DNS servers are taken as theirs; a resolver may be an address or a node (NodeLocal DNS).
  [[nodiscard]] unsigned of_rule(std::uint32_t index) const;
  /// Whether a subject is a DNS server itself.
  [[nodiscard]] static bool is_server(const Subject& subject);

 private:
  const RuleBase& base_;
  std::vector<bool> leads_;  ///< by selector
};

}  // namespace cnplint::policy
