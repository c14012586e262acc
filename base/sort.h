// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

namespace cnplint::base {

/// Sorts large values by a key; equal ones keep their order. Each value is moved once, not at each
/// step of the sort.
template <class Value, class Key>
void sort_large(std::vector<Value>& values, Key key) {
  std::vector<Value*> order;
  order.reserve(values.size());
  for (Value& each : values) order.push_back(&each);
  const auto key_of = [&](const Value* each) { return std::invoke(key, *each); };
  if (std::ranges::is_sorted(order, {}, key_of)) return;
  std::ranges::stable_sort(order, {}, key_of);
  std::vector<Value> sorted;
  sorted.reserve(values.size());
  for (Value* each : order) sorted.push_back(std::move(*each));
  values = std::move(sorted);
}

/// Puts values into order and leaves each once.
template <class Value>
void sort_once(std::vector<Value>& values) {
  std::ranges::sort(values);
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace cnplint::base
