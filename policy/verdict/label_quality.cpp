// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/label_quality.h"

#include <algorithm>
#include <array>

#include "policy/model/label.h"
#include "policy/verdict/endpoint.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kDecimalDigits = "0123456789";
/// Of hashes, UUIDs and dates.
constexpr std::string_view kHashCharacters = "0123456789abcdef-";
/// What Kubernetes makes the ends of names of: neither vowels nor what looks like them.
constexpr std::string_view kSafeLetters = "bcdfghjklmnpqrstvwxz2456789";

constexpr std::array<std::string_view, 7> kTelling{
    "app.kubernetes.io/name",      "app",      "k8s-app", "name", "app.kubernetes.io/instance",
    "app.kubernetes.io/component", "component"};
constexpr std::array<std::string_view, 6> kReleases{
    "version", "app.kubernetes.io/version", "helm.sh/chart",
    "chart",   "release-version",           "service.istio.io/canonical-revision"};
/// Which say it by such a word, and something else by others.
constexpr std::array<std::string_view, 4> kTracks{"track", "release-track", "color", "slot"};
constexpr std::array<std::string_view, 10> kReleaseWords{
    "canary", "stable", "blue", "green", "primary", "preview", "baseline", "next", "old", "new"};
constexpr std::array<std::string_view, 8> kUnstable{"app.kubernetes.io/managed-by",
                                                    "app.kubernetes.io/part-of",
                                                    "app.kubernetes.io/created-by",
                                                    "heritage",
                                                    "sidecar.istio.io/inject",
                                                    "security.istio.io/tlsMode",
                                                    "istio.io/rev",
                                                    "linkerd.io/proxy-job"};
constexpr std::array<std::string_view, 9> kGenerated{"job-name",
                                                     "batch.kubernetes.io/job-name",
                                                     "controller-uid",
                                                     "batch.kubernetes.io/controller-uid",
                                                     "pod-template-hash",
                                                     "rollouts-pod-template-hash",
                                                     "controller-revision-hash",
                                                     "statefulset.kubernetes.io/pod-name",
                                                     "apps.kubernetes.io/pod-index"};

bool is_one_of(std::string_view text, const auto& list) {
  return std::ranges::find(list, text) != list.end();
}

bool consists_of(std::string_view text, std::string_view characters) {
  return text.find_first_not_of(characters) == std::string_view::npos;
}

bool has_some_of(std::string_view text, std::string_view characters) {
  return text.find_first_of(characters) != std::string_view::npos;
}

/// `1.2.3`, `v2`, `2024-05-01`: numbers with something between them.
bool is_version(std::string_view value) {
  if (value.starts_with('v') || value.starts_with('V')) value.remove_prefix(1);
  if (value.empty() || !has_some_of(value.substr(0, 1), kDecimalDigits)) return false;
  const std::size_t end = value.find_first_not_of("0123456789._-");
  return end == std::string_view::npos || value.substr(0, end).find('.') != std::string_view::npos;
}

/// A hash, a UUID, a date, or the random end of a name.
bool is_generated(std::string_view value) {
  constexpr std::size_t kShortestHash = 8;
  constexpr std::size_t kShortestSafe = 8;
  if (value.size() >= kShortestHash && consists_of(value, kHashCharacters) &&
      has_some_of(value, kDecimalDigits))
    return true;
  return value.size() >= kShortestSafe && consists_of(value, kSafeLetters) &&
         has_some_of(value, kDecimalDigits);
}

}  // namespace

bool is_of_cilium(std::string_view key) {
  return key.starts_with("io.cilium.") || key.starts_with("io.kubernetes.") ||
         is_filtered_label(key);
}

bool is_of_one_run(std::string_view key) {
  return is_one_of(key, kGenerated) || key.ends_with("-hash");
}

bool is_release_word(std::string_view word) { return is_one_of(word, kReleaseWords); }

bool names_release(std::string_view key, std::string_view value) {
  return is_one_of(key, kReleases) || (is_one_of(key, kTracks) && is_release_word(value));
}

std::string_view without_run(std::string_view kind, std::string_view name) {
  // A CronJob numbers its Jobs by the minute, once by the second; generateName adds five letters.
  constexpr std::size_t kShortestTime = 8;
  constexpr std::size_t kLongestTime = 10;
  constexpr std::size_t kRandom = 5;
  if (kind != "Job" && kind != "CronJob") return name;
  const std::size_t dash = name.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return name;
  const std::string_view end = name.substr(dash + 1);
  const bool time =
      end.size() >= kShortestTime && end.size() <= kLongestTime && consists_of(end, kDecimalDigits);
  const bool random = kind == "Job" && end.size() == kRandom && consists_of(end, kSafeLetters);
  return time || random ? name.substr(0, dash) : name;
}

LabelQuality quality_of(std::string_view source, std::string_view key, std::string_view value) {
  if (source != "k8s" && source != "unspec" && source != "any") return LabelQuality::unusable;
  if (is_of_cilium(key) && !is_one_of(key, kGenerated)) return LabelQuality::unusable;
  if (!is_label_key(key) || !is_label_value(value) || value.empty()) return LabelQuality::unusable;
  if (is_of_one_run(key) || is_generated(value)) return LabelQuality::generated;
  if (names_release(key, value) || is_one_of(key, kUnstable) || is_version(value))
    return LabelQuality::unstable;
  return LabelQuality::stable;
}

std::size_t preference_of(std::string_view key) {
  return static_cast<std::size_t>(std::ranges::find(kTelling, key) - kTelling.begin());
}

}  // namespace cnplint::policy
