// SPDX-License-Identifier: Apache-2.0
//
// What rules over several policies need of each: a few hundred bytes, so that the documents can go.
// The three ways to select peers are brought to one form: NetworkPolicy's podSelector and
// namespaceSelector become label requirements, its ipBlock a CIDR.
#pragma once

#include <cstdint>
#include <forward_list>
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
  std::string_view key;
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

enum class L7Rules : std::uint8_t { none, http, dns, other };

/// The bytes of a place in the file of its policy.
struct Bytes {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// One port of a rule item.
struct PortSummary {
  policy::PortRange range;
  L7Rules l7 = L7Rules::none;
  Bytes place;
};

/// One item of ingress, ingressDeny, egress or egressDeny.
struct ItemSummary {
  std::uint32_t index = 0;  ///< in its section
  policy::Direction direction = policy::Direction::ingress;
  bool deny = false;
  bool one_list = false;      ///< OpenShift: allow and deny rules stand in one list
  bool any_peer = false;      ///< no peer field: with ports that is everybody
  bool any_port = false;      ///< no ports: with peers that is everything
  bool only_icmp = false;     ///< icmps without toPorts
  bool selects_none = false;  ///< a present empty peer list, which voids the item
  std::vector<PeerSummary> peers;
  std::vector<PortSummary> ports;
  Bytes place;

  /// The field it is an item of.
  [[nodiscard]] std::string_view section() const {
    if (direction == policy::Direction::ingress) return deny ? "ingressDeny" : "ingress";
    return deny && !one_list ? "egressDeny" : "egress";
  }
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
  Bytes place;

  [[nodiscard]] bool default_deny(policy::Direction direction) const {
    return direction == policy::Direction::ingress ? default_deny_ingress : default_deny_egress;
  }
};

/// A policy, without its document.
struct PolicySummary {
  policy::PolicyKind kind = policy::PolicyKind::cilium_network_policy;
  const base::SourceFile* file = nullptr;
  std::string path_prefix;  ///< `items[2].` inside a List
  std::string_view name;
  std::string_view ns;  ///< the effective namespace; empty for cluster-wide kinds
  std::uint32_t document = 0;
  bool refused = false;  ///< somebody rejects it: it has no effect
  Bytes place;
  std::vector<SpecSummary> specs;
  std::forward_list<std::string> names;  ///< keys that do not stand in the source like this

  /// `Kind/namespace/name`.
  [[nodiscard]] std::string subject() const;
  [[nodiscard]] base::SourceRange range(Bytes bytes) const {
    return {file, bytes.begin, bytes.end};
  }
};

/// Where a finding over several policies points: a policy, a spec, or an item.
struct SummaryPlace {
  const PolicySummary* policy;
  const SpecSummary* spec = nullptr;
  const ItemSummary* item = nullptr;
  Bytes bytes;

  [[nodiscard]] std::string path() const;
  [[nodiscard]] std::string keyed_path() const;
};

PolicySummary summarize(const policy::Policy& policy, std::string path_prefix,
                        std::uint32_t document);

}  // namespace cnplint::lint
