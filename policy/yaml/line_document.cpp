// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/line_document.h"

#include <algorithm>

#include "base/blanks.h"

namespace cnplint::policy {

Document document_of_lines(base::SourceFile& file) {
  const std::string_view text = file.text();
  Document document(file, 0, static_cast<std::uint32_t>(text.size()));
  Node& list = document.nodes_.emplace_back();
  list.kind = NodeKind::sequence;
  list.end = document.end_;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = base::without_blanks(text.substr(begin, end - begin));
    Node node;
    node.begin = static_cast<std::uint32_t>(line.empty() ? begin : line.data() - text.data());
    node.end = node.begin + static_cast<std::uint32_t>(line.size());
    node.text_begin = node.begin;
    node.text_size = static_cast<std::uint32_t>(line.size());
    node.ordinal = static_cast<std::uint32_t>(document.nodes_.size() - 1);
    node.subtree_end = node.ordinal + 2;
    document.nodes_.push_back(node);
    begin = end + 1;
  }
  document.nodes_.front().subtree_end = static_cast<std::uint32_t>(document.nodes_.size());
  return document;
}

}  // namespace cnplint::policy
