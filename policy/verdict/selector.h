// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/model/address.h"
#include "policy/model/dns_name.h"
#include "policy/model/policy.h"
#include "policy/verdict/endpoint.h"

namespace cnplint::policy {

/// What selectors look at: the labels of an identity, sorted by key, and what an address has.
struct Identity {
  std::vector<Label> labels;
  std::optional<Prefix> cidr;          ///< of an external address, or of a `cidr:` label
  std::vector<std::string> dns_names;  ///< canonical

  /// Puts labels into the order in which Cilium looks keys up.
  static Identity of_labels(std::vector<Label> labels);
};

/// One condition of a selector. A key of source `cidr` is about addresses, `fqdn` about names.
struct Condition {
  enum class Op : std::uint8_t { in, not_in, exists, does_not_exist };
  std::string source;
  std::string key;
  Op op = Op::in;
  std::vector<std::string> values;
  bool match_label = false;                 ///< written under matchLabels
  NodeRef where;                            ///< the value or expression; none where Cilium adds it
  std::shared_ptr<const Prefix> prefix;     ///< of source `cidr`; most conditions have none
  std::shared_ptr<const DnsPattern> names;  ///< of source `fqdn`

  [[nodiscard]] bool matches(const Identity& identity) const;
  /// The condition as text, the same for the same condition.
  [[nodiscard]] std::string text() const;
};

/// The first label in key order that a condition is about; none where the identity has no such key
/// (A3.2).
const Label* label_of(const Condition& condition, const Identity& identity);

/// Conditions, all ANDed; none matches every identity.
using Conditions = std::vector<Condition>;
bool matches(const Conditions& conditions, const Identity& identity);
/// A hash of what conditions say, whatever their order and that of their values.
std::uint64_t hash_of(const Conditions& conditions);
/// Whether conditions say the same, in whatever order.
bool same_conditions(const Conditions& a, const Conditions& b);

/// The condition on a key as a selector writes it; without a source it has `default_source`.
Condition condition(std::string_view key, Condition::Op op, std::vector<std::string> values,
                    std::string_view default_source = "any");
/// Conditions of a label selector as written; keys without a source get `default_source`.
Conditions conditions(NodeRef selector, std::string_view default_source = "any",
                      std::string_view key_prefix = {});
/// `Exists reserved:name`.
Condition has_reserved(std::string_view name);
/// The address is in the prefix; a prefix of length 0 stands for the world label of its family
/// (fact A5.1).
Condition in_prefix(const Prefix& prefix, const Environment& environment, bool inside = true);
/// The world label of addresses of a family.
std::string_view world_label(bool v6, const Environment& environment);

/// Whether a condition follows from others: whatever meets them meets it. What the conditions do
/// not say is taken as not known.
bool follows(const Condition& wanted, const Conditions& given);
/// Whether conditions select whatever others select, as far as the conditions themselves tell.
bool covers(const Conditions& wide, const Conditions& narrow);

/// Whether a condition is about a label of Kubernetes', which have the source `k8s`.
inline bool is_of_kubernetes(const Condition& condition) {
  return condition.source == "any" || condition.source == "k8s";
}
/// Whether any condition names the key, with source `k8s` or `any`.
bool names_key(const Conditions& conditions, std::string_view key);

}  // namespace cnplint::policy
