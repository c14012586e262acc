// SPDX-License-Identifier: Apache-2.0
#include "harness/pod_selector.h"

#include <algorithm>

#include "base/text.h"
#include "policy/model/label.h"
#include "policy/verdict/label_quality.h"

namespace cnplint::harness {
namespace {

using policy::LabelQuality;

/// The key under which a selector finds the service account among the labels of an identity.
const std::string kServiceAccount = "k8s:" + std::string(policy::kServiceAccountLabel);

LabelQuality quality(const Labels::value_type& label) {
  return policy::quality_of("k8s", label.first, label.second);
}

bool has(const Labels& labels, const Labels::value_type& label) {
  return std::ranges::find(labels, label) != labels.end();
}

bool has_key(const Labels& labels, const std::string& key) {
  return std::ranges::find(labels, key, &Labels::value_type::first) != labels.end();
}

std::string service_account(const TestEndpoint& pod) {
  for (const policy::Label& label : pod.facts.labels)
    if (label.key == policy::kServiceAccountLabel) return label.value;
  return {};
}

/// Whether two endpoints are one workload: the same manifest, a pod that was described by the
/// labels of a manifest, or what a workload made beside it or beside another that it made.
bool is_same(const TestEndpoint& pod, const TestEndpoint& other) {
  if (pod.facts.labels != other.facts.labels) return false;
  if (pod.workload == nullptr || other.workload == nullptr) return true;
  return pod.workload->subject == other.workload->subject || pod.workload->owned ||
         other.workload->owned;
}

/// Narrows the selector of one pod until it selects no other.
class SelectorFinder {
 public:
  explicit SelectorFinder(const TestEndpoint& pod) : pod_(pod) {}

  base::Result<PodSelector> run(std::span<const TestEndpoint> others) {
    if (!begin())
      return base::fail(base::Error::Kind::usage,
                        base::quoted(pod_.name) +
                            " has no label that stays and so no selector of its own; give its pods "
                            "one, such as app.kubernetes.io/name");
    for (const TestEndpoint& other : others) {
      if (!policy::is_pod(other.facts.kind) || other.ns != pod_.ns || is_same(pod_, other))
        continue;
      while (selects(other))
        if (!exclude(other))
          return base::fail(base::Error::Kind::usage,
                            base::quoted(other.name) + " has the labels of " +
                                base::quoted(pod_.name) +
                                ", no selector tells them apart; give one of them another label");
    }
    return std::move(selector_);
  }

 private:
  /// Takes the labels that stay; without any, what there is.
  bool begin() {
    for (const LabelQuality wanted : {LabelQuality::stable, LabelQuality::unstable}) {
      for (const auto& label : pod_.labels)
        if (quality(label) == wanted) selector_.labels.push_back(label);
      if (!selector_.labels.empty()) return true;
      if (wanted == LabelQuality::stable && service_account(pod_) != "default") {
        add_service_account();
        return true;
      }
    }
    return false;
  }

  void add_service_account() {
    by_account_ = true;
    selector_.labels.emplace_back(kServiceAccount, service_account(pod_));
  }

  [[nodiscard]] bool selects(const TestEndpoint& other) const {
    return std::ranges::all_of(selector_.labels,
                               [&](const auto& label) {
                                 return label.first == kServiceAccount
                                            ? service_account(other) == label.second
                                            : has(other.labels, label);
                               }) &&
           std::ranges::none_of(selector_.absent,
                                [&](const auto& key) { return has_key(other.labels, key); });
  }

  /// Adds one condition that another pod does not meet.
  bool exclude(const TestEndpoint& other) {
    if (!by_account_ && service_account(other) != service_account(pod_)) {
      add_service_account();
      return true;
    }
    for (const auto& label : pod_.labels)
      if (quality(label) == LabelQuality::unstable && !has(other.labels, label)) {
        selector_.labels.push_back(label);
        return true;
      }
    for (const auto& label : other.labels)
      if (const LabelQuality of = quality(label);
          (of == LabelQuality::stable || of == LabelQuality::unstable) &&
          !has_key(pod_.labels, label.first)) {
        selector_.absent.push_back(label.first);
        return true;
      }
    return false;
  }

  const TestEndpoint& pod_;
  PodSelector selector_;
  bool by_account_ = false;
};

}  // namespace

base::Result<PodSelector> select_pod(const TestEndpoint& pod,
                                     std::span<const TestEndpoint> others) {
  return SelectorFinder(pod).run(others);
}

}  // namespace cnplint::harness
