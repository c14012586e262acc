// SPDX-License-Identifier: Apache-2.0
//
// Releases of a workload that run beside each other, each as a Deployment of its own: `reviews-v1`
// and `reviews-v2`. To policies they are one workload, or the next one would be denied.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "synth/permit.h"

namespace cnplint::synth {

/// What tells whether a workload is a release of another one.
struct Release {
  std::string cluster;
  std::string ns;
  std::string workload;
  std::string kind;
  Labels labels;    ///< that all its pods have but for those below, some stable; sorted
  Labels releases;  ///< labels that say which release some pod is; sorted
};
/// Of a workload that was seen. One of whose labels none is stable is no release: it has none.
Release release_of(const Party& party, const ObservedTraffic& traffic);
/// Of a manifest.
Release release_of(const policy::Workload& workload, const std::string& cluster);

/// The name that all releases have in common: without a number, the value of a label for the
/// release (`api-spring` with `version: spring`), or a word for one of several (`canary`).
std::string_view without_release(const Release& release);

/// The positions of workloads that are releases of one, two or more together: of one name but for
/// the release, with the same labels, and each with labels of its own for the release.
std::vector<std::vector<std::size_t>> same_but_for_release(const std::vector<Release>& workloads);

/// Workloads, as `namespace/workload`, that are no releases of one after all: what one of them was
/// seen to do was refused to another, or a list forbids it; or their common labels have others,
/// too.
std::set<std::string, std::less<>> kept_apart(const ObservedTraffic& traffic,
                                              const Parties& parties, const Learned& learned,
                                              const FlowList& forbidden);

/// What some releases of a workload were seen to do and others were not: all of them may.
struct ReleaseDifferences {
  std::vector<std::string> sentences;  ///< one for each workload
  std::uint64_t connections = 0;       ///< that nobody saw of a release
};
/// Of the workloads that policies are for.
ReleaseDifferences release_differences(const ObservedTraffic& traffic, const Parties& parties,
                                       const Learned& learned,
                                       const std::set<std::uint32_t>& subjects);

}  // namespace cnplint::synth
