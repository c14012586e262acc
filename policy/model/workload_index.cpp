// SPDX-License-Identifier: Apache-2.0
#include "policy/model/workload_index.h"

#include <algorithm>

namespace cnplint::policy {
namespace {

std::string pair_key(std::string_view key, std::string_view value) {
  return std::string(key).append(1, '\0').append(value);
}

}  // namespace

WorkloadIndex::WorkloadIndex(const std::vector<Workload>& workloads) {
  for (std::uint32_t i = 0; i < workloads.size(); ++i)
    for (const auto& [key, value] : workloads[i].labels) having_[pair_key(key, value)].push_back(i);
  for (std::uint32_t i = 0; i < workloads.size(); ++i) {
    const auto least = std::ranges::min_element(workloads[i].labels, {}, [&](const auto& label) {
      return having(label.first, label.second).size();
    });
    if (least != workloads[i].labels.end())
      rarest_[pair_key(least->first, least->second)].push_back(i);
  }
}

const std::vector<std::uint32_t>& WorkloadIndex::in(const Lists& lists, std::string_view key,
                                                    std::string_view value) {
  static const std::vector<std::uint32_t> kNone;
  const auto found = lists.find(pair_key(key, value));
  return found == lists.end() ? kNone : found->second;
}

const std::vector<std::uint32_t>& WorkloadIndex::having(std::string_view key,
                                                        std::string_view value) const {
  return in(having_, key, value);
}

const std::vector<std::uint32_t>& WorkloadIndex::rarest(std::string_view key,
                                                        std::string_view value) const {
  return in(rarest_, key, value);
}

}  // namespace cnplint::policy
