// SPDX-License-Identifier: Apache-2.0
#include "base/output_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace cnplint::base {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kPermissions = 07777;
constexpr mode_t kNewFile = 0666;  // less what umask takes away

tl::unexpected<Error> unwritable(const std::string& path, const std::string& what) {
  return fail(Error::Kind::unwritable, path + ": " + what);
}

/// What errno says, with the path.
tl::unexpected<Error> failed(const std::string& path) {
  return unwritable(path, std::string("cannot write: ") + std::strerror(errno));
}

/// A descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  /// Some file systems tell only here that a write failed.
  bool close() { return ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_;
};

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The number of an open descriptor that a path stands for, as `/dev/fd/3` and `/dev/stdout` do.
/// Opening such a path again would begin at the start of the file behind it.
std::optional<int> open_descriptor(const std::string& path) {
  const std::string normal = fs::path(path).lexically_normal().string();
  if (normal == "/dev/stdout") return STDOUT_FILENO;
  if (normal == "/dev/stderr") return STDERR_FILENO;
  for (const std::string& folder : {std::string("/dev/fd/"), std::string("/proc/self/fd/"),
                                    "/proc/" + std::to_string(::getpid()) + "/fd/"}) {
    if (!normal.starts_with(folder)) continue;
    int number = 0;
    const char* end = normal.data() + normal.size();
    const auto read = std::from_chars(normal.data() + folder.size(), end, number);
    if (read.ec == std::errc() && read.ptr == end) return number;
  }
  return std::nullopt;
}

/// Opens a new file beside a target, under a hidden name that nobody else has.
Descriptor open_beside(const fs::path& target, std::string& name) {
  constexpr int kMostTries = 1000;
  static int count = 0;
  for (int i = 0; i < kMostTries; ++i) {
    const std::string ending = "." + std::to_string(::getpid()) + "-" + std::to_string(++count);
    name = (target.parent_path() / ("." + target.filename().string() + ending)).string();
    const int descriptor =
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kNewFile);
    if (descriptor >= 0 || errno != EEXIST) return Descriptor(descriptor);
  }
  return Descriptor(-1);
}

/// Gives a new file the mode and owner of the one whose place it will take.
bool like(const Descriptor& file, const struct stat& before) {
  struct stat now {};
  if (::fstat(file.number(), &now) != 0) return false;
  const bool other = now.st_uid != before.st_uid || now.st_gid != before.st_gid;
  if (other && ::fchown(file.number(), before.st_uid, before.st_gid) != 0) return false;
  return ::fchmod(file.number(), before.st_mode & kPermissions) == 0;
}

Result<void> write_as_it_is(const std::string& path, const std::string& text) {
  const auto number = open_descriptor(path);
  Descriptor file(number ? ::fcntl(*number, F_DUPFD_CLOEXEC, 0)
                         : ::open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  // Whoever closed a pipe has read enough.
  if (file.is_open() && !write_all(file.number(), text) && errno != EPIPE) return failed(path);
  if (!file.is_open() || !file.close()) return failed(path);
  return {};
}

/// The signals that would end the program in the middle.
sigset_t ending_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int each : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGALRM, SIGXCPU})
    sigaddset(&signals, each);
  return signals;
}

}  // namespace

OutputFiles::OutputFiles() {
  const sigset_t signals = ending_signals();
  holds_signals_ = ::pthread_sigmask(SIG_BLOCK, &signals, &signals_before_) == 0;
}

OutputFiles::~OutputFiles() {
  for (const Staged& each : staged_) ::unlink(each.temporary.c_str());
  std::ranges::reverse(folders_);
  for (const std::string& folder : folders_) ::rmdir(folder.c_str());
  release_signals();
}

void OutputFiles::release_signals() {
  if (!std::exchange(holds_signals_, false)) return;
  ::pthread_sigmask(SIG_SETMASK, &signals_before_, nullptr);
}

Result<void> OutputFiles::make_folders_for(const std::string& path) {
  std::vector<fs::path> missing;
  std::error_code error;
  for (fs::path folder = fs::path(path).parent_path();
       !folder.empty() && !fs::exists(folder, error); folder = folder.parent_path())
    missing.push_back(folder);
  std::ranges::reverse(missing);
  for (const fs::path& folder : missing) {
    if (folder.filename().empty() || fs::exists(folder, error)) continue;
    if (!fs::create_directory(folder, error) && error)
      return unwritable(folder.string(), error.message());
    folders_.push_back(folder.string());
  }
  return {};
}

Result<void> OutputFiles::add(const std::string& path, const std::string& text) {
  struct stat before {};
  const bool exists = ::stat(path.c_str(), &before) == 0;
  if (exists && S_ISDIR(before.st_mode)) return unwritable(path, "is a folder; name a file");
  if (open_descriptor(path) || (exists && !S_ISREG(before.st_mode))) {
    direct_.push_back({path, text});
    return {};
  }
  if (exists && ::access(path.c_str(), W_OK) != 0) return failed(path);
  const std::string target = target_of(path);
  staged_.push_back({{}, target, path});
  Descriptor file = open_beside(target, staged_.back().temporary);
  if (!file.is_open()) {
    staged_.pop_back();
    return failed(path);
  }
  if (exists && !like(file, before)) {
    // Somebody else's file that may be written, but not replaced by one that is his.
    ::unlink(staged_.back().temporary.c_str());
    staged_.pop_back();
    direct_.push_back({path, text});
    return {};
  }
  if (!write_all(file.number(), text) || ::fsync(file.number()) != 0 || !file.close())
    return failed(path);
  return {};
}

Result<void> OutputFiles::commit() {
  while (!staged_.empty()) {
    const Staged& each = staged_.back();
    if (std::rename(each.temporary.c_str(), each.target.c_str()) != 0) return failed(each.shown);
    staged_.pop_back();
  }
  folders_.clear();
  release_signals();
  for (const Direct& each : direct_)
    if (auto written = write_as_it_is(each.path, each.text); !written) return written;
  return {};
}

Result<void> write_file(const std::string& path, const std::string& text) {
  OutputFiles files;
  if (auto added = files.add(path, text); !added) return added;
  return files.commit();
}

}  // namespace cnplint::base
