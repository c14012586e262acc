// SPDX-License-Identifier: Apache-2.0
#include "rules/near_label.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "policy/model/label.h"

namespace cnplint::rules {
namespace {

/// Keys by which people name what a pod is: a value under the wrong one of them is meant for
/// another.
constexpr std::array<std::string_view, 10> kNamingKeys{"app.kubernetes.io/name",
                                                       "app.kubernetes.io/instance",
                                                       "app.kubernetes.io/component",
                                                       "app",
                                                       "k8s-app",
                                                       "name",
                                                       "component",
                                                       "run",
                                                       "service",
                                                       "app.kubernetes.io/part-of"};

bool names_app(std::string_view key) {
  return std::ranges::find(kNamingKeys, key) != kNamingKeys.end();
}

}  // namespace

const NearLabels::OfNamespace& NearLabels::of(std::string_view ns) {
  if (const auto found = known_.find(ns); found != known_.end()) return found->second;
  OfNamespace& result = known_[std::string(ns)];
  for (const std::uint32_t pod : pods_.in_namespace(ns)) {
    result.values[policy::kServiceAccountLabel].push_back(pods_.workload(pod).service_account);
    for (const auto& [key, value] : pods_.workload(pod).labels) {
      result.values[key].push_back(value);
      if (names_app(key)) result.key_of_value.try_emplace(value, key);
    }
  }
  for (auto& [key, values] : result.values) {
    std::ranges::sort(values);
    values.erase(std::unique(values.begin(), values.end()), values.end());
  }
  return result;
}

std::optional<NearLabel> NearLabels::nearest(std::string_view ns, std::string_view key,
                                             std::string_view value) {
  constexpr std::size_t kMostCompared = 200'000;
  const OfNamespace& here = of(ns);
  if (const auto other = here.key_of_value.find(value);
      names_app(key) && other != here.key_of_value.end())
    return NearLabel{other->second, value};
  const auto values = here.values.find(key);
  if (values == here.values.end())
    if (const auto near = here.values.find(near_key(key));
        near != here.values.end() && std::ranges::binary_search(near->second, value))
      return NearLabel{near->first, value};
  if (values == here.values.end() || compared_ > kMostCompared) return std::nullopt;
  compared_ += values->second.size();
  const std::string_view near = base::nearest_spelling(value, values->second);
  return near.empty() ? std::nullopt : std::optional(NearLabel{values->first, near});
}

const std::map<std::string_view, NearLabels::OfKey>& NearLabels::keys() {
  if (keys_) return *keys_;
  keys_.emplace();
  for (const policy::Workload& workload : pods_.inventory().workloads)
    for (const auto& [key, value] : workload.labels) {
      OfKey& of_key = (*keys_)[key];
      if (of_key.seen.insert(value).second) of_key.index.add(value);
    }
  return *keys_;
}

std::optional<NearLabel> NearLabels::slip_anywhere(std::string_view key, std::string_view value) {
  const auto found = keys().find(key);
  if (found == keys().end() || found->second.seen.contains(value)) return std::nullopt;
  for (const std::string_view near : found->second.index.near(value))
    if (base::is_slip(near, value)) return NearLabel{found->first, near};
  return std::nullopt;
}

std::string_view NearLabels::near_key(std::string_view key) {
  if (!near_keys_) {
    near_keys_.emplace();
    for (const auto& each : keys()) near_keys_->add(each.first);
  }
  const auto near = near_keys_->near(key);
  return near.empty() ? std::string_view() : near.front();
}

bool NearLabels::any_has_key(std::string_view key) { return keys().contains(key); }

bool NearLabels::has_key(std::string_view ns, std::string_view key) {
  return of(ns).values.contains(key);
}

}  // namespace cnplint::rules
