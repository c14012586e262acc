// SPDX-License-Identifier: Apache-2.0
//
// What rules over several policies need of each: a few hundred bytes, so that the documents can go.
// The three ways to select peers are brought to one form: NetworkPolicy's podSelector and
// namespaceSelector become label requirements, its ipBlock a CIDR.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "policy/model/policy.h"
#include "policy/model/port.h"

namespace cnplint::lint {

/// One condition in normal form: matchLabels are `In` with one value, keys have no source `any`
/// or `k8s`. The namespace of a pod is the key io.kubernetes.pod.namespace.
struct LabelRequirement {
  enum class Op : std::uint8_t { in, not_in, exists, does_not_exist };
  std::string key;
  Op op = Op::in;
  std::vector<std::string_view> values;  ///< sorted

  friend bool operator==(const LabelRequirement&, const LabelRequirement&) = default;
};

/// Conditions, all ANDed; none means everything in scope.
using LabelSelector = std::vector<LabelRequirement>;

/// One peer of a rule item.
struct PeerSummary {
  policy::PeerKind kind = policy::PeerKind::endpoints;
  LabelSelector selector;  ///< endpoints, nodes, services by selector; scoped as Cilium scopes them
  std::string_view text;   ///< entity, CIDR, FQDN name or pattern, service name

  friend bool operator==(const PeerSummary&, const PeerSummary&) = default;
};

enum class L7Kind : std::uint8_t { none, http, dns, other };

/// One port of a rule item.
struct PortSummary {
  policy::PortRange range;
  L7Kind l7 = L7Kind::none;
  base::SourceRange place;
};

/// One item of ingress, ingressDeny, egress or egressDeny.
struct ItemSummary {
  std::string_view section;  ///< the field it is an item of
  std::uint32_t index = 0;
  policy::Direction direction = policy::Direction::ingress;
  bool deny = false;
  bool any_peer = false;      ///< no peer field: with ports that is everybody
  bool any_port = false;      ///< no ports: with peers that is everything
  bool only_icmp = false;     ///< icmps without toPorts
  bool selects_none = false;  ///< a present empty peer list, which voids the item
  std::vector<PeerSummary> peers;
  std::vector<PortSummary> ports;
  base::SourceRange place;

  /// Whether the item allows or denies anything at all.
  [[nodiscard]] bool speaks() const { return !selects_none && !(any_peer && any_port); }
};

struct SpecSummary {
  int index = -1;  ///< of specs; -1 for spec
  bool host = false;
  LabelSelector subject;
  bool default_deny_ingress = false;
  bool default_deny_egress = false;
  std::vector<ItemSummary> items;
  base::SourceRange place;

  [[nodiscard]] bool default_deny(policy::Direction direction) const {
    return direction == policy::Direction::ingress ? default_deny_ingress : default_deny_egress;
  }
};

/// A policy, without its document.
struct PolicySummary {
  policy::PolicyKind kind = policy::PolicyKind::cilium_network_policy;
  std::string subject;
  std::string path_prefix;  ///< `items[2].` inside a List
  std::string_view name;
  std::string_view ns;  ///< the effective namespace; empty for cluster-wide kinds
  std::uint32_t document = 0;
  bool refused = false;  ///< somebody rejects it: it has no effect
  base::SourceRange place;
  std::vector<SpecSummary> specs;
};

/// Where a finding over several policies points: a policy, a spec, or an item.
struct SummaryPlace {
  const PolicySummary* policy;
  const SpecSummary* spec = nullptr;
  const ItemSummary* item = nullptr;
  base::SourceRange range;

  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string keyed_path() const;
};

PolicySummary summarize(const policy::Policy& policy, std::string path_prefix,
                        std::uint32_t document);

}  // namespace cnplint::lint
