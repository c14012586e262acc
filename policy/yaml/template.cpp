// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/template.h"

#include <algorithm>
#include <string>

#include "base/text.h"

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
  if (document.is_running()) return std::nullopt;
  const base::SourceRange range = document.range();
  const std::string_view text = document.source();
  if (text.find("{{") == std::string_view::npos &&
      (text.find("{%") == std::string_view::npos || !document.error()))
    return std::nullopt;
  if (document.error()) {
    const auto at = marker_in_text(text);
    if (!at) return std::nullopt;
    if (document.form() == DocumentForm::quoted_text) return range;
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

namespace {

/// Whether `open` and `close` stand in a text with something between them.
bool has_between(std::string_view text, std::string_view open, std::string_view close) {
  for (std::size_t at = text.find(open); at != std::string_view::npos;
       at = text.find(open, at + 1)) {
    const std::size_t begin = at + open.size();
    const std::size_t end = text.find(close, begin);
    if (end == std::string_view::npos) return false;
    if (end > begin) return true;
  }
  return false;
}

/// A name in two round brackets, and nothing else: regular expressions have such brackets, too.
bool is_double_bracketed(std::string_view text) {
  constexpr std::string_view kOpen = "((";
  constexpr std::string_view kClose = "))";
  if (!text.starts_with(kOpen) || !text.ends_with(kClose) ||
      text.size() <= kOpen.size() + kClose.size())
    return false;
  text.remove_prefix(kOpen.size());
  text.remove_suffix(kClose.size());
  return std::ranges::all_of(text, [](char c) {
    return base::is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '/';
  });
}

}  // namespace

std::string with_placeholders(std::string_view text) {
  constexpr std::string_view kClose = "}}";
  std::string result(text);
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at)) {
    const std::string_view line = text.substr(at, text.find('\n', at) - at);
    const std::size_t close = line.find(kClose);
    if (close == std::string_view::npos) {
      at += line.size();
      continue;
    }
    const std::size_t end = at + close + kClose.size();
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(at),
              result.begin() + static_cast<std::ptrdiff_t>(end), '_');
    result[at] = '$';
    result[at + 1] = '(';
    result[end - 1] = ')';
    at = end;
  }
  return result;
}

bool has_placeholder(std::string_view text) {
  return has_between(text, "${", "}") || has_between(text, "$(", ")") ||
         has_between(text, "{{", "}}") || has_between(text, "<path:", ">") ||
         has_between(text, "%%", "%%") || is_double_bracketed(text);
}

}  // namespace cnplint::policy
