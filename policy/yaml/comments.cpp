// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/comments.h"

#include <algorithm>
#include <cstring>

namespace cnplint::policy {

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
