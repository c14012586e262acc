// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// What a draft from another namespace leaves open.
struct TemplateGaps {
  std::vector<std::string> unmatched;  ///< policies for labels that no workload there has
  std::vector<std::string> uncovered;  ///< workloads there that no policy is for
};

/// Makes the policies of the namespace `like` policies of `ns`: its workloads, and the peers in it.
/// Where the capture or the manifests know workloads of `ns`, only policies for labels that some of
/// them have are kept.
TemplateGaps copy_namespace(Drafts& drafts, const std::string& ns, const std::string& like,
                            const ObservedTraffic& traffic);

}  // namespace cnplint::synth
