// SPDX-License-Identifier: Apache-2.0
#include "policy/verdict/impossible_key.h"

#include <algorithm>
#include <array>

#include "base/nearest.h"
#include "base/text.h"
#include "policy/model/label.h"

namespace cnplint::policy {
namespace {

using Reason = ImpossibleKey::Reason;

constexpr std::array<std::string_view, 10> kReservedNames{
    "host",   "world", "world-ipv4", "world-ipv6",     "unmanaged",
    "health", "init",  "ingress",    "kube-apiserver", "remote-node"};
/// Where labels come from (A3.1), with `any`, which stands for all. Labels of pods come from `k8s`.
constexpr std::array<std::string_view, 12> kSources{"any",  "k8s",  "reserved",  "cidr",
                                                    "fqdn", "node", "unspec",    "cidrgroup",
                                                    "gen",  "cni",  "directory", "container"};
/// Those that selectors are written with.
constexpr std::array<std::string_view, 6> kUsualSources{"k8s",  "any",       "reserved",
                                                        "cidr", "cidrgroup", "node"};
/// Pods lose labels that begin so (A3.3).
constexpr std::string_view kOfCilium = "io.cilium.k8s";

bool is_among(std::string_view text, const auto& list) {
  return std::ranges::find(list, text) != list.end();
}

/// Letters and digits alone, in lower case.
std::string squashed(std::string_view key) {
  std::string result = base::lower(key);
  std::erase_if(result, [](char c) { return !base::is_alnum(c); });
  return result;
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

/// A key that pods lose or that is kept out of identities: by the words in it.
std::string meant_by_words(std::string_view key) {
  const std::string low = base::lower(key);
  if (const std::size_t at = low.find("namespace"); at != std::string::npos) {
    const std::size_t label = low.find("label", at);
    if (label == std::string::npos) return std::string(kNamespaceLabel);
    const std::size_t name = low.find_first_of("./-:", label);
    if (name == std::string::npos || name + 1 >= key.size()) return {};
    return std::string(kNamespaceLabelsPrefix) + std::string(key.substr(name + 1));
  }
  if (contains(squashed(low), "serviceaccount")) return std::string(kServiceAccountLabel);
  if (low.starts_with(kOfCilium) && contains(low, "cluster")) return std::string(kClusterLabel);
  return {};
}

/// A key that pods might have: by how near it is to one of Cilium's own.
std::string meant_by_spelling(std::string_view key) {
  constexpr std::size_t kMostEdits = 2;
  constexpr std::size_t kShortestKey = 16;
  const std::string plain = squashed(key);
  if (plain == "podnamespace" && key != "pod-namespace" && key != "pod_namespace")
    return std::string(kNamespaceLabel);
  if (plain.size() < kShortestKey) return {};
  for (const std::string_view own : {kNamespaceLabel, kClusterLabel, kServiceAccountLabel})
    if (key != own && base::edit_distance(plain, squashed(own)) <= kMostEdits)
      return std::string(own);
  const std::size_t label = key.find("label");
  const std::size_t end = label == std::string_view::npos ? label : key.find_first_of("./", label);
  if (end == std::string_view::npos || end + 1 >= key.size()) return {};
  const std::size_t edits =
      base::edit_distance(base::lower(key.substr(0, end + 1)), kNamespaceLabelsPrefix);
  if (edits == 0 || edits > kMostEdits + 1) return {};
  return std::string(kNamespaceLabelsPrefix) + std::string(key.substr(end + 1));
}

bool is_own(std::string_view key) {
  return key == kNamespaceLabel || key == kClusterLabel || key == kServiceAccountLabel ||
         (key.starts_with(kNamespaceLabelsPrefix) && key.size() > kNamespaceLabelsPrefix.size());
}

/// Keys longer than Kubernetes takes are no concern of ours, nor worth comparing.
constexpr std::size_t kLongestKey = 317;

std::optional<ImpossibleKey> of_source(std::string_view source, std::string_view key) {
  if (source == "reserved" && !is_among(key, kReservedNames)) {
    const std::string_view near = base::nearest_spelling(key, kReservedNames);
    return ImpossibleKey{Reason::unknown_reserved,
                         near.empty() ? std::string() : "reserved:" + std::string(near)};
  }
  if (is_among(source, kSources)) return std::nullopt;
  const std::string_view near = base::nearest_spelling(source, kUsualSources);
  return ImpossibleKey{Reason::unknown_source,
                       near.empty() ? std::string() : std::string(near) + ":" + std::string(key)};
}

std::optional<ImpossibleKey> of_kubernetes(std::string_view key, Bearer bearer,
                                           const Environment& environment) {
  constexpr std::string_view kReservedDot = "reserved.";
  if (bearer == Bearer::local_node && is_namespace_key(key))
    return ImpossibleKey{Reason::namespace_of_node, {}};
  if (is_own(key) && environment.labels.keeps("k8s", key, environment.cilium)) return std::nullopt;
  if (key.starts_with(kOfCilium) && !is_own(key))
    return ImpossibleKey{Reason::of_cilium, meant_by_words(key)};
  if (!environment.labels.keeps("k8s", key, environment.cilium))
    return ImpossibleKey{Reason::filtered, meant_by_words(key)};
  if (key.starts_with(kReservedDot)) {
    const std::string_view name = key.substr(kReservedDot.size());
    return ImpossibleKey{Reason::reserved_as_key, is_among(name, kReservedNames)
                                                      ? "reserved:" + std::string(name)
                                                      : std::string()};
  }
  if (std::string meant = meant_by_spelling(key); !meant.empty())
    return ImpossibleKey{Reason::looks_like_ciliums, std::move(meant)};
  return std::nullopt;
}

}  // namespace

std::optional<ImpossibleKey> impossible_key(std::string_view key, Bearer bearer,
                                            const Environment& environment) {
  if (key.size() > kLongestKey) return std::nullopt;
  const std::string_view source = source_of(key);
  const std::string_view plain = without_source(key);
  if (source != "any" && source != "k8s") return of_source(source, plain);
  if (bearer != Bearer::remote_node) {
    auto found = of_kubernetes(plain, bearer, environment);
    // Nodes may have all their labels, with a source of their own.
    const bool of_node = bearer != Bearer::pod && source == "any" &&
                         environment.node_selector_labels && found &&
                         found->reason == Reason::filtered && found->meant.empty();
    return of_node ? std::nullopt : found;
  }
  if (source == "k8s" && plain != kClusterLabel)
    return ImpossibleKey{Reason::source_of_nodes, std::string(plain)};
  return std::nullopt;
}

}  // namespace cnplint::policy
