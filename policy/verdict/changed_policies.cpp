// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/changed_policies.h"

#include <map>
#include <string>
#include <vector>

#include "base/hash.h"

namespace cnplint::policy {
namespace {

/// What each policy means, as hashes.
std::vector<std::uint64_t> meanings(const RuleBase& base) {
  std::vector<std::string> texts;
  texts.reserve(base.policies.size());
  for (const Policy& policy : base.policies) {
    std::string& text = texts.emplace_back(policy.full_name());
    text.append(1, '\n').append(policy.effective_namespace()).append(1, '\n');
    for (const Spec& spec : policy.specs) add_meaning(spec.node, text);
  }
  std::vector<std::string> selectors;
  selectors.reserve(base.selectors.size());
  for (const Conditions& conditions : base.selectors) {
    std::string& text = selectors.emplace_back();
    for (const Condition& each : conditions) text.append(each.text()).append(1, '\0');
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

void add_meaning(NodeRef node, std::string& text) {
  if (node.is_mapping()) {
    text += '{';
    node.each_entry([&](NodeRef key, NodeRef value) {
      text.append(key.key_text()).append(1, '\0');
      add_meaning(value, text);
    });
    text += '}';
  } else if (node.is_sequence()) {
    text += '[';
    node.each_item([&](NodeRef item) { add_meaning(item, text); });
    text += ']';
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
