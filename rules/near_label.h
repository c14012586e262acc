// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/one_edit.h"
#include "policy/verdict/known_pods.h"

namespace cnplint::rules {

/// A label of workloads that may be meant by one that none has.
struct NearLabel {
  std::string_view key;
  std::string_view value;
};

/// Finds the label that was meant among those that workloads of a namespace have. It stops looking
/// where it has compared many, so that no input makes it slow.
class NearLabels {
 public:
  explicit NearLabels(const policy::KnownPods& pods) : pods_(pods) {}

  /// For a label that no workload of a namespace has: the same value under another key, or the
  /// nearest value of the key. The service account counts as a label, by Cilium's key.
  std::optional<NearLabel> nearest(std::string_view ns, std::string_view key,
                                   std::string_view value);
  /// For a label that no workload of any namespace has: the value of the key, in any of them, for
  /// which it is likely a slip.
  std::optional<NearLabel> slip_anywhere(std::string_view key, std::string_view value);
  /// For a key that no workload of any namespace has: one that some have and that is one edit away;
  /// empty where there is none.
  std::string_view near_key(std::string_view key);
  /// Whether a workload of any namespace has the key.
  bool any_has_key(std::string_view key);
  /// Whether a workload of a namespace has the key.
  bool has_key(std::string_view ns, std::string_view key);

 private:
  struct OfNamespace {
    std::map<std::string_view, std::vector<std::string_view>, std::less<>> values;
    std::map<std::string_view, std::string_view, std::less<>> key_of_value;
  };
  const OfNamespace& of(std::string_view ns);

  const policy::KnownPods& pods_;
  std::map<std::string, OfNamespace, std::less<>> known_;  ///< by namespace
  struct OfKey {
    std::set<std::string_view> seen;
    base::OneEditIndex index;
  };
  const std::map<std::string_view, OfKey>& keys();

  std::optional<std::map<std::string_view, OfKey>> keys_;  ///< of all namespaces
  std::optional<base::OneEditIndex> near_keys_;
  std::size_t compared_ = 0;
};

}  // namespace cnplint::rules
