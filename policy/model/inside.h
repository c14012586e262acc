// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "base/source.h"
#include "policy/model/policy_kind.h"
#include "policy/yaml/reader.h"

namespace cnplint::policy {

/// Reads the texts in the documents of a file that may hold manifests, and adds what they hold:
/// documents with objects, and those that cannot be read and name one of our kinds. A text that
/// names none of our kinds and groups is not read. Texts in texts are read three levels deep.
void read_texts(base::SourceFile& file, FileContent& content);

/// Which of our policies a text is meant as that cannot be read: it begins as a manifest does, and
/// names one of our kinds as its own. None for scripts and prose that quote one.
std::optional<PolicyKind> meant_as_policy(std::string_view text);

}  // namespace cnplint::policy
