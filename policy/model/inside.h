// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/source.h"
#include "policy/yaml/reader.h"

namespace cnplint::policy {

/// Reads the texts in the documents of a file that may hold manifests, and adds what they hold:
/// documents with objects, and those that cannot be read and name one of our kinds. A text that
/// names none of our kinds and groups is not read. Texts in texts are read three levels deep.
void read_texts(base::SourceFile& file, FileContent& content);

}  // namespace cnplint::policy
