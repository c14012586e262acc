// SPDX-License-Identifier: Apache-2.0
//
// How often the input uses each label: by selectors, workloads, Services.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "policy/verdict/known_pods.h"
#include "rules/selectors.h"

namespace cnplint::rules {

/// A condition of a selector of pods, as it is written.
struct WrittenCondition {
  const policy::Policy& policy;
  const policy::Condition& condition;
  /// Whether the input has workloads where it looks, so that they say whether it fits.
  bool known = false;
};

/// Counts uses of keys, and of values for each key. The policies must outlive it.
class LabelUses {
 public:
  struct Key {
    std::uint32_t uses = 0;
    std::unordered_map<std::string, std::uint32_t> values;
  };

  explicit LabelUses(const lint::ClusterContext& context);

  [[nodiscard]] const std::map<std::string, Key, std::less<>>& keys() const { return keys_; }
  [[nodiscard]] std::uint32_t of_key(std::string_view key) const;
  [[nodiscard]] std::uint32_t of_value(std::string_view key, const std::string& value) const;

  /// Calls body(condition) for each condition that selectors of pods ask of the pods themselves.
  template <class Body>
  void each_written_condition(const Body& body) const {
    for (const Written& written : written_)
      for (const policy::Condition& each : written.conditions)
        body(WrittenCondition{*written.policy, each, written.known});
  }

 private:
  struct Written {
    const policy::Policy* policy;
    policy::Conditions conditions;
    bool known;
  };

  void read(const lint::ClusterContext& context, const policy::Policy& policy, NodeRef selector,
            const policy::Conditions& meaning);
  void add(std::string_view key, const std::string& value);

  std::vector<Written> written_;

  std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace cnplint::rules
