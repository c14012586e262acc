// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/changed_policies.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/hash.h"
#include "base/text.h"

namespace cnplint::policy {
namespace {

/// All CIDR groups.
std::string text_of_groups(const Surroundings& surroundings) {
  std::string text;
  for (const CidrGroup& group : surroundings.cidr_groups) {
    text.append(group.name).append(1, '\0');
    for (const auto& [key, value] : group.labels)
      text.append(key).append(1, '=').append(value).append(1, '\0');
    for (const Prefix& prefix : group.cidrs) text.append(masked_text(prefix)).append(1, '\0');
  }
  return text;
}

/// What each policy means, as hashes.
std::vector<std::uint64_t> meanings(const RuleBase& base) {
  std::vector<std::string> texts;
  texts.reserve(base.policies.size());
  for (const Policy& policy : base.policies) {
    std::string& text = texts.emplace_back(policy.full_name());
    text.append(1, '\n').append(policy.effective_namespace()).append(1, '\n');
    for (const Spec& spec : policy.specs) add_meaning(spec.node, text);
  }
  const std::string groups = std::to_string(base::hash(text_of_groups(base.surroundings)));
  std::vector<std::string> selectors;
  selectors.reserve(base.selectors.size());
  for (const Conditions& conditions : base.selectors) {
    std::string& text = selectors.emplace_back();
    for (const Condition& each : conditions) {
      text.append(each.text()).append(1, '\0');
      if (each.source == "cidrgroup") text += groups;
    }
  }
  for (const PolicyRule& rule : base.rules)
    for (const std::uint32_t peer : rule.peers)
      texts[rule.policy].append(selectors[peer]).append(1, '\n');
  std::vector<std::uint64_t> hashes;
  hashes.reserve(texts.size());
  for (const std::string& text : texts) hashes.push_back(base::hash(text));
  return hashes;
}

/// The places of those of some meanings that others do not have as often.
std::set<std::uint32_t> not_in(const std::vector<std::uint64_t>& own,
                               const std::vector<std::uint64_t>& others) {
  std::map<std::uint64_t, std::size_t> known;
  for (const std::uint64_t meaning : others) ++known[meaning];
  std::set<std::uint32_t> result;
  for (std::uint32_t i = 0; i < own.size(); ++i) {
    const auto found = known.find(own[i]);
    if (found == known.end() || found->second == 0)
      result.insert(i);
    else
      --found->second;
  }
  return result;
}

}  // namespace

void add_meaning(NodeRef node, std::string& text, Order order) {
  std::vector<std::string> parts;
  if (node.is_mapping()) {
    node.each_entry([&](NodeRef key, NodeRef value) {
      std::string& part = parts.emplace_back(key.key_text());
      part.append(1, '\0');
      add_meaning(value, part, order);
    });
    std::ranges::sort(parts);
    text.append(1, '{').append(base::joined(parts, "")).append(1, '}');
  } else if (node.is_sequence()) {
    node.each_item([&](NodeRef item) { add_meaning(item, parts.emplace_back(), order); });
    if (order == Order::any) std::ranges::sort(parts);
    text.append(1, '[').append(base::joined(parts, "")).append(1, ']');
  } else {
    text.append(1, static_cast<char>('0' + static_cast<int>(node.type())));
    text.append(node.text()).append(1, '\0');
  }
}

std::array<std::set<std::uint32_t>, 2> changed_policies(const RuleBase& before,
                                                        const RuleBase& after) {
  const std::vector<std::uint64_t> first = meanings(before);
  const std::vector<std::uint64_t> second = meanings(after);
  return {not_in(first, second), not_in(second, first)};
}

}  // namespace cnplint::policy
