// SPDX-License-Identifier: Apache-2.0
#include "synth/name.h"

#include <functional>
#include <map>

#include "base/hash.h"
#include "base/text.h"

namespace cnplint::synth {
namespace {

constexpr std::size_t kHashDigits = 8;

std::string base_name(const PolicyDraft& policy) {
  std::string workload = policy.workload.substr(policy.workload.rfind('/') + 1);
  if (policy::is_clusterwide(policy.kind)) workload = policy.ns + "-" + workload;
  if (policy.companion) workload += "-companion";
  return workload + (policy.proposed ? "-proposed" : "");
}

/// What makes a policy itself.
std::string identity(const PolicyDraft& policy) {
  std::string text = policy.workload_kind + "\n" + policy.workload;
  for (const auto& [key, value] : policy.selector) text += "\n" + key + "=" + value;
  return text;
}

using Naming = std::function<std::string(const PolicyDraft&)>;

/// Applies a naming to the policies that share their name.
void rename_shared(std::vector<PolicyDraft>& policies, const Naming& naming) {
  std::map<std::pair<std::string, std::string>, std::size_t> counts;
  const auto scope = [](const PolicyDraft& policy) {
    const bool cluster = policy::is_clusterwide(policy.kind);
    return std::pair(cluster ? std::string() : policy.ns, policy.name);
  };
  for (const PolicyDraft& policy : policies) ++counts[scope(policy)];
  std::vector<bool> shared;
  for (const PolicyDraft& policy : policies) shared.push_back(counts[scope(policy)] > 1);
  for (std::size_t i = 0; i < policies.size(); ++i)
    if (shared[i]) policies[i].name = naming(policies[i]);
}

}  // namespace

std::string dns_label_of(std::string_view text) {
  constexpr std::size_t kLongest = 63;
  std::string label;
  for (const char c : base::lower(text)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (plain)
      label += c;
    else if (!label.empty() && label.back() != '-')
      label += '-';
  }
  while (label.ends_with('-')) label.pop_back();
  if (label.empty()) label = "policy";
  if (label.size() <= kLongest) return label;
  label.resize(kLongest - kHashDigits - 1);
  while (label.ends_with('-')) label.pop_back();
  return label + "-" + base::hash_hex(text).substr(0, kHashDigits);
}

void name_policies(std::vector<PolicyDraft>& policies) {
  for (PolicyDraft& policy : policies)
    policy.name = policy.kind == policy::PolicyKind::egress_firewall
                      ? "default"
                      : dns_label_of(base_name(policy));
  rename_shared(policies, [](const PolicyDraft& policy) {
    return policy.workload_kind.empty()
               ? policy.name
               : dns_label_of(base_name(policy) + "-" + policy.workload_kind);
  });
  rename_shared(policies, [](const PolicyDraft& policy) {
    return dns_label_of(base_name(policy) + "-" +
                        base::hash_hex(identity(policy)).substr(0, kHashDigits));
  });
}

}  // namespace cnplint::synth
