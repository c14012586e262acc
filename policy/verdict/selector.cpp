// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/selector.h"

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

/// Reads the key of a `cidr:` label: a prefix with `-` for `:` and a 0 glued to a `-` at an end.
std::optional<Prefix> prefix_of_label(std::string_view key) {
  if (const auto plain = parse_prefix(key)) return plain;
  std::string text(key);
  std::ranges::replace(text, '-', ':');
  return parse_prefix(text);
}

/// Groups of CIDRs may share an address, so that a key can have several values: each is a label
/// `key+value` of its own, beside the label that has one of them as its value.
bool has_group_value(const Condition& condition, const Identity& identity) {
  const auto has = [&](const std::string& key, std::string_view value) {
    auto at = std::ranges::lower_bound(identity.labels, key, std::less<>(), &Label::key);
    for (; at != identity.labels.end() && at->key == key; ++at)
      if (at->source == "cidrgroup" && at->value == value) return true;
    return false;
  };
  return std::ranges::any_of(condition.values, [&](const std::string& value) {
    return has(condition.key, value) || has(condition.key + "+" + value, "");
  });
}

bool exists(const Condition& condition, const Identity& identity) {
  if (condition.prefix) return identity.cidr && condition.prefix->contains(*identity.cidr);
  if (condition.names && std::ranges::any_of(identity.dns_names, [&](const std::string& name) {
        return condition.names->matches(name);
      }))
    return true;
  return label_of(condition, identity) != nullptr;
}

bool has_value(const Condition& condition, const Identity& identity) {
  if (condition.source == "cidrgroup") return has_group_value(condition, identity);
  if (condition.prefix)  // such a label has no value
    return std::ranges::find(condition.values, "") != condition.values.end() &&
           exists(condition, identity);
  const Label* label = label_of(condition, identity);
  return label != nullptr &&
         std::ranges::find(condition.values, label->value) != condition.values.end();
}

}  // namespace

const Label* label_of(const Condition& condition, const Identity& identity) {
  const auto begin =
      std::ranges::lower_bound(identity.labels, condition.key, std::less<>(), &Label::key);
  for (auto at = begin; at != identity.labels.end() && at->key == condition.key; ++at)
    if (condition.source == "any" || condition.source == at->source) return &*at;
  return nullptr;
}

Identity Identity::of_labels(std::vector<Label> labels) {
  Identity identity;
  for (const Label& label : labels) {
    if (label.source != "cidr") continue;
    const auto prefix = prefix_of_label(label.key);
    if (prefix && (!identity.cidr || prefix->length > identity.cidr->length))
      identity.cidr = prefix;
  }
  std::ranges::stable_sort(labels, std::less<>(), &Label::key);
  identity.labels = std::move(labels);
  return identity;
}

bool Condition::matches(const Identity& identity) const {
  switch (op) {
    case Op::in:
      return has_value(*this, identity);
    case Op::not_in:
      return !has_value(*this, identity);
    case Op::exists:
      return exists(*this, identity);
    case Op::does_not_exist:
      return !exists(*this, identity);
  }
  return false;
}

std::string Condition::text() const {
  constexpr std::array<std::string_view, 4> kOps{"in", "notin", "exists", "!exists"};
  std::string text = source + ":" + key + " " + std::string(kOps[static_cast<std::size_t>(op)]);
  std::vector<std::string> sorted = values;
  std::ranges::sort(sorted);
  for (const std::string& value : sorted) text += " " + value;
  return text;
}

bool matches(const Conditions& conditions, const Identity& identity) {
  return std::ranges::all_of(conditions,
                             [&](const Condition& each) { return each.matches(identity); });
}

namespace {

std::uint64_t hash_of(const Condition& condition) {
  std::uint64_t values = 0;
  for (const std::string& value : condition.values) values += base::mixed(0, base::hash(value));
  std::uint64_t hash = base::mixed(base::hash(condition.key), base::hash(condition.source));
  hash = base::mixed(hash, static_cast<std::uint64_t>(condition.op));
  return base::mixed(hash, values);
}

bool same_values(const Condition& a, const Condition& b) {
  if (a.values == b.values) return true;
  if (a.values.size() != b.values.size()) return false;
  std::vector<std::string_view> one(a.values.begin(), a.values.end());
  std::vector<std::string_view> other(b.values.begin(), b.values.end());
  std::ranges::sort(one);
  std::ranges::sort(other);
  return one == other;
}

bool same(const Condition& a, const Condition& b) {
  return a.op == b.op && a.key == b.key && a.source == b.source && same_values(a, b);
}

/// Conditions in the order of their hashes.
std::vector<std::pair<std::uint64_t, const Condition*>> by_hash(const Conditions& conditions) {
  std::vector<std::pair<std::uint64_t, const Condition*>> sorted;
  for (const Condition& each : conditions) sorted.emplace_back(hash_of(each), &each);
  std::ranges::sort(sorted);
  return sorted;
}

}  // namespace

std::uint64_t hash_of(const Conditions& conditions) {
  std::uint64_t sum = conditions.size();
  for (const Condition& each : conditions) sum += hash_of(each);
  return sum;
}

bool same_conditions(const Conditions& a, const Conditions& b) {
  if (std::ranges::equal(a, b, same)) return true;
  if (a.size() != b.size()) return false;
  return std::ranges::equal(by_hash(a), by_hash(b), [](const auto& one, const auto& other) {
    return one.first == other.first && same(*one.second, *other.second);
  });
}

Condition condition(std::string_view key, Condition::Op op, std::vector<std::string> values,
                    std::string_view default_source) {
  Condition result;
  result.source = default_source;
  result.key = key;
  result.op = op;
  result.values = std::move(values);
  if (const std::size_t colon = key.find(':'); colon != std::string_view::npos) {
    result.source = key.substr(0, colon);
    result.key = key.substr(colon + 1);
  }
  if (result.source == "cidr")
    if (const auto prefix = prefix_of_label(result.key))
      result.prefix = std::make_shared<const Prefix>(*prefix);
  return result;
}

Conditions conditions(NodeRef selector, std::string_view default_source,
                      std::string_view key_prefix) {
  const auto op_of = [](std::string_view text) {
    if (text == "NotIn") return Condition::Op::not_in;
    if (text == "Exists") return Condition::Op::exists;
    return text == "DoesNotExist" ? Condition::Op::does_not_exist : Condition::Op::in;
  };
  Conditions result;
  for (const Requirement& each : requirements(selector)) {
    std::vector<std::string> values;
    for (const NodeRef value : each.values) values.emplace_back(value.text());
    const std::string key = std::string(key_prefix) +
                            (each.match_label ? each.key.key_text() : std::string(each.key.text()));
    result.push_back(condition(key, op_of(each.op), std::move(values), default_source));
    result.back().match_label = each.match_label;
    result.back().where = each.where;
  }
  return result;
}

Condition has_reserved(std::string_view name) {
  return condition(name, Condition::Op::exists, {}, "reserved");
}

std::string_view world_label(bool v6, const Environment& environment) {
  if (!environment.ipv4 || !environment.ipv6) return "world";
  return v6 ? "world-ipv6" : "world-ipv4";
}

Condition in_prefix(const Prefix& prefix, const Environment& environment, bool inside) {
  const auto op = inside ? Condition::Op::exists : Condition::Op::does_not_exist;
  if (prefix.length == 0) {
    // The label is chosen by whether the other family is there.
    const bool other = prefix.address.v6 ? environment.ipv4 : environment.ipv6;
    const std::string family = prefix.address.v6 ? "world-ipv6" : "world-ipv4";
    return condition(other ? family : "world", op, {}, "reserved");
  }
  std::string key(reinterpret_cast<const char*>(prefix.address.bytes.data()),
                  prefix.address.bytes.size());
  key += "/" + std::to_string(prefix.length) + (prefix.address.v6 ? " v6" : " v4");
  Condition result = condition("", op, {}, "cidr");
  result.key = std::move(key);
  result.prefix = std::make_shared<const Prefix>(prefix);
  return result;
}

namespace {

bool is_namespace_key(std::string_view key) {
  return key == kNamespaceLabel || key == kNamespaceNameLabel;
}

/// Whether a condition follows from one on the same label.
bool follows_from(const Condition& wanted, const Condition& given) {
  const auto among = [](const std::vector<std::string>& values) {
    return [&values](const std::string& value) {
      return std::ranges::find(values, value) != values.end();
    };
  };
  switch (wanted.op) {
    case Op::in:
      return given.op == Op::in && std::ranges::all_of(given.values, among(wanted.values));
    case Op::exists:
      return given.op == Op::in || given.op == Op::exists;
    case Op::not_in:
      if (given.op == Op::not_in) return std::ranges::all_of(wanted.values, among(given.values));
      return given.op == Op::does_not_exist ||
             (given.op == Op::in && std::ranges::none_of(given.values, among(wanted.values)));
    case Op::does_not_exist:
      return given.op == Op::does_not_exist;
  }
  return false;
}

/// Whether one prefix condition follows from another (A5.1).
bool follows_from_prefix(const Condition& wanted, const Condition& given) {
  const bool wanted_inside = wanted.op == Condition::Op::exists;
  const bool given_inside = given.op == Condition::Op::exists;
  if (wanted_inside) return given_inside && wanted.prefix->contains(*given.prefix);
  if (!given_inside) return given.prefix->contains(*wanted.prefix);
  return !wanted.prefix->contains(*given.prefix) && !given.prefix->contains(*wanted.prefix);
}

/// Whether conditions select pods only: they ask for a namespace.
bool asks_for_pods(const Conditions& conditions) {
  return std::ranges::any_of(conditions, [](const Condition& each) {
    return is_namespace_key(each.key) && (each.source == "k8s" || each.source == "any") &&
           (each.op == Condition::Op::in || each.op == Condition::Op::exists);
  });
}

/// Whether two conditions are about one label. Labels of pods are Kubernetes' where no source is
/// named; the name of a namespace is one of its labels.
bool same_label(const Condition& wanted, const Condition& given, bool of_pods) {
  const bool source = wanted.source == given.source ||
                      (wanted.source == "any" && given.source == "k8s") ||
                      (of_pods && wanted.source == "k8s" && given.source == "any");
  return source &&
         (wanted.key == given.key || (is_namespace_key(wanted.key) && is_namespace_key(given.key)));
}

}  // namespace

bool follows(const Condition& wanted, const Conditions& given) {
  const bool pods = asks_for_pods(given);
  // Pods have no reserved labels.
  if (wanted.source == "reserved" && pods &&
      (wanted.op == Condition::Op::does_not_exist || wanted.op == Condition::Op::not_in))
    return true;
  return std::ranges::any_of(given, [&](const Condition& each) {
    if (wanted.prefix && each.prefix) return follows_from_prefix(wanted, each);
    return same_label(wanted, each, pods) && follows_from(wanted, each);
  });
}

bool covers(const Conditions& wide, const Conditions& narrow) {
  return std::ranges::all_of(wide, [&](const Condition& each) { return follows(each, narrow); });
}

bool names_key(const Conditions& conditions, std::string_view key) {
  return std::ranges::any_of(conditions, [&](const Condition& each) {
    return each.key == key && (each.source == "k8s" || each.source == "any");
  });
}

}  // namespace cnplint::policy
