// SPDX-License-Identifier: Apache-2.0
//
// What the Namespaces of the input tell of selectors of namespaces.
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "base/one_edit.h"
#include "lint/rule.h"
#include "policy/verdict/selector.h"

namespace cnplint::rules {

/// Whether conditions ask for pods of another cluster of the mesh, of whose namespaces nobody knows
/// here.
bool is_of_other_cluster(const policy::Conditions& conditions,
                         const policy::Environment& environment);

/// The labels of the Namespaces of an input, which must outlive it. Keys of conditions are those of
/// identities: with the prefix that Cilium gives them.
class NamespaceLabels {
 public:
  using Pair = std::pair<std::string_view, std::string_view>;

  explicit NamespaceLabels(const lint::ClusterContext& context);

  /// Whether the input has Namespaces and none of them meets a condition on a label of namespaces.
  [[nodiscard]] bool none_meets(const policy::Condition& condition) const;
  [[nodiscard]] bool has_key(std::string_view key) const { return keys_.contains(key); }
  /// The label that was meant by one that none has: a value of the key for which it is likely a
  /// slip, or the same value under another key; empty where none is near.
  [[nodiscard]] Pair meant(std::string_view key, std::string_view value) const;
  /// Whether every namespace that the input speaks of is one of its Namespaces, with all of its
  /// workloads; those that installers fill apart.
  [[nodiscard]] bool all_known() const { return all_known_; }
  /// Whether the input has a Namespace other than one.
  [[nodiscard]] bool has_other_than(std::string_view ns) const;

 private:
  struct OfKey {
    std::set<std::string_view> values;
    base::OneEditIndex index;
    bool is_vague = false;  ///< some value is filled in later
  };
  void add(std::string_view key, std::string_view value);

  std::set<std::string_view> names_;
  std::map<std::string_view, OfKey> keys_;
  std::map<std::string_view, std::string_view> key_of_value_;  ///< of keys without a prefix
  bool all_known_ = false;
};

}  // namespace cnplint::rules
