// SPDX-License-Identifier: Apache-2.0
#include "policy/yaml/source_comments.h"

#include <algorithm>
#include <set>

#include "base/encoding.h"
#include "base/escape.h"

namespace cnplint::policy {
namespace {

constexpr std::string_view kSourceMark = "# Source: ";
constexpr std::string_view kSeparator = "---";

/// The line that a text begins with, without its line break; the text goes on behind it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// What the comments in front of the first document of a text say.
std::string_view claimed_source(std::string_view text) {
  if (text.starts_with(base::kByteOrderMark)) text.remove_prefix(base::kByteOrderMark.size());
  if (text.starts_with(kSeparator)) take_line(text);
  if (text.starts_with(base::kByteOrderMark)) text.remove_prefix(base::kByteOrderMark.size());
  while (!text.empty()) {
    std::string_view line = take_line(text);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!line.starts_with('#')) break;
    if (!line.starts_with(kSourceMark)) continue;
    line.remove_prefix(kSourceMark.size());
    while (line.ends_with(' ')) line.remove_suffix(1);
    return is_clean_relative_path(line) ? line : std::string_view();
  }
  return {};
}

}  // namespace

SourceComments::SourceComments(std::string_view text) {
  if (text.find(kSourceMark) == std::string_view::npos) return;
  bool any = false;
  const auto add = [&](std::size_t begin) {
    const std::string_view source = claimed_source(text.substr(begin));
    any = any || !source.empty();
    starts_.push_back({static_cast<std::uint32_t>(begin), source});
  };
  add(0);
  // Documents are cut at lines that begin with `---`, wherever they stand.
  constexpr std::string_view kCut = "\n---";
  for (std::size_t at = text.find(kCut); at != std::string_view::npos; at = text.find(kCut, at + 1))
    add(at + 1);
  if (!any) starts_.clear();
}

std::string_view SourceComments::at(std::uint32_t offset) const {
  const auto next = std::ranges::upper_bound(starts_, offset, {}, &Start::offset);
  return next == starts_.begin() ? std::string_view() : (next - 1)->source;
}

std::vector<std::string_view> SourceComments::all() const {
  std::vector<std::string_view> sources;
  std::set<std::string_view> seen;
  for (const Start& start : starts_)
    if (!start.source.empty() && seen.insert(start.source).second) sources.push_back(start.source);
  return sources;
}

bool is_clean_relative_path(std::string_view path) {
  constexpr std::size_t kLongest = 1024;
  if (path.empty() || path.size() > kLongest || base::for_terminal(path) != path) return false;
  if (path.find_first_of("\\<>\t\n") != std::string_view::npos) return false;
  if (path.substr(0, path.find('/')).find(':') != std::string_view::npos) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

}  // namespace cnplint::policy
