// SPDX-License-Identifier: Apache-2.0
#include "rules/mending.h"
#include "base/nearest.h"
#include "policy/text/rule_text.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/text.h"
#include "policy/yaml/scalar.h"

namespace cnplint::rules {
namespace {

using policy::Direction;

/// Whether rules of a direction deny what they do not allow.
bool denies_by_default(const policy::Spec& spec, Direction direction) {
  const policy::NodeRef flag =
      spec.node.get("enableDefaultDeny").get(std::string(policy::direction_name(direction)));
  return !flag.is_scalar() || flag.type() != policy::ScalarType::boolean ||
         policy::boolean_value(flag.text());
}

}  // namespace

std::string effect_of(const policy::Policy& policy) {
  std::vector<std::string> closed;
  for (const Direction direction : {Direction::ingress, Direction::egress})
    for (const policy::Spec& spec : policy.specs)
      if (spec.has_items(direction) && denies_by_default(spec, direction)) {
        closed.emplace_back(policy::direction_name(direction));
        break;
      }
  return closed.empty() ? "opens what it allows and closes what it denies"
                        : "closes " + base::joined(closed, " and ") +
                              " of what it selects and opens what it allows";
}

policy::Changes split_item(policy::NodeRef item, policy::NodeRef field,
                           const std::vector<std::string_view>& apart) {
  if (!field.key() || !(field.parent() == item)) return {};
  policy::Value other = policy::Value::map();
  item.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
    if (value == field || std::ranges::find(apart, key.text()) == apart.end())
      other.set(key.key_text(), policy::Value::of(value));
  });
  return {policy::remove(field), policy::put_before(item, std::move(other))};
}

policy::Changes split_entry(policy::NodeRef list, std::size_t first) {
  const policy::NodeRef entry = list.parent();
  if (!list.is_sequence() || !list.key() || !entry.parent().is_sequence()) return {};
  policy::Changes changes;
  policy::Value items = policy::Value::list();
  for (const policy::NodeRef item : list.items()) {
    if (changes.size() == first) break;
    items.add(policy::Value::of(item));
    changes.push_back(policy::remove(item));
  }
  policy::Value apart = policy::Value::map();
  entry.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
    apart.set(key.key_text(), value == list ? items : policy::Value::of(value));
  });
  changes.push_back(policy::put_before(entry, std::move(apart)));
  return changes;
}

policy::Changes items_for(policy::NodeRef item, const std::vector<std::string>& words) {
  if (words.empty() || !item.parent().is_sequence()) return {};
  policy::Changes changes;
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    changes.push_back(policy::put_before(item, policy::Value::text(words[i])));
  changes.push_back(policy::set_text(item, words.back()));
  return changes;
}

policy::Changes rename_label(const policy::Condition& condition, std::string_view key) {
  const policy::NodeRef where = condition.where;
  if (!where) return {};
  const bool expression = where.is_mapping();
  const policy::NodeRef written = expression ? where.get("key") : where.key();
  if (!written.is_scalar()) return {};
  const std::size_t source = written.text().find(':');
  std::string text;
  if (source != std::string_view::npos) text = written.text().substr(0, source + 1);
  text += key;
  return {expression ? policy::set_text(written, text) : policy::rename(where, text)};
}

policy::Changes to_namespace_selector(policy::NodeRef peer, const policy::Condition& condition,
                                      std::string key) {
  const policy::NodeRef pods = peer.get("podSelector");
  if (peer.get("namespaceSelector") || !condition.match_label || !condition.where.is_scalar())
    return {};
  const bool alone = pods.child_count() == 1 && condition.where.parent().child_count() == 1;
  if (alone && condition.key == key) return {policy::rename(pods, "namespaceSelector")};
  policy::Value selector = policy::selector_value({{std::move(key), condition.values.front()}});
  if (alone)
    return {policy::rename(pods, "namespaceSelector"), policy::set(pods, std::move(selector))};
  return {policy::remove(condition.where),
          policy::add_entry(peer, "namespaceSelector", std::move(selector).in_line())};
}

policy::NodeRef place_of_value(const policy::Condition& condition, std::string_view value) {
  for (const policy::NodeRef each : condition.where.get("values").items())
    if (each.text() == value) return each;
  return condition.where;
}

policy::Changes rewrite_value(const policy::Condition& condition, std::string_view value,
                              std::string_view text) {
  const policy::NodeRef place = place_of_value(condition, value);
  if (!place.is_scalar() || place.text() != value || base::differ_in_digits(value, text)) return {};
  return {policy::set_text(place, std::string(text))};
}

policy::Changes replace_peer(policy::NodeRef peer, std::string field, policy::Value other) {
  const policy::NodeRef list = peer.parent();
  const policy::NodeRef rule = list.parent();
  if (!list.is_sequence() || !rule.is_mapping() || rule.get(field)) return {};
  if (list.child_count() == 1)
    return {policy::rename(list, std::move(field)), policy::set(peer, std::move(other))};
  policy::Value apart = policy::Value::map();
  rule.each_entry([&](policy::NodeRef key, policy::NodeRef value) {
    if (value == list)
      apart.set(field, policy::Value::list({std::move(other)}));
    else
      apart.set(key.key_text(), policy::Value::of(value));
  });
  return {policy::remove(peer), policy::put_before(rule, std::move(apart))};
}

void mend(lint::Finding& finding, const policy::Policy& policy, std::string title,
          policy::Changes changes) {
  finding.fix.title = std::move(title);
  finding.fix.changes = std::move(changes);
  if ((finding.rejected_by & lint::kApiServer) != 0) {
    finding.fix.applicability = lint::Applicability::repair;
    return;
  }
  finding.fix.applicability = lint::Applicability::unsafe;
  if (finding.rejected_by != lint::kNobody)
    finding.fix.title += ": the policy comes into effect, which " + effect_of(policy);
}

void mend_spelling(lint::Finding& finding, const policy::Policy& policy, policy::NodeRef value,
                   std::span<const std::string_view> allowed) {
  if (!value.is_scalar()) return;
  const std::string meant(base::nearest_spelling(value.text(), allowed));
  if (!meant.empty())
    mend(finding, policy, "write " + base::quoted(meant), {policy::set_text(value, meant)});
}

void repair(lint::Finding& finding, std::string title, policy::Changes changes) {
  finding.fix = {std::move(title), lint::Applicability::repair, std::move(changes), {}};
}

}  // namespace cnplint::rules
