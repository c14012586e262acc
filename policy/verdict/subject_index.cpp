// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/subject_index.h"

#include <algorithm>

#include "base/hash.h"
#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Op = Condition::Op;

/// The namespace of a pod of which nobody says where it is: no namespace can have that name.
constexpr std::string_view kSomeNamespace = "*";

/// The bucket of subjects without a condition that narrows them down.
constexpr std::uint64_t kAnybody = 0;
std::uint64_t bucket_of(std::string_view key) { return base::hash(key) | 1U; }
std::uint64_t bucket_of(std::string_view key, std::string_view value) {
  return base::mixed(base::hash(key), base::hash(value)) | 1U;
}

/// How narrow a condition is, for the index: the namespace is what most have in common.
int narrowness(const Condition& condition) {
  const bool place = condition.key == kNamespaceLabel || condition.key == kClusterLabel;
  if (condition.source == "cidr" || condition.source == "fqdn") return 0;
  if (condition.op == Op::in && !condition.values.empty()) return place ? 1 : 3;
  return condition.op == Op::exists && !place ? 2 : 0;
}

/// A value that all conditions on a key allow: of an In the one at a position, or the next that
/// does; where none is given, one that the others do not forbid.
std::string value_for(const Condition& condition, const Conditions& all, std::size_t position) {
  const auto allowed = [&](const std::string& value) {
    return std::ranges::none_of(all, [&](const Condition& other) {
      if (&other == &condition || other.key != condition.key) return false;
      const bool listed = std::ranges::find(other.values, value) != other.values.end();
      return other.op == Op::in ? !listed : other.op == Op::not_in && listed;
    });
  };
  constexpr std::size_t kMostTried = 64;
  const std::size_t count = condition.values.size();
  if (condition.op == Op::in && count > 0) {
    const std::size_t first = std::min(position, count - 1);
    for (std::size_t i = 0; i < std::min(count, kMostTried); ++i)
      if (const std::string& value = condition.values[(first + i) % count]; allowed(value))
        return value;
    return condition.values[first];
  }
  std::string value(kSomeNamespace);
  while (!allowed(value) && value.size() <= all.size()) value += kSomeNamespace;
  return value;
}

/// The labels of one witness: of several values for a label the one at a position, or the last.
std::vector<Label> asked_labels(const Conditions& selector, std::size_t position) {
  std::vector<Label> labels;
  // What a label has to be says more than that it has to be there.
  for (const Op op : {Op::in, Op::exists})
    for (const Condition& each : selector) {
      const bool given = std::ranges::find(labels, each.key, &Label::key) != labels.end();
      if (each.op != op || given) continue;
      const bool reserved = each.source == "reserved";
      labels.push_back({each.source == "any" ? "k8s" : each.source, each.key,
                        reserved ? std::string() : value_for(each, selector, position)});
    }
  return labels;
}

/// What every pod has beside its own labels (A3.3).
void add_labels_of_pods(std::vector<Label>& labels, const Environment& environment) {
  const auto add = [&](std::string_view key, const std::string& value) {
    if (std::ranges::find(labels, key, &Label::key) == labels.end())
      labels.push_back({"k8s", std::string(key), value});
  };
  add(kNamespaceLabel, std::string(kSomeNamespace));
  add(kNamespaceNameLabel, std::ranges::find(labels, kNamespaceLabel, &Label::key)->value);
  add(kClusterLabel, environment.cluster);
}

}  // namespace

bool selects(const Subject& subject, const Identity& identity, bool host) {
  if (host != subject.node) return false;
  const auto in_namespace = [&](const Label& label) {
    return label.source == "k8s" && label.key == kNamespaceLabel && label.value == subject.ns;
  };
  if (!subject.ns.empty() && std::ranges::none_of(identity.labels, in_namespace)) return false;
  return matches(subject.selector, identity);
}

SubjectIndex::SubjectIndex(const RuleBase& base) : base_(base) {
  for (std::uint32_t i = 0; i < base.subjects.size(); ++i) {
    const Conditions& selector = base.subjects[i].selector;
    const auto best = std::ranges::max_element(selector, {}, narrowness);
    if (best == selector.end() || narrowness(*best) == 0)
      by_condition_[kAnybody].push_back(i);
    else if (best->op == Op::exists)
      by_condition_[bucket_of(best->key)].push_back(i);
    else
      for (const std::string& value : best->values)
        by_condition_[bucket_of(best->key, value)].push_back(i);
  }
}

std::span<const std::uint32_t> SubjectIndex::bucket(std::uint64_t key) const {
  const auto found = by_condition_.find(key);
  return found == by_condition_.end() ? std::span<const std::uint32_t>() : found->second;
}

std::vector<std::uint64_t> SubjectIndex::buckets_of(const Identity& identity) const {
  std::vector<std::uint64_t> keys{kAnybody};
  const std::string* last = nullptr;
  for (const Label& label : identity.labels) {  // sorted by key
    if (last == nullptr || *last != label.key) keys.push_back(bucket_of(label.key));
    last = &label.key;
    keys.push_back(bucket_of(label.key, label.value));
  }
  return keys;
}

/// The same of the witnesses of a subject, without making any.
std::vector<std::uint64_t> SubjectIndex::buckets_of(const Subject& subject) const {
  std::vector<std::uint64_t> keys{kAnybody, bucket_of(kNamespaceNameLabel),
                                  bucket_of(kClusterLabel, base_.environment.cluster)};
  for (const Condition& each : subject.selector) {
    if (each.op != Op::in && each.op != Op::exists) continue;
    keys.push_back(bucket_of(each.key));
    for (const std::string& value : each.values) {
      keys.push_back(bucket_of(each.key, value));
      if (each.key == kNamespaceLabel) keys.push_back(bucket_of(kNamespaceNameLabel, value));
    }
  }
  return keys;
}

namespace {

/// Whether a subject can be ruled out by the namespace of an endpoint, the first one that it has.
bool is_elsewhere(const Subject& subject, const Label* ns) {
  return !subject.ns.empty() && ns->value != subject.ns;
}
const Label* namespace_of(const Identity& identity) {
  const auto found =
      std::ranges::lower_bound(identity.labels, kNamespaceLabel, std::less<>(), &Label::key);
  const auto is_it = [&](auto at) {
    return at != identity.labels.end() && at->key == kNamespaceLabel;
  };
  // Of several nobody knows which one counts.
  return is_it(found) && !is_it(found + 1) ? &*found : nullptr;
}

}  // namespace

std::vector<std::uint32_t> SubjectIndex::selecting(const Identity& identity, bool host) const {
  std::vector<std::uint32_t> result;
  for (const std::uint64_t key : buckets_of(identity))
    for (const std::uint32_t subject : bucket(key))
      if (selects(base_.subjects[subject], identity, host)) result.push_back(subject);
  std::ranges::sort(result);
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

/// Whether some subject of the buckets is wanted, or they are too large to say.
bool SubjectIndex::any_of(std::span<const std::uint64_t> buckets, const Wanted& wanted) const {
  constexpr std::size_t kMostTried = 500;
  std::size_t tried = 0;
  for (const std::uint64_t key : buckets)
    for (const std::uint32_t subject : bucket(key))
      if (++tried > kMostTried || wanted(subject)) return true;
  return false;
}

bool SubjectIndex::any_selecting(const Identity& identity, bool host, const Wanted& wanted) const {
  const Label* ns = namespace_of(identity);
  return any_of(buckets_of(identity), [&](std::uint32_t subject) {
    if (ns != nullptr && is_elsewhere(base_.subjects[subject], ns)) return false;
    return selects(base_.subjects[subject], identity, host) && wanted(subject);
  });
}

/// Whether nobody but a subject can select its witnesses: mostly so, and then none has to be made.
bool SubjectIndex::stands_alone(std::uint32_t subject) const {
  for (const std::uint64_t key : buckets_of(base_.subjects[subject]))
    for (const std::uint32_t other : bucket(key))
      if (other != subject) return false;
  return true;
}

bool SubjectIndex::beside_all(std::uint32_t subject, const Wanted& wanted) const {
  if (wanted(subject)) return true;
  if (stands_alone(subject)) return false;
  const Subject& asked = base_.subjects[subject];
  return std::ranges::all_of(witnesses(asked, base_.environment), [&](const Identity& each) {
    return any_selecting(each, asked.node, wanted);
  });
}

bool SubjectIndex::any_covering(std::uint32_t subject, const Wanted& wanted) const {
  if (wanted(subject)) return true;
  if (stands_alone(subject)) return false;
  const Subject& asked = base_.subjects[subject];
  // Who covers it selects every witness, the first as well.
  return any_selecting(
      witnesses(asked, base_.environment).front(), asked.node, [&](std::uint32_t other) {
        return other != subject && covers(base_.subjects[other].selector, asked.selector) &&
               wanted(other);
      });
}

std::vector<Identity> witnesses(const Subject& subject, const Environment& environment) {
  constexpr std::size_t kMost = 32;
  std::size_t count = 1;
  for (const Condition& each : subject.selector)
    if (each.op == Op::in) count = std::max(count, each.values.size());
  const bool reserved = std::ranges::any_of(subject.selector, [](const Condition& each) {
    return each.source == "reserved" && (each.op == Op::in || each.op == Op::exists);
  });
  std::vector<Identity> result;
  for (std::size_t i = 0; i < std::min(count, kMost); ++i) {
    std::vector<Label> labels = asked_labels(subject.selector, i);
    if (!subject.node && !reserved) add_labels_of_pods(labels, environment);
    result.push_back(Identity::of_labels(std::move(labels)));
  }
  return result;
}

}  // namespace cnplint::policy
