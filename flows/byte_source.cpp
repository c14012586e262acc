// SPDX-License-Identifier: Apache-2.0
#include "flows/byte_source.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "flows/utf16.h"

namespace cnplint::flows {
namespace {

using base::Error;

constexpr std::size_t kInputBytes = std::size_t{256} << 10U;
constexpr std::size_t kUtf16Bytes = 16384;
constexpr std::string_view kGzip("\x1f\x8b", 2);
constexpr std::string_view kZstd("\x28\xb5\x2f\xfd", 4);

}  // namespace

/// A descriptor, what was read from it and not yet handed on, and one of the two decompressors.
class ByteSource::State {
 public:
  State(int descriptor, std::string name)
      : descriptor_(descriptor), name_(std::move(name)), input_(kInputBytes) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (descriptor_ != STDIN_FILENO) ::close(descriptor_);
    if (packing_ == Packing::gzip) ::inflateEnd(&gzip_);
    ZSTD_freeDStream(zstd_);
  }

  base::Result<std::size_t> read(char* to, std::size_t size) {
    if (!head_is_known_)
      if (auto known = read_head(); !known) return tl::unexpected(known.error());
    if (utf16_) return transcode(to, size);
    if (head_.empty()) return read_bytes(to, size);
    return hand_on(head_, to, size);
  }

  [[nodiscard]] std::size_t consumed() const { return consumed_; }

 private:
  enum class Packing { unknown, none, gzip, zstd };

  /// The text as it is encoded, unpacked.
  base::Result<std::size_t> read_bytes(char* to, std::size_t size) {
    if (packing_ == Packing::unknown)
      if (auto begun = begin(); !begun) return tl::unexpected(begun.error());
    switch (packing_) {
      case Packing::gzip:
        return inflate(to, size);
      case Packing::zstd:
        return decompress(to, size);
      default:
        return copy(to, size);
    }
  }

  /// Reads so much of the text that its encoding is known.
  base::Result<void> read_head() {
    while (head_.size() < Utf16Reader::kTelling) {
      std::array<char, Utf16Reader::kTelling> bytes{};
      const auto got = read_bytes(bytes.data(), bytes.size() - head_.size());
      if (!got) return tl::unexpected(got.error());
      if (*got == 0) break;
      head_.append(bytes.data(), *got);
    }
    head_is_known_ = true;
    utf16_ = Utf16Reader::for_text(head_);
    if (!utf16_) return {};
    utf16_->add(head_, utf8_);
    head_.clear();
    return {};
  }

  /// Takes what fits from the front of a text.
  static std::size_t hand_on(std::string& from, char* to, std::size_t size) {
    const std::size_t count = std::min(size, from.size());
    std::copy_n(from.data(), count, to);
    from.erase(0, count);
    return count;
  }

  base::Result<std::size_t> transcode(char* to, std::size_t size) {
    while (utf8_at_ == utf8_.size() && !utf16_ended_) {
      utf8_.clear();
      utf8_at_ = 0;
      std::array<char, kUtf16Bytes> bytes{};
      auto got = read_bytes(bytes.data(), bytes.size());
      if (!got) return got;
      utf16_ended_ = *got == 0;
      utf16_ended_ ? utf16_->finish(utf8_) : utf16_->add({bytes.data(), *got}, utf8_);
    }
    const std::size_t count = std::min(size, utf8_.size() - utf8_at_);
    std::memcpy(to, utf8_.data() + utf8_at_, count);
    utf8_at_ += count;
    return count;
  }

  tl::unexpected<Error> broken(const std::string& what) const {
    return base::fail(Error::Kind::unreadable, name_ + ": " + what);
  }

  /// Reads more behind what is left; false at the end of the input.
  base::Result<bool> fill() {
    if (at_ == end_) at_ = end_ = 0;
    if (end_ == input_.size()) return true;
    const auto got = read_some(input_.data() + end_, input_.size() - end_);
    if (!got) return tl::unexpected(got.error());
    end_ += *got;
    return *got > 0;
  }

  base::Result<std::size_t> read_some(char* to, std::size_t size) {
    for (;;) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return broken(std::strerror(errno));
      consumed_ += static_cast<std::size_t>(got);
      return static_cast<std::size_t>(got);
    }
  }

  /// Looks at the first bytes: what they are decides, not the name of the file.
  base::Result<void> begin() {
    while (end_ < kZstd.size()) {
      const auto more = fill();
      if (!more) return tl::unexpected(more.error());
      if (!*more) break;
    }
    const std::string_view head(input_.data(), end_);
    packing_ = Packing::none;
    if (head.starts_with(kGzip) && begin_member()) packing_ = Packing::gzip;
    if (head.starts_with(kZstd)) {
      zstd_ = ZSTD_createDStream();
      packing_ = Packing::zstd;
    }
    return {};
  }

  /// Hands on what was read to look at, then reads into the caller's memory.
  base::Result<std::size_t> copy(char* to, std::size_t size) {
    if (at_ == end_) return read_some(to, size);
    const std::size_t count = std::min(size, end_ - at_);
    std::memcpy(to, input_.data() + at_, count);
    at_ += count;
    return count;
  }

  /// Sees to it that there is packed data, or output that the last call had no room for; false at a
  /// proper end.
  base::Result<bool> fill_packed() {
    if (at_ < end_ || output_waits_) return true;
    auto more = fill();
    if (more && !*more && !member_done_)
      return broken("the compressed data ends early; what came before it was read");
    return more;
  }

  bool begin_member() {
    constexpr int kGzipWindow = 15 + 16;
    gzip_ = {};
    return ::inflateInit2(&gzip_, kGzipWindow) == Z_OK;
  }

  /// A gzip file may be several members one after the other; zeros may pad its end.
  base::Result<std::size_t> inflate(char* to, std::size_t size) {
    std::size_t written = 0;
    while (written == 0) {
      const auto more = fill_packed();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return 0;
      if (member_done_) {
        while (at_ < end_ && input_[at_] == '\0') ++at_;
        if (at_ == end_) {
          output_waits_ = false;
          continue;
        }
        if (::inflateReset(&gzip_) != Z_OK) return broken("cannot unpack");
        member_done_ = false;
      }
      gzip_.next_in = reinterpret_cast<Bytef*>(input_.data() + at_);
      gzip_.avail_in = static_cast<uInt>(end_ - at_);
      gzip_.next_out = reinterpret_cast<Bytef*>(to);
      gzip_.avail_out = static_cast<uInt>(size);
      const int status = ::inflate(&gzip_, Z_NO_FLUSH);
      at_ = end_ - gzip_.avail_in;
      written = size - gzip_.avail_out;
      output_waits_ = gzip_.avail_out == 0;
      if (status == Z_STREAM_END)
        member_done_ = true;
      else if (status != Z_OK && status != Z_BUF_ERROR && written == 0)
        return broken("the compressed data is damaged; what came before it was read");
    }
    return written;
  }

  base::Result<std::size_t> decompress(char* to, std::size_t size) {
    ZSTD_outBuffer output{};
    output.dst = to;
    output.size = size;
    while (output.pos == 0) {
      const auto more = fill_packed();
      if (!more) return tl::unexpected(more.error());
      if (!*more) return 0;
      ZSTD_inBuffer input{input_.data(), end_, at_};
      const std::size_t left = ZSTD_decompressStream(zstd_, &output, &input);
      at_ = input.pos;
      if (ZSTD_isError(left) != 0U) {
        at_ = end_;
        return broken("the compressed data is damaged; what came before it was read");
      }
      member_done_ = left == 0;
      output_waits_ = left != 0 && output.pos == output.size;
    }
    return output.pos;
  }

  int descriptor_;
  std::string name_;
  std::vector<char> input_;
  std::size_t at_ = 0;
  std::size_t end_ = 0;
  std::size_t consumed_ = 0;
  Packing packing_ = Packing::unknown;
  bool member_done_ = false;
  bool output_waits_ = false;  ///< the decompressor may hold more than there was room for
  bool head_is_known_ = false;
  std::string head_;  ///< what was read to know the encoding and not yet handed on
  std::optional<Utf16Reader> utf16_;
  bool utf16_ended_ = false;
  std::string utf8_;  ///< of UTF-16; handed on up to `utf8_at_`
  std::size_t utf8_at_ = 0;
  z_stream gzip_{};
  ZSTD_DStream* zstd_ = nullptr;
};

ByteSource::ByteSource(std::unique_ptr<State> state) : state_(std::move(state)) {}
ByteSource::~ByteSource() = default;
ByteSource::ByteSource(ByteSource&&) noexcept = default;
ByteSource& ByteSource::operator=(ByteSource&&) noexcept = default;

base::Result<ByteSource> ByteSource::open(const std::string& path) {
  if (path == "-") return ByteSource(std::make_unique<State>(STDIN_FILENO, base::shown_path(path)));
  // Without O_NONBLOCK: captures may come through a named pipe (`<(hubble observe ...)`).
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0)
    return base::fail(Error::Kind::unreadable, path + ": " + std::strerror(errno));
  return ByteSource(std::make_unique<State>(descriptor, base::shown_path(path)));
}

base::Result<std::size_t> ByteSource::read(char* to, std::size_t size) {
  return state_->read(to, size);
}

std::size_t ByteSource::consumed() const { return state_->consumed(); }

}  // namespace cnplint::flows
