// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace cnplint::policy {

/// How long a label of a pod stays as it is.
enum class LabelQuality : std::uint8_t {
  stable,
  unstable,   ///< changes with releases: versions, charts
  generated,  ///< changes with every rollout or run: hashes, names of jobs
  unusable,   ///< no selector can have it, or it says nothing of the workload
};

/// Whether a label is one that Cilium adds, or keeps out of identities: it says where a pod is, not
/// what.
bool is_of_cilium(std::string_view key);

/// Whether a key is one of the labels that controllers give the pods of one run or rollout: every
/// pod of the next one has another value.
bool is_of_one_run(std::string_view key);

/// The name of the workload that the runs of a Job belong to: that of its CronJob (`nightly` of
/// `nightly-29387465`), or what the name was generated from. The name itself where it is no run's.
std::string_view without_run(std::string_view kind, std::string_view name);

/// The quality of a label of an identity.
LabelQuality quality_of(std::string_view source, std::string_view key, std::string_view value);

/// Whether a key is one of the labels that say which release of a workload a pod is.
bool names_release(std::string_view key, std::string_view value);
/// Whether a word is one for one of several releases that run at the same time: `canary`, `blue`.
bool is_release_word(std::string_view word);

/// Where a key stands in the order of choice: keys that name the application first.
std::size_t preference_of(std::string_view key);

}  // namespace cnplint::policy
