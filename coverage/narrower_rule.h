// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "policy/yaml/document.h"

namespace cnplint::coverage {

struct RuleCoverage;

/// The rule without the peers and ports that carried no traffic, as an item of its list in YAML, on
/// one line; empty where all of them did.
std::string narrower_rule(const RuleCoverage& rule);

/// A node as it is written, on one line and not too long.
std::string one_line(policy::NodeRef node);

}  // namespace cnplint::coverage
