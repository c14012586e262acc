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
  /// What stands in texts of these documents, a text each, also in texts of such texts.
  std::vector<FileContent> inside;

  /// Calls body(document) for the documents of the file, then for those in texts.
  template <class Body>
  void each_document(const Body& body) const {
    for (const Document& document : documents) body(document);
    for (const FileContent& text : inside) text.each_document(body);
  }
};

/// Reads YAML or JSON with libyaml, the parser that the reader of kubectl and Cilium is a port of.
/// Each document is read for itself, so that an error in one never hides another.
FileContent read_documents(base::SourceFile& file);

/// Reads the text of a scalar of a file the same way. What stands in a literal block has its own
/// positions, everything else that of the scalar's first line. `{{ x }}` in a line is a value. The
/// documents have the index of the one that they stand in.
FileContent read_text(base::SourceFile& file, NodeRef scalar);

}  // namespace cnplint::policy
