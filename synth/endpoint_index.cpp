// SPDX-License-Identifier: Apache-2.0
#include "synth/endpoint_index.h"

#include <algorithm>
#include <numeric>

#include "base/hash.h"

namespace cnplint::synth {
namespace {

using Op = policy::Condition::Op;

std::uint64_t hash_of_label(std::string_view key, std::string_view value) {
  return base::mixed(base::hash(key), base::hash(value));
}

}  // namespace

EndpointIndex::EndpointIndex(const coverage::ObservedTraffic& traffic)
    : size_(traffic.endpoints.size()) {
  for (std::uint32_t i = 0; i < size_; ++i) {
    const policy::Endpoint& endpoint = traffic.endpoints[i].facts;
    bool special = !policy::is_pod(endpoint.kind);
    for (const policy::Label& label : endpoint.labels) {
      by_label_.emplace_back(hash_of_label(label.key, label.value), i);
      special = special || label.source != "k8s";
    }
    if (special) special_.push_back(i);
  }
  std::ranges::sort(by_label_);
  by_label_.shrink_to_fit();
}

std::span<const EndpointIndex::Entry> EndpointIndex::having(std::string_view key,
                                                            std::string_view value) const {
  const std::uint64_t hash = hash_of_label(key, value);
  const auto begin = std::ranges::lower_bound(by_label_, hash, {}, &Entry::first);
  const auto end = std::ranges::upper_bound(by_label_, hash, {}, &Entry::first);
  return {begin, end};
}

void EndpointIndex::add_candidates(const policy::Conditions& conditions,
                                   std::vector<std::uint32_t>& to) const {
  // Kubernetes' labels are among those of the facts. All others may be Cilium's own (the world, an
  // address, a name), which pods that came with ordinary labels never have.
  const policy::Condition* rarest = nullptr;
  bool special = false;
  std::size_t least = size_;
  for (const policy::Condition& each : conditions) {
    if (!policy::is_of_kubernetes(each)) {
      special = special || each.op == Op::in || each.op == Op::exists;
      continue;
    }
    if (each.op != Op::in) continue;
    std::size_t found = 0;
    for (const std::string& value : each.values) found += having(each.key, value).size();
    if (found > least) continue;
    rarest = &each;
    least = found;
  }
  if (rarest != nullptr) {
    for (const std::string& value : rarest->values)
      for (const Entry& entry : having(rarest->key, value)) to.push_back(entry.second);
  } else if (special) {
    to.insert(to.end(), special_.begin(), special_.end());
  } else {
    to.resize(to.size() + size_);
    std::iota(to.end() - static_cast<std::ptrdiff_t>(size_), to.end(), 0U);
  }
}

}  // namespace cnplint::synth
