// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "lint/finding.h"

namespace cnplint::project {

/// Leaves one finding where a rendered baseline has the same one in every namespace: of three or
/// more objects that are equal but for their namespace, the first keeps the finding, with the worst
/// of their severities, how many `repeats` it has and a note that names some of them. It is mended
/// in one place, the template. Objects that differ in anything else, or that are only two, keep
/// their own findings: those are mended one by one. Suppressed findings are left as they are.
///
/// Where the name of the namespace occurs as a word of a value or of the message, it counts as the
/// namespace. The order of what stays is kept, and the result depends on nothing but the findings.
void fold_repeats(std::vector<lint::Finding>& findings);

}  // namespace cnplint::project
