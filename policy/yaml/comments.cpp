// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/comments.h"

#include <algorithm>
#include <cstring>

namespace cnplint::policy {
namespace {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool ends_word(char c) { return c == ' ' || c == '\t'; }

}  // namespace

std::string_view comment_of_line(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || ends_word(line[at - 1])) return line.substr(at);
  return {};
}

std::optional<std::string_view> directive_of(std::string_view comment) {
  constexpr std::string_view kMarker = "cnplint:";
  if (!comment.starts_with('#')) return std::nullopt;
  const std::string_view text = trimmed(comment.substr(1));
  if (!text.starts_with(kMarker)) return std::nullopt;
  return trimmed(text.substr(kMarker.size()));
}

bool is_directive(std::string_view directive, std::string_view word) {
  return directive.starts_with(word) &&
         (directive.size() == word.size() || ends_word(directive[word.size()]));
}

void CommentCollector::collect(std::size_t until) {
  constexpr std::string_view kBlanks = " \t\r\n";
  while (gap_ < until) {
    const void* found = std::memchr(text_.data() + gap_, '#', until - gap_);
    if (found == nullptr) break;
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text_.data());
    gap_ = at + 1;
    if (at > 0 && kBlanks.find(text_[at - 1]) == std::string_view::npos) continue;
    std::size_t end = std::min(text_.find('\n', at), text_.size());
    gap_ = end;
    if (end > at && text_[end - 1] == '\r') --end;
    comments_.push_back({&file_, begin_ + static_cast<std::uint32_t>(at),
                         begin_ + static_cast<std::uint32_t>(end)});
  }
  gap_ = std::max(gap_, until);
}

}  // namespace cnplint::policy
