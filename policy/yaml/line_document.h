// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// The lines of a file that is no YAML, such as a template of a chart, as a list of strings, each
/// without the blanks around it: places for what is made of them.
Document document_of_lines(base::SourceFile& file);

}  // namespace cnplint::policy
