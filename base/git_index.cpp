// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/git.h"

namespace cnplint::base {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kStat = 40;  // of an entry: times, numbers, mode, owner, size
constexpr std::size_t kMode = 24;
constexpr unsigned kExtended = 0x4000;
constexpr unsigned kSkipWorktree = 0x4000;
constexpr unsigned kTypeMask = 0170000;
constexpr unsigned kFolder = 0040000;

std::size_t number(std::string_view bytes, std::size_t at, std::size_t size) {
  std::size_t result = 0;
  for (const char c : bytes.substr(at, size)) result = result << 8U | static_cast<unsigned char>(c);
  return result;
}

/// Reads an index whose hashes have a length: 20 bytes, or 32 in repositories with SHA-256. Nothing
/// in the file says which.
class IndexReader {
 public:
  IndexReader(std::string_view bytes, std::size_t hash) : bytes_(bytes), hash_(hash) {}

  std::optional<std::vector<std::string>> run() {
    if (bytes_.size() < kHeader + hash_ || !bytes_.starts_with("DIRC")) return std::nullopt;
    version_ = number(bytes_, 4, 4);
    if (version_ < 2 || version_ > 4) return std::nullopt;
    end_ = bytes_.size() - hash_;
    at_ = kHeader;
    for (std::size_t left = number(bytes_, 8, 4); left > 0; --left)
      if (!entry()) return std::nullopt;
    if (!extensions()) return std::nullopt;
    return std::move(paths_);
  }

 private:
  bool entry() {
    const std::size_t start = at_;
    if (end_ - at_ < kStat + hash_ + 2) return false;
    const std::size_t mode = number(bytes_, at_ + kMode, 4);
    const std::size_t flags = number(bytes_, at_ + kStat + hash_, 2);
    at_ += kStat + hash_ + 2;
    std::size_t more = 0;
    if ((flags & kExtended) != 0) {
      if (version_ == 2 || end_ - at_ < 2) return false;
      more = number(bytes_, at_, 2);
      at_ += 2;
    }
    std::string path;
    if (!(version_ == 4 ? short_path(path) : whole_path(start, path))) return false;
    if (path.empty() || (!paths_.empty() && path < paths_.back())) return false;
    // A folder stands for what is below it; an ignore file that is not in the work tree counts.
    if ((mode & kTypeMask) == kFolder) return false;
    if ((more & kSkipWorktree) != 0 && path.ends_with(".gitignore")) return false;
    paths_.push_back(std::move(path));
    return true;
  }

  /// Up to a NUL, then more of them until the entry is a multiple of eight long.
  bool whole_path(std::size_t start, std::string& path) {
    const std::size_t close = bytes_.find('\0', at_);
    if (close >= end_) return false;
    path = bytes_.substr(at_, close - at_);
    at_ = start + ((close - start) / 8 + 1) * 8;
    return at_ <= end_ &&
           bytes_.substr(close, at_ - close).find_first_not_of('\0') == std::string_view::npos;
  }

  /// How much of the last path is taken away, and what comes in its place.
  bool short_path(std::string& path) {
    std::size_t less = 0;
    for (bool first = true;; first = false) {
      if (at_ >= end_ || less > bytes_.size()) return false;
      const auto byte = static_cast<unsigned char>(bytes_[at_++]);
      if (!first) ++less;
      less = less << 7U | (byte & 0x7fU);
      if (byte < 0x80) break;
    }
    const std::string_view last = paths_.empty() ? std::string_view() : paths_.back();
    const std::size_t close = bytes_.find('\0', at_);
    if (less > last.size() || close >= end_) return false;
    // A few bytes an entry can make long paths: an index that grows so is no real one.
    const std::string_view tail = bytes_.substr(at_, close - at_);
    held_ += last.size() - less + tail.size();
    if (held_ > kPathBytes) return false;
    path.append(last.substr(0, last.size() - less)).append(tail);
    at_ = close + 1;
    return true;
  }

  /// Passes over those that may be; one with a small letter says that entries are elsewhere.
  bool extensions() {
    while (at_ < end_) {
      if (end_ - at_ < 8 || bytes_[at_] < 'A' || bytes_[at_] > 'Z') return false;
      const std::size_t size = number(bytes_, at_ + 4, 4);
      at_ += 8;
      if (size > end_ - at_) return false;
      at_ += size;
    }
    return true;
  }

  static constexpr std::size_t kPathBytes = std::size_t{256} << 20U;

  std::string_view bytes_;
  std::size_t hash_;
  std::size_t version_ = 0;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t held_ = 0;
  std::vector<std::string> paths_;
};

}  // namespace

std::optional<std::vector<std::string>> read_git_index(std::string_view bytes) {
  constexpr std::size_t kSha1 = 20;
  constexpr std::size_t kSha256 = 32;
  if (auto paths = IndexReader(bytes, kSha1).run()) return paths;
  return IndexReader(bytes, kSha256).run();
}

}  // namespace cnplint::base
