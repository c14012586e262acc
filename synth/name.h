// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "synth/draft.h"

namespace cnplint::synth {

/// Gives every policy its name: that of its workload as a DNS label, with what tells it from others
/// of the namespace (of the cluster, where the kind has none) where that is not enough. The names
/// depend on the policies only, not on their order.
void name_policies(std::vector<PolicyDraft>& policies);

/// A text as a DNS label (RFC 1123): lower case, other characters as dashes, at most 63 long; long
/// ones end in a hash. `policy` where nothing is left.
std::string dns_label_of(std::string_view text);

}  // namespace cnplint::synth
