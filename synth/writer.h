// SPDX-License-Identifier: Apache-2.0
//
// Policies as text. Texts from captures reach YAML and comments only through policy/text.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

struct WriteOptions {
  bool pending_review = false;  ///< annotation `cnplint.io/status: pending-review`
  bool observe = false;         ///< enableDefaultDeny: false, for a soak period
};

/// The annotation that keeps the choice of label keys for the next run.
inline constexpr std::string_view kLabelKeysAnnotation = "cnplint.io/label-keys";

/// A policy as a YAML document without `---`, with a comment on each rule of what it permits.
std::string write(const PolicyDraft& policy, const WriteOptions& options);

/// The policy in one line (flow style), without comments.
std::string write_flow(const PolicyDraft& policy, const WriteOptions& options);

/// Documents of one stream, made on at most so many threads (0: as many as the machine has).
std::string write_all(std::span<const PolicyDraft> policies, const WriteOptions& options,
                      unsigned threads = 1);

/// A rule as an item of its list, comment and all.
policy::Value write_item(const PolicyDraft& policy, const RuleDraft& rule);

/// A rule as YAML in one line (flow style), without comment.
std::string write_flow_item(const PolicyDraft& policy, const RuleDraft& rule);

}  // namespace cnplint::synth
