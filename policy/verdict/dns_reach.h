// SPDX-License-Identifier: Apache-2.0
//
// Which rules lead to a DNS server, by what such servers look like (policy/model/dns_server.h).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "policy/verdict/dns_servers.h"
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

/// Why a rule that is meant for DNS leads to no DNS server of the cluster.
enum class DnsMiss : std::uint8_t {
  none,          ///< it leads to one, or is not meant for DNS
  outside,       ///< it goes to the world, where no pod is (P401); one of all ports as well
  cluster_ip,    ///< it goes to the ClusterIP of the DNS, which policies never see (P402)
  other_port,    ///< the servers listen on another port
  other_pods,    ///< it selects none of the servers of the input
  strange_pods,  ///< pods where DNS servers are, that none of the usual labels tells of
  unknown,       ///< what it selects is no DNS server
};

/// Answers which rules of a rule base lead to DNS servers. Each selector is looked at once.
class DnsReach {
 public:
  /// `namespaces` have DNS servers, beside those that every cluster may have. Where the input has
  /// the DNS servers among its workloads (`pods`), these are the ones; else those with the labels
  /// that such servers mostly have. The rule base and the pods must outlive it.
  DnsReach(const RuleBase& base, std::span<const std::string> namespaces,
           const KnownPods* pods = nullptr);

  /// By which transports a rule lets what it selects reach a DNS server. Labels that are not known
  /// of DNS servers are taken as theirs; a resolver may be an address or a node (NodeLocal DNS).
  [[nodiscard]] unsigned of_rule(std::uint32_t index) const { return transports(index, false); }
  /// By which of these it hands the questions to the DNS proxy.
  [[nodiscard]] unsigned watched_by_rule(std::uint32_t index) const {
    return transports(index, true);
  }
  /// Why a rule that is meant for DNS does not lead there.
  [[nodiscard]] DnsMiss miss(std::uint32_t index) const;
  /// A port that the DNS servers listen on that a rule leads to, by its peers alone; 0 where it
  /// leads to none.
  [[nodiscard]] std::uint16_t port_behind(const PolicyRule& rule) const;
  /// The DNS servers among the workloads of the input.
  [[nodiscard]] const std::vector<KnownDnsServer>& servers() const { return servers_; }
  /// Whether a subject is a DNS server itself.
  [[nodiscard]] bool is_server(const Subject& subject) const;

 private:
  [[nodiscard]] unsigned transports(std::uint32_t index, bool watched) const;

  using Ports = std::uint32_t;  ///< a set, as bits: positions in ports_

  [[nodiscard]] Ports leads_to(const Conditions& selector) const;
  [[nodiscard]] Ports leads_to_pods(const Conditions& selector) const;
  [[nodiscard]] Ports bit_of(std::uint16_t port) const;
  [[nodiscard]] Ports ports_behind(const PolicyRule& rule) const;
  [[nodiscard]] bool covers(const PortFilter& filter, Ports ports) const;

  const RuleBase& base_;
  const KnownPods* pods_;
  std::vector<std::string> namespaces_;
  std::vector<KnownDnsServer> servers_;
  std::vector<Address> cluster_ips_;
  std::vector<std::uint16_t> ports_;  ///< that servers listen on
  std::vector<Ports> leads_;          ///< by selector
};

}  // namespace cnplint::policy
