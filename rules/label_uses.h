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

/// Calls body(condition) for each condition that selectors of pods ask of the pods themselves.
template <class Body>
void each_written_condition(const lint::ClusterContext& context, const Body& body) {
  const auto look_at = [&](const policy::Policy& policy, const policy::Conditions& written,
                           const policy::Conditions& meaning) {
    const bool known = context.pods.of_selector(meaning) != policy::Knowledge::none &&
                       policy::namespaces_of(meaning).has_value();
    for (const policy::Condition& each : written)
      if (is_of_kubernetes(each) && !policy::is_namespace_key(each.key) &&
          each.key != policy::kClusterLabel)
        body(WrittenCondition{policy, each, known});
  };
  each_subject(context, [&](const policy::Policy& policy, const policy::Spec& spec,
                            const policy::Subject& subject) {
    if (!subject.node)
      look_at(policy, policy::conditions(spec.endpoint_selector, "any"), subject.selector);
  });
  each_pod_peer(context, [&](const PodPeer& peer) {
    look_at(peer.policy,
            policy::conditions(
                peer.of_network_policy() ? peer.where.get("podSelector") : peer.where, "any"),
            peer.meaning);
  });
}

/// Counts uses of keys, and of values for each key.
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

 private:
  void add(std::string_view key, const std::string& value);

  std::map<std::string, Key, std::less<>> keys_;
};

}  // namespace cnplint::rules
