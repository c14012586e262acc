// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/template.h"

#include <algorithm>
#include <string>

namespace cnplint::policy {
namespace {

/// The first marker outside comments, by text: for a document that cannot be read.
std::optional<std::size_t> marker_in_text(std::string_view text) {
  for (const std::string_view marker : {std::string_view("{{"), std::string_view("{%")})
    for (std::size_t at = text.find(marker); at != std::string_view::npos;
         at = text.find(marker, at + 1)) {
      const std::size_t line = text.rfind('\n', at) + 1;
      const std::string_view before = text.substr(line, at - line);
      const std::size_t hash = before.find('#');
      const bool comment = hash != std::string_view::npos &&
                           (hash == 0 || before[hash - 1] == ' ' || before[hash - 1] == '\t');
      if (!comment) return at;
    }
  return std::nullopt;
}

bool is_prose(NodeRef node) {
  const std::string path = path_of(node);
  return path.starts_with("metadata.annotations") || path.ends_with("description");
}

}  // namespace

std::optional<base::SourceRange> template_marker(const Document& document) {
  const base::SourceRange range = document.range();
  if (range.text().find("{{") == std::string_view::npos &&
      (range.text().find("{%") == std::string_view::npos || !document.error()))
    return std::nullopt;
  if (document.error()) {
    const auto at = marker_in_text(range.text());
    if (!at) return std::nullopt;
    const auto begin = range.begin + static_cast<std::uint32_t>(*at);
    return base::SourceRange{range.file, begin, begin + 2};
  }
  for (std::uint32_t i = 0; i < document.size(); ++i) {
    if (document.node(i).kind != NodeKind::scalar) continue;
    const NodeRef node(document, i);
    if (node.text().find("{{") != std::string_view::npos && !is_prose(node)) return node.range();
  }
  return std::nullopt;
}

bool has_placeholder(std::string_view text) {
  for (std::size_t at = text.find('$'); at != std::string_view::npos && at + 1 < text.size();
       at = text.find('$', at + 1)) {
    const char closing = text[at + 1] == '{' ? '}' : text[at + 1] == '(' ? ')' : '\0';
    if (closing == '\0') continue;
    const std::size_t end = text.find(closing, at + 2);
    if (end != std::string_view::npos && end > at + 2) return true;
  }
  return false;
}

}  // namespace cnplint::policy
