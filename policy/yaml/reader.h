// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/source.h"
#include "policy/yaml/document.h"

namespace cnplint::policy {

/// What a manifest may cost at most. A document beyond a cap gets a syntax error that names it.
struct ReaderCaps {
  static constexpr std::size_t kFileBytes = std::size_t{64} << 20U;
  static constexpr std::size_t kDepth = 64;
  static constexpr std::uint64_t kExpandedNodes = 1'000'000;
};

/// What a file holds.
struct FileContent {
  /// Documents in order; those without content are left out, those with an error are there.
  std::vector<Document> documents;
  /// Every comment from its `#` to the end of its line, in order.
  std::vector<base::SourceRange> comments;
};

/// Reads YAML or JSON with libyaml, the parser that the reader of kubectl and Cilium is a port of.
/// Each document is read for itself, so that an error in one never hides another.
FileContent read_documents(base::SourceFile& file);

}  // namespace cnplint::policy
