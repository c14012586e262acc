// SPDX-License-Identifier: Apache-2.0
#include "rules/mending.h"

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

void repair(lint::Finding& finding, std::string title, policy::Changes changes) {
  finding.fix = {std::move(title), lint::Applicability::repair, std::move(changes), {}};
}

}  // namespace cnplint::rules
