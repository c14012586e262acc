// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "lint/summary.h"

namespace cnplint::rules {

/// Which transports of DNS something allows, as bits.
enum DnsTransport : unsigned { kNoDns = 0, kDnsOverUdp = 1, kDnsOverTcp = 2 };

/// Whether a peer selector can select a DNS server of the cluster: kube-dns or CoreDNS and
/// NodeLocal DNS in kube-system, the DNS of OpenShift in openshift-dns, or anything in one of the
/// given namespaces. Labels that are not known of these pods are taken as fitting.
bool may_select_dns(const lint::LabelSelector& selector, std::span<const std::string> namespaces);

/// What an egress item allows towards a DNS server. Ports are those of the pods: 53, 5353 on
/// OpenShift, or the names dns and dns-tcp.
unsigned dns_transports(const lint::ItemSummary& item, std::span<const std::string> namespaces);

/// Whether the spec selects DNS servers themselves.
bool is_dns_subject(const lint::PolicySummary& policy, const lint::SpecSummary& spec);

}  // namespace cnplint::rules
