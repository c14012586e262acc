// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/label_filter.h"
#include "policy/model/release.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// How Cilium enforces policy: only where a rule selects an endpoint, everywhere, or nowhere.
enum class Enforcement : std::uint8_t { by_default, always, never };
inline constexpr std::array<std::string_view, 3> kEnforcementNames{"default", "always", "never"};

/// The settings of a cluster that change what Cilium accepts or enforces, at Cilium's defaults.
struct Environment {
  Release cilium;
  bool node_selector_labels = false;   ///< enable-node-selector-labels
  bool l7_proxy = true;                ///< enable-l7-proxy
  bool icmp_rules = true;              ///< enable-icmp-rules
  bool extended_ip_protocols = false;  ///< enable-extended-ip-protocols
  bool host_firewall = false;          ///< enable-host-firewall
  bool mutual_auth = false;            ///< mesh-auth-enabled
  bool cidr_matches_nodes = false;     ///< policy-cidr-match-mode has `nodes`
  std::string cluster = "default";     ///< cluster-name
  /// policy-default-local-cluster; unset: on since 1.19, which is when it came.
  std::optional<bool> local_cluster = std::nullopt;
  Enforcement enforcement = Enforcement::by_default;  ///< enable-policy
  bool ipv4 = true;                                   ///< enable-ipv4
  bool ipv6 = true;                                   ///< enable-ipv6
  bool families_known = false;                        ///< a configuration says which there are
  /// Namespaces with DNS servers, beside kube-system and openshift-dns.
  std::vector<std::string> dns;
  LabelFilter labels;  ///< labels

  friend bool operator==(const Environment&, const Environment&) = default;

  /// Whether peers without a cluster label in their selector are of the local cluster only.
  [[nodiscard]] bool scopes_to_local_cluster() const {
    constexpr Release kSince{19};
    return cilium >= kSince && local_cluster.value_or(true);
  }
};

/// A setting that is on or off, by the name it has in configurations.
struct EnvironmentFlag {
  const char* name;
  bool Environment::*member;
};
inline constexpr std::array<EnvironmentFlag, 7> kEnvironmentFlags{
    {{"nodeSelectorLabels", &Environment::node_selector_labels},
     {"l7Proxy", &Environment::l7_proxy},
     {"icmpRules", &Environment::icmp_rules},
     {"extendedIPProtocols", &Environment::extended_ip_protocols},
     {"hostFirewall", &Environment::host_firewall},
     {"mutualAuth", &Environment::mutual_auth},
     {"cidrMatchesNodes", &Environment::cidr_matches_nodes}}};

/// Reads the `environment` of a configuration or of a policy test over what is there; what the
/// mapping does not name stays.
void read_environment(NodeRef node, Environment& environment);

}  // namespace cnplint::policy
