// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/policy_kind.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// How a field is there. The three ways to say nothing mean different things to Cilium
/// (facts/cilium-validation.md 3.2), so code asks for the one it means.
enum class Presence : std::uint8_t { absent, null, empty, filled };
Presence presence(NodeRef value);
/// Whether the API server stores the field at all: it drops nulls.
inline bool is_stored(NodeRef value) { return value && !value.is_null(); }

enum class Direction : std::uint8_t { ingress, egress };
constexpr std::string_view direction_name(Direction direction) {
  return direction == Direction::ingress ? "ingress" : "egress";
}

/// The lists of peers a rule item can have. `network_policy` are the from/to items of
/// NetworkPolicy, `firewall` is the `to` of an OpenShift egress rule.
enum class PeerKind : std::uint8_t {
  endpoints,
  nodes,
  entities,
  cidr,
  cidr_set,
  groups,
  fqdns,
  services,
  network_policy,
  firewall,
};

/// One list of peers of a rule item, as written: `fromEndpoints: [...]`.
struct Peers {
  PeerKind kind;
  NodeRef list;  ///< a sequence if the document is well-formed; never null or absent
};

/// One condition of a label selector.
struct Requirement {
  NodeRef key;               ///< the key under matchLabels, or the value of `key`
  bool match_label = false;  ///< from matchLabels: the key has this one value
  std::string_view op;       ///< In, NotIn, Exists, DoesNotExist; `In` for matchLabels
  std::vector<NodeRef> values;
  NodeRef where;  ///< the value under matchLabels, or the expression
};

/// The conditions of a selector, all ANDed; empty for `{}`, which matches everything in scope.
std::vector<Requirement> requirements(NodeRef selector);
/// A selector without any condition: `{}`, `{matchLabels: {}}`, `{matchLabels: {app: null}}`.
bool matches_everything(NodeRef selector);

/// An item of toPorts; NetworkPolicy's `ports` list counts as one such item without more.
struct PortRule {
  NodeRef node;
  std::vector<NodeRef> ports;  ///< {port, endPort, protocol}
  NodeRef rules;               ///< L7 rules; none where absent or null
};

/// One item of ingress, ingressDeny, egress or egressDeny.
struct RuleItem {
  NodeRef node;
  Direction direction;
  bool deny = false;
  bool host = false;  ///< of a policy with nodeSelector
  std::vector<Peers> peers;
  NodeRef to_ports;  ///< toPorts or ports; none where absent or null
  std::vector<PortRule> port_rules;
  NodeRef icmps;  ///< none where absent or null

  [[nodiscard]] const Peers* peers_of(PeerKind kind) const;
};

/// `spec`, or one of `specs`.
struct Spec {
  PolicyKind kind;
  NodeRef node;
  NodeRef endpoint_selector;  ///< endpointSelector or podSelector; none where absent or null
  NodeRef node_selector;
  std::vector<RuleItem> items;

  [[nodiscard]] bool has_items(Direction direction) const;
  /// Whether the spec puts what it selects into default deny (A1.1, R1). For NetworkPolicy by
  /// policyTypes and by rules, listed or not (A6). A firewall allows what none of its rules match.
  [[nodiscard]] bool default_deny(Direction direction) const;
};

/// A label selector of a policy and what it is for.
struct SelectorUse {
  enum class Role : std::uint8_t {
    subject,
    peer,
    node_peer,
    cidr_group,
    service,
    removed_requires
  };
  Role role;
  NodeRef selector;
  std::vector<Requirement> requirements;
};

/// A policy of any kind as views over its Document, which must outlive it.
struct Policy {
  PolicyKind kind;
  NodeRef root;
  std::string_view name;
  std::string_view ns;  ///< as written; empty for cluster-wide kinds
  std::string_view unnamed_namespace = kDefaultNamespace;  ///< where `ns` is empty
  std::vector<Spec> specs;
  std::string_view api_version = {};
  NodeRef heading = {};       ///< where its kind and apiVersion are written
  NodeRef name_at = {};       ///< where its name is written; none where it is not
  NodeRef namespace_at = {};  ///< where its namespace is
  bool contained = false;     ///< stands in another object, as Manifest has it

  /// `Kind/namespace/name`.
  [[nodiscard]] std::string subject() const;
  /// The same for people: `Kind/name` where the kind has no namespaces.
  [[nodiscard]] std::string full_name() const;
  [[nodiscard]] std::string_view effective_namespace() const;
  [[nodiscard]] bool clusterwide() const { return is_clusterwide(kind); }
};

/// Policies that live together, in one order. It owns none of them: they must outlive it.
class PolicyList {
 public:
  /// Goes through the policies as references.
  class Iterator {
   public:
    using value_type = Policy;
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;
    Iterator() = default;
    explicit Iterator(const Policy* const* at) : at_(at) {}
    const Policy& operator*() const { return **at_; }
    const Policy* operator->() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const Policy* const* at_ = nullptr;
  };

  PolicyList() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): whoever has a vector of policies has such a list
  PolicyList(const std::vector<Policy>& policies) {
    all_.reserve(policies.size());
    for (const Policy& policy : policies) all_.push_back(&policy);
  }
  PolicyList(std::vector<Policy>&&) = delete;

  void push_back(const Policy& policy) { all_.push_back(&policy); }
  void push_back(Policy&&) = delete;
  [[nodiscard]] std::size_t size() const { return all_.size(); }
  [[nodiscard]] bool empty() const { return all_.empty(); }
  const Policy& operator[](std::size_t index) const { return *all_[index]; }
  [[nodiscard]] const Policy& front() const { return *all_.front(); }
  [[nodiscard]] Iterator begin() const { return Iterator(all_.data()); }
  [[nodiscard]] Iterator end() const { return Iterator(all_.data() + all_.size()); }

 private:
  std::vector<const Policy*> all_;
};

/// Every selector in a policy.
std::vector<SelectorUse> selector_uses(const Policy& policy);

/// Reads a manifest as a policy. Never fails: what is malformed is simply not there.
Policy read_policy(PolicyKind kind, const Manifest& manifest);
Policy read_policy(PolicyKind kind, NodeRef root);

}  // namespace cnplint::policy
