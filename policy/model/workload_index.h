// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/model/inventory.h"

namespace cnplint::policy {

/// Finds the workloads of an inventory by the labels of their pods, so that not every one is tried
/// for every selector. Lives as long as the inventory; results are indices of its workloads,
/// ascending.
class WorkloadIndex {
 public:
  explicit WorkloadIndex(const std::vector<Workload>& workloads);

  /// The workloads that have a label.
  [[nodiscard]] const std::vector<std::uint32_t>& having(std::string_view key,
                                                         std::string_view value) const;
  /// Of those, the ones that have no label that is rarer: whoever has all labels of a workload
  /// finds it under exactly one of them.
  [[nodiscard]] const std::vector<std::uint32_t>& rarest(std::string_view key,
                                                         std::string_view value) const;

 private:
  using Lists = std::unordered_map<std::string, std::vector<std::uint32_t>>;
  static const std::vector<std::uint32_t>& in(const Lists& lists, std::string_view key,
                                              std::string_view value);
  Lists having_;
  Lists rarest_;
};

}  // namespace cnplint::policy
