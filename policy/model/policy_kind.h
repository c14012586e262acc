// SPDX-License-Identifier: Apache-2.0
//
// The kinds of policies: one row each. Code asks a row for the fact that it needs and never lists
// kinds itself, so that a new kind is a row here, a schema, a reader and a translation
// (docs/architecture.md, "Add a kind").
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "policy/model/manifest.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

enum class PolicyKind : std::uint8_t {
  cilium_network_policy,
  cilium_clusterwide_network_policy,
  network_policy,
  egress_firewall,
  egress_network_policy,
};

/// Whose fields a kind has, and so who reads and who translates it.
enum class Dialect : std::uint8_t {
  cilium,          ///< endpointSelector, toPorts, the deny sections
  network_policy,  ///< podSelector, from and to, policyTypes
  firewall,        ///< OpenShift: a list of egress rules, of which the first match decides
};

/// What a port means that names no protocol.
enum class MissingProtocol : std::uint8_t {
  any,      ///< TCP, UDP and SCTP (A5.6)
  tcp,      ///< A6
  refused,  ///< the schema demands one (facts/openshift.md)
};

/// What is to be known of a kind.
struct KindFacts {
  PolicyKind kind;
  std::string_view name;               ///< the `kind` of manifests
  std::string_view api_version;        ///< the one that serves it
  std::string_view former_group = {};  ///< an API group that served it once and meant the same
  bool name_is_unique = false;  ///< nobody else has a kind of this name, whatever its group says
  std::string_view schema;      ///< its file in schemas/, without the ending
  Dialect dialect;
  bool clusterwide = false;  ///< its objects have no namespace
  MissingProtocol missing_protocol;
  /// The source of a subject's label keys that name none: `any` matches every source (A3.1, A6).
  std::string_view label_source = "any";
  /// An item that names neither peers nor ports matches everything (A6), not nothing (A1.2).
  bool silent_item_is_everything = false;
  bool deny_in_item = false;  ///< items say themselves whether they allow or deny, in one list
  bool synthesised = false;   ///< synth/ writes it
};

inline constexpr std::array<KindFacts, 5> kPolicyKinds{{
    {.kind = PolicyKind::cilium_network_policy,
     .name = "CiliumNetworkPolicy",
     .api_version = "cilium.io/v2",
     .name_is_unique = true,
     .schema = "ciliumnetworkpolicy",
     .dialect = Dialect::cilium,
     .missing_protocol = MissingProtocol::any,
     .synthesised = true},
    {.kind = PolicyKind::cilium_clusterwide_network_policy,
     .name = "CiliumClusterwideNetworkPolicy",
     .api_version = "cilium.io/v2",
     .name_is_unique = true,
     .schema = "ciliumclusterwidenetworkpolicy",
     .dialect = Dialect::cilium,
     .clusterwide = true,
     .missing_protocol = MissingProtocol::any,
     .synthesised = true},
    {.kind = PolicyKind::network_policy,
     .name = "NetworkPolicy",
     .api_version = "networking.k8s.io/v1",
     .former_group = "extensions",
     .schema = "networkpolicy",
     .dialect = Dialect::network_policy,
     .missing_protocol = MissingProtocol::tcp,
     .label_source = "k8s",
     .silent_item_is_everything = true,
     .synthesised = true},
    {.kind = PolicyKind::egress_firewall,
     .name = "EgressFirewall",
     .api_version = "k8s.ovn.org/v1",
     .schema = "egressfirewall",
     .dialect = Dialect::firewall,
     .missing_protocol = MissingProtocol::refused,
     .deny_in_item = true,
     .synthesised = true},
    {.kind = PolicyKind::egress_network_policy,
     .name = "EgressNetworkPolicy",
     .api_version = "network.openshift.io/v1",
     .schema = "egressnetworkpolicy",
     .dialect = Dialect::firewall,
     .missing_protocol = MissingProtocol::refused,
     .deny_in_item = true,
     .synthesised = true},
}};
static_assert(std::ranges::is_sorted(kPolicyKinds, {}, &KindFacts::kind) &&
                  static_cast<std::size_t>(kPolicyKinds.back().kind) + 1 == kPolicyKinds.size(),
              "rows stand in the order of the kinds");

/// The row of a kind.
constexpr const KindFacts& facts_of(PolicyKind kind) {
  return kPolicyKinds[static_cast<std::size_t>(kind)];
}
/// The `kind` of a policy as manifests write it.
constexpr std::string_view kind_name(PolicyKind kind) { return facts_of(kind).name; }
/// The one apiVersion that serves the kind.
constexpr std::string_view api_version(PolicyKind kind) { return facts_of(kind).api_version; }
/// CiliumNetworkPolicy or CiliumClusterwideNetworkPolicy.
constexpr bool is_cilium(PolicyKind kind) { return facts_of(kind).dialect == Dialect::cilium; }
/// One of OpenShift's egress policies, which only restrict what leaves the cluster.
constexpr bool is_firewall(PolicyKind kind) { return facts_of(kind).dialect == Dialect::firewall; }
constexpr bool is_clusterwide(PolicyKind kind) { return facts_of(kind).clusterwide; }

/// What kind of policy a manifest is by its `kind` and the group of its `apiVersion`; none for
/// anything else, such as a NetworkPolicy of another group.
std::optional<PolicyKind> policy_kind(const Manifest& manifest);

/// The API group of an apiVersion; the whole text where it has none, as in `v1`.
constexpr std::string_view group_of(std::string_view api_version) {
  return api_version.substr(0, api_version.find('/'));
}

/// The plural by which the API server knows a kind: `networkpolicies` of NetworkPolicy.
std::string resource_name(std::string_view kind);

/// Whether an API group serves one of our kinds.
bool is_policy_group(std::string_view group);
/// Whether a text names one of our kinds or API groups: it may be meant as a policy.
bool mentions_policy(std::string_view text);
/// Whether a document is a template of manifests that is to be rendered first: a document that
/// cannot be read with the marks of one, or a policy with such marks or among a chart's templates.
/// A document of another kind that can be read is none: dashboards and alerts quote such marks. Nor
/// is one with policies in a container or a text: there the marks are variables.
bool is_template(const Document& document);

}  // namespace cnplint::policy
